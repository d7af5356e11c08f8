"""Pages as HTML forms, and what a browser sends back as answers.

Each question's control is named by how it is answered: `q.` and the key for one value, `m.` and the key for
several. An empty hidden field goes before choices, because a browser sends nothing for a group in which
nothing is chosen, and nothing would mean "as it was before". Pages carry no length limits: what is too long is
said, never cut off.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from htpy import (
    Element,
    Node,
    Renderable,
    button,
    div,
    fieldset,
    form,
    fragment,
    h2,
    input,  # noqa: A004 - the element's name
    label,
    legend,
    option,
    output,
    p,
    select,
    span,
    textarea,
)

from bot.answers import Drafted, Submitted
from bot.choosing import chosen, is_iso_day, is_iso_time
from bot.web.choices import checkboxes, radios, several
from bot.web.voice import Voice, minted
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
from flows.page import At, Page, Question, Total
from flows.questions import Raw
from storage.received import LARGEST, is_text
from storage.refusals import Unreadable

FEW, LONG_INTRO = 6, 240
"""Up to so many choices are all shown; a page with more characters before its first question opens at its head."""
Called = Callable[[str], str]
"""What a person, given by their id, is typed as."""


def render(page: Page, voice: Voice, csrf: str, called: Called = str, notice: str = "") -> Element:
    """The form of a page. `notice` says why it is shown again, if not for what stands at its questions."""
    wrong = [question for question in page.questions if question.error]
    above = page.audience if _says_above(page) else ""
    at_head = not wrong and not notice and len(page.intro) > LONG_INTRO
    first = next(iter(wrong or (() if notice or at_head else page.questions)), None)
    return form(
        ".page",
        method="post",
        action=voice.path("submit"),
        novalidate=True,
        autocomplete="off",
        data_draft=voice.path("draft"),
        data_sending=voice.say("page.sending"),
        data_unkept=voice.say("page.unkept"),
    )[
        (input(type="hidden", name=name, value=value) for name, value in _hidden(page.at, csrf)),
        div(".page-head")[
            h2("#page-title")[page.title],
            button(".icon", type="button", data_close=True, aria_label=voice.say("page.close"))["✕"],
        ],
        div(".page-body", tabindex=at_head and "0", autofocus=at_head)[
            page.intro and p(".intro", dir="auto")[page.intro],
            page.due_text and p(".due")[page.due_text],
            page.unsent_text and p(".unsent", role="status")[page.unsent_text],
            above and p("#page-audience.audience.whole")[above],
            div(".alert", role="alert", tabindex="-1")[_alert(voice, wrong, notice)],
            (_field(question, voice, called, above, is_first=question is first) for question in page.questions),
            page.total is not None and _total(page.total, voice),
        ],
        div(".page-foot")[
            span(".kept", role="status", data_kept=True),
            page.at.edition > 0
            and button(
                ".quiet",
                type="button",
                hidden=not page.unsent_text,
                data_post=voice.path("drop"),
                data_fields=orjson.dumps({**where(page.at), "event": minted()}).decode(),
                data_discards=True,
            )[voice.say("page.discard_changes")],
            button(".quiet", type="button", data_close=True)[voice.say("page.later")],
            button(".main", type="submit")[page.submit],
        ],
    ]


def _says_above(page: Page) -> bool:
    """Whether who sees the answers stands above them all; not where there is one box to write into, which says it."""
    said = [each.audience for each in page.questions if _has_audience(each)]
    return bool(page.audience) and said != [page.audience]


def _has_audience(question: Question) -> bool:
    """A box to write into says itself who will read it."""
    return isinstance(question.kind, Line | Paragraph)


def parse(fields: Iterable[tuple[str, str]], person: int, *, draft: bool = False) -> Submitted | Drafted:
    """What a browser sent of a page; raises `Unreadable` for what no page of ours can have sent."""
    hidden: dict[str, str] = {}
    values: dict[str, Raw] = {}
    for name, sent in fields:
        text = sent.replace("\r\n", "\n")
        match name[:2]:
            case "q.":
                values[name[2:]] = text
            case "m.":
                values[name[2:]] = (*several(values.get(name[2:], ())), *((text,) if text else ()))
            case _:
                hidden[name] = text
    kind = Drafted if draft else Submitted
    return kind(event_of(hidden), person, at_of(hidden), values)


def event_of(hidden: Mapping[str, str]) -> str:
    """The id of the event a control carries; raises `Unreadable` where it is none of ours."""
    event = hidden.get("event", "")
    if not (event.startswith("web:") and event.isascii() and len(event) <= 64):
        raise Unreadable
    return event


def at_of(hidden: Mapping[str, str]) -> At:
    """Where a page stands, from what its form carries; raises `Unreadable`."""
    key = hidden.get("key", "")
    if not is_text(key) or len(key) > 200:
        raise Unreadable
    return At(number(hidden.get("conversation", "")), key, number(hidden.get("edition", "0")))


def number(text: str) -> int:
    """A number that one of our pages can have carried; raises `Unreadable`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and int(text) < LARGEST):
        raise Unreadable
    return int(text)


