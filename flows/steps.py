"""The steps a flow may await: `ask`, `tell`, `save`, `draft`, `look` and `gather`.

Awaiting a step yields it to `flows.replay`, which drives the flow and sends back the recorded result or performs it.
Every step has a key; results are found by key and never by position, so that a question can be added, moved or dropped
in mid-flow. `look` records a fact as it is at that moment: the outcome of many sealed answers, and of none by itself.
"""

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeVar, overload

from pydantic import BaseModel, ConfigDict, ValidationError

from storage.audience import Audience
from storage.columns import Record
from storage.json_values import read
from storage.references import GoalRef, Option, Who
from storage.timing import Timing

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
F = TypeVar("F", bound="Form")


class Form(BaseModel):
    """What is asked for at one time: each field one question, its type how it is asked (`flows.fields`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def objections(self) -> Iterable["Objection"]:
        """What is wrong with the answers taken together, for rules over more than one field."""
        return ()

    def clashes(self, context: Mapping[str, Any]) -> Iterable["Objection"]:  # noqa: ARG002  # for its overrides
        """The same, in view of what the ask mentions, such as how much of a hundred percent is free."""
        return ()


@dataclass(frozen=True)
class Objection:
    """An answer that cannot stand: the question it is shown at, and the text that says why."""

    question: str
    text: str
    """A key of `[problems]` in the texts."""
    values: Mapping[str, Any] = field(default_factory=dict)


class Answered:
    """What a flow learns of a sealed ask: that it was answered, and nothing else."""


ANSWERED = Answered()


class Unreadable(Exception):
    """The recorded answer does not fit the form any more, because the form has changed since."""


@dataclass(frozen=True)
class Step(Generic[T]):
    key: str

    def __await__(self) -> Generator["Step[Any]", Any, T]:
        result: T = yield self
        return result

    def restore(self, value: Any) -> T:
        """The result, from what the journal keeps of it; raises `Unreadable`."""
        result: T = value
        return result


Offered = Sequence[Option | GoalRef | Who | str]


@dataclass(frozen=True)
class Ask(Step[T]):
    """A form put to a person, and their answer, or None once the deadline has passed."""

    who: Who
    form: type[Form]
    within: timedelta | None
    sealed: Callable[[Any], Record] | None
    offer: Mapping[str, Offered]
    given: Mapping[str, Any]
    """Answers already known, shown to be confirmed."""
    context: Mapping[str, Any]
    quiet: bool
    """Shown when the person looks for it, but not sent to them as a message of its own."""

    def restore(self, value: Any) -> T:
        if value is None:
            if self.within is None:
                raise Unreadable(self.key)  # there was a deadline when it passed
            return value  # type: ignore[return-value]  # None is in T exactly when there is a deadline (see ask)
        if self.sealed:
            return ANSWERED  # type: ignore[return-value]
        try:
            return self.form.model_validate(value)  # type: ignore[return-value]
        except ValidationError as changed:
            raise Unreadable(self.key) from changed


Button = tuple[str, Mapping[str, Any]]
"""A flow to start, and the facts to start it with."""
Recipients = Who | Sequence[Who] | Audience | Literal["everyone"]


@dataclass(frozen=True)
class Tell(Step[None]):
    """A message nobody has to answer. Its text is `[flow.tell]` in the texts."""

    to: Recipients
    text: str
    buttons: tuple[Button, ...]
    hour: int | Timing | None
    about: str | None
    values: Mapping[str, Any]
    binding: bool | datetime = False
    once: bool = False


@dataclass(frozen=True)
class Save(Step[str]):
    """A record to remember; the result names it: its series if it has versions, otherwise its id."""

    record: Record


@dataclass(frozen=True)
class Draft(Step[str | None]):
    """A text to be drafted for somebody to edit, or None if it did not come in time."""

    task: str
    within: timedelta | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Look(Step[Any]):
    """A fact as it is now, recorded so that a replay sees the same one."""

    fact: str
    about: Mapping[str, Any]

    def restore(self, value: Any) -> Any:
        return read(value)


@dataclass(frozen=True)
class Gather(Step[T]):
    """Several steps, or pieces of a flow, under way at once; done when all of them are."""

    parts: tuple[Awaitable[Any], ...]


@overload
def ask(
    who: Who,
    form: type[F],
    *,
    within: timedelta,
    sealed: Callable[[F], Record],
    key: str | None = None,
    offer: Mapping[str, Offered] | None = None,
    given: Mapping[str, Any] | None = None,
    quiet: bool = False,
    **context: Any,
) -> Step[Answered | None]: ...
@overload
def ask(
    who: Who,
    form: type[F],
    *,
    sealed: Callable[[F], Record],
    key: str | None = None,
    offer: Mapping[str, Offered] | None = None,
    given: Mapping[str, Any] | None = None,
    quiet: bool = False,
    **context: Any,
) -> Step[Answered]: ...
@overload
def ask(
    who: Who,
    form: type[F],
    *,
    within: timedelta,
    key: str | None = None,
    offer: Mapping[str, Offered] | None = None,
    given: Mapping[str, Any] | None = None,
    quiet: bool = False,
    **context: Any,
) -> Step[F | None]: ...
@overload
def ask(
    who: Who,
    form: type[F],
    *,
    key: str | None = None,
    offer: Mapping[str, Offered] | None = None,
    given: Mapping[str, Any] | None = None,
    quiet: bool = False,
    **context: Any,
) -> Step[F]: ...
def ask(
    who: Who,
    form: type[Any],
    *,
    within: timedelta | None = None,
    sealed: Callable[[Any], Record] | None = None,
    key: str | None = None,
    offer: Mapping[str, Offered] | None = None,
    given: Mapping[str, Any] | None = None,
    quiet: bool = False,
    **context: Any,
) -> Step[Any]:
    """Asks a person to fill a form.

    `within` is the time to answer, after which the result is None. `sealed` turns the answer into the record it goes
    to; the journal then keeps only that it was given. `offer` holds what there is to choose from, by field (keys narrow
    the choices of a `Literal`), and the things an `Each` field is asked about. `given` fills the form in advance.
    `context` is what the texts of the form may mention.
    """
    return Ask(
        key=key or snake(form.__name__),
        who=who,
        form=form,
        within=within,
        sealed=sealed,
        offer=offer or {},
        given={} if given is None else given,  # an empty one may still say what is unclear
        context=context,
        quiet=quiet,
    )


def tell(
    to: Recipients,
    text: str,
    *,
    key: str | None = None,
    buttons: Iterable[Button] = (),
    hour: int | Timing | None = None,
    about: str | None = None,
    binding: bool | datetime = False,
    once: bool = False,
    **values: Any,
) -> Step[None]:
    """Sends a text to a person, several, an audience, or to `everyone` in public.

    `hour` holds it until that hour of each person's own day, or a `Timing`; reports count it under `about`; with `once`
    nobody is told about the same twice. What is `binding` comes before others; given as a moment, before that.
    """
    one = f":{to.id}" if isinstance(to, Who) else ""
    return Tell(key or f"tell:{text}{one}", to, text, tuple(buttons), hour, about, values, binding, once)


def save(record: Record, *, key: str | None = None) -> Step[str]:
    """Remembers a record with the answer that led to it; an edited answer makes a `Versioned` one's next version."""
    return Save(key or f"save:{snake(type(record).__name__)}", record)


def draft(task: str, *, within: timedelta | None = None, key: str | None = None, **facts: Any) -> Step[str | None]:
    """Drafts a text by one of the tasks in `prompts`; nothing drafted is sent unless a person confirms it."""
    return Draft(key or f"draft:{task}", task, within, facts)


def look(fact: str, *, key: str | None = None, **about: Any) -> Step[Any]:
    """Reads a fact of `storage.facts` as it is now, and remembers it for this conversation."""
    return Look(key or f"look:{fact}", fact, about)


@overload
def gather(first: Awaitable[A], second: Awaitable[B], /) -> Step[tuple[A, B]]: ...
@overload
def gather(parts: Iterable[Awaitable[A]], /) -> Step[tuple[A, ...]]: ...
def gather(*parts: Any) -> Step[Any]:
    """Waits for several steps, or for several coroutines made of steps, and gives their results in order."""
    flat = parts if len(parts) > 1 else tuple(parts[0])
    return Gather("gather", tuple(flat))


def snake(name: str) -> str:
    """`CheckIn` as `check_in`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def days(count: int) -> timedelta:
    return timedelta(days=count)


def hours(count: int) -> timedelta:
    return timedelta(hours=count)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
