"""A process that serves: what it tells whoever watches over it, and that it ends without losing what it has taken."""

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.wording import Language, Wording
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.migrations import migrating
from tests.postgres import on_both
from tests.running import Running, running
from tests.test_delivery_in_process import promise

TOKEN = "a token that nobody would guess"
SPEAKERS = 4


def noted(database: Database) -> set[str]:
    with database.read() as db:
        return {text.split()[-1] for text in db.execute(select(table(KeyEvent).c.text)).scalars()}


class Talk:
    """Ben writes one win after another over several connections, until nobody takes them any more."""

    def __init__(self, bot: Running, enough: int) -> None:
        self.acknowledged: list[str] = []
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self._speak, args=(bot, name, enough)) for name in range(SPEAKERS)]
        for thread in self.threads:
            thread.start()

    def _speak(self, bot: Running, name: int, enough: int) -> None:
        with bot.speaker() as speaker:
            number = 0
            while speaker.says(f"/win @ann.miller closed renewal {name}-{number}", f"e{name}-{number}"):
                self.acknowledged.append(f"{name}-{number}")
                number += 1
                if len(self.acknowledged) >= enough:
                    self.enough.set()
        self.enough.set()

    def ended(self) -> set[str]:
        for thread in self.threads:
            thread.join(60)
        return set(self.acknowledged)


@on_both
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_under_load_it_keeps_what_it_acknowledged_and_ends_with_0(
    database_url: str, database: Database, tmp_path: Path, by: signal.Signals
) -> None:
    with running(database_url, tmp_path) as bot:
        talk = Talk(bot, enough=40)
        assert talk.enough.wait(60)
        bot.process.send_signal(by)
        status = bot.ended()
        acknowledged = talk.ended()
    assert status == 0, "".join(bot.said)
    assert len(acknowledged) >= 40
    assert acknowledged <= noted(database)
    assert "Stopped. Every answer so far is saved." in bot.said[-1]
    assert "renewal" not in "".join(bot.said)


def test_it_drains_first_where_it_is_told_to(database_url: str, database: Database, tmp_path: Path) -> None:
    with running(database_url, tmp_path, drain_seconds="2") as bot:
        assert bot.get("/readyz")[0] == 200
        bot.process.send_signal(signal.SIGTERM)
        status, body = bot.get("/readyz")
        while status == 200:  # the signal is heard between two of its steps
            status, body = bot.get("/readyz")
        assert (status, '"status":"draining"' in body) == (503, True)
        assert bot.get("/readyz", at=bot.watched)[0] == 503
        assert bot.get("/healthz")[0] == 200
        assert bot.hears("/win @ann.miller closed the last renewal at-the-door")
        assert bot.ended() == 0
    assert noted(database) == {"at-the-door"}


def test_a_second_signal_does_not_wait_for_the_draining(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, drain_seconds="300") as bot:
        bot.process.send_signal(signal.SIGTERM)
        while bot.get("/readyz")[0] == 200:
            pass
        bot.process.send_signal(signal.SIGTERM)
        assert bot.ended() == 0


def test_metrics_have_an_address_of_their_own_or_a_token_and_are_else_not_there(
    database_url: str, tmp_path: Path
) -> None:
    with running(database_url, tmp_path) as bot:
        assert bot.hears("/win @ann.miller closed the Zwiebelkuchen renewal")
        assert bot.get("/metrics")[0] == 404
        status, body = bot.get("/metrics", at=bot.watched)
        assert status == 200
        assert 'evenhand_turns_total{outcome="done",surface="teams"} 1.0' in body
        assert "evenhand_database_up 1.0" in body
        assert 'evenhand_ticks_total{outcome="done",tick="deadlines"}' in body
        assert "process_resident_memory_bytes" in body
        assert not any(word in body for word in ("Zwiebelkuchen", "ben", "okafor", "lumen"))
        assert bot.get("/healthz", at=bot.watched)[0] == bot.get("/readyz", at=bot.watched)[0] == 200
        assert bot.get("/api/messages", at=bot.watched)[0] == 404


def test_a_token_is_asked_for_where_one_is_set(database_url: str, tmp_path: Path) -> None:
    with running(database_url, tmp_path, metrics_token=TOKEN) as bot:
        assert bot.get("/metrics", at=bot.watched)[0] == 401
        assert bot.get("/metrics", at=bot.watched, authorization=f"Bearer {TOKEN}x")[0] == 401
        assert bot.get("/metrics", at=bot.watched, authorization=f"Bearer {TOKEN}")[0] == 200


@on_both
def test_a_worker_tells_of_itself_on_the_metrics_port_alone_and_ends_when_told(
    database_url: str, tmp_path: Path
) -> None:
    with running(database_url, tmp_path, "worker") as bot:
        assert bot.get("/readyz", at=bot.watched)[0] == 200
        assert bot.measures('evenhand_ticks_total{outcome="done",tick="deadlines"}')
        bot.process.send_signal(signal.SIGTERM)
        assert bot.ended() == 0
    assert "Stopped." in bot.said[-1]


def test_a_worker_that_has_no_platform_yet_says_so_and_waits_in_good_health(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    promise(database, datetime.now(UTC), 2)
    with running(database_url, tmp_path, "worker", connected=False) as bot:
        assert Wording(Language.en)("worker.waits") in "".join(bot.said)
        assert bot.get("/readyz", at=bot.watched)[0] == bot.get("/healthz", at=bot.watched)[0] == 200
        assert bot.measures('evenhand_ticks_total{outcome="done",tick="deadlines"}')
        assert 'evenhand_outbox_messages{status="waiting"} 2.0' in bot.get("/metrics", at=bot.watched)[1]
        bot.process.send_signal(signal.SIGTERM)
        assert bot.ended() == 0


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_it_is_not_ready_while_somebody_migrates(database_url: str, database: Database, tmp_path: Path) -> None:
    with running(database_url, tmp_path) as bot:
        with migrating(database):
            status, body = bot.get("/readyz")
            assert (status, '"database":"migrating"' in body) == (503, True)
            assert bot.get("/healthz")[0] == 200
        assert bot.get("/readyz")[0] == 200
