"""Made-up answers: what somebody could type into a page, so that every path of a flow can be walked.

One question is varied at a time around a plain first answer, so that the number of fillings grows with the
number of questions and not with its power. `pairwise` varies two at a time, for what one alone cannot reach.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

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
)
from flows.page import Choice, choice_keys
from flows.questions import Raw, Values, expanded, option_of, raw_values
from flows.reading import Reading, read_form
from flows.steps import Ask, Form

CLEAR = "Closed the Acme renewal: 120,000 EUR a year, signed on Tuesday."
VAGUE = "fine"
DATED = "2026-03-31 Pilot with two customers"
TRIES = 60
"""How many fillings are tried before a form counts as one that nobody can fill."""

Options = Mapping[str, tuple[Raw, ...]]
"""What may be typed at each question, the plainest first; nothing where there is nothing to choose from."""


@dataclass(frozen=True)
class Filled:
    """A page as somebody typed it, and the form that was read from it."""

    typed: Values
    form: Form


def reading_on(today: date) -> Reading:
    """How made-up answers are read: people are called by their ids."""
    return Reading(today, int)


def fillings(ask: Ask[Any], reading: Reading, *, pairwise: bool = False) -> Iterator[Filled]:
    """The ways to fill a page that its form accepts, the plainest first; none if nothing fits."""
    options = _options(ask, reading.today)
    first = _first(ask, options, reading)
    if first is None:
        return
    yield first
    changes = [{key: raw} for key, raws in options.items() for raw in raws if raw != first.typed.get(key, "")]
    changes.append({key: "" for key, raws in options.items() if "" in raws})
    if pairwise:
        changes += [one | two for one, two in combinations(changes, 2) if one.keys() != two.keys()]
    for change in changes:
        if filled := _filled(ask, {**first.typed, **change}, reading):
            yield filled


def _first(ask: Ask[Any], options: Options, reading: Reading) -> Filled | None:
    """The plainest filling: what was given and the plainest answers, others where the form objects to them."""
    given = {key: raw for key, raw in raw_values(ask).items() if raw}
    left = {key: [raw for raw in (given.get(key), *raws) if raw is not None] for key, raws in options.items()}
    for _ in range(TRIES):
        typed = {key: raws[0] for key, raws in left.items() if raws}
        form = read_form(ask, typed, reading, choice_keys(ask))
        if isinstance(form, Form):
            return Filled(typed, form)
        doubtful = next((left[each.question] for each in form if len(left.get(each.question, ())) > 1), None)
        if doubtful is None:
            return None
        doubtful.pop(0)
    return None


def _filled(ask: Ask[Any], typed: Values, reading: Reading) -> Filled | None:
    form = read_form(ask, typed, reading, choice_keys(ask))
    return Filled(typed, form) if isinstance(form, Form) else None


def _options(ask: Ask[Any], today: date) -> Options:
    choices = choice_keys(ask)
    questions = list(expanded(ask))
    options: dict[str, tuple[Raw, ...]] = {}
    for number, (field, key, kind, thing) in enumerate(questions):
        raws = _offered(ask, field) or _typed(kind, choices.get(key, ()), number, today)
        if thing is not None and isinstance(kind, Amount) and kind.unit == "%":
            raws = (_share([name for of, name, *_ in questions if of is field], key), *raws)
        options[key] = raws if field.required else (*raws, "")
    return options


def _offered(ask: Ask[Any], field: FieldOf) -> tuple[Raw, ...]:
    """Those of the people whom the flow offers, one of them or all."""
    if not isinstance(field.kind, PersonPicker | PeoplePicker) or field.name not in ask.offer:
        return ()
    keys = tuple(option_of(each).key for each in ask.offer[field.name])
    return keys if isinstance(field.kind, PersonPicker) else tuple(dict.fromkeys((keys[:1], keys)))


def _typed(kind: Kind, choices: tuple[Choice, ...], number: int, today: date) -> tuple[Raw, ...]:
    match kind:
        case Line(free=True):
            return ("%",)
        case Line(most=most):
            return CLEAR[:most].rstrip(), VAGUE
        case Paragraph(most=most):
            return CLEAR[:most].rstrip(), VAGUE, DATED
        case Amount():
            return _amounts(kind)
        case DayInput(ahead=ahead):
            # Days rise from question to question, because a form with two of them asks for a beginning and an end.
            away = timedelta(days=number - 60 if ahead is False else number + 7)
            days = (away, timedelta(), away - timedelta(days=1))  # the third is the plainest of the day before it
            return tuple((today + each).isoformat() for each in days)
        case TimeInput():
            return "15:00", "09:30"
        case Rating(low=low, high=high):
            return tuple(dict.fromkeys(str(rate) for rate in (high - 1, low, (low + high) // 2, high)))
        case YesNo():
            return "yes", "no"
        case OneOf():
            return tuple(choice.key for choice in choices)
        case Many():
            keys = tuple(choice.key for choice in choices)
            return tuple(dict.fromkeys((keys[:1], keys))) if keys else ()
        case PersonPicker():
            return "2", "1"
        case PeoplePicker(most=most):
            return ("2", "3", "4")[:most], ("2",), ("1",)


def _amounts(kind: Amount) -> tuple[str, ...]:
    least = kind.least if kind.least is not None else Decimal(0)
    most = kind.most if kind.most is not None else Decimal(1000)
    middle = (least + most) / 2
    amounts = (middle.to_integral_value() if kind.whole else middle, least, most)
    return tuple(dict.fromkeys(format(amount, "f") for amount in amounts))


def _share(keys: list[str], key: str) -> str:
    """An even share of a hundred: weights that must add up do."""
    each, rest = divmod(100, len(keys))
    return str(each + (keys.index(key) < rest))
