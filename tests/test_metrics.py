"""Metrics: they count what happened and what waits, on both databases, and no label is ever what somebody wrote."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import metrics
from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.settings import Settings
from bot.visit import Repertoire
from bot.watching import beside, metrics_routes
from flows.catalog import load
from flows.core import discover
from storage.columns import table
from storage.database import Database
from storage.journal import Delivery, Outbox
from storage.people import Person, Status
from storage.standing import Standing, standing
from tests.delivering import by_hand
from tests.player import Player
from tests.postgres import on_both
from tests.slack_workspace.company import connected
from tests.slack_workspace.running import in_loop
from tests.team import ANN, BEN, LI_NA
from tests.test_delivery_in_process import promise

TOKEN = "a token that nobody would guess"


def read() -> dict[str, float]:
    """Every value there is, by its name and labels."""
    body, _ = metrics.exposition(None)
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def grown(before: dict[str, float], name: str, **labels: str) -> float:
    key = f"{name}{sorted(labels.items())}"
    return read()[key] - before.get(key, 0)


def test_turns_are_counted_by_surface_and_outcome(dispatcher: Dispatcher) -> None:
    before = read()
    ben = Player(dispatcher.on("slack"), BEN)
    ben.calls("checkin")
    Player(ben.dispatcher, LI_NA).opens(ben.page.at)
    assert grown(before, "evenhand_turns_total", surface="slack", outcome="done") == 1
    assert grown(before, "evenhand_turns_total", surface="slack", outcome="NotYours") == 1
    assert grown(before, "evenhand_turn_seconds_count", surface="slack") == 2


def test_a_turn_that_breaks_is_counted_as_failed(dispatcher: Dispatcher) -> None:
    before = read()
    dispatcher.database.close()
    broken = Dispatcher(Database("sqlite:////nowhere/at/all.sqlite3"), dispatcher.repertoire, dispatcher.clock, "web")
    with pytest.raises(Exception, match="unable to open"):
        Player(broken, BEN).calls("checkin")
    broken.database.close()
    assert grown(before, "evenhand_turns_total", surface="web", outcome="failed") == 1


def test_deliveries_pace_and_ticks_are_counted() -> None:
    before = read()
    metrics.delivered("slack", Delivery.sent.name, 3)
    metrics.delivered("slack", Delivery.failed.name)
    metrics.paced("slack", 0.2)
    metrics.ticked("deadlines", 0.01)
    metrics.ticked("deadlines", 0.01, failed=True)
    assert grown(before, "evenhand_deliveries_total", platform="slack", outcome="sent") == 3
    assert grown(before, "evenhand_deliveries_total", platform="slack", outcome="failed") == 1
    assert grown(before, "evenhand_pace_wait_seconds_count", platform="slack") == 1
    assert grown(before, "evenhand_ticks_total", tick="deadlines", outcome="done") == 1
    assert grown(before, "evenhand_ticks_total", tick="deadlines", outcome="failed") == 1
    assert read()["evenhand_tick_last_success_timestamp_seconds[('tick', 'deadlines')]"] > 1_700_000_000


@in_loop
async def test_messages_that_arrive_in_slack_are_counted(database: Database, clock: SetClock) -> None:
    before = read()
    everything = Repertoire.of(discover(), load(*TEXTS), {})
    async with connected(Dispatcher(database, everything, clock)) as company:
        await company.li.commands("/checkin")
        await company.li.sends(
            {"mood": "4", "highlights": "完成了客户A的对账", "share": "manager", "help_wanted": "法务"}
        )
        await company.settled()
        told = len(company.ann.told)
    assert grown(before, "evenhand_deliveries_total", platform="slack", outcome="sent") >= told > 0


@on_both
@in_loop
async def test_messages_that_will_not_be_sent_are_counted_where_that_is_decided(
    dispatcher: Dispatcher, clock: SetClock
) -> None:
    before = read()
    with dispatcher.database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(status=Status.left))
    promise(dispatcher.database, clock.now(), 3)  # to Ben, who has left, and with no platform to anybody else
    delivering = by_hand(dispatcher)
    assert await delivering.settle() == 3
    delivering.lease.let_go()
    assert grown(before, "evenhand_deliveries_total", platform="none", outcome="skipped") == 3


@on_both
def test_what_waits_is_looked_up(database: Database, dispatcher: Dispatcher, clock: SetClock) -> None:
    for person in (ANN, BEN):
        Player(dispatcher, person).calls("checkin")
    Player(dispatcher, LI_NA).calls("goal")
    promise(database, clock.now() - timedelta(minutes=2), 3)
    promise(database, clock.now() + timedelta(hours=1), 2)
    outbox = table(Outbox)
    with database.write() as db:
        last = max(db.execute(outbox.select().with_only_columns(outbox.c.id)).scalars())
        db.execute(update(outbox).where(outbox.c.id == last).values(status=Delivery.sending))
    with database.read() as db:
        now = standing(db, clock.now())
    assert now.outbox == {"waiting": 4, "sending": 1}
    assert (now.due, now.oldest_due) == (3, timedelta(minutes=2))
    assert now.conversations == {"checkin": 2, "goal": 1}
    body, _ = metrics.exposition(now)
    assert b'evenhand_outbox_messages{status="waiting"} 4.0' in body
    assert b"evenhand_outbox_oldest_due_seconds 120.0" in body
    assert b'evenhand_open_conversations{flow="checkin"} 2.0' in body


def test_with_nothing_due_nothing_is_late(database: Database, clock: SetClock) -> None:
    with database.read() as db:
        now = standing(db, clock.now())
    assert (now.due, now.oldest_due, dict(now.conversations)) == (0, timedelta(), {})


def test_a_database_that_does_not_answer_is_said_to_be_down(clock: SetClock) -> None:
    gone = Database("sqlite:////nowhere/at/all.sqlite3")
    with TestClient(Starlette(routes=metrics_routes(gone, clock, None))) as client:
        answer = client.get("/metrics")
    gone.close()
    assert answer.status_code == 200
    assert "evenhand_database_up 0.0" in answer.text
    assert "evenhand_outbox_messages" not in answer.text


@pytest.mark.parametrize(
    ("given_settings", "there"),
    [({}, False), ({"metrics_token": TOKEN}, True), ({"metrics_token": TOKEN, "metrics_port": 9100}, False)],
)
def test_on_the_bots_own_address_they_are_there_only_for_a_token(
    database: Database, clock: SetClock, given_settings: dict[str, str | int], there: bool
) -> None:
    settings = Settings.model_validate(given_settings)
    with TestClient(Starlette(routes=beside(settings, database, clock))) as client:
        assert client.get("/metrics").status_code == (401 if there else 404)
        allowed = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert allowed.status_code == (200 if there else 404)
        wrong = client.get("/metrics", headers=[(b"Authorization", f"Bearer {TOKEN}é".encode())])
        assert wrong.status_code == (401 if there else 404)


@given(st.text(), st.emails())
def test_a_label_is_a_plain_word_or_it_is_not_said(said: str, address: str) -> None:
    for label in (said, address, f"{said} {address}", "Li Na", "李娜"):
        assert metrics.word(label) == metrics.OTHER or re.fullmatch(r"[A-Za-z0-9_-]{1,40}", label, re.ASCII)
    assert metrics.word(address) == metrics.OTHER
    assert metrics.word("NotYours") == "NotYours"


def test_the_guide_lists_every_metric_and_no_other() -> None:
    standing_now = Standing({"waiting": 0}, 0, timedelta(), {"checkin": 1})
    metrics.turned("web", "done", 0.1)
    metrics.delivered("web", "sent")
    metrics.paced("web", 0.1)
    metrics.ticked("deadlines", 0.1)
    body, _ = metrics.exposition(standing_now)
    guide = (Path(__file__).parent.parent / "docs" / "operators.md").read_text("utf-8")
    listed = set(re.findall(r"`(evenhand_[a-z_]+)`", guide))
    there = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(body.decode())
        if family.name.startswith("evenhand") and not family.name.endswith("_created")
    }
    assert listed == there
    alerted = set(re.findall(r"\b(evenhand_[a-z_]+)[{\[) =]", guide))
    assert {name.removesuffix("_bucket") for name in alerted} <= there
