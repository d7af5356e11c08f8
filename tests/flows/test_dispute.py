"""The end of a dispute: what was agreed stands beside both versions, noted once, for everyone who sees the event."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said
from storage.access import View
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent, is_disputed
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA

MISS = "sent the Nordmoor offer two days late"
AGREED = "Legal signs off within a day from now on."


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


@pytest.fixture
def dora(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, DORA)


def disputes(author: Player, ben: Player) -> str:
    """A miss of Ben's that he disputes; gives its series."""
    author.calls("miss", f"@ben {MISS}")
    ben.taps("respond")
    ben.sends(stance="contest", text="Legal had it for three days.")
    event = table(KeyEvent)
    with ben.dispatcher.database.read() as db:
        return str(db.execute(select(event.c.series).where(event.c.current)).scalar())


def text(reply: object) -> str:
    assert isinstance(reply, Said | Refused), reply
    return reply.text


def said(database: Database, clock: SetClock, viewer: int, series: str) -> list[tuple[str, int]]:
    with database.write() as db:
        rows = View(db, viewer, BEN, clock.now()).responses(series)
        return [(row["stance"], row["saved_by"]) for row in rows]


def test_the_author_settles_it_and_both_see_it(ann: Player, ben: Player, database: Database, clock: SetClock) -> None:
    series = disputes(ann, ben)
    assert [each.label for each in ann.told()[-1].buttons] == ["Reply", "Schedule a meeting", "Settle"]
    ann.taps("settle")
    assert text(ann.sends(text=AGREED)) == "Saved. Ben Okafor will get it as a message."
    assert ben.told()[-1].text == f"Ann Miller noted how the dispute about “{MISS}” was settled: “{AGREED}”"
    assert said(database, clock, BEN, series) == [("contest", BEN), ("settled", ANN)]
    assert said(database, clock, ANN, series) == [("contest", BEN), ("settled", ANN)]


def test_the_employee_settles_it(ann: Player, ben: Player) -> None:
    series = disputes(ann, ben)
    ben.presses("settle", event=series)
    assert text(ben.sends(text=AGREED)) == "Saved. Ann Miller will get it as a message."
    assert ann.told()[-1].text.endswith(f"was settled: “{AGREED}”")


def test_the_direct_manager_settles_what_a_manager_above_logged(
    ann: Player, ben: Player, dora: Player, database: Database, clock: SetClock
) -> None:
    series = disputes(dora, ben)
    ann.presses("settle", event=series)
    ann.sends(text=AGREED)
    assert dora.told()[-1].text == ben.told()[-1].text
    assert ("settled", ANN) in said(database, clock, ANN, series)


def test_it_is_settled_once_and_what_was_typed_comes_back(ann: Player, ben: Player, database: Database) -> None:
    series = disputes(ann, ben)
    ben.presses("settle", event=series)
    ann.taps("settle")
    ann.sends(text=AGREED)
    assert text(ben.sends(text="We agreed.")) == (
        "Ann Miller noted how this was settled in the meantime, so your note wasn’t saved. You wrote: “We agreed.”"
    )
    assert text(ben.presses("settle", event=series)).startswith("Ann Miller has already noted how this was settled.")


def test_what_is_disputed_anew_can_be_settled_anew(ann: Player, ben: Player) -> None:
    series = disputes(ann, ben)
    ann.taps("settle")
    ann.sends(text=AGREED)
    ben.taps("respond")
    ben.sends(stance="contest", text="That is not what we agreed.")
    ann.presses("settle", event=series)
    assert isinstance(ann.sends(text="Once more."), Said)


@pytest.mark.parametrize("other", [LI_NA, HANNA, DORA])
def test_nobody_else_settles_it(ann: Player, ben: Player, dispatcher: Dispatcher, other: int) -> None:
    series = disputes(ann, ben)
    refused = Player(dispatcher, other).presses("settle", event=series)
    assert isinstance(refused, Refused)
    assert refused.reason == "NotYours"


def test_only_what_is_disputed_is_settled(ann: Player, ben: Player) -> None:
    ann.calls("miss", f"@ben {MISS}")
    ben.taps("respond")
    ben.sends(stance="context", text="Legal had it for three days.")
    [given] = [each.given for each in ann.told()[-1].buttons if each.flow == "reply"]
    assert "settle" not in [each.flow for each in ann.told()[-1].buttons]
    refused = ann.presses("settle", **given)
    assert isinstance(refused, Refused)
    assert refused.reason == "NothingOpen"


def test_what_was_undone_is_not_settled(ann: Player, ben: Player) -> None:
    series = disputes(ann, ben)
    ben.presses("settle", event=series)
    ann.taps("undo")
    assert "You wrote: “We agreed.”" in text(ben.sends(text="We agreed."))
    for player in (ann, ben):
        refused = player.presses("settle", event=series)
        assert isinstance(refused, Refused)
        assert refused.reason == "AlreadyUndone"


def test_a_manager_does_not_settle_what_a_manager_above_has_undone(ann: Player, ben: Player, dora: Player) -> None:
    series = disputes(dora, ben)
    dora.taps("undo")
    refused = ann.presses("settle", event=series)
    assert isinstance(refused, Refused)
    assert refused.reason == "AlreadyUndone"


@pytest.mark.parametrize(
    ("stances", "is_open"),
    [
        ((), False),
        (("context", "reply"), False),
        (("contest",), True),
        (("contest", "reply", "context"), True),
        (("contest", "settled"), False),
        (("contest", "settled", "reply"), False),
        (("contest", "settled", "contest"), True),
    ],
)
def test_a_dispute_is_open_until_it_is_settled(stances: Any, is_open: bool) -> None:
    assert is_disputed(stances) is is_open
