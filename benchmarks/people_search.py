"""How long a suggestion takes while a name is typed, in a company of 100,000 people.

A common beginning is that of thousands of people, a rare one that of a few; both are asked for by an employee whose
own team comes first. What a line names is looked up in the same company.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from sqlalchemy import Connection, insert

from benchmarks.company import database_at
from benchmarks.figures import Figure, Stopwatch, milliseconds, percentile
from storage.columns import table
from storage.line_names import names_in
from storage.migrations import upgrade
from storage.name_forms import keep_forms
from storage.people import Department, Person
from storage.roll import called_like

PEOPLE = 100_000
ROUNDS = 200
ALLOWED = 0.020
FAMILIES = (("Li", "李"), ("Wang", "王"), ("Zhang", "张"), ("Ouyang", "欧阳"), ("Chen", "陈"), ("Lin", "林"))
GIVEN = (("Na", "娜"), ("Wei", "伟"), ("Zeyu", "泽宇"), ("Wanqing", "婉清"), ("Shijie", "世杰"), ("Jianguo", "建国"))
WESTERN = ("Ann", "Priya", "Jürgen", "Tao", "Lena", "Liam", "Linda", "Marek", "Zoë", "Ximena")
COMMON, RARE = ("li", "@l", "王", "an", "zhang"), ("ximena q", "欧阳婉", "@jürgen z", "number99", "zoe p")


def rows(people: int) -> Iterator[dict[str, object]]:
    chance = Random(2026)
    for number in range(1, people + 1):
        family, family_han = chance.choice(FAMILIES)
        given, given_han = chance.choice(GIVEN)
        is_western = number % 2 == 0
        first = chance.choice(WESTERN) if is_western else given
        last = f"{chr(97 + number % 26)}number{number}".title() if is_western else family
        yield {
            "id": number,
            "email": f"{first}.{last}.{number}@harbour.example".lower(),
            "given_name": first,
            "family_name": last,
            "native_name": None if is_western else family_han + given_han,
            "department_id": number % 400 + 1,
            "manager_id": None if number == 1 else max(1, number // 9),
            "status": "active",
            "locale": "en",
            "time_zone": "UTC",
            "working_days": "12345",
        }


def measure(people: int = PEOPLE) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        database = database_at(Path(folder, "company.sqlite3"), "NORMAL")
        upgrade(database)
        with database.write() as db:
            db.execute(insert(table(Department)), [{"id": n, "name": f"Department {n}"} for n in range(1, 401)])
            db.execute(insert(table(Person)), list(rows(people)))
            keep_forms(db)
        with database.read() as db:
            for name, typed in (("common", COMMON), ("rare", RARE)):
                yield _figure(f"a suggestion among {people:,} people, {name} beginning", db, typed, _suggested)
            yield _figure("whom a line names", db, COMMON + RARE, _named)
        database.close()


def _suggested(db: Connection, typed: str) -> None:
    called_like(db, typed, viewer=4711)


def _named(db: Connection, typed: str) -> None:
    names_in(db, 4711, f"{typed} closed the renewal")


def _figure(what: str, db: Connection, typed: tuple[str, ...], does: Callable[[Connection, str], None]) -> Figure:
    took = []
    for number in range(ROUNDS):
        with Stopwatch() as watch:
            does(db, typed[number % len(typed)])
        took.append(watch.cpu)
    middle, worst = percentile(took, 50), percentile(took, 99)
    shown = f"{milliseconds(middle)} at the median, {milliseconds(worst)} at the 99th percentile"
    return Figure(what, shown, f"under {milliseconds(ALLOWED)} of CPU", worst < ALLOWED)


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.what}: {figure.measured}")
