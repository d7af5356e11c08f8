"""Views: a page as a modal, and what a modal sends back as answers: `parse(render(page)) == answers`.

A page with many questions is shown in parts, one after the other in the same window; what was typed into the
earlier ones is kept as its draft. Slack shows errors under fields only in answer to a form that was sent, so a
page that is opened with something wrong says so above the field.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.answers import Submitted
from bot.slack.inputs import NONE, Called, control
from bot.slack.limits import checked_view
from bot.slack.places import Place, place_of, written
from bot.slack.words import Native, Words, actions, button, cut, heading, plain, rich, small
from flows.fields import Paragraph
from flows.page import At, Page, Question
from flows.questions import Raw, Values
from storage.refusals import Unreadable

PAGE, NOTICE = "page", "notice"
"""The callback of a view with a form, and of one that only says something."""
BACK, SAVE, DISCARD = "back", "save", "discard"
PER_PART, PER_VIEW = 12, 90
"""Questions in one view of a page that is new, and of an answer that is edited."""
LONGEST_ERROR = 300


def render(page: Page, words: Words, called: Called = str, *, part: int = 0, before: At | None = None) -> Native:
    """A page as a modal. `before` is the page that stood in the window until now and can be gone back to."""
    parts = parts_of(page)
    part = min(part, parts - 1)
    last = part == parts - 1
    view: Native = {
        "type": "modal",
        "callback_id": PAGE,
        "private_metadata": written(Place(page.at, part, parts, before)),
        "title": plain(page.title, 24),
        "submit": plain(page.submit if last else words("next"), 24),
        "close": plain(words("later"), 24),
        "notify_on_close": True,
        "blocks": [
            *_head(page, words, part, parts),
            *(block for question in shown_in(page, part) for block in _question(page, question, words, called)),
            *_foot(page, words, part, before),
        ],
    }
    checked_view(view)
    return view


def parse(payload: Mapping[str, Any], event: str, person: int) -> Submitted:
    """What a modal sent; raises `Unreadable` for what no view of ours can have sent."""
    view = payload.get("view")
    if not isinstance(view, Mapping) or not isinstance(view.get("private_metadata"), str):
        raise Unreadable
    place = place_of(view["private_metadata"])
    return Submitted(event, person, place.at, values_of(view, place.at))


def values_of(view: Mapping[str, Any], at: At) -> Values:
    """What stands in the fields of a view, by question; raises `Unreadable`."""
    state = view.get("state")
    fields = state.get("values") if isinstance(state, Mapping) else {}
    if not isinstance(fields, Mapping):
        raise Unreadable
    prefix = block_id(at, "")
    values: dict[str, Raw] = {}
    for name, controls in fields.items():
        if name.startswith(prefix) and isinstance(controls, Mapping) and len(controls) == 1:
            values[name.removeprefix(prefix)] = _value(next(iter(controls.values())))
    return values


def errors(page: Page, view: Mapping[str, Any]) -> dict[str, str] | None:
    """What is wrong with a form, to be shown under its fields; None if it stands at a field that is not there."""
    wrong = {block_id(page.at, each.key): cut(each.error, LONGEST_ERROR) for each in page.questions if each.error}
    state = view.get("state")
    fields = state.get("values", {}) if isinstance(state, Mapping) else {}
    return wrong if wrong and set(wrong) <= set(fields) else None


def first_field(view: Mapping[str, Any]) -> str | None:
    """The field an error that is about the whole form is shown under."""
    return next(iter(_fields(view)), None)


def sent_fields(view: Mapping[str, Any]) -> frozenset[str]:
    """The fields that a view has sent, filled or emptied."""
    state = view.get("state")
    fields = state.get("values") if isinstance(state, Mapping) else None
    return frozenset(fields) if isinstance(fields, Mapping) else frozenset()


def has_unsent(view: Mapping[str, Any]) -> bool:
    """Whether a view has fields that it did not send: they were not emptied, and what was in them stays."""
    return not sent_fields(view).issuperset(_fields(view))


def _fields(view: Mapping[str, Any]) -> list[str]:
    blocks = view.get("blocks")
    shown = [block for block in blocks if isinstance(block, Mapping)] if isinstance(blocks, list) else []
    return [str(block["block_id"]) for block in shown if block.get("type") == "input" and "block_id" in block]


def part_with_errors(page: Page) -> int:
    """The part of a page in which the first thing is wrong."""
    parts = (part for part in range(parts_of(page)) if any(question.error for question in shown_in(page, part)))
    return next(parts, 0)


def parts_of(page: Page) -> int:
    """How many views a page takes. An answer that is edited has no draft, so it is shown whole if it can be."""
    size = _size(page)
    return max(1, -(-len(page.questions) // size))


def shown_in(page: Page, part: int) -> tuple[Question, ...]:
    size = _size(page)
    return page.questions[part * size : (part + 1) * size]


def _size(page: Page) -> int:
    return PER_PART if page.at.edition == 0 else PER_VIEW


def notice(title: str, text: str, words: Words, *buttons: Native) -> Native:
    """A window that only says something."""
    blocks = [rich(text), *([actions(*buttons)] if buttons else [])]
    view: Native = {
        "type": "modal",
        "callback_id": NOTICE,
        "title": plain(title, 24),
        "close": plain(words("close"), 24),
        "blocks": blocks,
    }
    checked_view(view)
    return view


def with_note(view: Native, note: str) -> Native:
    """The same view with a line of ours above everything."""
    noted = {**view, "blocks": [small(note), *view["blocks"]]}
    checked_view(noted)
    return noted


def loading(words: Words) -> Native:
    """What stands in a window until there is something to show."""
    return notice(words("title"), words("working"), words)


def block_id(at: At, question: str) -> str:
    return f"{at.key}/{question}"


def _head(page: Page, words: Words, part: int, parts: int) -> Iterable[Native]:
    if len(page.title) > 24:
        yield heading(page.title)
    if parts > 1:
        yield small(words("part", part=part + 1, parts=parts))
    if page.intro and part == 0:
        yield rich(page.intro)
    if lines := [text for text in (page.due_text, page.unsent_text, page.audience) if text]:
        yield small(*lines)


def _question(page: Page, question: Question, words: Words, called: Called) -> Iterable[Native]:
    if question.error:
        yield rich(words("wrong", problem=question.error), 1000, bold=True)
    hints = [question.help] if question.audience == page.audience else [question.help, question.audience]
    block: Native = {
        "type": "input",
        "block_id": block_id(page.at, question.key),
        "label": plain(question.label, 2000),
        "element": control(question, words, called),
        "optional": not question.required,
    }
    if hint := " ".join(each for each in hints if each):
        block["hint"] = plain(hint, 2000)
    yield block


def _foot(page: Page, words: Words, part: int, before: At | None) -> Iterable[Native]:
    buttons = []
    if part or before:
        buttons.append(button(words("back"), BACK))
    if any(isinstance(each.kind, Paragraph) for each in page.questions):
        buttons.append(button(words("save"), SAVE, says=words("save_says")))
    if page.unsent_text:
        buttons.append(button(words("discard_changes"), DISCARD))
    if buttons:
        yield actions(*buttons)


def _value(field: Any) -> Raw:
    """What stands in one field."""
    match field:
        case {"type": "plain_text_input" | "number_input", "value": str(typed)}:
            return typed
        case {"type": "datepicker", "selected_date": str(day)}:
            return day
        case {"type": "timepicker", "selected_time": str(at)}:
            return at
        case {"type": "radio_buttons" | "static_select" | "external_select", "selected_option": {"value": str(chosen)}}:
            return "" if chosen == NONE else chosen
        case {"type": "checkboxes" | "multi_static_select" | "multi_external_select", **more}:
            several: Any = more.get("selected_options") or ()
            if not all(isinstance(each, Mapping) and isinstance(each.get("value"), str) for each in several):
                raise Unreadable
            return tuple(each["value"] for each in several)
        case {"type": str(_)}:
            return ""
        case _:
            raise Unreadable
