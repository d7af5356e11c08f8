"""Excel workbooks (.xlsx) as rows of text, measured first: a small file can hold a great deal.

Cells become what the same table would have as CSV: whole numbers without ".0", days as 2026-03-31, yes and no as true
and false. Sheets that are hidden are not read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from storage.roster.problems import Param, Problem, Reason, Unusable, shown
from storage.roster.records import Record

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which a workbook with a password is kept (MS-OFFCRYPTO, 2.3.4.4)."""
MOST_BYTES = 512 * 1024 * 1024
"""Of XML once it is unpacked; a table of 500,000 people with 15 columns takes about 400 MB."""
MOST_CELLS = 12_000_000
"""The reader makes a full rectangle from the first cell to the last, so one cell far away would take all memory."""
PIECE = 1024 * 1024
LOCAL_HEADER = 30
"""Bytes before the name in a ZIP's local header, whose last four are the lengths of name and extra field."""
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,3})(\d{1,9})["']""")
DATE_1904 = re.compile(rb"""date1904\s*=\s*["'](?:1|true|on)["']""")
EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number; what is longer was rounded."""
EPOCH_1900, EPOCH_1904 = datetime.fromisoformat("1899-12-30"), datetime.fromisoformat("1904-01-01")
FIRST_SERIAL, LAST_SERIAL = 1, 2_958_465
"""Serial numbers from the epoch to the last day of the year 9999."""

Grid = list[list[str]]
DayColumns = Callable[["GridSheet"], frozenset[int] | None]
"""The columns of a sheet that hold days, by their headers; None if the sheet has no header that is known."""


@dataclass(frozen=True)
class GridSheet:
    """One sheet of a workbook; lines are the numbers its rows have in the spreadsheet."""

    name: str
    rows: Grid = field(repr=False)
    delimiter: str = ""

    @property
    def encoding(self) -> str:
        return f"Excel, {shown(self.name)}"

    @property
    def rows_expected(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        return (Record(line, row) for line, row in enumerate(self.rows, start=1) if any(map(str.strip, row)))


def read_workbook(data: bytes, day_columns: DayColumns) -> GridSheet:
    """The one visible sheet whose header is known, or the only sheet; `Unusable` with the reason otherwise."""
    if data.startswith(OLE):
        raise _refused(Reason.locked_workbook if ENCRYPTED in data else Reason.workbook)
    epoch = _measured(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            name, days = _chosen(book, day_columns)
            return GridSheet(name, _grid(book.get_sheet_by_name(name), days, epoch))
    except CalamineError as fault:
        raise _refused(Reason.workbook) from fault


def _chosen(book: CalamineWorkbook, day_columns: DayColumns) -> tuple[str, frozenset[int]]:
    """The name of the sheet that is meant, and its columns of days."""
    sheets = [each for each in book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
    visible = [each.name for each in sheets if each.visible is SheetVisibleEnum.Visible]
    hidden = [each.name for each in sheets if each.visible is not SheetVisibleEnum.Visible]
    known: list[tuple[str, frozenset[int]]] = []
    filled: list[str] = []
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        filled.append(name)
        if (days := _days(name, sheet, day_columns)) is not None:
            known.append((name, days))
    if len(known) > 1:
        raise _refused(Reason.several_sheets, [name for name, _ in known])
    if known:
        return known[0]
    if len(filled) > 1:
        raise _refused(Reason.no_sheet_known, filled)
    if filled:
        return filled[0], frozenset()
    raise _refused(Reason.hidden_sheets if hidden else Reason.empty_file, hidden)


def _refused(reason: Reason, names: Sequence[str] = ()) -> Unusable:
    params: dict[str, Param] = {"sheets": ", ".join(map(shown, names))} if names else {}
    return Unusable(Problem(1, reason, None, params))


def _days(name: str, sheet: CalamineSheet, day_columns: DayColumns) -> frozenset[int] | None:
    top = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False, nrows=20)]
    return day_columns(GridSheet(name, top))


def _measured(data: bytes) -> datetime:
    """The day 0 of the workbook's serial numbers, once it is sure that it is one and not too large to be read."""
    epoch = EPOCH_1900
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in {each.filename for each in members}:
                raise _refused(Reason.workbook)
            for member in members:
                place = _Extent() if member.filename.endswith(".xml") else None
                for piece in _pieces(data, member):
                    unpacked += len(piece)
                    if unpacked > MOST_BYTES or (place and place.after(piece) > MOST_CELLS):
                        raise _refused(Reason.too_large_workbook)
                    if member.filename == "xl/workbook.xml" and DATE_1904.search(piece):
                        epoch = EPOCH_1904
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, IndexError) as fault:
        raise _refused(Reason.workbook) from fault
    return epoch


def _pieces(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member really unpacks to, a piece at a time: the size that an archive states need not be true."""
    at = member.header_offset + LOCAL_HEADER
    name, extra = int.from_bytes(data[at - 4 : at - 2], "little"), int.from_bytes(data[at - 2 : at], "little")
    begin = at + name + extra
    packed = data[begin : begin + member.compress_size]
    match member.compress_type:
        case zipfile.ZIP_STORED:
            yield packed
        case zipfile.ZIP_DEFLATED:
            unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
            while packed and not unpacking.eof:
                yield unpacking.decompress(packed, PIECE)
                packed = unpacking.unconsumed_tail
        case _:
            raise _refused(Reason.workbook)


@dataclass
class _Extent:
    """The rectangle of all cells that were seen in a sheet's XML, piece by piece."""

    rest: bytes = b""
    row: int = 0
    column: int = 0

    def after(self, piece: bytes) -> int:
        """How many cells the rectangle has."""
        seen = self.rest + piece
        if b"\0" in seen:
            raise _refused(Reason.workbook)  # XML in two bytes a letter, which no spreadsheet writes
        places = PLACE.findall(seen)
        self.row = max([self.row, *(int(row) for _, row in places)])
        letters = {letters for letters, _ in places}
        self.column = max([self.column, *map(_number_of, letters)])
        self.rest = seen[-40:]
        return self.row * max(self.column, 1)


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _grid(sheet: CalamineSheet, days: frozenset[int], epoch: datetime) -> Grid:
    rows = [
        [_day(cell, epoch) if place in days else _text(cell) for place, cell in enumerate(row)]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right:  # one value for several rows; what is merged across columns is a title
            for row in rows[top + 1 : bottom + 1]:
                row[left : left + 1] = [rows[top][left]]
    return rows


Cell = int | float | str | bool | time | date | datetime | timedelta


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return str(cell).lower()
        case int() | float():
            if abs(cell) >= EXACT:
                return f"{cell:E}"
            return str(int(cell)) if cell == int(cell) else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat("minutes") if cell != time() else "0"
        case timedelta():
            return f"{cell.total_seconds() / 3600:g} h"


def _day(cell: Cell, epoch: datetime) -> str:
    """A cell of a column of days, where a number without a date format is still a day."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and FIRST_SERIAL <= cell <= LAST_SERIAL:
        return _text((epoch + timedelta(days=cell)).replace(microsecond=0))
    return _text(cell)
