"""The schema's history: one line of revisions that ends at today's tables, up and down, with everything kept."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import orjson
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel

import storage
from storage import schema, tables
from storage.columns import table
from storage.database import Database
from storage.journal import Conversation, Entry, Outbox
from storage.migrations import BrokenReferences, configuration, migrating, upgrade
from storage.people import Person
from storage.versions import Versioned
from tests.player import Player
from tests.postgres import Cluster, on_both
from tests.team import BEN, move_in
from tests.together import at_once

FIRST = "0001"


@pytest.fixture
def empty(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    if backend == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}", synchronous="NORMAL")
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        database = Database(cluster.database())
    yield database
    database.close()


def revisions() -> list[str]:
    """From the first to the newest."""
    return [each.revision for each in reversed(list(_scripts().walk_revisions()))]


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration(None))  # type: ignore[arg-type]  # no database is looked at


def test_there_is_one_newest_revision_and_it_is_the_one_the_program_asks_for() -> None:
    assert _scripts().get_heads() == [schema.newest()]
    assert revisions()[0] == FIRST


def test_every_table_of_storage_is_one_the_migrations_know() -> None:
    for module in iter_modules(storage.__path__):
        import_module(f"storage.{module.name}")
    ours = {
        mapper.class_ for mapper in SQLModel._sa_registry.mappers if mapper.class_.__module__.startswith("storage.")
    }
    assert ours == set(tables.ALL)


def test_every_version_of_a_thing_is_there_once() -> None:
    for model in tables.ALL:
        if issubclass(model, Versioned):
            assert ("series", "version") in {tuple(each.columns.keys()) for each in table(model).indexes if each.unique}


@on_both
def test_the_newest_revision_has_todays_tables(empty: Database) -> None:
    upgrade(empty)
    with migrating(empty) as connection:
        command.check(configuration(connection))


@on_both
def test_a_table_that_differs_is_noticed(empty: Database) -> None:
    upgrade(empty)
    with migrating(empty) as connection:
        connection.execute(text("ALTER TABLE check_in DROP COLUMN blockers"))
        with pytest.raises(CommandError, match="check_in"):
            command.check(configuration(connection))


@on_both
def test_every_revision_goes_up_and_down_and_up_again(empty: Database) -> None:
    for before, revision in zip(["base", *revisions()], revisions(), strict=False):
        for step in (revision, before, revision):
            with migrating(empty) as connection:
                (command.upgrade if step == revision else command.downgrade)(configuration(connection), step)
    assert schema.found(empty) == schema.newest()
    with migrating(empty) as connection:
        command.downgrade(configuration(connection), "base")
    with empty.read() as db:
        assert set(inspect(db).get_table_names()) == {"alembic_version"}


def _team_of_the_first_schema(database: Database) -> None:
    """What the first release would have kept; plain SQL, because today's tables may have moved on."""
    upgrade(database, FIRST)
    with database.write() as db:
        db.execute(text("INSERT INTO department (id, name) VALUES (1, 'Sales')"))
        db.execute(
            text(
                "INSERT INTO person (id, email, given_name, family_name, native_name, department_id, locale, "
                "time_zone, working_days, status) VALUES (1, 'li.na@lumen.example', 'Na', 'Li', '李娜', 1, 'zh', "
                "'Asia/Shanghai', '12345', 'active')"
            )
        )
        db.execute(
            text(
                "INSERT INTO conversation (id, flow, flow_version, subject, starter_id, params, state, revision, "
                "started_at, touched_at) VALUES (1, 'checkin', 1, 'checkin:1:2026-W10', 1, :params, 'done', 2, "
                "'2026-03-05 09:00:00', '2026-03-05 09:00:00')"
            ),
            {"params": b'{"week":"2026-W10"}'},
        )
        db.execute(
            text(
                "INSERT INTO entry (conversation_id, key, edition, step, who, value, at) VALUES "
                "(1, 'pulse', 1, 'ask', 1, :value, '2026-03-05 09:00:00')"
            ),
            {"value": b'{"mood":4}'},
        )


@on_both
def test_what_the_first_schema_kept_is_kept(empty: Database) -> None:
    _team_of_the_first_schema(empty)
    upgrade(empty)
    with empty.read() as db:
        person = db.execute(select(table(Person))).mappings().one()
        conversation = db.execute(select(table(Conversation))).mappings().one()
        entry = db.execute(select(table(Entry))).mappings().one()
    assert (person["native_name"], person["time_zone"]) == ("李娜", "Asia/Shanghai")
    assert (conversation["params"], conversation["started_at"].isoformat()) == (
        {"week": "2026-W10"},
        "2026-03-05T09:00:00+00:00",
    )
    assert entry["value"] == {"mood": 4}


@on_both
def test_a_reply_that_waits_is_found_under_its_new_name(empty: Database) -> None:
    _team_of_the_first_schema(empty)
    upgrade(empty, "0019")
    body = orjson.dumps({"flow": "reply", "text": "late", "values": {"text": "Saved."}, "buttons": []})
    row = (
        "INSERT INTO outbox (id, dedupe, person_id, kind, body, status, urgency, due_at) "
        "VALUES (:id, :dedupe, 1, 'tell', :body, :status, 0, '2026-03-05 09:00:00')"
    )
    with empty.write() as db:
        for number, (dedupe, status) in enumerate((("reply:e1", 0), ("reply:e2", 2), ("tell:1:x:1", 0)), start=1):
            db.execute(text(row), {"id": number, "dedupe": dedupe, "body": body, "status": status})
    upgrade(empty)
    with empty.read() as db:
        kept = db.execute(select(table(Outbox).c.body).order_by(table(Outbox).c.id)).scalars().all()
    assert [(each["flow"], each["text"]) for each in kept] == [
        ("late_reply", "said"),
        ("reply", "late"),
        ("reply", "late"),
    ]


@on_both
def test_upgrading_what_is_newest_changes_nothing(dispatcher: Any, database: Database) -> None:
    Player(dispatcher, BEN).calls("checkin")
    upgrade(database)
    assert len(Player(dispatcher, BEN).waiting()) == 1


@on_both
def test_two_processes_that_upgrade_at_once_upgrade_once(empty: Database) -> None:
    other = Database(empty.url.render_as_string(hide_password=False), synchronous="NORMAL")
    at_once([lambda: upgrade(empty), lambda: upgrade(other)])
    other.close()
    assert schema.found(empty) == schema.newest()
    move_in(empty)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_broken_reference_is_found_and_the_migration_undone(empty: Database) -> None:
    _team_of_the_first_schema(empty)
    with migrating(empty) as connection:
        command.downgrade(configuration(connection), FIRST)

    def break_a_reference() -> None:
        with migrating(empty) as connection:
            connection.execute(text("ALTER TABLE person ADD COLUMN nickname VARCHAR"))
            connection.execute(text("UPDATE person SET manager_id = 99"))

    with pytest.raises(BrokenReferences, match="1 rows refer"):
        break_a_reference()
    with empty.read() as db:
        assert "nickname" not in {column["name"] for column in inspect(db).get_columns("person")}
        assert db.execute(text("SELECT manager_id FROM person")).scalar() is None


@on_both
def test_a_migration_that_fails_half_way_leaves_the_schema_as_it_was(empty: Database) -> None:
    def fail() -> None:
        with migrating(empty) as connection:
            command.upgrade(configuration(connection), "head")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert schema.found(empty) is None
    upgrade(empty)
