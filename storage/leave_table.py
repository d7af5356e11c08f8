"""Reads a table of leave as HR systems export it: who is away from when to when, and whether that holds.

A table of requests has them in every state, for people who have left, and for parts of days. Only whole days of
approved leave of people who are here are taken; everything else is left out and counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from storage.leave_days import NO, Column, date_alone, whole_days
from storage.roster.dates import Order, day, is_ambiguous, order_of
from storage.roster.decoding import Sheet
from storage.roster.headers import IN_BRACKETS, normalised
from storage.roster.problems import BadCell, shown
from storage.roster.records import Record
from storage.roster.words import WORDS

LOOKED_AT = 15
"""Reports begin with a title; the header is looked for in this many rows."""


DAYS = (Column.first, Column.last)
COUNTED = ("not_approved", "parts_of_days", "former", "strangers")
WHO = (Column.email, Column.number, Column.anyone)
KNOWN = {normalised(word): column for column in Column for word in WORDS["leave_headers"][column]}
YES = frozenset(WORDS["yes_no"]["yes"])
HOLDS = frozenset(map(normalised, WORDS["leave_status"]["holds"]))
YES_HOLDS = frozenset(map(normalised, ("approved", "is approved", "是否通过", "是否批准", "genehmigt")))
"""Headers below which a yes means that the leave holds."""


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
class LeftOut:
    """Lines that are sound and change nothing, by why."""

    not_approved: int = 0
    states: tuple[str, ...] = ()
    """The words that say so, the most frequent first."""
    parts_of_days: int = 0
    former: int = 0
    """Lines about people who have left."""
    strangers: int = 0
    """Lines about people who are not on the list."""


NOTHING_LEFT_OUT = LeftOut()


@dataclass(frozen=True)
class LeaveTable:
    """What a table says. With faults nothing of it is to be used."""

    rows: tuple[Away, ...] = ()
    left_out: LeftOut = NOTHING_LEFT_OUT
    faults: tuple[Fault, ...] = ()
    columns: tuple[tuple[str, Column | None], ...] = ()
    """Each header, and what it was taken for."""
    order: Order | None = None
    """How dates such as 03/04/2026 were read, if there are any."""


@dataclass(frozen=True)
class Staff:
    """Everybody HR can mean, by e-mail address and by employee number in lower case."""

    here: Mapping[str, int]
    former: frozenset[str] = frozenset()


def read_leave(sheet: Sheet, staff: Staff, order: Order | None = None) -> LeaveTable:
    """`order` says how dates such as 03/04/2026 are meant; without it the table must prove it."""
    header, places = _header(sheet)
    columns = tuple((shown(" ".join(cell.split())), _column(cell)) for cell in header.cells) if header else ()
    line = header.line if header else 1
    if header and header.fault:
        return LeaveTable(faults=(Fault(line, header.fault.value),))
    if missing := _missing(places):
        return LeaveTable(faults=(Fault(line, missing),), columns=columns)
    rows = [record for record in sheet if record.line > line]
    reader = _Reader(places, staff, _is_yes_no(header, places))
    proved = reader.settle_order(rows, order)
    for row in rows:
        reader.take(row)
    if not proved and reader.swappable:
        reader.faults.append(Fault(reader.swappable, "dates_unproven"))
    return LeaveTable(tuple(reader.rows), reader.left_out(), tuple(reader.faults), columns, reader.order)


def day_columns(sheet: Sheet) -> frozenset[int] | None:
    """The columns of a sheet of leave that hold days; None if it has no header of leave."""
    _, places = _header(sheet)
    return None if _missing(places) else frozenset(places[each] for each in DAYS)


def _header(sheet: Sheet) -> tuple[Record | None, dict[Column, int]]:
    """The first row that names a person and two days, otherwise the first row."""
    first: tuple[Record | None, dict[Column, int]] = (None, {})
    for count, record in enumerate(sheet):
        places: dict[Column, int] = {}
        for place, cell in enumerate(record.cells):
            if column := _column(cell):
                places.setdefault(column, place)
        if not record.fault and not _missing(places):
            return record, places
        if first[0] is None:
            first = record, places
        if count == LOOKED_AT:
            break
    return first


def _column(header: str) -> Column | None:
    return KNOWN.get(normalised(header)) or KNOWN.get(normalised(IN_BRACKETS.sub("", header)))


def _missing(places: Mapping[Column, int]) -> str | None:
    if not any(column in places for column in WHO):
        return "no_who"
    return next((f"no_{each}" for each in DAYS if each not in places), None)


def _is_yes_no(header: Record | None, places: Mapping[Column, int]) -> bool:
    """Whether the column of the status asks for a yes or a no."""
    if header is None or Column.status not in places:
        return False
    return normalised(header.cells[places[Column.status]]) in YES_HOLDS


@dataclass
class _Reader:
    places: Mapping[Column, int]
    staff: Staff
    yes_holds: bool
    order: Order | None = None
    rows: dict[Away, None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    swappable: int = 0
    """The first line that is taken and whose dates could be read either way."""

    def settle_order(self, rows: Sequence[Record], told: Order | None) -> bool:
        """Says whether the order of day and month is known: because HR says so, or a date in the table proves it."""
        written = [row.cells[self.places[each]] for row in rows for each in DAYS if self._fits(row)]
        found, proved = order_of(written)
        if found and told:
            self.order = told
            return True
        self.order = found
        return proved

    def _fits(self, row: Record) -> bool:
        return not row.fault and max(self.places[each] for each in DAYS) < len(row.cells)

    def take(self, row: Record) -> None:
        if not self._fits(row):
            self.faults.append(Fault(row.line, row.fault.value if row.fault else "ragged_row"))
            return
        cells = {each: row.cells[at].strip() if at < len(row.cells) else "" for each, at in self.places.items()}
        if not self._holds(cells):
            return
        called = [cells[each] for each in WHO if cells.get(each)]
        number = next((self.staff.here[key] for key in map(str.casefold, called) if key in self.staff.here), None)
        if number is None:
            if not called:
                self.faults.append(Fault(row.line, "no_person"))
            elif any(key.casefold() in self.staff.former for key in called):
                self.counts["former"] += 1
            else:
                self.counts["strangers"] += 1
            return
        self._take_days(row.line, number, cells)

    def _holds(self, cells: Mapping[Column, str]) -> bool:
        said = " ".join(normalize("NFKC", cells.get(Column.status, "")).casefold().split())
        holds = Column.status not in cells or normalised(said) in HOLDS or (self.yes_holds and said in YES)
        off = cells.get(Column.called_off, "").casefold()
        if holds and (not off or off in NO or off in {"-", "--", "—", "/"}):
            return True
        self.counts["not_approved"] += 1
        self.states[shown(cells[Column.called_off if holds else Column.status]) or "—"] += 1
        return False

    def _take_days(self, line: int, person: int, cells: Mapping[Column, str]) -> None:
        written = cells[Column.first], cells[Column.last]
        try:
            first, last = (day(date_alone(each), self.order) for each in written)
        except BadCell:
            first = last = None
        if first is None or last is None:
            self.faults.append(Fault(line, "no_day", f"{written[0][:20]} – {written[1][:20]}"))
            return
        if last < first:
            self.faults.append(Fault(line, "ends_before"))
            return
        if any(map(is_ambiguous, written)):
            self.swappable = self.swappable or line
        whole = whole_days(first, last, cells)
        if whole is None:
            self.counts["parts_of_days"] += 1
        else:
            self.rows[Away(person, *whole)] = None

    def left_out(self) -> LeftOut:
        states = tuple(word for word, _ in self.states.most_common(6))
        return LeftOut(states=states, **{name: self.counts[name] for name in COUNTED})
