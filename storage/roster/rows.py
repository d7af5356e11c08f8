"""One person as a file states it, and the difference between saying nothing and saying "empty"."""

from datetime import date
from enum import Enum
from typing import Final, NamedTuple


class Keep(Enum):
    """The file does not say; what is remembered stays."""

    keep = "keep"


KEEP: Final = Keep.keep

Text = str | None | Keep
Day = date | None | Keep


class ManagerRef(NamedTuple):
    """How a row names the person's manager: by an address, a number or a name, in this order of trust."""

    column: str
    text: str
    by_own_number: bool = False
    """The text is `Row.managers_number` of the manager."""


class Row(NamedTuple):
    """A row that was read; where a cell was bad the rest is still here, so that others can refer to it."""

    line: int
    email: str
    """Lower case; empty if the row has no usable one."""
    employee_no: Text = KEEP
    given_name: str | Keep = KEEP
    family_name: str | Keep = KEEP
    native_name: Text = KEEP
    also: str | None = None
    """Another name the person goes by, which a manager column may use."""
    title: Text = KEEP
    department: Text = KEEP
    location: Text = KEEP
    near: str | None = None
    """What another column says of the place, where the location itself names none."""
    country: Text = KEEP
    region: Text = KEEP
    """As the file has it; what it means depends on the country."""
    locale: str | Keep = KEEP
    time_zone: str | Keep = KEEP
    working_days: str | Keep = KEEP
    status: str | Keep = KEEP
    joined_on: Day = KEEP
    left_on: Day = KEEP
    manager: ManagerRef | Keep | None = KEEP
    managers_number: str | None = None
    """The person's number in the column by which this file names managers, if that is not the employee number."""


def full_name(given: str, family: str, native: str | None = None) -> str:
    """A name as it is shown in a report: the native one where there is one."""
    return native or f"{given} {family}".strip()
