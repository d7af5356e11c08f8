"""What an import would do: who is added, changed, closed or opened again, and field by field how."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from storage.people import Status
from storage.roster.cells import bare
from storage.roster.managers import Managers
from storage.roster.matching import Company
from storage.roster.options import Options
from storage.roster.population import Known, Population, Spelling
from storage.roster.problems import Notes, Remark
from storage.roster.rows import KEEP, Row
from storage.roster.settling import settle_known, settled

PLAIN = (
    "email", "employee_no", "given_name", "family_name", "native_name", "title", "location", "country",
    "locale", "time_zone", "working_days", "joined_on",
)  # fmt: skip
"""Fields whose value is what the row says, or stays."""
PLAIN_OF = attrgetter(*PLAIN)
FIELDS = (*PLAIN[:6], "department", "manager", *PLAIN[6:8], "region", *PLAIN[8:], "status", "left_on")
DEFAULT_DAYS = "12345"


class Kind(StrEnum):
    add = "add"
    change = "change"
    close = "close"
    reopen = "reopen"


@dataclass(frozen=True, slots=True)
class Planned:
    """One person to be written."""

    kind: Kind
    who: int
    values: dict[str, Any] | None
    """New values by field; of a new person they are worked out when they are needed."""


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A planned change as it is shown."""

    kind: Kind
    line: int | None
    email: str
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Plan:
    company: Company = field(repr=False)
    managers: Managers = field(repr=False)
    spelling: Spelling = field(repr=False)
    today: date
    options: Options
    planned: Sequence[Planned] = field(repr=False)
    new_departments: tuple[str, ...]
    unchanged: int

    @property
    def writes(self) -> bool:
        return bool(self.planned or self.new_departments)

    @cached_property
    def stated(self) -> tuple[str, ...]:
        """The plain fields of which any row says something; always two at least, so that `stated_of` gives a tuple."""
        rows = self.company.rows
        said = [name for name in PLAIN if any(value is not KEEP for value in map(attrgetter(name), rows))]
        return tuple(dict.fromkeys(("email", "employee_no", *said)))

    @cached_property
    def stated_of(self) -> "attrgetter[tuple[Any, ...]]":
        return attrgetter(*self.stated)

    def count(self, kind: Kind) -> int:
        return sum(planned.kind is kind for planned in self.planned)

    def values(self, planned: Planned) -> dict[str, Any]:
        if planned.values is not None:
            return planned.values
        return _new(planned.who, self)

    def shown(self, kinds: Sequence[Kind] = tuple(Kind)) -> Iterator[PersonChange]:
        """Closings and reopenings first, because they are what nobody may overlook."""
        order = [kind for kind in (Kind.close, Kind.reopen, Kind.change, Kind.add) if kind in kinds]
        for planned in (planned for kind in order for planned in self.planned if planned.kind is kind):
            row, known = self.company.row(planned.who), self.company.remembered(planned.who)
            after = self.values(planned)
            yield PersonChange(
                planned.kind,
                row.line if row else None,
                self.company.email(planned.who),
                self.company.name(planned.who),
                tuple(
                    Change(name, self._before(name, known), self._text(name, after[name]))
                    for name in FIELDS
                    if name in after and (known or after[name] is not None)
                ),
            )

    def _before(self, name: str, known: Known | None) -> str | None:
        if known is None:
            return None
        if name == "manager":
            return self._text(name, self.company.by_id.get(known.manager_id) if known.manager_id else None)
        return self._text(name, getattr(known, name))

    def _text(self, name: str, value: Any) -> str | None:
        if value is None:
            return None
        return self.company.email(value) if name == "manager" else str(value)


