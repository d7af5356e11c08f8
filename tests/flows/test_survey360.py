"""A 360 survey on both databases: sealed reviews from many people, deadlines, and edits while it is under way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Kept, Refused, Said
from flows.page import At
from storage import ledger
from storage.columns import table
from storage.database import Database
from storage.journal import Entry, OpenAsk, State
from tests.hard_flows.stage import on_stage
from tests.hard_flows.survey360 import PeerReviewRecord, Summary
from tests.hard_flows.traces import places_of, settle_all, told
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

pytestmark = on_both

PEERS = (BEN, HANNA, LI_WEI, DORA)
SECRET = "总在最后一刻改需求 %d"


@pytest.fixture
def dispatcher(database: Database, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    return on_stage(database, clock, monkeypatch)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def nominates(li: Player, *peers: int) -> None:
    li.calls("360")
    li.sends(peers=tuple(str(peer) for peer in peers))


def nominates_anew(li: Player, *peers: int) -> None:
    assert isinstance(li.last, Said)
    assert li.last.at
    li.opens(li.last.at)
    li.sends(peers=tuple(str(peer) for peer in peers))


def reviews(dispatcher: Dispatcher, peer: int, rating: int = 4) -> Player:
    player = Player(dispatcher, peer)
    player.opens_what_waits()
    player.sends(rating=str(rating), strengths=SECRET % peer)
    return player


def approves(dispatcher: Dispatcher, *leave_out: int) -> Player:
    ann = Player(dispatcher, ANN)
    ann.opens_what_waits()
    ann.sends(leave_out=tuple(str(peer) for peer in leave_out))
    return ann


def rows_of(database: Database, model: Any) -> list[dict[str, Any]]:
    with database.read() as db:
        return [dict(row) for row in db.execute(select(table(model))).mappings()]


def asked(database: Database) -> dict[str, str]:
    return {row["key"]: row["state"] for row in rows_of(database, OpenAsk)}


def test_from_the_nomination_to_the_summary_a_manager_has_edited(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, *PEERS)
    assert isinstance(li.last, Said)
    assert li.last.text.startswith("谢谢。名单已转给你的经理")
    ann = approves(dispatcher, DORA)
    assert isinstance(ann.last, Said)
    assert ann.last.text == "Thank you. I am asking them now."
    for peer in (BEN, HANNA, LI_WEI):
        sealed = reviews(dispatcher, peer, rating=5 if peer == BEN else 4).last
        assert isinstance(sealed, Said)
        assert sealed.text.startswith("谢谢。内容已经密封" if peer == LI_WEI else "Thank you. It is sealed now")
    ann.opens_what_waits()
    assert [question.value for question in ann.page.questions] == ["3 colleagues, 4.3 of 5."]
    ann.sends(summary="They can rely on Na, and say so.")
    assert [row["text"] for row in rows_of(database, Summary)] == ["They can rely on Na, and say so."]
    assert told(database) == [(LI_NA, "ready", None)]
    assert "review:6" not in asked(database)


def test_whoever_nominates_oneself_is_told_at_the_question(li: Player) -> None:
    nominates(li, LI_NA, BEN)
    assert [(question.value, bool(question.error)) for question in li.page.questions] == [(("2", "3"), True)]


def test_without_the_managers_approval_in_time_everybody_who_was_named_is_asked(
    li: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    nominates(li, *PEERS)
    clock.move(timedelta(days=3) - timedelta(seconds=1))
    assert settle_all(dispatcher) == 0
    clock.move(timedelta(seconds=1))
    assert settle_all(dispatcher) == 1
    assert {key for key in asked(database) if key.startswith("review:")} == {f"review:{peer}" for peer in PEERS}
    ann = Player(dispatcher, ANN)
    assert ann.waiting() == ()


@pytest.mark.parametrize("order", [1, -1])
def test_too_few_reviews_end_it_and_the_count_alone_is_told(
    li: Player, dispatcher: Dispatcher, database: Database, clock: SetClock, order: int
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    reviews(dispatcher, BEN)
    clock.move(timedelta(days=14))
    assert settle_all(dispatcher, order) == 3
    assert told(database) == [(ANN, "too_few", 1)]
    assert settle_all(dispatcher, order) == 0


def test_somebody_late_is_refused_kindly_and_nothing_of_theirs_is_kept(
    li: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    wei = Player(dispatcher, LI_WEI)
    wei.opens_what_waits()
    late = wei.last
    assert isinstance(wei.drafts(rating="2", strengths=SECRET % LI_WEI), Kept)
    clock.move(timedelta(days=14))
    for _ in ("before the clock has ticked", "after it"):
        wei.last = late
        refused = wei.sends(rating="2", strengths=SECRET % LI_WEI)
        assert isinstance(refused, Refused)
        assert refused.reason == "StageClosed"
        assert "2026年3月19日" in refused.text
        settle_all(dispatcher)
    assert places_of(database, SECRET % LI_WEI) == set()
    assert rows_of(database, PeerReviewRecord) == []


def test_a_sealed_answer_stands_nowhere_but_in_its_record(
    li: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    for peer in PEERS:
        clock.move(timedelta(days=1))
        player = Player(dispatcher, peer)
        player.opens_what_waits()
        player.drafts(rating="3", strengths=SECRET % peer)
        player.opens_what_waits()
        player.sends()
        assert isinstance(player.last, Said)
        assert places_of(database, SECRET % peer) == {"test_peer_review.strengths"}


def test_a_sealed_answer_typed_line_by_line_stands_nowhere_else_either(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    ben = Player(dispatcher, BEN)
    ben.opens_what_waits()
    for line in ("4", SECRET % BEN, "skip"):
        ben.types(line)
    assert isinstance(ben.last, Said)
    assert places_of(database, SECRET % BEN) == {"test_peer_review.strengths"}


def test_neither_a_key_nor_a_time_nor_a_name_tells_whose_review_it_is(
    li: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    for peer in PEERS:
        clock.move(timedelta(days=1, hours=1))
        reviews(dispatcher, peer)
    records = rows_of(database, PeerReviewRecord)
    assert set(records[0]) == {"id", "survey", "rating", "strengths", "wish", "saved_at"}
    assert len({(record["survey"], record["saved_at"]) for record in records}) == 1
    assert min(abs(one["id"] - other["id"]) for one in records for other in records if one is not other) > len(PEERS)
    if database.is_sqlite:
        with database.read() as db:
            assert all(row[0] == row[1] for row in db.execute(text("SELECT rowid, id FROM test_peer_review")))


def test_the_journal_keeps_who_answered_and_that_alone(li: Player, dispatcher: Dispatcher, database: Database) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    reviews(dispatcher, HANNA)
    sealed = [row for row in rows_of(database, Entry) if row["key"].startswith("review:")]
    assert [(row["who"], row["value"]) for row in sealed] == [(HANNA, True)]


def test_a_sealed_answer_cannot_be_edited_or_given_twice(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    ben = Player(dispatcher, BEN)
    ben.opens_what_waits()
    page = ben.last
    sent = ben.sends(rating="5", strengths=SECRET % BEN)
    assert isinstance(sent, Said)
    assert sent.at is None
    ben.last = page
    for refused in (ben.sends(rating="1", strengths="changed"), ben.opens(At(1, "review:3", 1))):
        assert isinstance(refused, Refused)
        assert refused.reason == "AlreadyAnswered"
    assert [record["rating"] for record in rows_of(database, PeerReviewRecord)] == [5]


def test_an_edited_nomination_takes_back_the_pages_of_those_no_longer_named(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    hanna = reviews(dispatcher, HANNA)
    ben = Player(dispatcher, BEN)
    ben.opens_what_waits()
    nominates_anew(li, HANNA, LI_WEI, DORA)
    assert asked(database)["review:3"] == "withdrawn"
    refused = ben.sends(rating="4", strengths="too late")
    assert isinstance(refused, Refused)
    assert refused.reason == "NothingOpen"
    assert ben.waiting() == ()
    assert hanna.waiting() == ()
    for peer in (LI_WEI, DORA):
        reviews(dispatcher, peer)
    assert [waiting.title for waiting in Player(dispatcher, ANN).waiting()] == ["The 360 survey of Na Li"]
    assert len(rows_of(database, PeerReviewRecord)) == 3


def test_a_nomination_edited_back_opens_the_page_again_with_what_was_typed(
    li: Player, dispatcher: Dispatcher, clock: SetClock
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    ben = Player(dispatcher, BEN)
    ben.opens_what_waits()
    ben.drafts(strengths="half a thought")
    nominates_anew(li, HANNA, LI_WEI, DORA)
    nominates_anew(li, *PEERS)
    ben.opens_what_waits()
    assert {question.key: question.value for question in ben.page.questions}["strengths"] == "half a thought"
    assert ben.page.due == clock.now() + timedelta(days=14)


def test_a_reviewer_who_leaves_counts_as_one_who_did_not_answer(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, *PEERS)
    approves(dispatcher)
    leaves(database, DORA)
    assert settle_all(dispatcher) == 1
    for peer in (BEN, HANNA, LI_WEI):
        reviews(dispatcher, peer)
    assert [waiting.title for waiting in Player(dispatcher, ANN).waiting()] == ["The 360 survey of Na Li"]


def test_a_manager_who_leaves_hands_the_summary_to_the_one_above(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, BEN, HANNA, LI_WEI)
    approves(dispatcher)
    for peer in (BEN, HANNA, LI_WEI):
        reviews(dispatcher, peer)
    ann = Player(dispatcher, ANN)
    ann.opens_what_waits()
    ann.drafts(summary="Between Ann and herself")
    leaves(database, ANN)
    assert settle_all(dispatcher) == 1
    dora = Player(dispatcher, DORA)
    dora.opens_what_waits()
    assert [question.value for question in dora.page.questions] == ["3 colleagues, 4.0 of 5."]
    dora.sends()
    assert isinstance(dora.last, Said)
    assert told(database) == [(LI_NA, "ready", None)]


def test_when_nobody_can_answer_any_more_the_conversation_stops(
    li: Player, dispatcher: Dispatcher, database: Database
) -> None:
    nominates(li, BEN, HANNA, LI_WEI)
    approves(dispatcher)
    for peer in (BEN, HANNA, LI_WEI):
        reviews(dispatcher, peer)
    leaves(database, ANN, DORA)
    assert settle_all(dispatcher) == 1
    assert settle_all(dispatcher) == 0
    with database.read() as db:
        conversation = ledger.conversation_row(db, 1)
    assert conversation
    assert conversation["state"] == State.stopped
    assert set(asked(database).values()) == {"answered", "withdrawn"}


def leaves(database: Database, *people: int) -> None:
    with database.write() as db:
        for each in people:
            db.execute(text("UPDATE person SET status = 'left' WHERE id = :id"), {"id": each})
