"""The product on the lines about people: whom a command takes a line to be about, and what it asks instead.

The company of the corpus is a real database; each line goes through the reading of names and the flow of its command,
up to its first form. What that form would do with the names is what is judged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, insert

from flows.core import Flow, discover
from flows.fields import fields_of
from flows.given import Typed
from flows.replay import WAITING, Recorded, Waiting, advance
from flows.steps import Ask, Step
from storage.columns import table
from storage.database import Database
from storage.directory import find_person
from storage.facts import Start, resolve
from storage.line_names import names_in
from storage.migrations import upgrade
from storage.name_forms import is_han, keep_forms
from storage.people import Department, Person
from storage.references import Named
from storage.refusals import NobodyCalled, SeveralCalled
from tests.corpus.people import Colleague, Mention, directory

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
_NICKNAME = re.compile(r"\(.+\)")
LEADS = {"Support": "nair", "Finance": "mueller", "平台": "yao", "销售": "sima"}
"""Those who write the lines lead their teams, so that they may log what their teams did."""


class PeopleVerdict(StrEnum):
    right = "right"
    asked = "asked rightly"
    """Nothing happens before the author answers, and exactly the right people are offered or filled in."""
    needless = "asked wrongly"
    """Nothing happens before the author answers, but the right people are not offered, or nobody was meant."""
    silent = "silently wrong"


GOOD = frozenset({PeopleVerdict.right, PeopleVerdict.asked})


@dataclass(frozen=True)
class Taken:
    """Whom a command takes a line to be about."""

    people: tuple[str, ...] = ()
    """Ids of the corpus: whom it is about, or who is offered and filled in where that is asked. Nobody: its author."""
    asks: bool = False
    """The author is asked for the people before anything happens."""
    left: str = ""
    """The words that go on as the text or the topic."""


@dataclass(frozen=True)
class Company:
    """The directory of the corpus in a database."""

    db: Connection
    numbers: Mapping[str, int]
    """The ids of people in the database, by those of the corpus."""
    flows: Mapping[str, Flow]

    def take(self, line: Mention) -> Taken:
        """What the command of a line makes of it."""
        me = self.numbers[line.author]
        return self._of(self._first_form(self.flows[line.command], me, line.text), me)

    def names(self, line: Mention) -> Named:
        """Whom a line names, before its command makes anything of it."""
        return names_in(self.db, self.numbers[line.author], line.text)

    def _first_form(self, flow: Flow, me: int, line: str) -> Ask[Any]:
        named = names_in(self.db, me, line)
        signed = bool(named.leading) and named.leading[0].sign
        start = Start(me, NOW, line=named.rest if signed else line, named=named)
        forms: list[Ask[Any]] = []

        def perform(step: Step[Any]) -> Recorded | Waiting:
            assert isinstance(step, Ask), "a form comes first"
            forms.append(step)
            return WAITING

        advance(flow.name, flow.body, resolve(self.db, flow.facts, start), {}, perform)
        return forms[0]

    def _of(self, form: Ask[Any], me: int) -> Taken:
        raw = form.given.get("people") or ()
        found = [self._called(each, me) for each in ((raw,) if isinstance(raw, str) else tuple(map(str, raw)))]
        left = str(form.given.get("text", form.given.get("topic", "")))
        offered = [int(each.key) for each in form.offer.get("people", ()) if not isinstance(each, str)]
        needed = any(each.name == "people" and each.required for each in fields_of(form.form))
        doubted = isinstance(form.given, Typed) and any(each.question == "people" for each in form.given.unclear)
        at_once = (
            isinstance(form.given, Typed) and not doubted and all(len(each) == 1 for each in found) and not offered
        )
        people = dict.fromkeys(each for some in (*found, offered) for each in some if each != me)
        return Taken(self._keys([*people]), asks=not at_once or (needed and not found), left=left)

    def _called(self, name: str, me: int) -> tuple[int, ...]:
        """Whom a name in the form means; those who may be meant where it is not clear."""
        try:
            return (find_person(self.db, name, me).id,)
        except (SeveralCalled, NobodyCalled) as refusal:
            return tuple(int(each.key) for each in refusal.values.get("people", ()))

    def _keys(self, numbers: Sequence[int]) -> tuple[str, ...]:
        keys = {number: key for key, number in self.numbers.items()}
        return tuple(keys[each] for each in numbers)


@contextmanager
def company() -> Iterator[Company]:
    """The company of `directory.toml`, with everybody reporting to the author of their team."""
    people = directory()
    numbers = {key: number for number, key in enumerate(people, 1)}
    teams = {team: number for number, team in enumerate(LEADS, 1)}
    rows = [
        {
            "id": numbers[each.id],
            "email": each.email,
            **_names(each),
            "department_id": teams[each.team],
            "manager_id": None if LEADS[each.team] == each.id else numbers[LEADS[each.team]],
            "status": "active",
            "locale": "en",
            "time_zone": "UTC",
            "working_days": "12345",
        }
        for each in people.values()
    ]
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'corpus.sqlite3'}", synchronous="NORMAL")
        upgrade(database)
        with database.write() as db:
            db.execute(insert(table(Department)), [{"id": number, "name": name} for name, number in teams.items()])
            db.execute(insert(table(Person)), sorted(rows, key=lambda row: row["manager_id"] or 0))
            keep_forms(db)
        with database.read() as db:
            yield Company(db, numbers, {name: each for each in discover().newest() for name in each.commands})
        database.close()


def _names(person: Colleague) -> dict[str, str | None]:
    """The names as an import keeps them: in letters, in characters if there are any, and a nickname in brackets."""
    nickname = _NICKNAME.search(person.name)
    if not is_han(person.name):
        given = f"{person.given} {nickname[0]}" if nickname else person.given
        return {"given_name": given, "family_name": person.family, "native_name": None}
    first, last = person.latin.split()
    given, family = (first, last) if nickname else (last, first)
    return {"given_name": given, "family_name": family, "native_name": person.family + person.given}


def judged(line: Mention, taken: Taken) -> PeopleVerdict:
    """On the people alone. A line that names nobody is about its author; a meeting then asks for its people."""
    if not taken.asks:
        is_right = taken.people == line.about and not line.ask and not (line.command == "meet" and not line.about)
        return PeopleVerdict.right if is_right else PeopleVerdict.silent
    if line.about or line.ask:
        return PeopleVerdict.asked if taken.people == (line.about or line.ask) else PeopleVerdict.needless
    return PeopleVerdict.needless if taken.people else PeopleVerdict.right
