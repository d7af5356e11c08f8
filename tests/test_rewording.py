"""What was announced is changed in every chat by real workers, also when one is killed with -9 in the middle."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.announcements import Announcement
from storage.journal import Delivery
from storage.records import remember
from tests.postgres import on_both
from tests.slack_workspace.office import Office, office
from tests.slack_workspace.running import in_loop
from tests.team import HANNA
from tests.test_delivery import command_on

UPDATE = "chat.update"


def writes(made: Office, body: str) -> None:
    with made.database.write() as db:
        remember(db, Announcement(series="news", saved_by=HANNA, title="news", body=body), datetime.now(UTC))


async def changed_while_one_is_killed(made: Office, count: int) -> None:
    alone = made.database.is_sqlite
    writes(made, "news for everybody")
    await asyncio.to_thread(made.announces, "news")
    await asyncio.to_thread(made.starts, 1 if alone else 2)
    await made.until(lambda: made.states()[Delivery.sent] == count)
    made.assert_once("news")
    writes(made, "another for everybody")
    await made.until(lambda: made.got("another").total() >= 3, 60)
    await asyncio.to_thread(made.workers.pop(0).kill)
    if alone:
        await asyncio.to_thread(made.starts)
    await made.until(lambda: made.got("another").total() == count, 120)
    assert set(made.got("another").values()) == {1}
    assert made.got("news").total() == 0, "each was changed where it stood"
    assert made.states() == {Delivery.sent: count}
    assert len(made.here.calls(UPDATE)) <= count + 4, "what was changed already is not changed again"


@pytest.mark.stress
@on_both
@in_loop
async def test_a_worker_is_killed_while_it_changes_what_was_sent(database_url: str, tmp_path: Path) -> None:
    async with office(database_url, tmp_path, 24, command=command_on(database_url)) as made:
        await changed_while_one_is_killed(made, 24)
