"""A row of a table before anything is known of its columns."""

from typing import NamedTuple

from storage.roster.problems import Reason


class Record(NamedTuple):
    """One row of cells; `fault` says why the rows end here."""

    line: int
    cells: list[str]
    fault: Reason | None = None