def make_plan(
    company: Company,
    managers: Managers,
    population: Population,
    today: date,
    *,
    options: Options,
    notes: Notes,
    spared: Collection[int] | None = (),
) -> Plan:
    """`spared` are the ids of people whose rows could not be read; None if it is not known whose they are."""
    spelling = population.spelling()
    planned: list[Planned] = []
    # Built around its own list, because what a new person gets depends on the rest of the plan.
    plan = Plan(company, managers, spelling, today, options, planned, (), 0)
    unchanged = 0
    for who, (row, known) in enumerate(zip(company.rows, company.known, strict=True)):
        if known is None:
            for said in settled(row, options.defaults).remarks:
                notes.add_again(said, row.line)
            planned.append(Planned(Kind.add, who, None))
        elif values := _changed(row, known, plan, managers[who], notes):
            planned.append(Planned(_kind(known, values), who, values))
        else:
            unchanged += 1
    absent = [
        who
        for who, known in enumerate(company.absent, start=len(company.rows))
        if known.status != Status.left and known.id not in (spared or ())
    ]
    if absent and options.close_missing and spared is not None:
        closing = {"status": Status.left, "left_on": today}
        planned += [Planned(Kind.close, who, closing) for who in absent]
    elif absent:
        remark = Remark.nobody_closed if options.close_missing else Remark.not_in_file
        notes.add(remark, 1, people=len(absent))
    named = {spelling(row.department): None for row in company.rows if isinstance(row.department, str)}
    new = tuple(name for name in named if name not in population.departments)
    return Plan(company, managers, spelling, today, options, planned, new, unchanged)


def _kind(known: Known, values: dict[str, Any]) -> Kind:
    if "status" not in values or (known.status != Status.left and values["status"] != Status.left):
        return Kind.change
    return Kind.close if values["status"] == Status.left else Kind.reopen


def _changed(row: Row, known: Known, plan: Plan, manager: object, notes: Notes) -> dict[str, Any]:
    """The fields of a remembered person to which the row gives another value."""
    said, remembered = plan.stated_of(row), plan.stated_of(known)
    values = {}
    if said != remembered:
        by_name = zip(plan.stated, said, remembered, strict=True)
        values = {name: value for name, value, was in by_name if value is not KEEP and value != was}
    number = values.get("employee_no")
    if number and known.employee_no and number == bare(known.employee_no):
        del values["employee_no"]  # a spreadsheet has taken the zeros from its beginning
    settle_known(row, known, values, plan.options.defaults, notes)
    if row.department is not KEEP:
        department = plan.spelling(row.department) if row.department else None
        if department != known.department:
            values["department"] = department
    if manager is not KEEP:
        before = plan.company.by_id.get(known.manager_id) if known.manager_id else None
        if manager != before:
            values["manager"] = manager
    status, left_on = _employment(row, known, plan.today, whole=plan.options.close_missing)
    if status != known.status:
        values["status"] = status
    if left_on != known.left_on:
        values["left_on"] = left_on
    return values


def _employment(row: Row, known: Known | None, today: date, *, whole: bool) -> tuple[str, date | None]:
    """In a file of the whole company, whoever stands in it works here unless it says otherwise."""
    before = known.status if known else Status.active
    if row.status is not KEEP:
        status = row.status
        if known and before == Status.left and isinstance(row.left_on, date) and row.left_on == known.left_on == today:
            status = Status.left  # the clock has closed them: where they are the last day is over already
    elif whole and before == Status.left:
        status = Status.active
    else:
        status = before
    left_before = known.left_on if known else None
    if status == Status.left:
        if isinstance(row.left_on, date):
            return status, row.left_on
        return status, left_before if before == Status.left and left_before else today
    if row.left_on is not KEEP:
        return status, row.left_on
    return status, None if before == Status.left else left_before


def _new(who: int, plan: Plan) -> dict[str, Any]:
    """All values of a person nobody knew; what the file leaves open follows from where they work."""
    row, manager = plan.company.rows[who], plan.managers[who]
    said: dict[str, Any] = {
        name: None if value is KEEP else value for name, value in zip(PLAIN, PLAIN_OF(row), strict=True)
    }
    status, left_on = _employment(row, None, plan.today, whole=False)
    return said | {
        **settled(row, plan.options.defaults).values,
        "given_name": said["given_name"] or "",
        "family_name": said["family_name"] or "",
        "working_days": said["working_days"] or DEFAULT_DAYS,
        "department": plan.spelling(row.department) if isinstance(row.department, str) else None,
        "manager": None if manager is KEEP else manager,
        "status": status,
        "left_on": left_on,
    }
