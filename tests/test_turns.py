"""Turns that go wrong easily: edits among several saves, typed answers that clash, sealing, numbers without end."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Field, SQLModel

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import NextQuestion, Refused, Said, ShowPage
from bot.visit import Repertoire
from flows.catalog import LANGUAGES, Catalog, load
from flows.core import Flow, Register, command, discover, flow
from flows.fields import Scale, ShortText
from flows.page import At
from flows.steps import Form, Objection, ask, days, gather, hours, save, tell
from storage.checkins import CheckIn
from storage.columns import SEALED_KEY, table
from storage.database import Database
from storage.goals import Goal, GoalUpdate
from storage.journal import Outbox
from storage.people import Person
from storage.records import NotSealable, seal
from storage.references import Who
from tests.hard_flows.traces import settle_all
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA

pytestmark = on_both


class One(Form):
    mood: Scale


class Two(Form):
    low: Scale
    high: Scale

    def objections(self) -> Iterator[Objection]:
        if self.low > self.high:
            yield Objection("high", "choose_one", {"options": ["more"]})


class Name(Form):
    name: ShortText


def _kept(me: Who, series: str, mood: int) -> CheckIn:
    return CheckIn(series=series, saved_by=me.id, person_id=me.id, week="2026-W10", mood=mood, highlights=series)


@flow("two", on=command("two"), editable=hours(48))
async def two_records(me: Who) -> None:
    one = await ask(me, One)
    await save(_kept(me, "first", one.mood), key="save:first")
    two = await ask(me, Two)
    await save(_kept(me, "second", two.high), key="save:second")


async def _part(me: Who, name: str) -> int:
    answer = await ask(me, One, key=f"one:{name}")
    await save(_kept(me, name, answer.mood), key=f"save:{name}")
    return answer.mood


@flow("both", on=command("both"), editable=hours(48))
async def both_at_once(me: Who) -> None:
    moods = await gather(_part(me, "left"), _part(me, "right"))
    await save(_kept(me, "sum", sum(moods)), key="save:sum")


@flow("told", on=command("told"))
async def told_twice(me: Who, manager: Who | None) -> None:
    people = [each for each in (manager, manager, me, me) if each]
    await tell(people, "hello")


@flow("others", on=command("others"))
async def asks_a_colleague(me: Who, manager: Who | None) -> None:
    if manager:
        await gather(ask(manager, Name, key="late", within=days(1)), ask(manager, Name, key="never"))
    await tell(me, "hello")


FORMS = {"One": ("mood",), "Two": ("low", "high"), "Name": ("name",)}


def bot_with(database: Database, clock: SetClock, *flows: Flow) -> Dispatcher:
    said = {f"{each.name}.{key}": key for each in flows for key in ("about", "usage", "waiting", "done", "tell.hello")}
    for each in flows:
        for form, fields in FORMS.items():
            said |= {f"{each.name}.{form}.{key}": key for key in ("title", *fields)}
    texts = Catalog({language: {**load("flows.texts").texts[language], **said} for language in LANGUAGES})
    return Dispatcher(database, Repertoire.of(Register.of(*flows), texts, {}), clock)


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return bot_with(database, clock, two_records, both_at_once, told_twice, asks_a_colleague)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


def versions(database: Database) -> dict[str, list[int]]:
    """The moods of each series, oldest version first."""
    rows = table(CheckIn)
    found: dict[str, list[int]] = {}
    with database.read() as db:
        for row in db.execute(select(rows).order_by(rows.c.version)).mappings():
            found.setdefault(row["series"], []).append(row["mood"])
    return found


def test_an_edit_saves_again_what_came_after_it_and_nothing_before(ben: Player, database: Database) -> None:
    ben.calls("two")
    ben.sends(mood="2")
    ben.sends(low="1", high="3")
    ben.opens(At(1, "two", 1))
    ben.sends(high="5")
    assert versions(database) == {"first": [2], "second": [3, 5]}
    ben.opens(At(1, "one", 1))
    ben.sends(mood="4")
    assert versions(database) == {"first": [2, 4], "second": [3, 5, 5]}


def test_an_edit_of_one_of_several_at_once_leaves_the_others_alone(ben: Player, database: Database) -> None:
    ben.calls("both")
    ben.sends(mood="2")
    ben.sends(mood="3")
    ben.opens(At(1, "one:left", 1))
    ben.sends(mood="5")
    assert versions(database) == {"left": [2, 5], "right": [3], "sum": [5, 8]}


def test_somebody_named_twice_is_told_once(ben: Player, database: Database) -> None:
    assert isinstance(ben.calls("told"), Said)
    with database.read() as db:
        people = db.execute(select(table(Outbox).c.person_id).order_by(table(Outbox).c.person_id)).scalars().all()
    assert people == [ANN, BEN]


def test_typed_answers_that_clash_are_asked_for_again(ben: Player, database: Database) -> None:
    ben.calls("two")
    ben.types("2")
    ben.types("4")
    clash = ben.types("3")
    assert isinstance(clash, NextQuestion)
    assert (clash.question.key, bool(clash.problem)) == ("high", True)
    assert isinstance(ben.types("5"), Said)
    assert versions(database) == {"first": [2], "second": [5]}


def test_of_one_who_leaves_what_has_a_deadline_is_over_and_the_rest_goes_to_who_manages_now(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    ben.calls("others")
    with database.write() as db:
        db.execute(table(Person).update().where(table(Person).c.id == ANN).values(status="left"))
    assert settle_all(dispatcher) == 2
    assert settle_all(dispatcher) == 0
    dora = Player(dispatcher, DORA)
    assert [waiting.at.key for waiting in dora.waiting()] == ["never"]
    refused = Player(dispatcher, ANN).opens(At(1, "never"))
    assert isinstance(refused, Refused)
    dora.opens_what_waits()
    assert isinstance(dora.sends(name="In her place"), Said)


def test_whoever_has_left_is_not_asked_in_the_first_place(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    """Ann leads Ben; she and Dora above her have left, so nobody manages him and nobody is asked."""
    with database.write() as db:
        db.execute(table(Person).update().where(table(Person).c.id.in_([ANN, DORA])).values(status="left"))
    assert isinstance(ben.calls("others"), Said)
    with database.read() as db:
        assert db.execute(select(func.count()).select_from(table(Outbox))).scalar_one() == 1


class Counted(SQLModel, table=True):
    __tablename__ = "test_counted"

    id: int | None = Field(default=None, primary_key=True)


class Sealed(SQLModel, table=True):
    __tablename__ = "test_sealed"

    id: int | None = Field(default=None, primary_key=True, sa_type=SEALED_KEY)
    words: str


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (Counted(), "counts upwards"),
        (Goal(saved_by=BEN, title="x"), "names who saved it"),
        (GoalUpdate(goal="x", percent=1, saved_by=BEN), "counts upwards"),
    ],
)
def test_a_record_that_would_tell_who_answered_cannot_be_sealed(
    database: Database, clock: SetClock, record: Any, why: str
) -> None:
    with database.write() as db, pytest.raises(NotSealable, match=why):
        seal(db, record, clock.now(), 1)


def test_sealed_records_stand_in_the_order_of_their_random_keys(database: Database, clock: SetClock) -> None:
    SQLModel.metadata.create_all(database.engine, tables=[table(Sealed)])
    keys = [2**61 + 5, 3, 2**61, 77, 2**40]
    for number, key in enumerate(keys):
        with database.write() as db:
            seal(db, Sealed(words=f"answer {number}"), clock.now(), key)
    with database.read() as db:
        found = db.execute(select(table(Sealed)).order_by(table(Sealed).c.id)).all()
        unordered = db.execute(select(table(Sealed))).all()
    assert [row.id for row in found] == sorted(keys)
    if database.is_sqlite:
        assert unordered == found


@pytest.mark.parametrize("typed", ["0." + "1" * 5000, "1" * 5000, "1e-400", "-1e-300", "１２．５" + "0" * 60])
def test_a_number_with_more_digits_than_can_be_kept_is_said_so(database: Database, clock: SetClock, typed: str) -> None:
    ben = Player(Dispatcher(database, Repertoire.of(discover(), load("flows.texts"), {}), clock), BEN)
    ben.calls("goal", "Renew 90 % of contracts by 30 June 2026")
    ben.sends(weight="60", target=typed)
    assert isinstance(ben.last, ShowPage)
    assert set(ben.errors) == {"target"}
    ben.sends(target="12.50")
    assert isinstance(ben.last, Said)
    with database.read() as db:
        assert str(db.execute(select(table(Goal).c.target)).scalar()) == "12.50"
