"""From rows of cells to people: every bad cell becomes a problem, and reading goes on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from sys import intern
from typing import TypeVar

from storage.people import Status
from storage.roster import cells, dates, names, places
from storage.roster.decoding import MOST_COLUMNS, Record, Sheet
from storage.roster.headers import NAMES, Field, HeaderMap, Use, map_headers
from storage.roster.names import Names
from storage.roster.problems import BadCell, Note, Notes, Problem, Reason, Remark
from storage.roster.rows import KEEP, Day, Keep, ManagerRef, Row, Text

T = TypeVar("T")
LOOKED_AT = 15
"""Reports of some systems begin with a title and a date; the header is looked for in this many rows."""
REPORTED_EVERY = 2000
MOST_ROWS = 500_000
"""More than any company has people; past this the memory it takes is the greater worry."""
UNNAMED = Names(KEEP, KEEP)

Cells = dict[Field, str | None]
"""The cells of one row by what they mean; `None` where one was bad."""

Progress = Callable[[int], None]
"""Is told how many rows are done."""


@dataclass(frozen=True)
class Reading:
    """What a file says, before anybody has compared it with what is remembered."""

    header: HeaderMap
    encoding: str
    delimiter: str
    rows: tuple[Row, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()


def read(sheet: Sheet, today: date, progress: Progress = lambda _: None) -> Reading:
    """`today` decides whether a last day of work is over."""
    header = _header(sheet)
    problems = [
        Problem(header.line, Reason.repeated_header, column.header, {"position": column.index + 1})
        for column in header.repeated
    ]
    if Field.email not in header.fields:
        faults = (record for record in islice(sheet, LOOKED_AT) if record.fault)
        problems += [Problem(fault.line, fault.fault) for fault in faults if fault.fault]
        problems.append(Problem(header.line, Reason.missing_column))
    if problems:
        return Reading(header, sheet.encoding, sheet.delimiter, problems=tuple(problems))
    reader = _RowReader(header, today)
    reader.settle_date_order(_below(sheet, header))
    rows: list[Row] = []
    for record in _below(sheet, header):
        if len(rows) == MOST_ROWS:
            reader.problems.append(Problem(record.line, Reason.too_many_rows, None, {"limit": MOST_ROWS}))
            break
        if row := reader.row(record):
            rows.append(row)
            if len(rows) % REPORTED_EVERY == 0:
                progress(len(rows))
    if not rows and not reader.problems:
        reader.problems.append(Problem(header.line, Reason.no_rows))
    progress(len(rows))
    return Reading(header, sheet.encoding, sheet.delimiter, tuple(rows), tuple(reader.problems), reader.notes.listed())


def _header(sheet: Sheet) -> HeaderMap:
    """The first row with an e-mail column, otherwise the one in which most columns are known."""
    maps = [
        map_headers(record.line, record.cells[:MOST_COLUMNS]) for record in islice(sheet, LOOKED_AT) if not record.fault
    ]
    if not maps:
        return HeaderMap(1, ())
    return next(
        (header for header in maps if Field.email in header.fields and len(header.fields) > 1),
        max(maps, key=lambda header: (Field.email in header.fields, len(header.fields))),
    )


def _below(sheet: Sheet, header: HeaderMap) -> Iterator[Record]:
    return (record for record in sheet if record.line > header.line)


class _RowReader:
    def __init__(self, header: HeaderMap, today: date) -> None:
        self.width = len(header.columns)
        self.used = [(c.field, c.index) for c in header.columns if c.field and c.use is Use.used]
        self.named = {field: column.header for field, column in header.fields.items()}
        self.email_at = header.fields[Field.email].index
        self.header_line = header.line
        self.manager_columns = [
            (field, self.named[field])
            for field in (Field.manager_email, Field.manager_no, Field.manager)
            if field in self.named
        ]
        self.today = today
        self.order: dates.Order | None = None
        self.problems: list[Problem] = []
        self.notes = Notes()
        self._managers: dict[tuple[str, str], ManagerRef] = {}

    def settle_date_order(self, records: Iterator[Record]) -> None:
        """A first pass over the dates, because 03/04/2026 alone does not tell the day from the month."""
        columns = [index for field, index in self.used if field in {Field.joined_on, Field.left_on}]
        if not columns:
            return
        written = (r.cells[index] for r in records for index in columns if index < len(r.cells))
        self.order, proved = dates.order_of(written)
        if self.order:
            remark = Remark.date_order_read if proved else Remark.date_order_assumed
            self.notes.add(remark, self.header_line, order=self.order)

    def row(self, record: Record) -> Row | None:
        if record.fault:
            self.problems.append(Problem(record.line, record.fault))
            return None
        found = record.cells
        if self._is_ragged(found):
            self.problems.append(
                Problem(record.line, Reason.ragged_row, None, {"count": len(found), "expected": self.width})
            )
            return None
        line, bad = record.line, len(self.problems)
        given = {field: self._parsed(line, field, cells.clean, found[index]) for field, index in self.used}
        if not any(given.values()) and len(self.problems) == bad:
            return None
        named = self._names(line, given)
        status, joined_on, left_on = self._employed(line, given)
        return Row(
            line,
            self._parsed(line, Field.email, cells.email, given[Field.email]) or "",
            employee_no=self._optional(line, given, Field.employee_no, cells.text),
            given_name=named.given,
            family_name=named.family,
            native_name=named.native,
            also=named.also,
            title=self._optional(line, given, Field.job_title, cells.text),
            department=self._optional(line, given, Field.department, cells.text),
            location=self._optional(line, given, Field.location, cells.text),
            country=self._optional(line, given, Field.country, places.country),
            locale=self._locale(line, given),
            time_zone=self._stated(line, given, Field.time_zone, places.time_zone),
            working_days=self._stated(line, given, Field.working_days, cells.working_days),
            status=status,
            joined_on=joined_on,
            left_on=left_on,
            manager=self._manager(line, given),
        )

    def _is_ragged(self, found: list[str]) -> bool:
        """Empty cells at the end are let go, unless the address is not where it should be: then cells moved."""
        if len(found) <= self.width:
            return len(found) < self.width
        return any(map(str.strip, found[self.width :])) or "@" not in found[self.email_at]

    def _parsed(self, line: int, field: Field, parse: Callable[[str], T], cell: str | None) -> T | None:
        """`None` where the cell is bad, or was found to be so before."""
        try:
            return None if cell is None else parse(cell)
        except BadCell as bad:
            self.problems.append(Problem(line, bad.reason, self.named[field], bad.params))
            return None

    def _optional(self, line: int, given: Cells, field: Field, parse: Callable[[str], str | None]) -> Text:
        """A value that an empty cell takes away."""
        if field not in given:
            return KEEP
        value = self._parsed(line, field, parse, given[field])
        return value if value is None or field is Field.employee_no else intern(str(value))

    def _stated(self, line: int, given: Cells, field: Field, parse: Callable[[str], str | None]) -> str | Keep:
        """A value that everybody has, so that an empty cell says nothing."""
        if field not in given:
            return KEEP
        return self._parsed(line, field, parse, given[field]) or KEEP

    def _locale(self, line: int, given: Cells) -> str | Keep:
        stated = self._stated(line, given, Field.locale, places.locale)
        if isinstance(stated, str) and stated.startswith("other:"):
            self.notes.add(Remark.language_not_spoken, line, language=stated.removeprefix("other:"))
            return "en"
        return stated

    def _manager(self, line: int, given: Cells) -> ManagerRef | Keep | None:
        """The most exact of the columns that say who it is."""
        if not self.manager_columns:
            return KEEP
        for kind, column in self.manager_columns:
            if text := self._parsed(line, kind, cells.text, given[kind]):
                return self._managers.setdefault((column, text), ManagerRef(column, text))
        return None

    def _names(self, line: int, given: Cells) -> Names:
        columns = [field for field in NAMES if field in given]
        if not columns:
            return UNNAMED
        before = len(self.problems)
        parts = {
            field: self._parsed(line, field, cells.name, given[field])
            for field in (*columns, Field.preferred_name)
            if field in given
        }
        found = names.settle(
            parts.get(Field.given_name),
            parts.get(Field.family_name),
            parts.get(Field.full_name),
            parts.get(Field.preferred_name),
            parts.get(Field.english_name),
            parts.get(Field.native_name, KEEP),
        )
        if not found:
            if len(self.problems) == before and all(given[field] is not None for field in columns):
                self.problems.append(Problem(line, Reason.missing_name, self.named[columns[0]]))
            return UNNAMED
        if found.was_split:
            self.notes.add(Remark.names_split, line)
        match columns:
            case [Field.given_name]:
                return replace(found, family=KEEP)
            case [Field.family_name]:
                return replace(found, given=KEEP)
            case _:
                return found

    def _employed(self, line: int, given: Cells) -> tuple[str | Keep, Day, Day]:
        """Status and dates; a last day of work that is over speaks louder than a status nobody changed."""
        status: str | Keep = KEEP
        if Field.status in given:
            status = self._parsed(line, Field.status, cells.status, given[Field.status]) or KEEP
        joined_on = self._day(line, given, Field.joined_on)
        left_on = self._day(line, given, Field.left_on)
        if isinstance(left_on, date):
            if isinstance(joined_on, date) and left_on < joined_on:
                days = {"left": left_on.isoformat(), "joined": joined_on.isoformat()}
                self.problems.append(Problem(line, Reason.left_before_joined, self.named[Field.left_on], days))
            if left_on < self.today:
                status = Status.left
        if status is KEEP and left_on is not KEEP:
            status = Status.active
        return status, joined_on, left_on

    def _day(self, line: int, given: Cells, field: Field) -> Day:
        if field not in given:
            return KEEP
        return self._parsed(line, field, lambda cell: dates.day(cell, self.order), given[field])
