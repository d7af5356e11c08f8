"""Old journals replay on today's flows, and a question added in flight reopens that question alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from bot.answers import Called
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said, ShowPage
from bot.visit import Repertoire
from flows.catalog import LANGUAGES, Catalog, load
from flows.core import Flow, Register, command, discover, flow
from flows.fields import LongText, Scale, ShortText
from flows.steps import Form, ask, days, hours, save, tell
from storage import ledger
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.journal import Entry, Outbox
from storage.references import Who
from tests.journals.record import outcome, recorded, recordings, replayed
from tests.journals.stories import STORIES
from tests.player import Player
from tests.team import BEN

REGISTER = discover()
RECORDINGS = recordings()


@pytest.mark.parametrize("story", RECORDINGS)
def test_a_recorded_conversation_stands_where_it_stood(story: str) -> None:
    for recording in RECORDINGS[story]:
        stood = {name: recording[name] for name in ("waiting", "done", "ending")}
        assert outcome(replayed(REGISTER, recording)) == stood


def test_every_flow_has_been_recorded() -> None:
    """Play a new flow in tests/journals/stories.py, then run `python -m tests.journals.record`."""
    assert {each.name for each in REGISTER.newest()} == {one["flow"] for found in RECORDINGS.values() for one in found}
    assert STORIES.keys() <= RECORDINGS.keys()


def test_a_story_played_today_is_like_its_recording() -> None:
    """Recording works: what a story leaves behind has the flows, the steps and the end of the one in the file."""
    name = "checkin_follow_up_answered_and_edited"

    def told(found: list[dict[str, Any]]) -> list[Any]:
        return [(one["flow"], {each["key"] for each in one["journal"]}, one["done"]) for one in found]

    assert told(recorded(STORIES[name])) == told(RECORDINGS[name])


class First(Form):
    mood: Scale


class Added(Form):
    reason: ShortText


class Last(Form):
    words: LongText


class Stricter(Form):
    mood: Scale
    energy: Scale


@flow("talk", on=command("talk"), editable=hours(48))
async def as_it_was(me: Who) -> None:
    first = await ask(me, First)
    await save(_record(me, first.mood))
    last = await ask(me, Last, within=days(7))
    if last:
        await tell(me, "thanks", words=last.words)


@flow("talk", on=command("talk"), editable=hours(48))
async def with_a_question_added(me: Who) -> None:
    first = await ask(me, First)
    await save(_record(me, first.mood))
    added = await ask(me, Added)
    last = await ask(me, Last, within=days(7))
    if last:
        await tell(me, "thanks", words=f"{added.reason}, {last.words}")


@flow("talk", on=command("talk"), editable=hours(48))
async def with_a_message_added(me: Who) -> None:
    first = await ask(me, First)
    await tell(me, "hello")
    await save(_record(me, first.mood))
    last = await ask(me, Last, within=days(7))
    if last:
        await tell(me, "thanks", words=last.words)


@flow("talk", on=command("talk"), editable=hours(48))
async def the_other_way_round(me: Who) -> None:
    last = await ask(me, Last, within=days(7))
    first = await ask(me, First)
    await save(_record(me, first.mood))
    if last:
        await tell(me, "thanks", words=last.words)


@flow("talk", on=command("talk"), editable=hours(48))
async def with_the_last_one_dropped(me: Who) -> None:
    first = await ask(me, First)
    await save(_record(me, first.mood))


@flow("talk", on=command("talk"), editable=hours(48))
async def with_the_first_one_stricter(me: Who) -> None:
    first = await ask(me, Stricter, key="first")
    await save(_record(me, first.mood + first.energy))
    last = await ask(me, Last, within=days(7))
    if last:
        await tell(me, "thanks", words=last.words)


def _record(me: Who, mood: int) -> CheckIn:
    return CheckIn(series="talk", saved_by=me.id, person_id=me.id, week="2026-W10", mood=mood, highlights="x")


TEXTS = {
    **{f"talk.{name}": name for name in ("title", "about", "usage", "waiting", "done", "tell.hello")},
    "talk.tell.thanks": "{words}",
    **{f"talk.{form}.title": form for form in ("First", "Added", "Last", "Stricter")},
    **{f"talk.{each}": each for each in ("First.mood", "Added.reason", "Last.words")},
    **{f"talk.Stricter.{each}": each for each in ("mood", "energy")},
}


class Talk:
    """Ben in the middle of the flow as it was: the first page answered, the last one half typed."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database, self.clock = database, clock
        self.ben = self.meets(as_it_was)
        self.ben.calls("talk")
        self.ben.sends(mood="4")
        self.ben.drafts(words="half a thought")

    def meets(self, flow: Flow) -> Player:
        """The program starts again, with the flow written differently."""
        known = load("flows.texts").texts
        texts = Catalog({language: {**known[language], **TEXTS} for language in LANGUAGES})
        return Player(Dispatcher(self.database, Repertoire.of(Register.of(flow), texts, {}), self.clock), BEN)

    def moods(self) -> list[tuple[int, bool]]:
        rows = table(CheckIn)
        with self.database.read() as db:
            return [(row.mood, row.current) for row in db.execute(select(rows).order_by(rows.c.id))]

    def told(self) -> list[Mapping[str, Any]]:
        rows = table(Outbox)
        with self.database.read() as db:
            told = select(rows.c.body).where(rows.c.kind == "tell").order_by(rows.c.id)
            return [{"text": body["text"], **body["values"]} for body in db.execute(told).scalars()]


