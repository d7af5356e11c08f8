"""What Slack's library and Slack itself are known to do to apps, and that none of it happens here."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.listener import asyncio_runner
from sqlalchemy import select

from bot.dispatcher import Dispatcher
from storage.checkins import CheckIn
from storage.columns import table
from storage.journal import OpenAsk
from tests.slack_workspace.company import connected
from tests.slack_workspace.running import in_loop

FILLED = {"mood": "4", "highlights": "Renewed Acme with 3 seats more", "share": "manager"}


def rows(dispatcher: Dispatcher, model: Any) -> list[Any]:
    with dispatcher.database.read() as db:
        return list(db.execute(select(table(model))).mappings())


@in_loop
async def test_bolt_tries_no_listeners_and_never_looks_every_ten_milliseconds(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: Any, **__: Any) -> None:
        raise AssertionError("Bolt's runner waits for an acknowledgement")

    monkeypatch.setattr(asyncio_runner.AsyncioListenerRunner, "run", run)
    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        await company.ann.sends(FILLED)
        await company.ann.types("help")
        await company.ann.opens_home()
        assert len(rows(dispatcher, CheckIn)) == len(company.ann.told) == 1
        assert company.surface._app is not None
        assert company.surface._app._async_listeners == []


@in_loop
async def test_neither_a_token_nor_a_connection_is_fetched_for_every_event(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connected(dispatcher) as company:
        await company.ann.types("help")
        opened = aiohttp.ClientSession.__init__

        def counted(self: aiohttp.ClientSession, *arguments: Any, **more: Any) -> None:
            raise AssertionError("a connection pool of its own for one call")

        monkeypatch.setattr(aiohttp.ClientSession, "__init__", counted)
        for _ in range(3):
            await company.ann.types("help")
        await company.ann.opens_home()
        monkeypatch.setattr(aiohttp.ClientSession, "__init__", opened)
        assert len(company.here.calls("auth.test")) <= 2  # once by the start, which meets the company meanwhile


@in_loop
async def test_what_people_write_and_what_opens_doors_is_not_in_the_log(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = "Nobody but Ann may read this"

    def broken(*_: Any) -> Any:
        raise ValueError(words)

    async with connected(dispatcher) as company:
        await company.ann.commands("/checkin")
        monkeypatch.setattr(company.surface.dispatcher, "answered", broken)
        await company.ann.fills({**FILLED, "highlights": words})
        ack = await company.slack.interaction(company.ann.submission(company.ann.form))
        assert ack.body["response_action"] == "errors", "the window stays open, with what was typed"
        assert (await company.ann.types(words)).status == 500
    logged = "".join(capfd.readouterr())
    assert "something from Slack could not be dealt with" in logged
    for secret in (words, "xoxb-1", "hooks.slack.com", "UANN", "ann.miller"):
        assert secret not in logged


@in_loop
async def test_the_check_of_the_certificate_is_answered(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        ack = await company.slack.command({"ssl_check": "1", "token": "XXYYZZ"})
        assert (ack.status, ack.body) == (200, "")
        assert company.here.calls("chat.postMessage") == []


@in_loop
async def test_an_organizations_users_have_other_ids(dispatcher: Dispatcher) -> None:
    async with connected(dispatcher) as company:
        del company.here.users["UBEN"]
        company.here.user("W0BEN", "ben.okafor", "ben.okafor@lumen.example")
        ben = company.person("W0BEN")
        await ben.commands("/checkin")
        await ben.sends(FILLED)
        assert [row["person_id"] for row in rows(dispatcher, CheckIn)] == [3]


@pytest.mark.parametrize("length", [5_000, 13_000, 40_000])
@in_loop
async def test_a_text_that_is_too_long_is_refused_and_never_cut(dispatcher: Dispatcher, length: int) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.commands("/checkin")
        await ann.closes()
        await ann.types("4")
        text = "Renewed Acme. " * (length // 14)
        await ann.types(text)
        kept = rows(dispatcher, OpenAsk)[0]["draft"].get("highlights", "")
        assert kept in ("", text.strip(), text)
        assert kept or "characters" in ann.told[-1]


@pytest.mark.parametrize("first", [True, False])
@in_loop
async def test_two_presses_at_the_same_moment_are_one(dispatcher: Dispatcher, first: bool) -> None:
    async with connected(dispatcher) as company:
        ann = company.ann
        await ann.commands("/checkin")
        await ann.fills(FILLED)
        payload = ann.submission(ann.form)
        other = {**payload, "trigger_id": company.here.trigger(ann.id)} if first else payload
        acks = await asyncio.gather(company.slack.interaction(payload), company.slack.interaction(other))
        assert all(ack.ok for ack in acks)
        assert len(rows(dispatcher, CheckIn)) == 1
