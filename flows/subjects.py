"""Subjects: whom an entry is about, and which of them its author leads."""

from collections.abc import Iterator, Sequence

from flows.steps import look
from storage.references import Who


async def subjects_of(me: Who, people: tuple[int, ...] | None) -> tuple[Who, ...]:
    """Those whom it is about; nobody named means the author."""
    first, *more = people or (me.id,)
    found: list[Who] = [me if first == me.id else await look("whoever", person=first)]
    if more:
        found += await look("people", people=more)
    return tuple(dict.fromkeys(found))


async def not_led(subjects: Sequence[Who]) -> tuple[Who, ...]:
    """Those of them who do not report to the author, directly or through others."""
    return tuple(
        [each for each, key in keyed("look:leads", subjects) if not await look("leads", key=key, person=each.id)]
    )


def keyed(step: str, subjects: Sequence[Who]) -> Iterator[tuple[Who, str]]:
    """A key of a step for each of them; the first has the one it had when there was only one."""
    for number, each in enumerate(subjects):
        yield each, f"{step}:{each.key}" if number else step


def one_or_all(people: Sequence[Who]) -> Who | tuple[Who, ...]:
    return people[0] if len(people) == 1 else tuple(people)
