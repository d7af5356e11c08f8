"""A browser without a browser: reads a form out of HTML, fills it, and sends what a browser would send of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flows.questions import Values

VOID = frozenset({"input", "br", "img", "meta", "link", "hr"})


@dataclass
class Control:
    tag: str
    name: str
    kind: str
    value: str
    checked: bool = False
    options: list[str] = field(default_factory=list)


class HtmlForm(HTMLParser):
    """The controls of the one form in a piece of HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.controls: list[Control] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == [], f"these are never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"input", "textarea", "select"} and "name" in given:
            kind = given.get("type", "text") if tag == "input" else tag
            self.controls.append(Control(tag, given["name"], kind, given.get("value", ""), "checked" in given))
        if tag == "option":
            select = self.controls[-1]
            select.options.append(given["value"])
            if "selected" in given or len(select.options) == 1:
                select.value = given["value"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "textarea":
            self.controls[-1].value += data.removeprefix("\n") if not self.controls[-1].value else data
        else:
            self.text.append(data)

    @property
    def shown(self) -> str:
        return "".join(self.text)

    def fill(self, values: Values) -> None:
        """Types, chooses and ticks; a control or a choice that is not there is an error."""
        for key, raw in values.items():
            several = [each for each in self.controls if each.name == f"m.{key}"]
            single = [each for each in self.controls if each.name == f"q.{key}"]
            if several:
                _choose(several, raw if isinstance(raw, tuple) else (raw,) if raw else ())
            elif single[0].kind == "hidden":
                _choose(single, (str(raw),) if raw else ())
            else:
                (control,) = single
                text = raw if isinstance(raw, str) else ", ".join(raw)
                assert control.tag != "select" or text in control.options, f"{text!r} cannot be chosen at {key}"
                control.value = text

    def sent(self) -> Iterator[tuple[str, str]]:
        """The pairs of name and value, with the line ends of a browser."""
        for each in self.controls:
            if each.kind not in {"radio", "checkbox"} or each.checked:
                yield each.name, each.value.replace("\n", "\r\n")


def _choose(group: list[Control], keys: tuple[str, ...]) -> None:
    boxes = [each for each in group if each.kind in {"radio", "checkbox"}]
    assert set(keys) <= {each.value for each in boxes}, f"{keys} are not among the choices of {group[0].name}"
    for each in boxes:
        each.checked = each.value in keys
