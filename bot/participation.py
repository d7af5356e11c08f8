"""Participation on a desk: for HR how many check in, in counts; for a manager who of their team has been silent.

The same as `/overview` says, shortened: the first departments, and the rest by the command.
"""

from bot.visit import Visit
from storage.facts import Start
from storage.facts.announcements import announces
from storage.facts.overview import participation_counts, silent_team
from storage.participation import counted
from storage.references import Phrase

MOST = 8
"""Departments on a desk; `/overview` has all of them."""
MOST_PEOPLE = 2000
"""Counting more people would make a desk wait: there it names the command instead."""


def participation_lines(visit: Visit) -> tuple[Phrase, ...]:
    """One phrase a line; none for whoever has neither a role nor somebody silent on their team."""
    start = Start(visit.person, visit.now)
    lines: list[Phrase] = []
    if announces(visit.db, start):
        lines += _counts(visit, start)
    team = silent_team(visit.db, start)
    if team and team["people"]:
        lines.append(Phrase("desk.participation.team", {"people": team["people"]}))
    return tuple(lines)


def _counts(visit: Visit, start: Start) -> list[Phrase]:
    _, here = counted(visit.db)
    if here > MOST_PEOPLE:
        return [Phrase("desk.participation.command")]
    counts = participation_counts(visit.db, start)
    departments = counts["lines"]
    if not departments:
        return []
    silent = "silent" if counts["silent"] else "none_silent"
    more = [Phrase("desk.participation.more", {"count": len(departments) - MOST})] if len(departments) > MOST else []
    return [
        Phrase("desk.participation.weeks", {"weeks": counts["weeks"]}),
        *departments[:MOST],
        *more,
        Phrase(f"desk.participation.{silent}", {"count": counts["silent"]}),
    ]