@pytest.fixture
def talk(database: Database, clock: SetClock) -> Talk:
    return Talk(database, clock)


def test_a_question_added_is_the_only_one_asked_again(talk: Talk) -> None:
    page = talk.ben.page
    ben = talk.meets(with_a_question_added)
    ben.last = ShowPage(page)
    ben.sends(words="and its other half")
    assert ben.page.title == "Added"
    ben.sends(reason="because")
    assert ben.page.title == "Last"
    assert ben.values == {"words": "and its other half"}
    ben.sends()
    assert isinstance(ben.last, Said)
    assert talk.moods() == [(4, True)]
    assert talk.told() == [{"text": "thanks", "words": "because, and its other half"}]


def test_what_was_added_before_a_page_is_done_before_it_is_opened(talk: Talk) -> None:
    ben = talk.meets(with_a_message_added)
    ben.opens_what_waits()
    assert ben.values == {"words": "half a thought"}
    ben.sends()
    assert [each["text"] for each in talk.told()] == ["hello", "thanks"]
    assert talk.moods() == [(4, True)]


def test_questions_in_another_order_are_not_asked_again(talk: Talk) -> None:
    ben = talk.meets(the_other_way_round)
    ben.opens_what_waits()
    assert ben.values == {"words": "half a thought"}
    ben.sends()
    assert isinstance(ben.last, Said)
    assert talk.moods() == [(4, True)]


def test_opening_a_page_that_comes_later_now_shows_the_one_that_comes_first(talk: Talk) -> None:
    ben = talk.meets(with_a_question_added)
    ben.opens_what_waits()
    assert ben.page.title == "Added"
    assert [waiting.at.key for waiting in ben.waiting()] == ["added"]
    ben.sends(reason="because")
    assert ben.values == {"words": "half a thought"}


def test_opening_a_question_that_was_dropped_ends_the_conversation(talk: Talk) -> None:
    page = talk.ben.page
    ben = talk.meets(with_the_last_one_dropped)
    ben.last = ShowPage(page)
    refused = ben.sends(words="whatever")
    assert isinstance(refused, Refused)
    assert refused.reason == "NothingOpen"
    assert isinstance(ben.opens_what_waits(), Said)
    assert ben.waiting() == ()


def test_a_question_dropped_waits_for_nobody(talk: Talk, clock: SetClock) -> None:
    ben = talk.meets(with_the_last_one_dropped)
    clock.move(days(7))
    with talk.database.read() as db:
        due = ledger.due(db, clock.now())
    for row in due:
        ben.dispatcher.settle(row["conversation_id"], row["key"])
    assert ben.waiting() == ()
    with talk.database.read() as db:
        assert ledger.due(db, clock.now()) == []


def test_an_answer_that_fits_no_more_opens_its_page_again_filled_in(talk: Talk) -> None:
    ben = talk.meets(with_the_first_one_stricter)
    ben.opens_what_waits()
    assert ben.page.title == "Stricter"
    assert ben.values == {"mood": "4", "energy": ""}
    ben.sends(energy="5")
    assert ben.values == {"words": "half a thought"}
    ben.sends()
    assert isinstance(ben.last, Said)
    assert talk.moods() == [(4, False), (9, True)]
    assert talk.told() == [{"text": "thanks", "words": "half a thought"}]


def test_a_conversation_from_before_a_look_was_added_still_says_how_it_ended(
    dispatcher: Dispatcher, database: Database
) -> None:
    again = Called("the same press", BEN, "win", "closed Acme")
    first = dispatcher.handle(again)
    rows = table(Entry)
    with database.write() as db:
        assert db.execute(rows.delete().where(rows.c.step == "look", rows.c.key == "look:manages")).rowcount == 1
    assert dispatcher.handle(again) == first
    assert isinstance(first, Said)
    assert "Saved as your win" in first.text
