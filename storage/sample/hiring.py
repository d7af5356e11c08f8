"""Writes the people of the sample company into the store: departments, everybody in them, and granted roles."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.columns import table
from storage.name_forms import keep_forms
from storage.participation import Part, say_who
from storage.people import Department, Person, Role, RoleGrant, Status
from storage.sample.chance import stream
from storage.sample.people import (
    LEFT_WEEKS_AGO,
    ON_LEAVE_WEEKS,
    Colleague,
    Company,
    Name,
    Names,
    Seat,
    joined_on,
    seats,
)
from storage.sample.phrases import contents

FOUNDED = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when everybody takes part."""

department = table(Department)
person = table(Person)
grant = table(RoleGrant)


Draft = tuple[Seat, Name, dict[str, Any], date | None]


def hire(db: Connection, today: date) -> Company:
    """Inserts everyone and returns them with the ids the database gave."""
    written = contents("company.toml")
    this_monday = today - timedelta(days=today.weekday())
    rows = [{"name": each["name"], "native_name": each["native_name"]} for each in written["department"]]
    db.execute(insert(department), rows)
    ids = {name: number for number, name in db.execute(select(department.c.id, department.c.name))}
    departments = {each["key"]: ids[each["name"]] for each in written["department"]}

    drafts = _drafts(this_monday, written["domain"])
    _insert(db, drafts, departments)
    people = _colleagues(db, drafts)
    reports = [{"of": each.id, "to": each.manager} for each in people if each.manager is not None]
    statement = update(person).where(person.c.id == bindparam("of")).values(manager_id=bindparam("to"))
    db.execute(statement, reports)
    company = Company(people, departments)
    db.execute(insert(grant), _grants(company))
    say_who(db, Part.everybody, FOUNDED)
    return company


def hired(db: Connection, today: date) -> Company:
    """The company that was hired on a day of the same week, as it stands in the database."""
    written = contents("company.toml")
    ids = {name: number for number, name in db.execute(select(department.c.id, department.c.name))}
    departments = {each["key"]: ids[each["name"]] for each in written["department"]}
    return Company(_colleagues(db, _drafts(today - timedelta(days=today.weekday()), written["domain"])), departments)


def _colleagues(db: Connection, drafts: list[Draft]) -> tuple[Colleague, ...]:
    person_ids = {email: number for number, email in db.execute(select(person.c.id, person.c.email))}
    return tuple(
        Colleague(
            id=person_ids[row["email"]],
            seat=seat,
            name=name,
            locale=row["locale"],
            joined=row["joined_on"],
            left=row["left_on"],
            away_from=away_from,
            manager=None if seat.boss is None else person_ids[drafts[seat.boss][2]["email"]],
        )
        for seat, name, row, away_from in drafts
    )


def _drafts(this_monday: date, domain: str) -> list[Draft]:
    names = Names()
    native_titles = contents("company.toml")["native_titles"]
    leaving, leave = iter(LEFT_WEEKS_AGO), iter(ON_LEAVE_WEEKS)
    drafts: list[Draft] = []
    for seat in seats():
        name = names.draw(seat)
        left = this_monday - timedelta(weeks=next(leaving)) + timedelta(days=4) if "left" in seat.marks else None
        away_from = this_monday - timedelta(weeks=next(leave)) if "leave" in seat.marks else None
        locale = next((mark for mark in ("en", "zh") if mark in seat.marks), seat.site["locale"])
        row = {
            "email": f"{name.handle}@{domain}",
            "given_name": name.given,
            "family_name": name.family,
            "native_name": name.native,
            "title": native_titles[seat.title] if locale == "zh" else seat.title,
            "location": seat.site["location"],
            "country": seat.site["country"],
            "locale": locale,
            "time_zone": seat.site["time_zone"],
            "working_days": seat.working_days,
            "status": Status.left if left else Status.leave if away_from else Status.active,
            "joined_on": joined_on(seat, this_monday, stream("joined", seat.number)),
            "left_on": left,
        }
        drafts.append((seat, name, row, away_from))
    return drafts


def _insert(db: Connection, drafts: list[Draft], departments: dict[str, int]) -> None:
    random = stream("employee numbers")
    number = 1000
    numbers: dict[str, str] = {}
    for _, _, row, _ in sorted(drafts, key=lambda draft: (draft[2]["joined_on"], draft[0].number)):
        number += random.randint(1, 5)  # others came and went long before the history begins
        numbers[row["email"]] = f"RM{number}"
    rows = [
        {**row, "employee_no": numbers[row["email"]], "department_id": departments[seat.department]}
        for seat, _, row, _ in drafts
    ]
    db.execute(insert(person), rows)
    keep_forms(db)


def _grants(company: Company) -> list[dict[str, Any]]:
    written = contents("company.toml")
    by_title = {each.seat.title: each.id for each in company.people}
    rows: list[dict[str, Any]] = [
        {"person_id": by_title[written["roles"][role]], "role": role, "department_id": None}
        for role in (Role.admin, Role.performance_manager)
    ]
    for title, keys in written["hrbp"].items():
        rows += [
            {"person_id": by_title[title], "role": Role.hrbp, "department_id": company.departments[key]} for key in keys
        ]
    return rows
