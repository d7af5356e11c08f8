"""Leaves as HR records them: a table of who is away from when to when, taken whole or not at all.

Giving the same table again changes nothing. A table that is complete also says who is not away after all: what HR
recorded before, is not over, and stands there no more is called off. What people said themselves is theirs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.columns import table
from storage.directory import person
from storage.leave_days import Column
from storage.leave_table import NOTHING_LEFT_OUT, Away, Fault, LeftOut, Staff, day_columns, read_leave
from storage.people import Status
from storage.rest import Leave, Told
from storage.roster.dates import Order
from storage.roster.decoding import ListSheet, Sheet, decode
from storage.roster.problems import Unusable

AT_ONCE = 500

leave = table(Leave)

_CURRENT = select(leave.c.id, leave.c.person_id, leave.c.first_day, leave.c.last_day, leave.c.series, leave.c.version)
_OF_HR = _CURRENT.where(
    leave.c.current,
    ~leave.c.cancelled,
    leave.c.told_by.in_((Told.hr, Told.api)),
    leave.c.last_day >= bindparam("since"),
)
_VERSIONS = select(leave.c.series, leave.c.version).where(
    leave.c.current, leave.c.series.in_(bindparam("named", expanding=True))
)
_RETIRE = (
    update(leave).where(leave.c.series.in_(bindparam("named", expanding=True)), leave.c.current).values(current=False)
)


@dataclass(frozen=True)
class Outcome:
    """What a table changed, or would; with faults nothing was written."""

    added: int = 0
    unchanged: int = 0
    called_off: int = 0
    faults: tuple[Fault, ...] = ()
    left_out: LeftOut = NOTHING_LEFT_OUT
    columns: tuple[tuple[str, Column | None], ...] = field(default=(), compare=False)
    """Each header of the table, and what it was taken for."""
    order: Order | None = field(default=None, compare=False)
    """How dates such as 03/04/2026 were read, if there are any."""


def import_leaves(
    db: Connection,
    source: bytes | Sequence[Any],
    now: datetime,
    *,
    complete: bool = False,
    dry_run: bool = False,
    dates: Order | None = None,
    told_by: Told = Told.hr,
) -> Outcome:
    """Takes a CSV file, a workbook or a list of objects: an e-mail or employee number, the first and last day away.

    `dates` says how dates such as 03/04/2026 are meant where nothing in the table proves it; `told_by` which way the
    table came.
    """
    try:
        sheet: Sheet = decode(source, day_columns) if isinstance(source, bytes) else ListSheet(source)
    except Unusable as fault:
        sheets = str(fault.problem.params.get("sheets", ""))
        return Outcome(faults=(Fault(fault.problem.line, fault.problem.reason.value, sheets),))
    read = read_leave(sheet, _staff(db), dates)
    if read.faults:
        return Outcome(faults=read.faults, left_out=read.left_out, columns=read.columns, order=read.order)
    outcome = _write(db, read.rows, now, told_by, complete=complete, dry_run=dry_run)
    return replace(outcome, left_out=read.left_out, columns=read.columns, order=read.order)


def _staff(db: Connection) -> Staff:
    here: dict[str, int] = {}
    former: set[str] = set()
    everybody = select(person.c.id, person.c.email, person.c.employee_no, person.c.status).order_by(person.c.id)
    for number, email, employee_no, status in db.execute(everybody):
        for key in (email, employee_no.casefold() if employee_no else ""):
            if key and status == Status.left:
                former.add(key)
            elif key:
                here.setdefault(key, number)
    return Staff(here, frozenset(former))


def _write(
    db: Connection, rows: Iterable[Away], now: datetime, told_by: Told, *, complete: bool, dry_run: bool
) -> Outcome:
    wanted = {each.series: each for each in rows}
    today = now.date()
    since = min([today, *(each.first for each in wanted.values())])
    standing = {row["series"]: row for row in db.execute(_OF_HR, {"since": since}).mappings()}
    new = [each for series, each in wanted.items() if series not in standing]
    gone = []
    if complete:
        gone = [row for row in standing.values() if row["series"] not in wanted and row["last_day"] >= today]
    if not dry_run:
        called_off = [Away(row["person_id"], row["first_day"], row["last_day"]) for row in gone]
        for some in _pieces([(each, False) for each in new] + [(each, True) for each in called_off]):
            _next_versions(db, some, now, told_by)
    return Outcome(len(new), len(wanted) - len(new), len(gone))


def _pieces(rows: Sequence[tuple[Away, bool]]) -> Iterator[Sequence[tuple[Away, bool]]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _next_versions(db: Connection, rows: Sequence[tuple[Away, bool]], now: datetime, told_by: Told) -> None:
    series = {"named": [each.series for each, _ in rows]}
    versions = {row[0]: row[1] for row in db.execute(_VERSIONS, series)}
    db.execute(_RETIRE, series)
    db.execute(
        insert(leave),
        [
            {
                "series": each.series,
                "version": versions.get(each.series, 0) + 1,
                "current": True,
                "saved_by": each.person,
                "saved_at": now,
                "person_id": each.person,
                "first_day": each.first,
                "last_day": each.last,
                "told_by": told_by,
                "cancelled": cancelled,
            }
            for each, cancelled in rows
        ],
    )
