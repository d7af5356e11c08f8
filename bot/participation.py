"""Participation on a desk: for HR how many check in, in counts; for a manager who of their team has been silent.

The same as `/overview` says, shortened: the first departments, and the rest by the command.
"""

from dataclasses import dataclass

from bot.visit import Visit
from storage.facts import Start
from storage.facts.announcements import announces
from storage.facts.overview import participation_of, silent_team, written
from storage.participation import counted
from storage.references import IsoWeek, Option, Phrase

MOST = 8
"""Departments on a desk; `/overview` has all of them."""
MOST_PEOPLE = 2000
"""Counting more people would make a desk wait: there it names the command instead."""


@dataclass(frozen=True)
class Row:
    """How many of a department checked in, such as `9/12`, for each week."""

    department: Option | Phrase
    counts: tuple[str, ...]

    @property
    def line(self) -> Phrase:
        """The row where there is no table: the newest week first, in words."""
        before = " · ".join(self.counts[:-1])
        return Phrase(
            "desk.participation.row", {"department": self.department, "newest": self.counts[-1], "before": before}
        )


@dataclass(frozen=True)
class Participating:
    weeks: tuple[IsoWeek, ...] = ()
    """Oldest first; none where there are no counts to show."""
    rows: tuple[Row, ...] = ()
    notes: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.notes)

    @property
    def lines(self) -> tuple[Phrase, ...]:
        """The whole of it where there is no table, one phrase a line."""
        return (*self._about_rows, *(row.line for row in self.rows), *self.notes)

    @property
    def _about_rows(self) -> tuple[Phrase, ...]:
        if not self.rows:
            return ()
        before = {"newest": self.weeks[-1], "before": self.weeks[:-1]}
        return (Phrase("desk.participation.weeks", before),)


NOT_COUNTED = Participating()


def participating(visit: Visit) -> Participating:
    """Nothing for whoever has neither a role nor somebody silent on their team."""
    start = Start(visit.person, visit.now)
    counts = _counts(visit, start) if announces(visit.db, start) else NOT_COUNTED
    team = silent_team(visit.db, start)
    if not (team and team["people"]):
        return counts
    silent = Phrase("desk.participation.team", {"people": team["people"]})
    return Participating(counts.weeks, counts.rows, (*counts.notes, silent))


def _counts(visit: Visit, start: Start) -> Participating:
    _, here = counted(visit.db)
    if here > MOST_PEOPLE:
        return Participating(notes=(Phrase("desk.participation.command"),))
    found = participation_of(visit.db, start)
    if not found.lines:
        return NOT_COUNTED
    rows = tuple(
        Row(line.department or Phrase("overview.others"), tuple(map(written, line.in_weeks(found.weeks))))
        for line in found.lines[:MOST]
    )
    left = len(found.lines) - MOST
    more = (Phrase("desk.participation.more", {"count": left}),) if left > 0 else ()
    silent = Phrase(f"desk.participation.{'silent' if found.silent else 'none_silent'}", {"count": found.silent})
    return Participating(tuple(map(IsoWeek, found.weeks)), rows, (*more, silent))
