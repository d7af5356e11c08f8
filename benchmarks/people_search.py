"""How long a suggestion takes while a name is typed, in a company of 100,000 people.

A common beginning is that of thousands of people, a rare one that of a few; both are asked for by an employee whose
own team comes first. What a line names is looked up in the same company.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import Connection, insert, text

from benchmarks.company import database_at
from benchmarks.figures import Figure, Stopwatch, milliseconds, percentile
from storage.columns import table
from storage.database import Database
from storage.line_names import names_in
from storage.migrations import upgrade
from storage.name_forms import keep_forms
from storage.people import Department, Person
from storage.roll import called_like
from tests.postgres import Cluster, NoPostgres

PEOPLE = 100_000
ROUNDS = 200
ALLOWED = 0.020
FAMILIES = (("Li", "李"), ("Wang", "王"), ("Zhang", "张"), ("Ouyang", "欧阳"), ("Chen", "陈"), ("Lin", "林"))
GIVEN = (("Na", "娜"), ("Wei", "伟"), ("Zeyu", "泽宇"), ("Wanqing", "婉清"), ("Shijie", "世杰"), ("Jianguo", "建国"))
WESTERN = ("Ann", "Priya", "Jürgen", "Tao", "Lena", "Liam", "Linda", "Marek", "Zoë", "Ximena")
TYPED = {
    "common beginning": ("l", "li", "@l", "an", "zhang"),
    "rare beginning": ("ximena q", "@jürgen z", "number99", "zoe p"),
    "common beginning in Chinese": ("王", "李", "泽", "@婉"),
    "rare beginning in Chinese": ("欧阳婉", "林世", "建国"),
}
AT_ONCE = 5_000


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


def fill(database: Database, people: int) -> None:
    """Puts a company of so many people into an empty database."""
    upgrade(database)
    with database.write() as db:
        db.execute(insert(table(Department)), [{"id": n, "name": f"Department {n}"} for n in range(1, 401)])
        everybody = list(rows(people))
        for first in range(0, people, AT_ONCE):
            db.execute(insert(table(Person)), everybody[first : first + AT_ONCE])
        keep_forms(db)


@contextmanager
def big_company(people: int) -> Iterator[Database]:
    """A company of so many people on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        database = database_at(Path(folder, "company.sqlite3"), "NORMAL")
        fill(database, people)
        yield database
        database.close()


def measure(people: int = PEOPLE) -> Iterator[Figure]:
    with big_company(people) as database:
        yield from _figures(database, people, "SQLite")
    try:
        cluster = Cluster.started()
    except NoPostgres as why:
        yield Figure("the same on PostgreSQL", f"not measured: {why}")
        return
    database = Database(cluster.database(name="company"))
    fill(database, people)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    yield from _figures(database, people, "PostgreSQL")
    database.close()
    cluster.stop()


def _figures(database: Database, people: int, name: str) -> Iterator[Figure]:
    with database.read() as db:
        for kind, typed in TYPED.items():
            yield _figure(f"a suggestion among {people:,} people, {kind}, {name}", db, typed, _suggested)
        yield _figure(f"whom a line names, {name}", db, [each for some in TYPED.values() for each in some], _named)


def _suggested(db: Connection, typed: str) -> None:
    called_like(db, typed, viewer=4711)


def _named(db: Connection, typed: str) -> None:
    names_in(db, 4711, f"{typed} closed the renewal")


def _figure(what: str, db: Connection, typed: Sequence[str], does: Callable[[Connection, str], None]) -> Figure:
    took, waited = [], []
    for number in range(ROUNDS):
        with Stopwatch() as watch:
            does(db, typed[number % len(typed)])
        took.append(watch.cpu)
        waited.append(watch.wall)
    middle, worst, wall = percentile(took, 50), percentile(took, 99), percentile(waited, 50)
    shown = f"{milliseconds(middle)} at the median, {milliseconds(worst)} at the 99th percentile"
    against = f"under {milliseconds(ALLOWED)} of CPU here; {milliseconds(wall)} until it is there"
    return Figure(what, shown, against, worst < ALLOWED)


if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.what}: {figure.measured}")
