"""What can be wrong with a people file: each problem has its line, its column and one reason.

The reasons are keys; the sentences they become stand in the texts of whoever shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from unicodedata import category

Param = str | int
SHOWN = 60


class Reason(StrEnum):
    """Why nothing can be imported."""

    # the file
    empty_file = "empty_file"
    workbook = "workbook"
    locked_workbook = "locked_workbook"
    too_large_workbook = "too_large_workbook"
    hidden_sheets = "hidden_sheets"
    no_sheet_known = "no_sheet_known"
    several_sheets = "several_sheets"
    binary_file = "binary_file"
    unknown_encoding = "unknown_encoding"
    not_a_list = "not_a_list"
    # its shape
    missing_column = "missing_column"
    missing_name_column = "missing_name_column"
    repeated_header = "repeated_header"
    no_rows = "no_rows"
    too_many_rows = "too_many_rows"
    broken_quotes = "broken_quotes"
    ragged_row = "ragged_row"
    not_a_record = "not_a_record"
    # one cell
    control_character = "control_character"
    too_long = "too_long"
    formula = "formula"
    missing_email = "missing_email"
    malformed_email = "malformed_email"
    missing_name = "missing_name"
    spreadsheet_number = "spreadsheet_number"
    unknown_status = "unknown_status"
    unknown_country = "unknown_country"
    unknown_time_zone = "unknown_time_zone"
    unknown_working_days = "unknown_working_days"
    impossible_date = "impossible_date"
    left_before_joined = "left_before_joined"
    # one person against the others
    duplicate_email = "duplicate_email"
    duplicate_number = "duplicate_number"
    taken_email = "taken_email"
    reused_email = "reused_email"
    unknown_manager = "unknown_manager"
    ambiguous_manager = "ambiguous_manager"
    manager_loop = "manager_loop"


class Remark(StrEnum):
    """What was understood or filled in on the way, and is worth a look, but stops nothing."""

    derived_country = "derived_country"
    derived_locale = "derived_locale"
    derived_time_zone = "derived_time_zone"
    default_locale = "default_locale"
    default_time_zone = "default_time_zone"
    language_not_spoken = "language_not_spoken"
    date_order_read = "date_order_read"
    date_order_assumed = "date_order_assumed"
    names_split = "names_split"
    manager_left = "manager_left"
    own_manager = "own_manager"
    manager_by_spelling = "manager_by_spelling"
    no_manager_column = "no_manager_column"
    field_missing = "field_missing"
    field_emptied = "field_emptied"
    yes_no_unused = "yes_no_unused"
    guests_left_out = "guests_left_out"
    label_row = "label_row"
    total_row = "total_row"
    department_numbers = "department_numbers"
    derived_region = "derived_region"
    unknown_region = "unknown_region"
    company_default = "company_default"
    not_in_file = "not_in_file"
    nobody_closed = "nobody_closed"


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    """Counted from 1; a row of a JSON list counts as a line."""
    reason: Reason
    column: str | None = None
    """The header as the file has it."""
    params: Mapping[str, Param] = field(default_factory=dict)


class BadCell(Exception):
    """A cell cannot be what its column says it is."""

    def __init__(self, reason: Reason, **params: Param) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


class Unusable(Exception):
    """The bytes are no table at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Note:
    remark: Remark
    count: int
    line: int
    """The first line it was seen on."""
    params: Mapping[str, Param] = field(default_factory=dict)


Said = tuple[Remark, tuple[tuple[str, Param], ...]]
"""A remark and its params, whichever line it is about."""


class Notes:
    """Counts equal remarks, so that one thing said of 90,000 rows is one note."""

    def __init__(self) -> None:
        self._seen: dict[Said, tuple[int, int]] = {}

    def add(self, remark: Remark, line: int, **params: Param) -> None:
        self.add_again((remark, tuple(params.items())), line)

    def add_again(self, said: Said, line: int) -> None:
        count, first = self._seen.get(said, (0, line))
        self._seen[said] = (count + 1, min(first, line))

    def said(self) -> tuple[Said, ...]:
        return tuple(self._seen)

    def listed(self) -> tuple[Note, ...]:
        return tuple(Note(remark, count, line, dict(params)) for (remark, params), (count, line) in self._seen.items())


def shown(cell: str) -> str:
    """A cell as it may be printed: short, and with nothing that moves a cursor or turns the text around."""
    cut = cell if len(cell) <= SHOWN else cell[: SHOWN - 1] + "…"
    return "".join(f"\\u{ord(sign):04x}" if is_control(sign) else sign for sign in cut)


def is_control(sign: str) -> bool:
    """Control characters, bidirectional overrides and the other invisible signs, and halves of surrogate pairs."""
    return category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
