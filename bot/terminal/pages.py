"""Pages in a terminal: what is printed for each question, and what the lines typed below it mean.

`render` and `parse` are pure: the lines typed at a rendered page come back as the answers of that page. A line
that ends in a backslash goes on in the next one. `-` takes back what stood there and an empty line keeps it;
`?` and `!` are for the talk (`bot.terminal.talk`). A backslash before any of the three makes it ordinary text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len

from bot.answers import Submitted
from flows.catalog import Catalog
from flows.fields import (
    Amount,
    DayInput,
    Kind,
    Line,
    Many,
    OneOf,
    Paragraph,
    PeoplePicker,
    PersonPicker,
    Rating,
    TimeInput,
    YesNo,
)
from flows.message import Message
from flows.page import At, Page, Question
from flows.questions import Raw, Values

WHO_SEES = "?"
CLEAR = "-"
_COMMAND = re.compile(r"\\* *[?!-] *")
_BETWEEN = re.compile(r"\s*[,，、;；\n]\s*")
# A terminal acts on control characters and on bidirectional overrides, so nobody's text may bring any along.
_ACTED_ON = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Prompt:
    """One question as it is printed, above the line to type on."""

    question: Question
    label: str
    error: str
    help: str
    choices: tuple[str, ...]
    hint: str
    audience: str
    """Said when somebody types `?`."""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.label, self.error, self.help, *self.choices, self.hint)))


@dataclass(frozen=True)
class Sheet:
    """A page as a terminal shows it."""

    at: At
    title: str
    notes: tuple[str, ...]
    prompts: tuple[Prompt, ...]

    def __str__(self) -> str:
        heading = (self.title, "=" * cell_len(self.title), *self.notes)
        return "\n\n".join(["\n".join(heading), *("\n".join((*each.lines, ">")) for each in self.prompts)])


def render(page: Page, texts: Catalog) -> Sheet:
    notes = tuple(harmless(note) for note in (page.due_text, page.unsent_text, page.intro, page.audience) if note)
    return Sheet(page.at, harmless(page.title), notes, tuple(_prompt(each, page, texts) for each in page.questions))


def render_message(told: Message) -> tuple[str, ...]:
    """The text of a message, its links, and its buttons with their numbers."""
    buttons = (f"  {number}  {button.label}" for number, button in enumerate(told.buttons, 1))
    return tuple(harmless(line) for line in (*with_links(told), *buttons))


def with_links(told: Message) -> tuple[str, ...]:
    """The text of a message and where its links lead, to be copied."""
    return told.text, *(f"  {link.label}: {link.href}" for link in told.links)


def parse(sheet: Sheet, lines: Iterable[str], person: int, event: str) -> Submitted:
    """The page sent, from the lines that were typed at its prompts."""
    typed = iter(lines)
    values = {prompt.question.key: answer_of(prompt.question, whole(typed)) for prompt in sheet.prompts}
    return Submitted(event, person, sheet.at, values)


def whole(lines: Iterator[str]) -> str:
    """One answer, from as many lines as it goes on for."""
    taken: list[str] = []
    for line in lines:
        bare = line.rstrip("\\")
        backslashes = len(line) - len(bare)
        taken.append(bare + "\\" * (backslashes // 2))
        if backslashes % 2 == 0:
            break
    return "\n".join(taken)


def answer_of(question: Question, text: str) -> Raw:
    """What a typed text answers."""
    if not text.strip():
        return question.value
    if text.strip(" ") == CLEAR:
        return ""
    if text.startswith("\\") and _COMMAND.fullmatch(text):
        text = text[1:]
    match question.kind:
        case OneOf() | YesNo():
            return _picked(question, text.strip())
        case Many():
            return tuple(_picked(question, part) for part in _parts(text))
        case PeoplePicker():
            return tuple(_parts(text))
        case Line() | Paragraph() | Amount() | DayInput() | TimeInput() | Rating() | PersonPicker():
            return text


def lines_for(sheet: Sheet, values: Values) -> list[str]:
    """What somebody types at the prompts to give these answers: the other direction of `parse`."""
    lines: list[str] = []
    for prompt in sheet.prompts:
        *first, last = _keys(prompt.question, values.get(prompt.question.key, "")).split("\n")
        lines += [f"{_doubled(line)}\\" for line in first] + [_doubled(last)]
    return lines


def harmless(text: str) -> str:
    """The text with whatever a terminal would act on made visible instead."""
    return _ACTED_ON.sub("\N{REPLACEMENT CHARACTER}", text)


def _prompt(question: Question, page: Page, texts: Catalog) -> Prompt:
    def say(key: str, **values: object) -> str:
        return texts.say(page.language, f"terminal.{key}", values)

    hinted, bounds = _hint(question.kind)
    before = question.value if isinstance(question.value, str) else ", ".join(question.value)
    labels = {choice.key: choice.label for choice in question.choices}
    if isinstance(question.kind, OneOf | YesNo):
        before = labels.get(before, before)
    hint = say(f"hints.{hinted}", **bounds)
    if before:
        hint = say("keeps" if question.required else "keeps_or_clears", hint=hint, before=before)
    elif not question.required:
        hint = say("optional", hint=hint)
    return Prompt(
        question=question,
        label=harmless(question.label),
        error=harmless(question.error),
        help=harmless(question.help),
        choices=tuple(harmless(line) for line in _choices(question)),
        hint=harmless(hint),
        audience=harmless(question.audience or page.audience or say("nobody_said")),
    )


def _choices(question: Question) -> Iterator[str]:
    match question.kind:
        case OneOf() | Many() | YesNo():
            for number, choice in enumerate(question.choices, 1):
                yield f"  {number}  {choice.label}"
        case Rating() if any(choice.label != choice.key for choice in question.choices):
            for choice in question.choices:
                yield f"  {choice.key}  {choice.label}"
        case _:
            pass


def _hint(kind: Kind) -> tuple[str, Mapping[str, object]]:
    match kind:
        case Line() | Paragraph():
            return "words", {}
        case Amount(least=least, most=most) if least is not None and most is not None:
            return "between", {"least": least, "most": most}
        case Amount():
            return "number", {}
        case DayInput():
            return "day", {}
        case TimeInput():
            return "time", {}
        case Rating(low=low, high=high):
            return "between", {"least": low, "most": high}
        case YesNo() | OneOf():
            return "one", {}
        case Many():
            return "many", {}
        case PersonPicker():
            return "person", {}
        case PeoplePicker():
            return "people", {}


def _picked(question: Question, text: str) -> str:
    """The key of the choice whose number or label was typed; anything else is left for reading to object to."""
    if text.isdecimal() and len(text) <= 4 and 0 < int(text) <= len(question.choices):
        return question.choices[int(text) - 1].key
    labels = {choice.label.casefold(): choice.key for choice in question.choices}
    return labels.get(text.casefold(), text)


def _parts(text: str) -> Iterator[str]:
    return filter(None, _BETWEEN.split(text.strip()))


def _keys(question: Question, answer: Raw) -> str:
    if not answer:
        return CLEAR if question.value else ""
    parts = (answer,) if isinstance(answer, str) else answer
    match question.kind:
        case OneOf() | YesNo() | Many():
            numbers = {choice.key: str(number) for number, choice in enumerate(question.choices, 1)}
            return ", ".join(numbers.get(part, part) for part in parts)
        case _:
            text = ", ".join(parts)
            return f"\\{text}" if _COMMAND.fullmatch(text) else text


def _doubled(line: str) -> str:
    bare = line.rstrip("\\")
    return bare + "\\" * 2 * (len(line) - len(bare))
