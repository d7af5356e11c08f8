"""Who is who: which row is which remembered person, and which rows claim to be the same one.

The employee number decides before the address does, because people change their address when they change
their name. An address that belonged to somebody who left is not taken as proof: it may have been given on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from storage.people import Status
from storage.roster.cells import bare
from storage.roster.headers import Field
from storage.roster.population import Known, Population
from storage.roster.problems import Problem, Reason, shown
from storage.roster.rows import KEEP, Row, full_name


@dataclass(frozen=True)
class Company:
    """Everybody there is after the import. A person is a number: a row's, or beyond them an absent one's."""

    rows: Sequence[Row] = field(repr=False)
    known: Sequence[Known | None] = field(repr=False)
    """Row by row, the remembered person it is about."""
    absent: Sequence[Known] = field(repr=False)
    """Remembered people whom the file does not mention."""

    def __len__(self) -> int:
        return len(self.rows) + len(self.absent)

    @cached_property
    def by_id(self) -> dict[int, int]:
        return {known.id: who for who in range(len(self)) if (known := self.remembered(who))}

    def row(self, who: int) -> Row | None:
        return self.rows[who] if who < len(self.rows) else None

    def remembered(self, who: int) -> Known | None:
        rows = len(self.rows)
        return self.known[who] if who < rows else self.absent[who - rows]

    def email(self, who: int) -> str:
        row, known = self.row(who), self.remembered(who)
        return row.email if row else known.email if known else ""

    def number(self, who: int) -> str | None:
        row, known = self.row(who), self.remembered(who)
        if row and row.employee_no is not KEEP:
            return row.employee_no
        return known.employee_no if known else None

    def names(self, who: int) -> tuple[str, str, str | None]:
        row, known = self.row(who), self.remembered(who)
        given = known.given_name if known else ""
        family = known.family_name if known else ""
        native = known.native_name if known else None
        if row:
            given = given if row.given_name is KEEP else row.given_name
            family = family if row.family_name is KEEP else row.family_name
            native = native if row.native_name is KEEP else row.native_name
        return given, family, native

    def name(self, who: int) -> str:
        return full_name(*self.names(who)) or self.email(who)

    def has_left(self, who: int) -> bool:
        row, known = self.row(who), self.remembered(who)
        if row and row.status is not KEEP:
            return row.status == Status.left
        return known is not None and known.status == Status.left


def match(rows: Sequence[Row], population: Population, columns: dict[Field, str]) -> tuple[Company, list[Problem]]:
    problems = list(_duplicates(rows, columns))
    by_number = {known.employee_no: known for known in population.people if known.employee_no}
    by_bare: dict[str, Known] | None = None
    by_email = {known.email: known for known in population.people}
    claimed: dict[int, int] = {}
    found: list[Known | None] = [None] * len(rows)
    for index, row in enumerate(rows):
        known = None
        if isinstance(row.employee_no, str):
            known = by_number.get(row.employee_no)
            if known is None:
                by_bare = _unique(population.people) if by_bare is None else by_bare
                known = by_bare.get(row.employee_no)
        if known and known.id not in claimed:
            claimed[known.id], found[index] = index, known
    for index, row in enumerate(rows):
        known = by_email.get(row.email)
        if known is None or known.id in claimed:
            continue
        if found[index]:
            params = {"value": shown(row.email), "name": known.name}
            problems.append(Problem(row.line, Reason.taken_email, columns[Field.email], params))
        elif _may_be_another(row, known):
            problems.append(Problem(row.line, Reason.reused_email, columns[Field.email], _former(row, known)))
        else:
            claimed[known.id], found[index] = index, known
    absent = tuple(known for known in population.people if known.id not in claimed)
    return Company(rows, found, absent), problems


def _unique(people: Iterable[Known]) -> dict[str, Known]:
    """People by their number without the zeros that a spreadsheet takes away, where it is theirs alone."""
    found: dict[str, Known | None] = {}
    for known in people:
        if known.employee_no:
            key = bare(known.employee_no)
            found[key] = None if key in found else known
    return {key: known for key, known in found.items() if known}


def _may_be_another(row: Row, known: Known) -> bool:
    return (
        known.status == Status.left
        and known.employee_no is not None
        and isinstance(row.employee_no, str)
        and bare(row.employee_no) != bare(known.employee_no)
    )


def _former(row: Row, known: Known) -> dict[str, str | int]:
    return {
        "value": shown(row.email),
        "name": known.name,
        "number": known.employee_no or "",
        "left": known.left_on.isoformat() if known.left_on else "",
    }


def _duplicates(rows: Sequence[Row], columns: dict[Field, str]) -> Iterator[Problem]:
    emails: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for row in rows:
        if row.email and (first := emails.setdefault(row.email, row.line)) != row.line:
            params: dict[str, str | int] = {"value": shown(row.email), "first": first}
            yield Problem(row.line, Reason.duplicate_email, columns[Field.email], params)
        number = row.employee_no
        if isinstance(number, str) and (first := numbers.setdefault(number, row.line)) != row.line:
            params = {"value": shown(number), "first": first}
            yield Problem(row.line, Reason.duplicate_number, columns[Field.employee_no], params)
