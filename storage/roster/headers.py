"""Which column is which: the headers that HR systems write, in English, Chinese and German.

Workday, BambooHR, SuccessFactors, Personio, 北森 (Beisen) and 飞书 (Feishu) each have their own words. Case,
spaces, underscores and what stands in brackets do not count: `First_Name`, `FIRSTNAME` and `First name *` are
one header. The words themselves stand in `words.toml`; where two columns mean the same, the one whose header
stands first there is used.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from storage.roster.problems import shown
from storage.roster.words import WORDS


class Field(StrEnum):
    """What a column can hold."""

    email = "email"
    employee_no = "employee_no"
    given_name = "given_name"
    family_name = "family_name"
    full_name = "full_name"
    preferred_name = "preferred_name"
    english_name = "english_name"
    native_name = "native_name"
    job_title = "title"
    department = "department"
    manager_email = "manager_email"
    manager_no = "manager_no"
    manager = "manager"
    location = "location"
    country = "country"
    locale = "locale"
    time_zone = "time_zone"
    working_days = "working_days"
    status = "status"
    joined_on = "joined_on"
    left_on = "left_on"
    employed = "employed"
    """Yes: works here."""
    gone = "gone"
    """Yes: has left."""
    account_kind = "account_kind"
    region = "region"
    department_1 = "department_1"
    department_2 = "department_2"
    department_3 = "department_3"
    department_4 = "department_4"
    department_5 = "department_5"


LEVELS = (Field.department_1, Field.department_2, Field.department_3, Field.department_4, Field.department_5)
"""A department as a path, one column for each step."""
MANAGERS = (Field.manager_email, Field.manager_no, Field.manager)
"""Who somebody reports to, the most exact column first."""
NAMES = (Field.given_name, Field.family_name, Field.full_name, Field.english_name, Field.native_name)

IN_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
NOT_COUNTED = re.compile(r"[^\w#]|_")


def normalised(header: str) -> str:
    return NOT_COUNTED.sub("", normalize("NFKC", header).casefold())


KNOWN: dict[str, tuple[Field, int]] = {
    normalised(header): (field, rank)
    for field in Field
    for rank, header in reversed([*enumerate(WORDS["headers"][field])])
}
"""Of two spellings of one header, the one that stands first counts."""

NAMES_MANAGERS: dict[str, frozenset[str]] = {
    normalised(header): frozenset(map(normalised, numbers)) for header, numbers in WORDS["manager_ids"].items()
}
"""For columns of managers that go by a number of their own: the columns with that number."""


ONLY_ALONE = frozenset(map(normalised, ("end date", "exit")))
"""Headers that are a last day only where no better column is there: they may be the end of a contract."""


class Use(StrEnum):
    used = "used"
    ignored = "ignored"
    """Nothing here asks for it."""
    superseded = "superseded"
    """Another column says the same and is preferred; this one is asked where that is empty or means nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    header: str
    field: Field | None
    use: Use


@dataclass(frozen=True, slots=True)
class HeaderMap:
    line: int
    columns: tuple[Column, ...]
    repeated: tuple[Column, ...] = ()
    """Columns whose header has been there before: nobody can say which of them is meant."""

    @property
    def fields(self) -> dict[Field, Column]:
        return {column.field: column for column in self.columns if column.field and column.use is Use.used}

    @property
    def fallbacks(self) -> dict[Field, tuple[int, ...]]:
        """Where to look when the preferred column says nothing, the most exact header first."""
        found: dict[Field, list[tuple[int, int]]] = {}
        for column in self.columns:
            known = field_of(column.header)
            if known and column.use is Use.superseded and normalised(column.header) not in ONLY_ALONE:
                found.setdefault(known[0], []).append((known[1], column.index))
        return {field: tuple(index for _, index in sorted(places)) for field, places in found.items()}

    @property
    def managers_number(self) -> int | None:
        """Where the number stands by which the managers are named, if the employee number is another one."""
        manager, number = self.fields.get(Field.manager_no), self.fields.get(Field.employee_no)
        wanted = NAMES_MANAGERS.get(normalised(manager.header), frozenset()) if manager else frozenset()
        if not number or normalised(number.header) in wanted:
            return None
        return next((column.index for column in self.columns if normalised(column.header) in wanted), None)

    def names(self, *fields: Field) -> str | None:
        """The first of these columns that is there, by its own header."""
        used = self.fields
        return next((used[field].header for field in fields if field in used), None)


def field_of(header: str) -> tuple[Field, int] | None:
    """The field a header names, and how far down its list of words the header stands."""
    return KNOWN.get(normalised(header)) or KNOWN.get(normalised(IN_BRACKETS.sub("", header)))


def map_headers(line: int, cells: Sequence[str]) -> HeaderMap:
    best: dict[Field, tuple[int, int]] = {}
    found = [field_of(cell) for cell in cells]
    for index, known in enumerate(found):
        if known:
            field, rank = known
            best[field] = min(best.get(field, (rank, index)), (rank, index))
    columns = []
    for index, (cell, known) in enumerate(zip(cells, found, strict=True)):
        header = shown(" ".join(cell.split()))
        if known is None:
            columns.append(Column(index, header, None, Use.ignored))
        else:
            use = Use.used if best[known[0]][1] == index else Use.superseded
            columns.append(Column(index, header, known[0], use))
    seen: set[str] = set()
    repeated = []
    for column in columns:
        name = normalised(column.header)
        if name in seen and column.field:
            repeated.append(column)
        seen.add(name)
    return HeaderMap(line, tuple(columns), tuple(repeated))
