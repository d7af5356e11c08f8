"""Facts about participation: counts by department for HR, and silent reports for their manager."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from storage.directory import reports_of
from storage.facts.announcements import announces
from storage.facts.declaring import Start, fact
from storage.facts.people import LI, companywide, governed
from storage.overview import SILENT, WEEKS, Count, Participation, by_department, silent, silent_reports, weeks_before
from storage.references import IsoWeek, Option, Phrase

_SALES = Phrase(
    "overview.line", {"department": Option("1", "Sales", "销售部"), "numbers": "12/18 · 14/18 · 15/18 · 16/18"}
)
_OTHERS = Phrase("overview.line", {"department": Phrase("overview.others"), "numbers": "5/6 · 5/6 · 6/6 · 6/6"})


@fact(sample=True)
def has_overview(db: Connection, start: Start) -> bool:
    """Whether there is an overview for the person: they are HR, or somebody reports to them."""
    return announces(db, start) or bool(reports_of(db, start.person))


@fact(
    sample={"lines": (_SALES, _OTHERS), "weeks": (IsoWeek("2026-W08"), IsoWeek("2026-W09")), "silent": 2},
    others=(
        {"lines": (_SALES,), "weeks": (IsoWeek("2026-W09"),), "silent": 0},
        {"lines": None, "weeks": (IsoWeek("2026-W09"),), "silent": 0},
        {},
    ),
)
def participation_counts(db: Connection, start: Start) -> Mapping[str, Any]:
    """Counts of the last weeks in the departments the person looks after as HR; nothing for whoever is not HR."""
    if not announces(db, start):
        return {}
    counted = participation_of(db, start)
    return {
        "lines": tuple(
            Phrase(
                "overview.line",
                {
                    "department": line.department or Phrase("overview.others"),
                    "numbers": " · ".join(map(written, line.in_weeks(counted.weeks))),
                },
            )
            for line in counted.lines
        )
        or None,
        "weeks": tuple(IsoWeek(week) for week in counted.weeks),
        "silent": counted.silent,
    }


def participation_of(db: Connection, start: Start) -> Participation:
    """Counts of the last weeks in the departments the person looks after as HR."""
    only = None if companywide(db, start) else {int(each.key) for each in governed(db, start)}
    weeks = weeks_before(start.now, WEEKS)
    lines = by_department(db, weeks, only)
    return Participation(weeks, lines, silent(db, weeks[-SILENT:], only) if lines else 0)


@fact(sample={"people": (LI,)}, others=({"people": None}, {}))
def silent_team(db: Connection, start: Start) -> Mapping[str, Any]:
    """The person's direct reports who have been silent for some weeks; nothing for whoever has no team."""
    if not reports_of(db, start.person):
        return {}
    return {"people": silent_reports(db, start.person, weeks_before(start.now, SILENT)) or None}


def written(count: Count) -> str:
    """`9/12`: how many checked in of those who were asked."""
    return f"{count.answered}/{count.asked}" if count.asked else "–"
