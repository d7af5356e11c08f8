"""Whether a cell says anything for its field: where the preferred column does not, another one is asked."""

from collections.abc import Callable, Mapping

from storage.roster import cells, employment, places
from storage.roster.headers import Field, HeaderMap
from storage.roster.problems import BadCell, Problem, Reason
from storage.roster.records import Record

MEANING: Mapping[Field, Callable[[str], object]] = {
    Field.status: cells.status,
    Field.employed: employment.by_yes,
    Field.gone: employment.by_no,
    Field.country: places.country,
    Field.time_zone: places.time_zone,
    Field.locale: places.locale,
    Field.working_days: cells.working_days,
    Field.email: cells.email,
}


def says_something(field: Field, cell: str | None) -> bool:
    try:
        return bool(cell) and MEANING.get(field, cells.text)(cell or "") is not None
    except BadCell:
        return False


def cleaned_or_none(cell: str) -> str | None:
    try:
        return cells.clean(cell)
    except BadCell:
        return None


def said_twice(header: HeaderMap, record: Record) -> list[Problem]:
    """What is wrong where columns with one header differ; they are one where they agree, or where one is empty."""
    if not header.repeated:
        return []
    cells = [cell.strip() for cell in record.cells]
    return [
        Problem(record.line, Reason.repeated_header, header.columns[again].header, {"position": again + 1})
        for first, again in header.pairs
        if cells[first] and cells[again] and cells[first] != cells[again]
    ]
