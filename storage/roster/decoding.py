"""From bytes to rows of cells: the encoding and the delimiter are found out, never asked for."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from storage.roster.legacy import decode_by_sense, mixes_scripts
from storage.roster.problems import BadCell, Problem, Reason, Unusable

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""
DELIMITERS = ",;\t"
LOOKED_AT = 10
MOST_COLUMNS = 1000
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
QUOTED = re.compile(r'"[^"]*"')


class Record(NamedTuple):
    """One row of cells; `fault` says why the rows end here."""

    line: int
    cells: list[str]
    fault: Reason | None = None


class Sheet(Protocol):
    """Rows that can be gone through more than once."""

    @property
    def encoding(self) -> str: ...

    @property
    def delimiter(self) -> str: ...

    def __iter__(self) -> Iterator[Record]: ...


@dataclass(frozen=True)
class TextSheet:
    text: str = field(repr=False)
    encoding: str
    delimiter: str

    def __iter__(self) -> Iterator[Record]:
        lines = map(re.Match.group, LINE.finditer(self.text))
        rows = csv.reader(lines, delimiter=self.delimiter, strict=True)
        line = 1
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield Record(line, [], Reason.broken_quotes)
                return
            if any(map(str.strip, cells)):
                yield Record(line, cells)
            line = rows.line_num + 1


@dataclass(frozen=True)
class ListSheet:
    """A JSON list of objects, whose keys are the headers; the first object is line 1."""

    records: Sequence[Any] = field(repr=False)
    """Objects; `_group` lists, as Workday's reports have them, count as their first object's own fields."""
    encoding: str = "JSON"
    delimiter: str = ""

    def __iter__(self) -> Iterator[Record]:
        header = self.header()
        yield Record(0, list(header))
        for line, record in enumerate(map(_flat, self.records), start=1):
            try:
                yield Record(line, [_as_cell(record.get(key)) for key in header])
            except (AttributeError, BadCell):
                yield Record(line, [], Reason.not_a_record)
                return

    def header(self) -> dict[str, None]:
        """The keys in the order in which they come up; of more than anybody means, the first."""
        keys = (str(key) for record in map(_flat, self.records) if isinstance(record, dict) for key in record)
        found: dict[str, None] = {}
        for key in keys:
            found[key] = None
            if len(found) == MOST_COLUMNS:
                break
        return found


def decode(data: bytes) -> TextSheet:
    """UTF-8 or UTF-16, or one of the older encodings that makes sense; anything else is refused with its reason."""
    text, encoding = _text(data)
    if not text or text.isspace():
        raise Unusable(Problem(1, Reason.empty_file))
    return TextSheet(text, encoding, _delimiter(text))


def _text(data: bytes) -> tuple[str, str]:
    if data.startswith(WORKBOOKS):
        raise Unusable(Problem(1, Reason.workbook))
    if data.startswith(b"\xef\xbb\xbf"):
        return _strictly(data, "utf-8-sig"), "UTF-8 BOM"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16"), "UTF-16"
    if encoding := _wide(data):
        return _strictly(data, encoding), "UTF-16"
    if b"\0" in data:
        raise Unusable(Problem(data[: data.index(b"\0")].count(b"\n") + 1, Reason.binary_file))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as not_utf_8:
        if found := decode_by_sense(data):
            return found
        line = data[: not_utf_8.start].count(b"\n") + 1
        raise Unusable(Problem(line, Reason.unknown_encoding)) from not_utf_8
    if mixes_scripts(text) and (found := decode_by_sense(data)):
        return found
    return text, "UTF-8"


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: every second byte of a header in Latin letters is zero."""
    begin = data[:200]
    zeros = [begin[side::2].count(0) for side in (0, 1)]
    many = len(begin) // 4
    if len(data) % 2 or len(begin) < 8 or begin.startswith((b"\x89", b"\x7f")):
        return None
    if zeros[1] > many and not zeros[0]:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > many and not zeros[1] else None


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise Unusable(Problem(line, Reason.unknown_encoding)) from fault


def _delimiter(text: str) -> str:
    """The one that stands most often, outside quotes, in the first lines."""
    lines = [match.group() for _, match in zip(range(LOOKED_AT), LINE.finditer(text), strict=False)]
    bare = QUOTED.sub("", "".join(lines))
    return max(DELIMITERS, key=bare.count)


def _flat(record: Any) -> Any:
    """A record whose nested groups stand beside its own fields, which come first."""
    if not isinstance(record, dict) or not any(isinstance(value, list) for value in record.values()):
        return record
    flat = {key: value for key, value in record.items() if not _is_group(key, value)}
    for key, value in record.items():
        if _is_group(key, value):
            flat = (value[0] if value else {}) | flat
    return flat


def _is_group(key: Any, value: Any) -> bool:
    return isinstance(value, list) and str(key).endswith("_group") and all(isinstance(each, dict) for each in value)


def _as_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() | dict() | list():
            raise BadCell(Reason.not_a_record)
        case other:
            return str(other)