def where(at: At) -> dict[str, str]:
    """The hidden fields that `at_of` reads."""
    return {"conversation": str(at.conversation), "key": at.key, "edition": str(at.edition)}


def _hidden(at: At, csrf: str) -> Iterable[tuple[str, str]]:
    return {"csrf": csrf, "event": minted(), **where(at)}.items()


def _alert(voice: Voice, wrong: Sequence[Question], notice: str) -> str:
    return notice or (voice.say("page.wrong", count=len(wrong)) if wrong else "")


def _field(question: Question, voice: Voice, called: Called, above: str, *, is_first: bool) -> Renderable:
    """A question; `above` is who sees the answers, as the head of the page says it for all of them."""
    name = f"f-{question.key}"
    audience = question.audience if _has_audience(question) else ""
    said_above = bool(audience) and audience == above
    parts = {
        "error": question.error,
        "help": question.help,
        "audience": "" if said_above else audience,
    }
    described = " ".join(f"{name}-{part}" for part, text in parts.items() if text)
    described = f"{described} page-audience".strip() if said_above else described
    common: dict[str, Any] = {"aria-describedby": described or None}
    if question.error:
        common["aria-invalid"] = "true"
    if question.required:
        common["aria-required"] = "true"
    notes = fragment[
        question.help and p(".help", id=f"{name}-help")[question.help],
        question.error and p(".error", id=f"{name}-error", dir="auto")[question.error],
        parts["audience"] and p(".audience", id=f"{name}-audience")[question.audience],
    ]
    asked = fragment[question.label, not question.required and span(".optional")[voice.say("page.optional")]]
    match question.kind:
        case Rating() | YesNo() | OneOf() if len(question.choices) <= FEW:
            unset = (
                not question.required and button(".link.unset", type="button", data_unset=True)[voice.say("page.unset")]
            )
            begins = is_first and not question.error and not chosen(question)
            group = radios(question, name, is_first=is_first and not begins)
            return _group(question, fragment[asked, unset], notes, group, common, "radiogroup", begins=begins)
        case Many():
            boxes = checkboxes(question, name, common, is_first=is_first)
            return _group(question, asked, notes, boxes, {"aria-describedby": described or None}, "group")
        case _:
            control = _control(question, name, voice, called, common, is_first=is_first)
            return div(class_=["field", {"wrong": bool(question.error)}])[label(for_=name)[asked], control, notes]


def _group(
    question: Question,
    asked: Node,
    notes: Node,
    choices: Node,
    common: Mapping[str, Any],
    role: str,
    *,
    begins: bool = False,
) -> Renderable:
    """Choices under their question. Where the page `begins` with them the question has the focus: on one of the
    choices it would look as if that were chosen."""
    kind = type(question.kind).__name__.lower()
    return fieldset(class_=["field", kind, {"wrong": bool(question.error)}], role=role, **common)[
        legend(tabindex=begins and "-1", autofocus=begins)[asked], div(".choices")[choices], notes
    ]


def _control(
    question: Question, name: str, voice: Voice, called: Called, common: Mapping[str, Any], *, is_first: bool
) -> Renderable:
    raw = chosen(question)
    text = raw if isinstance(raw, str) else ", ".join(raw)
    common = {"id": name, "name": f"q.{question.key}", "autofocus": is_first, **common}
    match question.kind:
        case Line(most=most):
            return fragment[
                input(type="text", value=text, dir="auto", data_most=str(most), **common), _left(voice, name)
            ]
        case Paragraph(most=most):
            # a browser drops the first line break of a text box, so one more goes before the text
            box = textarea(rows="3", dir="auto", data_most=str(most), **common)["\n", text]
            return fragment[box, _left(voice, name)]
        case Amount(unit=unit):
            return div(".amount")[input(type="text", inputmode="decimal", value=text, **common), unit and span[unit]]
        case DayInput():
            typed = "date" if not text or is_iso_day(text) else "text"
            return input(type=typed, value=text, **common)
        case TimeInput():
            typed = "time" if not text or is_iso_time(text) else "text"
            return input(type=typed, value=text[:5] if typed == "time" else text, **common)
        case PersonPicker() | PeoplePicker():
            names = ", ".join(called(each) for each in several(raw) if each)
            find = voice.say("page.find_people" if isinstance(question.kind, PeoplePicker) else "page.find_person")
            return input(type="text", value=names, placeholder=find, data_complete="people", dir="auto", **common)
        case Rating() | YesNo() | OneOf() | Many():
            return select(**common)[
                option(value="")[voice.say("page.choose")],
                (option(value=each.key, selected=each.key == raw)[each.label] for each in question.choices),
            ]


def _total(total: Total, voice: Voice) -> Element:
    """Where the script says what the amounts add up to while they are typed."""
    says = voice.say("page.sum", sum="{sum}", to=total.to)
    return output(".total", data_sum_of=f"q.{total.field}:", data_to=str(total.to), data_says=says)


def _left(voice: Voice, name: str) -> Element:
    """Where the script says how many characters are left, once they are getting few."""
    return span(
        ".left",
        data_left_of=name,
        data_left=voice.say("page.left"),
        data_over=voice.say("page.over"),
        aria_live="polite",
    )
