"""Whether a cell says anything for its field: where the preferred column does not, another one is asked."""

from collections.abc import Callable, Mapping

from storage.roster import cells, employment, places
from storage.roster.headers import Field
from storage.roster.problems import BadCell

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
