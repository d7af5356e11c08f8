"""Going on without what cannot be read: rows are left out by name, and their people stay as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storage.roster import names
from storage.roster.managers import Managers
from storage.roster.matching import Company
from storage.roster.population import Population
from storage.roster.problems import Problem, Reason
from storage.roster.reading import Reading
from storage.roster.rows import KEEP, Row

OF_THE_FILE = frozenset(
    {
        Reason.missing_column,
        Reason.missing_name_column,
        Reason.no_rows,
        Reason.too_many_rows,
        Reason.broken_quotes,
        Reason.not_a_record,
    }
)
"""What is wrong with all of a file, or with all that comes after a line."""
NEVER_BLOCKS = frozenset({Reason.unknown_status, Reason.repeated_header})
"""What is wrong with one word of one row: the row is left out by name whether or not that was asked for."""


@dataclass(frozen=True)
class Skipped:
    problems: tuple[Problem, ...] = ()
    of_the_file: tuple[Problem, ...] = ()
    """What cannot be gone on without."""
    spared: frozenset[int] | None = frozenset()
    """The ids of the people whose rows were left out; None if one of the rows does not tell whose it is."""

    def without(self, rows: Sequence[Row], problems: Sequence[Problem]) -> tuple[tuple[Row, ...], "Skipped"]:
        """The rows that claim to be nobody else; the first of two alike stays."""
        lines = {problem.line for problem in problems}
        kept = tuple(row for row in rows if row.line not in lines)
        return kept, replace(self, problems=(*self.problems, *problems))

    def managers_kept(
        self, company: Company, managers: Managers, problems: Sequence[Problem]
    ) -> tuple[Managers, "Skipped"]:
        """People whose manager cannot be found go in with the manager they had."""
        lines = {problem.line for problem in problems}
        kept = [KEEP if row.line in lines else managers[who] for who, row in enumerate(company.rows)]
        return kept, replace(self, problems=(*self.problems, *problems))


def readable(reading: Reading, population: Population, *, skip_unread: bool) -> tuple[tuple[Row, ...], Skipped]:
    """The rows to go on with. Without `skip_unread` only rows with a bad word are left out; the rest blocks."""

    def blocks(problem: Problem) -> bool:
        return problem.reason in OF_THE_FILE if skip_unread else problem.line in blocking

    blocking = {problem.line for problem in reading.problems if problem.reason not in NEVER_BLOCKS}
    of_the_file = tuple(filter(blocks, reading.problems))
    of_rows = tuple(problem for problem in reading.problems if not blocks(problem))
    lines = {problem.line for problem in of_rows}
    rows = tuple(row for row in reading.rows if row.line not in lines)
    return rows, Skipped(of_rows, of_the_file, _whose(reading, lines, population))


def _whose(reading: Reading, lines: Iterable[int], population: Population) -> frozenset[int] | None:
    """The people some lines are about, by any cell that is an address, a number or a full name."""
    keys: dict[str, int] = {}
    for known in population.people:
        own = (known.email, known.employee_no, known.native_name, known.given_name + known.family_name)
        keys |= {names.key(each): known.id for each in own if each}
    found: set[int] = set()
    for line in lines:
        whose = {keys[key] for cell in reading.unread.get(line, ()) if (key := names.key(cell)) in keys}
        if not whose:
            return None
        found |= whose
    return frozenset(found)
