"""Pages: a form as one person sees it, in their language, with what they have typed so far.

A surface renders a page and parses what comes back; it never looks at a form. Raw answers are strings (or
lists of strings) by question key, exactly as typed, until `flows.reading` makes values of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.catalog import Catalog
from flows.fields import (
    Amount,
    DayInput,
    FieldOf,
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
    adds_up_to,
    fields_of,
)
from flows.given import Proposed, Stated, Typed
from flows.questions import Raw, Values, expanded, option_of, raw_values
from flows.sent_before import SentBefore
from flows.steps import Ask, Objection, Offered
from storage.references import Option

ELSE = "?else"
"""The choice of somebody who is not among the people offered; the page then asks for a name."""
WHICH = frozenset({"SeveralCalled", "ManyCalled"})
"""The objections that are a question: which of these people is meant."""


@dataclass(frozen=True)
class At:
    """Where in which conversation a page stands. `edition` counts how often the answer was sent before."""

    conversation: int
    key: str
    edition: int = 0


@dataclass(frozen=True)
class Choice:
    key: str
    label: str
    also: tuple[str, ...] = ()
    """Other words somebody may type for it."""


@dataclass(frozen=True)
class Question:
    key: str
    """The field's name, and for one of an `Each` field `field:thing`."""
    kind: Kind
    label: str
    help: str
    audience: str
    """Who will see the answer, and when; said at every text box."""
    required: bool
    choices: tuple[Choice, ...] = ()
    value: Raw = ""
    error: str = ""
    given: bool = False
    """The value is what is known already, which the person has neither typed nor confirmed."""
    proposed: bool = False
    """The value is a proposal of the flow: kept by sending the form, and left open by skipping the question."""
    people: bool = False
    """The choices are people, and the name of somebody else is an answer as well."""
    unsettled: bool = False
    """What was typed can mean any of the choices, and is no answer yet."""


@dataclass(frozen=True)
class Total:
    """The amounts of an `Each` field have to add up to a sum."""

    field: str
    to: int


@dataclass(frozen=True)
class Page:
    at: At
    flow: str
    title: str
    intro: str
    audience: str
    questions: tuple[Question, ...]
    submit: str
    language: str
    due: datetime | None = None
    due_text: str = ""
    """Until when it is open; of an answer that was sent, that others have it and until when it can be changed."""
    total: Total | None = None
    """What the amounts of one of its questions add up to, where they have to."""
    unsent_text: str = ""
    """That what stands here are changes which were not sent; empty where there are none."""

    @property
    def has_errors(self) -> bool:
        return any(question.error for question in self.questions)

    @property
    def is_unsettled(self) -> bool:
        """Whether an answer is wrong, or can mean several people."""
        return any(question.error or question.unsettled for question in self.questions)

    def unanswered(self) -> Question | None:
        """The first question without an answer, for a conversation one question at a time."""
        return next((question for question in self.questions if not question.value), None)


