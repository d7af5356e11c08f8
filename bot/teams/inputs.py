"""Inputs: each kind of question as the element Teams asks it with, and what the element sends back as a raw answer.

An element is named by how its answer is read: `q.` and the key for one value, `m.` and the key for several, which
Teams joins with commas. Inputs carry no length limits: what is too long is said, never cut off.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.choosing import chosen, is_iso_day, is_iso_time
from bot.teams.elements import Element, Voice, label, note, problem
from bot.teams.limits import SEARCH
from flows.fields import (
    Amount,
    DayInput,
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
from flows.page import Question
from flows.questions import Raw, Values
from storage.refusals import Unreadable

ONE, SEVERAL = "q.", "m."
NONE = "?none"
"""The choice that is no answer; no choice of a form can be called so."""
PEOPLE = "evenhand.people"
"""The data set a client searches while somebody types a name."""
FEW, MANY = 6, 12
"""Up to `FEW` choices are all shown, up to `MANY` are a list to open, more are a list to search."""
Called = Callable[[str], str]
"""What a person, given by their id, is called."""


def render(question: Question, voice: Voice, called: Called) -> list[Element]:
    """A question: its input, what is wrong with its answer, what helps, and who will see it."""
    help_ = note(question.help) if question.help else []
    wrong = problem(question.error) if question.error else []
    seen_by = note(question.audience) if question.audience and isinstance(question.kind, Line | Paragraph) else []
    return [_input(question, voice, called), *wrong, *help_, *seen_by]


def read(sent: Mapping[str, Any]) -> Values:
    """The raw answers in what a card sent; raises `Unreadable` for what no input of ours sends."""
    values: dict[str, Raw] = {}
    for name, value in sent.items():
        match name[:2]:
            case "q.":
                text = _text(value)
                values[name[2:]] = "" if text == NONE else text
            case "m.":
                values[name[2:]] = tuple(_plain(each) for each in _text(value).split(",") if each)
            case _:
                pass  # what the button carries besides
    return values


def several(raw: Raw) -> tuple[str, ...]:
    return raw if isinstance(raw, tuple) else (raw,) if raw else ()


def _text(value: Any) -> str:
    match value:
        case str():
            return value.replace("\r\n", "\n")
        case None:
            return ""
        case bool():
            raise Unreadable
        case int() | float():
            return str(value)  # some clients send what a number input holds as a number
        case _:
            raise Unreadable


def _input(question: Question, voice: Voice, called: Called) -> Element:
    raw = chosen(question)
    text = raw if isinstance(raw, str) else ", ".join(raw)
    element: Element
    match question.kind:
        case Line():
            element = {"type": "Input.Text", "value": text}
        case Paragraph():
            element = {"type": "Input.Text", "isMultiline": True, "value": text}
        case Amount() as amount:
            element = _amount(amount, text, voice, required=question.required)
        case DayInput():
            element = {"type": "Input.Date" if not text or is_iso_day(text) else "Input.Text", "value": text}
        case TimeInput():
            known = not text or is_iso_time(text)
            element = {"type": "Input.Time", "value": text[:5]} if known else {"type": "Input.Text", "value": text}
        case Rating() | YesNo() | OneOf():
            element = _choice(question, text, voice)
        case Many():
            element = _choices(question, several(raw))
        case PersonPicker():
            element = _people(several(raw), called, voice.say("find_person"), voice.say("not_a_choice"))
        case PeoplePicker():
            element = {
                **_people(several(raw), called, voice.say("find_people"), voice.say("not_a_choice"), _commaless),
                "isMultiSelect": True,
            }
    element |= {"id": (SEVERAL if element.get("isMultiSelect") else ONE) + question.key}
    said = _labelled(question, voice)
    if question.required and element["type"] == "Input.ChoiceSet":
        element.pop("errorMessage", None)  # one sentence for both: that it is empty, and that it is no choice
    return {**said, **{name: value for name, value in element.items() if value != ""}}


def _labelled(question: Question, voice: Voice) -> Element:
    unit = question.kind.unit if isinstance(question.kind, Amount) else ""
    said = voice.say("labelled", label=question.label, unit=unit) if unit else question.label
    if not question.required:
        said = voice.say("labelled", label=said, unit=voice.say("optional"))
    element: Element = {"type": "", "label": label(said), "spacing": "large"}
    if question.required:
        picks = isinstance(question.kind, PersonPicker | PeoplePicker)
        element |= {"isRequired": True, "errorMessage": voice.say("required_person" if picks else "required")}
    return element


def _amount(amount: Amount, text: str, voice: Voice, *, required: bool) -> Element:
    """A number input, unless what was typed before would not come back from one as it was typed.

    One that may stay empty says no limits: clients take an empty one for a number outside of them and would not send
    the card (https://github.com/microsoft/AdaptiveCards/issues/8347). What is out of range comes back with the card.
    """
    number = _as_number(text)
    if text and number is None:
        return {"type": "Input.Text", "value": text}
    limits = {name: limit for name, limit in {"min": amount.least, "max": amount.most}.items() if limit is not None}
    range_ = "between" if len(limits) == 2 else "from" if "min" in limits else "to" if limits else "any"
    wrong = voice.say(f"number.{range_}", least=amount.least, most=amount.most)
    element: Element = {"type": "Input.Number", "errorMessage": wrong}
    element |= {name: float(limit) for name, limit in limits.items()} if required else {}
    return element if number is None else {**element, "value": number}


def _as_number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        if str(number) == text and abs(number) < 2**53:
            return number
    return None


def _choice(question: Question, text: str, voice: Voice) -> Element:
    choices = [_titled(each.label, each.key) for each in question.choices]
    if not question.required:
        choices.append(_titled(voice.say("no_answer"), NONE))
    known = text if any(text == each.key for each in question.choices) else ""
    is_short = len(choices) <= MANY or known  # a filled list to search shows the key instead of the title
    style = "expanded" if len(choices) <= FEW else "compact" if is_short else "filtered"
    element: Element = {"type": "Input.ChoiceSet", "style": style, "choices": choices, "value": known, "wrap": True}
    if style == "filtered":
        element["errorMessage"] = voice.say("not_a_choice")
    return {**element, "placeholder": voice.say("choose")} if style != "expanded" else element


def _choices(question: Question, values: tuple[str, ...]) -> Element:
    known = [_commaless(each) for each in values if any(each == choice.key for choice in question.choices)]
    return {
        "type": "Input.ChoiceSet",
        "style": "expanded",
        "isMultiSelect": True,
        "wrap": True,
        "choices": [_titled(each.label, _commaless(each.key)) for each in question.choices],
        "value": ",".join(known),
    }


def _people(
    values: tuple[str, ...], called: Called, hint: str, wrong: str, sign: Callable[[str], str] = str
) -> Element:
    """A list to search by typing: the client asks the bot for everybody who is called so.

    `wrong` is said where what was typed is nobody on it; without it a client does not send the card and says nothing.
    """
    return {
        "type": "Input.ChoiceSet",
        "style": "filtered",
        "placeholder": hint,
        "errorMessage": wrong,
        "choices": [_titled(called(each), sign(each)) for each in dict.fromkeys(values)],
        SEARCH: {"type": "Data.Query", "dataset": PEOPLE},
        "value": ",".join(sign(each) for each in values),
    }


def _titled(title: str, value: str) -> Element:
    return {"title": label(title), "value": value}


def _commaless(value: str) -> str:
    """A value without the comma that would end it among several."""
    return value.replace("%", "%25").replace(",", "%2C")


def _plain(value: str) -> str:
    return value.replace("%2C", ",").replace("%25", "%")
