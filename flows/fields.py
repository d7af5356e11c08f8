"""Field types: what a question's answer is, and a hint how to ask for it.

A form uses these as annotations; `X | None` makes a question optional. `kind_of()` turns a field into one of
eleven kinds of question, which is all that a surface has to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from flows.replay import FlowError
from flows.steps import Form

SHORT = 150
"""Characters of a one-line answer; Slack's plain-text inputs and option texts set the scale."""
LONG = 3000
"""Characters of a long answer: what one Slack text input takes (https://docs.slack.dev/reference/block-kit)."""


@dataclass(frozen=True)
class Line:
    most: int = SHORT
    free: bool = False
    """Any characters will do: an indicator's unit may be `%`, where a title must have words."""


@dataclass(frozen=True)
class Paragraph:
    most: int = LONG


@dataclass(frozen=True)
class Amount:
    least: Decimal | None = None
    most: Decimal | None = None
    unit: str = ""
    whole: bool = False
    is_hour: bool = False
    """An hour of the day, which may be written as a time: 9:00, 上午9点."""


@dataclass(frozen=True)
class DayInput:
    ahead: bool | None = None
    """True: today or later. False: today or earlier."""


@dataclass(frozen=True)
class TimeInput:
    """A time of a day."""


@dataclass(frozen=True)
class Rating:
    low: int = 1
    high: int = 5


@dataclass(frozen=True)
class YesNo:
    pass


@dataclass(frozen=True)
class OneOf:
    choices: tuple[str, ...] = ()
    """Known to the form; empty: what the ask offers."""


@dataclass(frozen=True)
class Many:
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonPicker:
    pass


@dataclass(frozen=True)
class PeoplePicker:
    most: int = 20


Kind = Line | Paragraph | Amount | DayInput | TimeInput | Rating | YesNo | OneOf | Many | PersonPicker | PeoplePicker


@dataclass(frozen=True)
class Each:
    """The same question about each of the things that the ask offers; the answer is a dict by their keys."""

    kind: Kind
    adds_up_to: int | None = None
    """What the amounts have to add up to, so that a surface can count along."""


ShortText = Annotated[str, Line()]
Symbol = Annotated[str, Line(most=24, free=True)]
LongText = Annotated[str, Paragraph()]
Scale = Annotated[int, Rating()]
Percent = Annotated[int, Amount(Decimal(0), Decimal(100), "%", whole=True)]
Quantity = Annotated[Decimal, Amount()]
Hour = Annotated[int, Amount(Decimal(0), Decimal(23), whole=True, is_hour=True)]
Day = Annotated[date, DayInput()]
ComingDay = Annotated[date, DayInput(ahead=True)]
PastDay = Annotated[date, DayInput(ahead=False)]
Clock = Annotated[time, TimeInput()]
Colleague = Annotated[int, PersonPicker()]
"""A person's id."""
Colleagues = Annotated[tuple[int, ...], PeoplePicker()]
Pick = Annotated[str, OneOf()]
"""The key of one of the things offered."""
Picks = Annotated[tuple[str, ...], Many()]
EachPercent = Annotated[dict[str, int], Each(Amount(Decimal(0), Decimal(100), "%", whole=True))]
EachWeight = Annotated[dict[str, int], Each(Amount(Decimal(0), Decimal(100), "%", whole=True), adds_up_to=100)]
EachScale = Annotated[dict[str, int], Each(Rating())]


def adds_up_to(kind: object) -> int | None:
    """What the amounts of a field have to add up to, if it is of such a kind."""
    return kind.adds_up_to if isinstance(kind, Each) else None


class UnknownField(FlowError):
    def __init__(self, form: type[Form], name: str) -> None:
        super().__init__(f"{form.__name__}.{name} has a type no question can be made of; use one of flows.fields")


@dataclass(frozen=True)
class FieldOf:
    """One field of a form: its name, what it asks, and whether an answer is needed."""

    name: str
    kind: Kind | Each
    required: bool


def fields_of(form: type[Form]) -> Iterator[FieldOf]:
    """The fields of a form in their order; raises `UnknownField`."""
    if form not in _known:
        _known[form] = tuple(_field_of(form, name, info) for name, info in form.model_fields.items())
    return iter(_known[form])


_known: dict[type[Form], tuple[FieldOf, ...]] = {}


def _field_of(form: type[Form], name: str, info: FieldInfo) -> FieldOf:
    annotation, hints = info.annotation, list(info.metadata)
    optional = False
    if get_origin(annotation) in (Union, UnionType):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        optional = len(inner) < len(get_args(annotation))
        annotation = inner[0]
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        hints += more
    kind = next((hint for hint in hints if isinstance(hint, Kind | Each)), None) or _plain(annotation)
    if kind is None:
        raise UnknownField(form, name)
    return FieldOf(name, kind, required=not optional)


def _plain(annotation: Any) -> Kind | None:
    if annotation is bool:
        return YesNo()
    if get_origin(annotation) is Literal:
        return OneOf(tuple(str(choice) for choice in get_args(annotation)))
    return None
