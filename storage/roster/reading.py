"""From rows of cells to people: every bad cell becomes a problem, and reading goes on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from storage.roster.decoding import MOST_COLUMNS, Sheet
from storage.roster.headers import Field, HeaderMap, map_headers
from storage.roster.labels import LOOKED_AT as LABELS_LOOKED_AT
from storage.roster.problems import Note, Problem, Reason
from storage.roster.records import Record
from storage.roster.row_reader import RowReader
from storage.roster.rows import Row

LOOKED_AT = 15
"""Reports of some systems begin with a title and a date; the header is looked for in this many rows."""
REPORTED_EVERY = 2000
MOST_ROWS = 500_000
"""More than any company has people; past this the memory it takes is the greater worry."""

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
    unread: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """The cells of each row that has a problem, by its line: who it is about can still be found out."""


def read(sheet: Sheet, today: date, progress: Progress = lambda _: None) -> Reading:
    """`today` decides whether a last day of work is over."""
    header = _header(sheet)
    problems: list[Problem] = []
    if Field.email not in header.fields:
        faults = (record for record in islice(sheet, LOOKED_AT) if record.fault)
        problems += [Problem(fault.line, fault.fault) for fault in faults if fault.fault]
        problems.append(Problem(header.line, Reason.missing_column))
    if problems:
        return Reading(header, sheet.encoding, sheet.delimiter, problems=tuple(problems))
    reader = RowReader(header, today)
    reader.settle_date_order(_below(sheet, header))
    rows: list[Row] = []
    for count, record in enumerate(_below(sheet, header)):
        if count < LABELS_LOOKED_AT and reader.is_label(record):
            continue
        if len(rows) == MOST_ROWS:
            reader.problems.append(Problem(record.line, Reason.too_many_rows, None, {"limit": MOST_ROWS}))
            break
        if row := reader.row(record):
            rows.append(row)
            if len(rows) % REPORTED_EVERY == 0:
                progress(len(rows))
    rows = reader.finished(rows)
    if not rows and not reader.problems:
        reader.problems.append(Problem(header.line, Reason.no_rows))
    progress(len(rows))
    return Reading(
        header,
        sheet.encoding,
        sheet.delimiter,
        tuple(rows),
        tuple(reader.problems),
        reader.notes.listed(),
        reader.unread,
    )


def day_columns(sheet: Sheet) -> frozenset[int] | None:
    """The columns of a sheet of people that hold days; None if it has no header of people."""
    header = _header(sheet)
    if Field.email not in header.fields:
        return None
    return frozenset(column.index for column in header.columns if column.field in {Field.joined_on, Field.left_on})


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