@dataclass(frozen=True)
class Reader:
    """The person a page is composed for."""

    language: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Composer:
    texts: Catalog

    def page(
        self,
        flow: str,
        ask: Ask[Any],
        at: At,
        reader: Reader,
        *,
        typed: Values | None = None,
        objections: tuple[Objection, ...] = (),
        due: datetime | None = None,
        sent: SentBefore | None = None,
    ) -> Page:
        """The page of an ask. `typed` are the raw answers so far; an objection is shown at its question.

        A context `intro` names which of the form's `intros` is said, where it has more than one.
        """
        language = reader.language

        def say(key: str) -> str:
            return self.texts.say(language, self.text_key(language, flow, ask, key), ask.context, reader.zone)

        def maybe(key: str) -> str:
            return say(key) if self.texts.has(language, self.text_key(language, flow, ask, key)) else ""

        unclear = (each for each in _unclear(ask) if not (typed or {}).get(each.question))
        wrong = {
            each.question: self.texts.say(language, f"problems.{each.text}", each.values)
            for each in (*objections, *unclear)
        }
        objected = {each.question: each for each in objections}
        given = raw_values(ask)
        known = {**given, **(typed or {})}
        told = isinstance(ask.given, Typed | Stated)
        proposed = {name for name, value in ask.given.items() if isinstance(value, Proposed)}
        audience = maybe("audience")
        questions = tuple(
            self._about_people(
                Question(
                    key=key,
                    kind=kind,
                    label=thing.name(language) if isinstance(thing, Option) else say(field.name),
                    help=maybe(f"help.{field.name}"),
                    audience=maybe(f"audiences.{field.name}") or audience,
                    required=field.required,
                    choices=self._choices(field, kind, ask.offer, reader, say, maybe),
                    value=known.get(key, ""),
                    error=wrong.get(key, ""),
                    given=key in given and not told and key not in proposed and key not in (typed or {}),
                    proposed=key in proposed and key not in (typed or {}),
                ),
                ask.offer.get(field.name, ()),
                objected.get(key),
                language,
            )
            for field, key, kind, thing in expanded(ask)
        )
        return Page(
            at=at,
            flow=flow,
            title=say("title"),
            intro=maybe(f"intros.{ask.context.get('intro')}") or maybe("intro"),
            audience=audience,
            questions=questions,
            submit=maybe("submit") or self.texts.say(language, "chrome.send"),
            language=language,
            due=due,
            due_text=self._due_text(due, sent, reader),
            total=next((Total(each.name, to) for each in fields_of(ask.form) if (to := adds_up_to(each.kind))), None),
            unsent_text=self.texts.say(language, "chrome.unsent") if sent and sent.has_changes else "",
        )

    def _about_people(self, question: Question, offered: Offered, wrong: Objection | None, language: str) -> Question:
        """A question for people, as one for some of them where the flow offers these or a name can mean several."""
        if not isinstance(question.kind, PersonPicker | PeoplePicker):
            return question
        several = question.value if isinstance(question.value, tuple) else (question.value,)
        if ELSE in several:
            return replace(question, value=tuple(each for each in several if each not in ("", ELSE)) or "")
        found = tuple(wrong.values.get("people", ())) if wrong else ()
        settled = tuple(wrong.values.get("settled", ())) if wrong else ()
        options = tuple({each.key: each for each in map(option_of, (*settled, *found, *offered))}.values())
        if not (found or offered):
            return question
        keys = frozenset(each.key for each in options)
        kept = tuple(dict.fromkeys((*(each.key for each in settled), *(each for each in several if each in keys))))
        if len(kept) < len([each for each in several if each]) and not wrong:
            return question  # somebody who is not among those offered has been named
        which = wrong is not None and wrong.text in WHICH
        single = isinstance(question.kind, PersonPicker)
        labelled = tuple(Choice(each.key, each.choice(language)) for each in options)
        return replace(
            question,
            kind=OneOf() if single else Many(),
            choices=(*labelled, Choice(ELSE, self.texts.say(language, "chrome.somebody_else"))),
            help=question.error if which else question.help,
            error="" if which else question.error,
            value=next(iter(kept), "") if single else kept,
            required=question.required or which,
            people=True,
            unsettled=which,
        )

    def _due_text(self, due: datetime | None, sent: SentBefore | None, reader: Reader) -> str:
        if sent:
            values = {"at": sent.at, "until": sent.until}
            return self.texts.say(reader.language, "chrome.sent_before", values, reader.zone)
        return self.texts.say(reader.language, "chrome.due", {"due": due}, reader.zone) if due else ""

    def done_text(self, flow: str, ask: Ask[Any], reader: Reader) -> str:
        """What a form itself says once it was sent, or nothing."""
        key = self.text_key(reader.language, flow, ask, "done")
        known = self.texts.has(reader.language, key)
        return self.texts.say(reader.language, key, ask.context, reader.zone) if known else ""

    def text_key(self, language: str, flow: str, ask: Ask[Any], key: str) -> str:
        """Where a text of a form stands: with the flow, or else with the file, for what its flows say alike."""
        own = f"{flow}.{ask.form.__name__}.{key}"
        shared = f"{ask.form.__module__.rpartition('.')[2]}.{ask.form.__name__}.{key}"
        return shared if self.texts.has(language, shared) and not self.texts.has(language, own) else own

    def _choices(
        self,
        field: FieldOf,
        kind: Kind,
        offer: Mapping[str, Offered],
        reader: Reader,
        say: Callable[[str], str],
        maybe: Callable[[str], str],
    ) -> tuple[Choice, ...]:
        language = reader.language

        def label(choice: str) -> str:
            return maybe(f"choices.{field.name}.{choice}")

        def also(choice: str) -> tuple[str, ...]:
            return tuple(maybe(f"also.{field.name}.{choice}").split())

        match kind:
            case OneOf(choices=()) | Many(choices=()):
                options = (option_of(thing) for thing in offer.get(field.name, ()))
                return tuple(Choice(option.key, option.name(language)) for option in options)
            case OneOf(choices=choices) | Many(choices=choices):
                return tuple(Choice(each, say(f"choices.{field.name}.{each}"), also(each)) for each in choices)
            case YesNo():
                words = ("yes", "no")
                return tuple(Choice(each, label(each) or self.texts.say(language, f"chrome.{each}")) for each in words)
            case Rating(low=low, high=high):
                return tuple(Choice(str(n), label(str(n)) or str(n)) for n in range(low, high + 1))
            case Line() | Paragraph() | Amount() | DayInput() | TimeInput() | PersonPicker() | PeoplePicker():
                return ()


def _unclear(ask: Ask[Any]) -> tuple[Objection, ...]:
    """What the words typed with a command leave open."""
    return ask.given.unclear if isinstance(ask.given, Typed) else ()


def choice_keys(ask: Ask[Any]) -> dict[str, tuple[Choice, ...]]:
    """What there is to choose from at each question, by its keys alone: what a form sends back."""
    keys: dict[str, tuple[Choice, ...]] = {}
    for field, key, kind, _ in expanded(ask):
        if isinstance(kind, OneOf | Many):
            names = kind.choices or tuple(option_of(thing).key for thing in ask.offer.get(field.name, ()))
            keys[key] = tuple(Choice(name, name) for name in names)
    return keys
