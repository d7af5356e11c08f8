"""From one row of cells to one person: every bad cell becomes a problem, and reading goes on."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from sys import intern
from typing import Any, TypeVar

from storage.people import Status
from storage.roster import cells, dates, employment, names, places
from storage.roster.decoding import Record
from storage.roster.headers import LEVELS, MANAGERS, NAMES, Field, HeaderMap, Use
from storage.roster.labels import is_label_row, is_total
from storage.roster.names import Names
from storage.roster.problems import BadCell, Notes, Problem, Reason, Remark
from storage.roster.rows import KEEP, Day, Keep, ManagerRef, Row, Text
from storage.roster.saying import cleaned_or_none, says_something
from storage.roster.words import WORDS

T = TypeVar("T")
UNNAMED = Names(KEEP, KEEP)

Cells = dict[Field, str | None]
"""The cells of one row by what they mean; `None` where one was bad."""

NUMBERS = re.compile(r"\d+(?:\s*[;,|、；，]\s*\d+)+")
NOBODY = frozenset(WORDS["nobody"]["manager"])
EMPLOYMENT: tuple[tuple[Field, Callable[[str], Status | None]], ...] = (
    (Field.status, cells.status),
    (Field.employed, employment.by_yes),
    (Field.gone, employment.by_no),
)


def _without_number(row: Row) -> Row:
    """One number alone is no name either, in a file that has lists of them."""
    is_number = isinstance(row.department, str) and row.department.isdecimal()
    return row._replace(department=KEEP) if is_number else row


def _manager(field: Field, column: str, own_number: bool, cell: str) -> ManagerRef | None:
    named = cells.number(cell) if field is Field.manager_no else cells.text(cell)
    return ManagerRef(column, named, own_number) if named and named.casefold() not in NOBODY else None


class RowReader:
    def __init__(self, header: HeaderMap, today: date) -> None:
        self.width = len(header.columns)
        self.headers = [column.header for column in header.columns]
        self.fallbacks = header.fallbacks
        self.levels = [field for field in LEVELS if field in header.fields]
        self.yes_no = employment.YesNoColumns.of(c.index for c in header.columns if c.field is None)
        self.unread: dict[int, tuple[str, ...]] = {}
        self.used = [(c.field, c.index) for c in header.columns if c.field and c.use is Use.used]
        self.named = {field: column.header for field, column in header.fields.items()}
        self.email_at = header.fields[Field.email].index
        self.header_line = header.line
        self.managers_at = header.managers_number
        goes_by = {Field.manager_no: self.managers_at is not None}
        self.manager_columns = [
            (field, partial(_manager, field, self.named[field], goes_by.get(field, False)))
            for field in MANAGERS
            if field in self.named
        ]
        self.today = today
        self.order: dates.Order | None = None
        self.problems: list[Problem] = []
        self.notes = Notes()
        self.numbered_departments = False
        self.kinds = [field for field in (Field.account_kind, Field.status) if field in self.named]
        self.employment = [(field, parse) for field, parse in EMPLOYMENT if field in self.named]
        self.name_columns = [field for field in NAMES if field in self.named]
        self.names_read = [field for field in (*self.name_columns, Field.preferred_name) if field in self.named]
        self._known: defaultdict[Field, dict[str | None, Any]] = defaultdict(dict)

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
        before = len(self.problems)
        row = self._row(record)
        if len(self.problems) > before:
            self.unread[record.line] = tuple(filter(None, map(str.strip, record.cells)))
        return row

    def is_label(self, record: Record) -> bool:
        if record.fault or not is_label_row(record.cells, self.email_at, self.headers):
            return False
        self.notes.add(Remark.label_row, record.line)
        return True

    def finished(self, rows: list[Row]) -> list[Row]:
        """The rows, once it is known of the whole file what its columns hold."""
        for index in self.yes_no.found() if len(rows) > 1 else ():
            self.notes.add(Remark.yes_no_unused, self.header_line, header=self.headers[index])
        if self.numbered_departments:
            rows = [_without_number(row) for row in rows]
        return rows

    def _row(self, record: Record) -> Row | None:
        if record.fault:
            self.problems.append(Problem(record.line, record.fault))
            return None
        found = record.cells
        if is_total(found, self.email_at):
            self.notes.add(Remark.total_row, record.line)
            return None
        if self._is_ragged(found):
            self.problems.append(
                Problem(record.line, Reason.ragged_row, None, {"count": len(found), "expected": self.width})
            )
            return None
        line, bad = record.line, len(self.problems)
        given = self._cleaned(line, found)
        if not any(given.values()) and len(self.problems) == bad:
            return None
        if self.yes_no.open:
            self.yes_no.look(found)
        if self.fallbacks:
            self._fall_back(given, found)
        if any(employment.is_guest(given[each] or "") for each in self.kinds):
            del self.problems[bad:]
            self.notes.add(Remark.guests_left_out, line)
            return None
        named = self._names(line, given)
        status, joined_on, left_on = self._employed(line, given)
        return Row(
            line,
            self._parsed(line, Field.email, cells.email, given[Field.email]) or "",
            employee_no=self._optional(line, given, Field.employee_no, cells.number),
            given_name=named.given,
            family_name=named.family,
            native_name=named.native,
            also=named.also,
            title=self._shared(line, given, Field.job_title, cells.text),
            department=self._department(line, given),
            location=self._shared(line, given, Field.location, cells.text),
            near=self._near(given, found) if self.fallbacks else None,
            region=self._shared(line, given, Field.region, cells.text),
            country=self._shared(line, given, Field.country, places.country),
            locale=self._locale(line, given),
            time_zone=self._stated(line, given, Field.time_zone, places.time_zone),
            working_days=self._stated(line, given, Field.working_days, cells.working_days),
            status=status,
            joined_on=joined_on,
            left_on=left_on,
            manager=self._manager(line, given),
            managers_number=None if (at := self.managers_at) is None else cleaned_or_none(found[at]),
        )

    def _is_ragged(self, found: list[str]) -> bool:
        """Empty cells at the end are let go, unless the address is not where it should be: then cells moved."""
        if len(found) <= self.width:
            return len(found) < self.width
        return any(map(str.strip, found[self.width :])) or "@" not in found[self.email_at]

    def _cleaned(self, line: int, found: list[str]) -> Cells:
        if tidy := cells.clean_together(found):
            return {field: tidy[index] for field, index in self.used}
        return {field: self._parsed(line, field, cells.clean, found[index]) for field, index in self.used}

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
        return self._parsed(line, field, parse, given[field])

    def _shared(self, line: int, given: Cells, field: Field, parse: Callable[[str], T | None]) -> T | Keep | None:
        """A value that many rows have alike: it is parsed once, and is one object."""
        if field not in given:
            return KEEP
        cell = given[field]
        known: dict[str | None, T | None] = self._known[field]
        if cell in known:
            return known[cell]
        value = self._parsed(line, field, parse, cell)
        if value is not None or not cell:
            known[cell] = value
        return value

    def _stated(self, line: int, given: Cells, field: Field, parse: Callable[[str], str | None]) -> str | Keep:
        """A value that everybody has, so that an empty cell says nothing."""
        if field not in given:
            return KEEP
        return self._parsed(line, field, parse, given[field]) or KEEP

    def _fall_back(self, given: Cells, found: list[str]) -> None:
        """Where the preferred column of a field says nothing, the next one that says something is taken."""
        for kind, indices in self.fallbacks.items():
            if says_something(kind, given[kind]):
                continue
            others = (cleaned_or_none(found[index]) for index in indices if index < len(found))
            if other := next((cell for cell in others if says_something(kind, cell)), None):
                given[kind] = other

    def _near(self, given: Cells, found: list[str]) -> str | None:
        location = given.get(Field.location)
        if Field.location not in self.fallbacks or not location or places.place(location):
            return None
        others = (cleaned_or_none(found[index]) for index in self.fallbacks[Field.location] if index < len(found))
        return next((intern(cell) for cell in others if cell and places.place(cell)), None)

    def _department(self, line: int, given: Cells) -> Text:
        """One column, or the steps of a path; a list of numbers is no name."""
        if not given.get(Field.department) and self.levels:
            steps = [self._parsed(line, level, cells.text, given[level]) for level in self.levels]
            return intern("/".join(step for step in steps if step)) or None
        named = self._shared(line, given, Field.department, cells.text)
        if isinstance(named, str) and NUMBERS.fullmatch(named):
            self.notes.add(Remark.department_numbers, line, column=self.named[Field.department])
            self.numbered_departments = True
            return KEEP
        return named

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
        for kind, parse in self.manager_columns:
            if manager := self._shared(line, given, kind, parse):
                return manager
        return None

    def _names(self, line: int, given: Cells) -> Names:
        columns = self.name_columns
        if not columns:
            return UNNAMED
        before = len(self.problems)
        parts = {field: self._parsed(line, field, cells.name, given[field]) for field in self.names_read}
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
        said = [each for kind, parse in self.employment if (each := self._shared(line, given, kind, parse)) is not KEEP]
        status = employment.together(said) or KEEP
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
        return self._shared(line, given, field, self._parse_day)

    def _parse_day(self, cell: str) -> date | None:
        return dates.day(cell, self.order)
