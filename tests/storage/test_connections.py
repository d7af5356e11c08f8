"""Connections at hand: used again at once, looked over after a pause, and let go after whatever went wrong."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.columns import table
from storage.connections import MOST, AtHand
from storage.database import Database
from storage.people import Person
from tests.postgres import on_both
from tests.team import BEN

PEOPLE = select(table(Person).c.id)
MANY = 2 * MOST


def cut(url: str) -> None:
    """Ends every connection to a database but this one, as a server that is restarted does."""
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND pid <> pg_backend_pid()")  # fmt: skip


@contextmanager
def at_hand(database: Database, idle: float) -> Iterator[AtHand]:
    hand = AtHand(database.reading, idle)
    yield hand
    hand.close()


def works(hand: AtHand) -> None:
    with hand.transaction() as db:
        assert BEN in db.execute(PEOPLE).scalars()


@on_both
def test_one_connection_goes_from_transaction_to_transaction(database: Database) -> None:
    with at_hand(database, 60) as hand:
        with hand.transaction() as first:
            pass
        with hand.transaction() as second:
            assert second is first
            with hand.transaction() as beside:
                assert beside is not first


@on_both
def test_what_failed_is_undone_and_its_connection_let_go(database: Database) -> None:
    used = []
    with at_hand(database, 60) as hand:

        def fail() -> None:
            with hand.transaction() as db:
                used.append(db)
                db.execute(text("UPDATE person SET title = 'Queen'"))
                db.execute(text("INSERT INTO person (id) VALUES (1)"))

        with pytest.raises(IntegrityError):
            fail()
        with hand.transaction() as db:
            assert db not in used
            assert "Queen" not in db.execute(select(table(Person).c.title)).scalars().all()


@on_both
def test_many_at_once_get_one_each_and_few_are_kept(database: Database) -> None:
    together = Barrier(MANY)
    with at_hand(database, 60) as hand, ThreadPoolExecutor(MANY) as threads:

        def read(_: int) -> int:
            with hand.transaction() as db:
                together.wait(20)
                return len(db.execute(PEOPLE).scalars().all())

        assert len(set(threads.map(read, range(MANY)))) == 1
        assert database.reading.pool.checkedout() == MOST  # type: ignore[attr-defined]


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_server_that_went_away_while_nobody_asked_is_found_again(database: Database, database_url: str) -> None:
    with at_hand(database, idle=0) as hand:
        works(hand)
        cut(database_url)
        works(hand)


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_just_now_costs_one_transaction(database: Database, database_url: str) -> None:
    with at_hand(database, idle=60) as hand:
        works(hand)
        cut(database_url)
        with pytest.raises(OperationalError):
            works(hand)
        works(hand)
