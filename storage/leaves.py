"""Leaves as HR records them: a table of who is away from when to when, taken whole or not at all.

Giving the same table again changes nothing. A table that is complete also says who is not away after all: what HR
recorded before, is not over, and stands there no more is called off. What people said themselves is theirs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.columns import table
from storage.directory import person
from storage.people import Status
from storage.rest import Leave, Told
from storage.roster.dates import day, order_of
from storage.roster.decoding import ListSheet, Record, Sheet, decode
from storage.roster.places import folded
from storage.roster.problems import BadCell, Unusable

HEADERS: Mapping[str, frozenset[str]] = {
    "who": frozenset({"email", "workemail", "employee", "employeeno", "employeenumber", "employeeid", "id"})
    | frozenset({"邮箱", "公司邮箱", "工作邮箱", "工号", "员工工号", "员工编号", "员工"}),
    "first": frozenset({"from", "first", "firstday", "start", "startdate", "begin"})
    | frozenset({"开始", "开始日期", "起始日期", "开始时间"}),
    "last": frozenset({"to", "until", "last", "lastday", "end", "enddate"})
    | frozenset({"结束", "结束日期", "截止日期", "结束时间"}),
}
"""What the columns may be called, without case, spaces and signs."""
AT_ONCE = 500

leave = table(Leave)

_CURRENT = select(leave.c.id, leave.c.person_id, leave.c.first_day, leave.c.last_day, leave.c.series, leave.c.version)
_OF_HR = _CURRENT.where(
    leave.c.current, ~leave.c.cancelled, leave.c.told_by == Told.hr, leave.c.last_day >= bindparam("since")
)
_VERSIONS = select(leave.c.series, leave.c.version).where(
    leave.c.current, leave.c.series.in_(bindparam("named", expanding=True))
)
_RETIRE = (
    update(leave).where(leave.c.series.in_(bindparam("named", expanding=True)), leave.c.current).values(current=False)
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line; `reason` is a key of the texts of whoever shows it."""

    line: int
    reason: str
    value: str = ""


@dataclass(frozen=True)
class Away:
    person: int
    first: date
    last: date

    @property
    def series(self) -> str:
        return f"hr:{self.person}:{self.first.isoformat()}:{self.last.isoformat()}"


@dataclass(frozen=True)
class Outcome:
    """What a table changed, or would; with faults nothing was written."""

    added: int = 0
    unchanged: int = 0
    called_off: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass
class _Table:
    """A table of leaves on its way in."""

    known: Mapping[str, int]
    rows: dict[Away, None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def import_leaves(
    db: Connection, source: bytes | Sequence[Any], now: datetime, *, complete: bool = False, dry_run: bool = False
) -> Outcome:
    """Takes a CSV file, or a list of objects, with an e-mail or employee number and the first and last day away."""
    try:
        sheet: Sheet = decode(source) if isinstance(source, bytes) else ListSheet(source)
    except Unusable as fault:
        return Outcome(faults=(Fault(fault.problem.line, fault.problem.reason.value),))
    read = _read(sheet, _people(db))
    if read.faults:
        return Outcome(faults=tuple(read.faults))
    return _write(db, read.rows, now, complete=complete, dry_run=dry_run)


def _people(db: Connection) -> dict[str, int]:
    """Everybody by e-mail and by employee number."""
    found: dict[str, int] = {}
    for number, email, employee_no in db.execute(
        select(person.c.id, person.c.email, person.c.employee_no).where(person.c.status != Status.left)
    ):
        found[email] = number
        if employee_no:
            found.setdefault(employee_no.casefold(), number)
    return found


def _read(sheet: Sheet, known: Mapping[str, int]) -> _Table:
    found = _Table(known)
    records = iter(sheet)
    header = next(records, None)
    columns = _columns(header.cells) if header else {}
    if missing := [name for name in HEADERS if name not in columns]:
        found.faults.append(Fault(header.line if header else 1, f"no_{missing[0]}"))
        return found
    rows = list(records)
    days = (row.cells[columns[name]] for row in rows for name in ("first", "last") if _fits(row, columns))
    order, _ = order_of(days)
    for row in rows:
        if row.fault or not _fits(row, columns):
            found.faults.append(Fault(row.line, row.fault.value if row.fault else "ragged_row"))
            continue
        cells = {name: row.cells[place].strip() for name, place in columns.items()}
        _take(found, row.line, cells, order)
    return found


def _take(found: _Table, line: int, cells: Mapping[str, str], order: Any) -> None:
    number = found.known.get(cells["who"].casefold())
    if number is None:
        found.faults.append(Fault(line, "unknown_person", cells["who"][:60]))
        return
    try:
        first, last = day(cells["first"], order), day(cells["last"], order)
    except BadCell:
        first = last = None
    if first is None or last is None:
        found.faults.append(Fault(line, "no_day", f"{cells['first'][:20]} – {cells['last'][:20]}"))
    elif last < first:
        found.faults.append(Fault(line, "ends_before"))
    else:
        found.rows[Away(number, first, last)] = None


def _columns(cells: Iterable[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        for name, words in HEADERS.items():
            if folded(cell) in words:
                places.setdefault(name, place)
    return places


def _fits(row: Record, columns: Mapping[str, int]) -> bool:
    return max(columns.values()) < len(row.cells)


def _write(db: Connection, rows: Iterable[Away], now: datetime, *, complete: bool, dry_run: bool) -> Outcome:
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
            _next_versions(db, some, now)
    return Outcome(len(new), len(wanted) - len(new), len(gone))


def _pieces(rows: Sequence[tuple[Away, bool]]) -> Iterator[Sequence[tuple[Away, bool]]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _next_versions(db: Connection, rows: Sequence[tuple[Away, bool]], now: datetime) -> None:
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
                "told_by": Told.hr,
                "cancelled": cancelled,
            }
            for each, cancelled in rows
        ],
    )
