"""An appeal on both databases: deadlines in any order, and a panel of three that votes at the same moment."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.answers import Submitted
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Reply, Said
from flows.page import At
from storage.columns import table
from storage.database import Database
from storage.journal import Entry
from tests.hard_flows.appeal import Decision, PanelVote
from tests.hard_flows.stage import on_stage
from tests.hard_flows.traces import places_of, settle_all, told
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_WEI
from tests.together import at_once

pytestmark = on_both

PANEL = (HANNA, DORA, LI_WEI)
STORY = "The renewal was signed in March; the review says it was not."


@pytest.fixture
def dispatcher(database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    return on_stage(database, clock, monkeypatch)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    """Ben, who has appealed."""
    ben = Player(dispatcher, BEN)
    ben.calls("appeal")
    ben.sends(story=STORY)
    assert isinstance(ben.last, Said)
    return ben


def answers(dispatcher: Dispatcher, verdict: str) -> None:
    ann = Player(dispatcher, ANN)
    ann.opens_what_waits()
    ann.sends(verdict=verdict, note="The numbers of April count.")
    assert ann.last == Said("Thank you. Ben Okafor has been told.")


def escalates(dispatcher: Dispatcher, ben: Player) -> None:
    answers(dispatcher, "uphold")
    ben.opens_what_waits()
    ben.sends(to_panel="yes")
    assert isinstance(ben.last, Said)


def vote(juror: int, verdict: str) -> Submitted:
    values = {"verdict": verdict, "reasons": f"Secret reasons of {juror}."}
    return Submitted(f"vote-{juror}", juror, At(1, f"vote:{juror}"), values)


def outcomes(database: Database) -> list[tuple[str, bool]]:
    rows = table(Decision)
    with database.read() as db:
        return [(row.outcome, row.current) for row in db.execute(select(rows).order_by(rows.c.id))]


def counted(database: Database, model: Any) -> int:
    with database.read() as db:
        return int(db.execute(select(func.count()).select_from(table(model))).scalar_one())


def test_a_manager_who_gives_in_ends_it(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    answers(dispatcher, "revise")
    assert outcomes(database) == [("revise", True)]
    assert told(database) == [(BEN, "revise", None)]
    assert ben.waiting() == ()


@pytest.mark.parametrize("wish", ["no", None])
def test_not_taking_it_further_ends_it_too(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock, wish: str | None
) -> None:
    answers(dispatcher, "uphold")
    if wish:
        ben.opens_what_waits()
        ben.sends(to_panel=wish)
    else:
        clock.move(timedelta(days=5))
        assert settle_all(dispatcher) == 1
    assert outcomes(database) == [("uphold", True)]


def test_a_manager_who_says_nothing_for_five_days_does_not_stand_in_the_way(
    ben: Player, dispatcher: Dispatcher, clock: SetClock
) -> None:
    clock.move(timedelta(days=5))
    assert settle_all(dispatcher) == 1
    ben.opens_what_waits()
    assert ben.page.intro == "The result stands. What your manager says of it: –"
    assert ben.page.due == clock.now() + timedelta(days=5)


@pytest.mark.parametrize(("verdicts", "outcome"), [("rru", "revise"), ("ruu", "uphold"), ("rrr", "revise")])
def test_the_panel_votes_at_the_same_moment_and_every_vote_counts(
    ben: Player, dispatcher: Dispatcher, database: Database, verdicts: str, outcome: str
) -> None:
    escalates(dispatcher, ben)
    votes = [vote(juror, {"r": "revise", "u": "uphold"}[v]) for juror, v in zip(PANEL, verdicts, strict=True)]
    replies = at_once([partial(dispatcher.handle, each) for each in votes])
    assert [type(reply) for reply in replies] == [Said, Said, Said]
    assert outcomes(database) == [(outcome, True)]
    assert counted(database, PanelVote) == 3
    assert told(database) == [(BEN, outcome, None)]


def test_the_panel_votes_through_the_writer_threads(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    escalates(dispatcher, ben)
    futures = [database.submit(dispatcher.handle, vote(juror, "revise")) for juror in PANEL]
    assert [type(future.result(timeout=30)) for future in futures] == [Said, Said, Said]
    assert (outcomes(database), counted(database, PanelVote)) == ([("revise", True)], 3)


def test_the_same_vote_from_many_threads_is_one_vote(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    escalates(dispatcher, ben)
    votes = [vote(HANNA, "revise") for _ in range(4)]
    votes += [Submitted(f"tab-{n}", HANNA, votes[0].at, vote(HANNA, "uphold").values) for n in range(4)]
    replies = at_once([partial(dispatcher.handle, each) for each in votes])
    assert counted(database, PanelVote) == 1
    refused = [reply for reply in replies if isinstance(reply, Refused)]
    assert {reply.reason for reply in refused} == {"AlreadyAnswered"}
    assert len(refused) in (4, 7)  # the first vote stands; its repeats are answered like it, and other tabs refused


def test_a_vote_cannot_be_changed_and_stands_nowhere_but_among_the_votes(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    escalates(dispatcher, ben)
    dispatcher.handle(vote(DORA, "uphold"))
    again = dispatcher.handle(Submitted("second thoughts", DORA, At(1, f"vote:{DORA}", 1), vote(DORA, "revise").values))
    assert isinstance(again, Refused)
    assert again.reason == "AlreadyAnswered"
    assert places_of(database, f"Secret reasons of {DORA}.") == {"test_panel_vote.reasons"}


def test_somebody_who_is_not_on_the_panel_cannot_vote(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    escalates(dispatcher, ben)
    for outsider in (ANN, BEN):
        forged = Submitted(f"forged-{outsider}", outsider, At(1, f"vote:{HANNA}"), vote(HANNA, "revise").values)
        refused = dispatcher.handle(forged)
        assert isinstance(refused, Refused)
        assert refused.reason == "NotYours"
    assert counted(database, PanelVote) == 0


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("voted", [(), (LI_WEI,), (HANNA, DORA)])
def test_votes_not_cast_in_time_do_not_count_in_whatever_order_they_are_closed(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock, voted: tuple[int, ...], order: int
) -> None:
    escalates(dispatcher, ben)
    for juror in voted:
        dispatcher.handle(vote(juror, "revise"))
    clock.move(timedelta(days=7))
    assert settle_all(dispatcher, order) == len(PANEL) - len(voted)
    assert outcomes(database) == [("revise" if voted else "uphold", True)]
    assert settle_all(dispatcher, order) == 0


def test_a_deadline_and_a_last_vote_at_the_same_moment_end_it_once(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    escalates(dispatcher, ben)
    for juror in (HANNA, DORA):
        dispatcher.handle(vote(juror, "revise"))
    clock.move(timedelta(days=7) - timedelta(microseconds=1))
    settled = Dispatcher(database, dispatcher.repertoire, SetClock(clock.now() + timedelta(seconds=1)))

    def settles() -> Reply:
        settled.settle(1, f"vote:{LI_WEI}")
        return Said("")

    at_once([lambda: dispatcher.handle(vote(LI_WEI, "uphold")), settles])
    assert outcomes(database) == [("revise", True)]
    rows = table(Entry)
    with database.read() as db:
        votes = db.execute(select(rows.c.key, rows.c.edition).where(rows.c.key.startswith("vote:"))).all()
    assert sorted(row.edition for row in votes) == [1, 1, 1]
