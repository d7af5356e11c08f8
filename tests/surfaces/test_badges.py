"""Badges: what a message about a key event is, told apart at a glance in the browser, Slack and Teams, and in words."""

from typing import Any

import pytest

from bot.answers import Pressed, Quoted, Submitted, Typed
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said, ShowPage
from bot.slack import blocks
from bot.teams import messages
from bot.teams.limits import lint
from bot.told import told
from bot.visit import Repertoire, Visit
from bot.web.messages import badges
from flows.catalog import load
from flows.core import discover
from flows.message import Badge, Message
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox
from storage.json_values import read
from tests.surfaces.teams.test_cards import VOICES
from tests.team import ANN, BEN, LI_NA

KINDS = ("win", "miss", "coaching", "praise", "evidence")


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts", "bot.texts"), {}), clock)


def types(dispatcher: Dispatcher, person: int, line: str, event: str = "1") -> Any:
    return dispatcher.handle(Typed(event, person, line))


def messages_of(dispatcher: Dispatcher, database: Database, person: int) -> list[Message]:
    """What a person is told, the oldest first."""
    outbox = table(Outbox)
    with database.read() as db:
        rows = db.execute(outbox.select().where(outbox.c.person_id == person).order_by(outbox.c.id)).mappings().all()
        reader = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person).reader
        return [told(db, dispatcher.repertoire.texts, reader, row) for row in rows]


def labels(message: Message) -> list[str]:
    return [each.label for each in message.badges]


@pytest.mark.parametrize(
    ("line", "badge"),
    [
        ("/win @ben.okafor closed the Acme renewal, +120k ARR", "Win"),
        ("/miss @ben.okafor sent the offer two days late", "Miss"),
        ("/coach @ben.okafor practised discovery calls", "Coaching"),
        ("/praise @ben.okafor for the calm in the Acme talks", "Praise"),
    ],
)
def test_both_sides_see_what_it_is(dispatcher: Dispatcher, database: Database, line: str, badge: str) -> None:
    types(dispatcher, ANN, line)
    assert labels(messages_of(dispatcher, database, BEN)[-1]) == [badge]
    assert {tuple(labels(each)) for each in messages_of(dispatcher, database, ANN)} == {(badge,)}


def test_a_reader_of_chinese_sees_it_in_chinese(dispatcher: Dispatcher, database: Database) -> None:
    types(dispatcher, ANN, "/win @li.na closed the Acme renewal, +120k ARR")
    assert labels(messages_of(dispatcher, database, LI_NA)[-1]) == ["亮点"]


def test_evidence_says_that_it_is_and_of_what(dispatcher: Dispatcher, database: Database) -> None:
    shown = dispatcher.handle(Quoted("1", ANN, "evidence", "thanks for the quick fix on the export", BEN))
    assert isinstance(shown, ShowPage)
    values = {each.key: each.value for each in shown.page.questions} | {"kind": "win"}
    dispatcher.handle(Submitted("2", ANN, shown.page.at, values))
    assert labels(messages_of(dispatcher, database, BEN)[-1]) == ["Evidence", "Win"]


def test_what_is_said_of_it_later_has_its_badge(dispatcher: Dispatcher, database: Database) -> None:
    types(dispatcher, ANN, "/miss @ben.okafor sent the offer two days late")
    [respond] = messages_of(dispatcher, database, BEN)[-1].buttons
    shown = dispatcher.handle(Pressed("2", BEN, respond.flow, read(respond.given)))
    assert isinstance(shown, ShowPage)
    values = {"stance": "contest", "text": "The customer had asked for another week."}
    dispatcher.handle(Submitted("3", BEN, shown.page.at, values))
    last = messages_of(dispatcher, database, ANN)[-1]
    assert "disputes" in last.text
    assert labels(last) == ["Miss"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/win @ben.okafor closed the Acme renewal", "Ben Okafor has been told"),
        ("/win closed the Acme renewal", "Your win"),
        ("/praise @ben.okafor for the calm in the Acme talks", "You praised Ben Okafor"),
    ],
)
def test_one_message_answers_who_has_logged_it(
    dispatcher: Dispatcher, database: Database, line: str, told: str
) -> None:
    said = types(dispatcher, ANN, line)
    assert isinstance(said, Said)
    assert said.in_message
    assert types(dispatcher, ANN, line) == said, "nor is the same event answered by another"
    [message] = [each for each in messages_of(dispatcher, database, ANN) if told in each.text]
    assert "Undo" in [each.label for each in message.buttons]


def test_a_refusal_is_said_at_once(dispatcher: Dispatcher) -> None:
    said = types(dispatcher, BEN, "/miss @ann.miller sent the offer two days late")
    assert isinstance(said, Said)
    assert not said.in_message


@pytest.mark.parametrize("kind", KINDS)
def test_each_surface_draws_a_word(kind: str) -> None:
    message = Message("A win for *Ben*: “<at>x</at>”", (), badges=(Badge(kind, "Label <b>"),))
    assert 'class="badge ' + kind in str(badges(message.badges))
    assert "Label &lt;b&gt;" in str(badges(message.badges))
    first, second, *_ = blocks.told(message)["blocks"]
    assert first["elements"][0]["elements"] == [
        {"type": "text", "text": "Label <b>", "style": {"bold": True, "code": True}}
    ]
    assert "<at>" in second["elements"][0]["elements"][0]["text"]
    card = messages.told(message, VOICES["en"]).card
    assert card
    assert list(lint(card)) == []
    assert card["body"][0]["inlines"][0]["text"] == "Label <b>"


def test_a_message_about_nothing_has_none() -> None:
    assert badges(()) is None
    assert len(blocks.told(Message("Hello", ()))["blocks"]) == 1
    assert messages.told(Message("Hello", ()), VOICES["en"]).card is None


def test_a_message_that_sums_up_several_people_is_no_evidence(dispatcher: Dispatcher, database: Database) -> None:
    outbox = table(Outbox)
    types(dispatcher, ANN, "/win @ben.okafor closed the Acme renewal")
    with database.write() as db:
        row = db.execute(outbox.select().where(outbox.c.person_id == BEN)).mappings().first()
        assert row
        body = {**row["body"], "flow": "digest", "text": "team"}
        db.execute(outbox.update().where(outbox.c.id == row["id"]).values(body=body))
    refused = dispatcher.handle(Quoted("2", BEN, "evidence", "New from your team", None, row["id"]))
    assert isinstance(refused, Refused)
    assert refused.reason == "ManyPeoplesWords"
    one = dispatcher.handle(Quoted("3", BEN, "evidence", "New from your team", None, None))
    assert isinstance(one, ShowPage)
