"""One event, one transaction, one reply: repeats, answers at once, refusals, drafts and edits, on both databases."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from bot.answers import Called, Drafted, Dropped, Opened, Submitted, Typed
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Give, Help, Kept, NextQuestion, Refused, Reply, Said, ShowPage, Suggestion
from flows.page import At
from flows.questions import Raw
from storage import ledger
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.directory import line_above
from storage.facts import Start
from storage.journal import Audit, Conversation, Entry, Inbox, OpenAsk, Outbox
from storage.people import Person
from storage.records import remember
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI, WANG_FANG
from tests.together import at_once

pytestmark = on_both

CLEAR = "Closed the Acme renewal: 120,000 EUR a year, signed on Tuesday."
PULSE: dict[str, Raw] = {"mood": "4", "highlights": CLEAR, "share": "manager"}
PAGE = At(1, "pulse")


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    """Ben, looking at his check-in."""
    ben = Player(dispatcher, BEN)
    ben.calls("checkin")
    return ben


def counted(database: Database, model: Any) -> int:
    with database.read() as db:
        return int(db.execute(select(func.count()).select_from(table(model))).scalar_one())


def rows_of(database: Database, model: Any) -> list[dict[str, Any]]:
    with database.read() as db:
        return [dict(row) for row in db.execute(select(table(model))).mappings()]


def state(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything a conversation leaves behind."""
    models = (Conversation, Entry, OpenAsk, Inbox, Outbox, CheckIn)
    return {str(model.__tablename__): rows_of(database, model) for model in models}


def reason(reply: Reply) -> str:
    assert isinstance(reply, Refused), reply
    return reply.reason


def test_a_repeated_event_changes_nothing_and_is_answered_as_the_first_time(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    answer = Submitted("once", BEN, PAGE, PULSE)
    first = dispatcher.handle(answer)
    before = state(database)
    assert [dispatcher.handle(answer) for _ in range(3)] == [first] * 3
    assert state(database) == before


def test_a_repeated_start_shows_the_same_page(dispatcher: Dispatcher, database: Database) -> None:
    first, again = (dispatcher.handle(Called("start", BEN, "checkin", "")) for _ in range(2))
    assert first == again
    assert counted(database, Conversation) == 1


def test_a_repeated_call_for_help_is_answered_with_help_although_a_page_is_open(
    dispatcher: Dispatcher, database: Database
) -> None:
    assert isinstance(dispatcher.handle(Called("1", BEN, "checkin", "")), ShowPage)
    assert isinstance(dispatcher.handle(Typed("2", BEN, "Help!")), Help)
    assert isinstance(dispatcher.handle(Typed("2", BEN, "Help!")), Help)


def test_a_repeated_word_that_was_typed_into_a_page_does_not_answer_the_next_question(ben: Player) -> None:
    ben.calls("checkin")
    first = ben.dispatcher.handle(Typed("word", BEN, "4"))
    again = ben.dispatcher.handle(Typed("word", BEN, "4"))
    assert isinstance(first, NextQuestion)
    assert isinstance(again, ShowPage)
    assert {each.key: each.value for each in again.page.questions}["mood"] == "4"
    assert not {each.key: each.value for each in again.page.questions}["highlights"]


def test_an_event_id_is_its_persons_own(dispatcher: Dispatcher, database: Database) -> None:
    replies = [dispatcher.handle(Called("same id", person, "checkin", "")) for person in (BEN, ANN)]
    assert [type(reply) for reply in replies] == [ShowPage, ShowPage]
    assert {row["starter_id"] for row in rows_of(database, Conversation)} == {BEN, ANN}


@pytest.mark.parametrize("event", ["x" * 20_000, "\0", "\ud83d", "ü\n"])
def test_whatever_an_event_id_is_made_of_it_is_remembered(
    dispatcher: Dispatcher, database: Database, event: str
) -> None:
    for _ in range(2):
        assert isinstance(dispatcher.handle(Called(event, BEN, "checkin", "")), ShowPage)
    assert counted(database, Inbox) == 1


def test_eight_conversations_answered_at_the_same_moment_are_all_kept(
    dispatcher: Dispatcher, database: Database
) -> None:
    with database.write() as db:
        columns = table(Person)
        someone = dict(db.execute(select(columns).where(columns.c.id == BEN)).mappings().one())
        more = [{**someone, "id": 100 + n, "email": f"p{n}@lumen.example", "employee_no": f"P{n}"} for n in range(8)]
        db.execute(columns.insert(), more)
    pages = {each["id"]: dispatcher.handle(Called("start", each["id"], "checkin", "")) for each in more}
    asked = {person: page.page.at for person, page in pages.items() if isinstance(page, ShowPage)}
    answers = [Submitted("send", person, at, PULSE) for person, at in asked.items()]
    replies = at_once([partial(dispatcher.handle, each) for each in answers])
    assert [type(reply) for reply in replies] == [Said] * 8
    assert counted(database, CheckIn) == 8


def test_of_eight_different_answers_to_one_page_one_stands_and_the_others_are_told(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    answers = [Submitted(f"tab-{n}", BEN, PAGE, {**PULSE, "mood": str(1 + n % 5)}) for n in range(8)]
    replies = at_once([partial(dispatcher.handle, each) for each in answers])
    assert sorted(type(reply).__name__ for reply in replies) == ["Refused"] * 7 + ["Said"]
    assert {reason(reply) for reply in replies if isinstance(reply, Refused)} == {"AlreadyAnswered"}
    won = next(answer for answer, reply in zip(answers, replies, strict=True) if isinstance(reply, Said))
    assert [str(row["mood"]) for row in rows_of(database, CheckIn)] == [won.values["mood"]]


def test_the_same_event_eight_times_at_the_same_moment_is_one(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    replies = at_once([lambda: dispatcher.handle(Submitted("once", BEN, PAGE, PULSE))] * 8)
    assert replies == [replies[0]] * 8
    assert isinstance(replies[0], Said)
    assert counted(database, CheckIn) == 1


def test_two_clocks_starting_the_same_week_start_one_conversation(dispatcher: Dispatcher, database: Database) -> None:
    flow = dispatcher.repertoire.register.named("checkin")

    def start() -> int | None:
        with database.write() as db:
            return dispatcher.start(db, flow, Start(BEN, dispatcher.clock.now(), given={"week": "2026-W10"}))

    begun = at_once([start] * 6)
    assert [each for each in begun if each] == [row["id"] for row in rows_of(database, Conversation)]
    assert [(row["kind"], row["key"]) for row in rows_of(database, Outbox)] == [("ask", "pulse")]


def test_two_conversations_that_save_the_same_thing_leave_one_current_version(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    def save(mood: int) -> None:
        with database.write() as db:
            record = CheckIn(series="3:w", saved_by=BEN, person_id=BEN, week="w", mood=mood, highlights="x")
            remember(db, record, clock.now())

    at_once([partial(save, mood) for mood in range(6)])
    rows = rows_of(database, CheckIn)
    assert sorted(row["version"] for row in rows) == [1, 2, 3, 4, 5, 6]
    assert [row["version"] for row in rows if row["current"]] == [6]


def test_three_tries_that_meet_others_end_in_a_clear_sentence_and_change_nothing(
    ben: Player, dispatcher: Dispatcher, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(database)
    tries: list[int] = []

    def overtaken(*_: Any) -> bool:
        tries.append(1)
        return False

    monkeypatch.setattr(ledger, "move", overtaken)
    reply = dispatcher.handle(Submitted("busy", BEN, PAGE, PULSE))
    assert (reason(reply), len(tries)) == ("TooBusy", 3)
    assert state(database) == before
    monkeypatch.undo()
    assert isinstance(dispatcher.handle(Submitted("busy", BEN, PAGE, PULSE)), Said)


def test_an_answer_overtaken_once_is_taken_from_the_state_the_other_left(
    ben: Player, dispatcher: Dispatcher, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = ledger.move, []

    def overtaken_once(*arguments: Any) -> bool:
        tries.append(1)
        return len(tries) > 1 and real(*arguments)

    monkeypatch.setattr(ledger, "move", overtaken_once)
    assert isinstance(dispatcher.handle(Submitted("again", BEN, PAGE, PULSE)), Said)
    assert counted(database, CheckIn) == 1


def test_somebody_unknown_is_refused(dispatcher: Dispatcher, database: Database) -> None:
    reply = dispatcher.handle(Typed("hello", 4711, "hello"))
    assert reason(reply) == "NobodyCalled"
    assert counted(database, Inbox) == 0


@pytest.mark.parametrize(
    "answer",
    [
        Called("1", WANG_FANG, "checkin", ""),
        Typed("2", WANG_FANG, "help"),
        Submitted("3", WANG_FANG, PAGE, PULSE),
        Opened("4", WANG_FANG, PAGE),
    ],
)
def test_somebody_who_has_left_is_told_so_in_their_language(
    ben: Player, dispatcher: Dispatcher, database: Database, answer: Any
) -> None:
    before = state(database)
    reply = dispatcher.handle(answer)
    assert reason(reply) == "NoLongerHere"
    assert isinstance(reply, Refused)
    assert "HR" in reply.text
    assert not reply.text.isascii()
    assert state(database) == before


def test_reaching_for_somebody_elses_page_is_refused_and_kept_in_the_audit(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    before = state(database)
    forged = (Submitted("1", HANNA, PAGE, PULSE), Drafted("2", HANNA, PAGE, PULSE), Opened("3", HANNA, PAGE))
    assert [reason(dispatcher.handle(each)) for each in forged] == ["NotYours"] * 3
    kept = [(row["viewer_id"], row["owner_id"], row["what"], row["allowed"]) for row in rows_of(database, Audit)]
    assert kept == [(HANNA, BEN, "page", False)] * 3
    assert state(database) == before


def test_a_draft_is_kept_until_the_page_is_sent_and_not_a_moment_longer(ben: Player, database: Database) -> None:
    assert isinstance(ben.drafts(highlights="half a"), Kept)
    ben.opens(PAGE)
    assert {question.key: question.value for question in ben.page.questions}["highlights"] == "half a"
    ben.sends(PULSE)
    assert [row["draft"] for row in rows_of(database, OpenAsk)] == [{}]


def test_a_draft_that_arrives_after_the_answer_is_not_kept_and_does_not_say_it_was(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    ben.sends(PULSE)
    stale = dispatcher.handle(Drafted("late", BEN, PAGE, {"highlights": "old words"}))
    editing = dispatcher.handle(Drafted("edit", BEN, At(1, "pulse", 1), {"highlights": "new words"}))
    assert reason(stale) == "AlreadyAnswered"
    assert isinstance(editing, Kept)
    assert editing.text == "Changes saved as a draft, but not sent. What you sent before still counts."
    assert [row["draft"] for row in rows_of(database, OpenAsk)] == [{"highlights": "new words"}]


def test_changes_to_an_answer_that_was_sent_are_kept_until_they_are_sent_or_discarded(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    sent = At(1, "pulse", 1)
    ben.sends(PULSE)
    dispatcher.handle(Drafted("edit", BEN, sent, {"highlights": "new words"}))
    ben.opens(sent)
    assert values_of(ben)["highlights"] == "new words"
    assert values_of(ben)["mood"] == "4"
    assert "not sent yet" in ben.page.unsent_text
    assert "You sent this on" in ben.page.due_text
    assert "Open until" not in ben.page.due_text
    reply = dispatcher.handle(Dropped("drop", BEN, sent))
    assert isinstance(reply, Said)
    ben.opens(sent)
    assert values_of(ben)["highlights"] == CLEAR
    assert not ben.page.unsent_text
    assert [row["highlights"] for row in rows_of(database, CheckIn)] == [CLEAR]


def test_changes_that_were_sent_are_no_longer_unsent(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    sent = At(1, "pulse", 1)
    ben.sends(PULSE)
    dispatcher.handle(Drafted("edit", BEN, sent, {"highlights": "new words"}))
    dispatcher.handle(Submitted("again", BEN, sent, {**PULSE, "highlights": f"{CLEAR} Now for two years."}))
    assert [row["draft"] for row in rows_of(database, OpenAsk)] == [{}]
    late = dispatcher.handle(Drafted("late", BEN, sent, {"highlights": "older words"}))
    assert reason(late) == "AlreadyAnswered"


def values_of(player: Player) -> dict[str, Raw]:
    return {question.key: question.value for question in player.page.questions}


def test_free_text_goes_to_the_page_shown_last(ben: Player, dispatcher: Dispatcher) -> None:
    ben.sends(mood="4", highlights="fine", share="manager")  # asks for more
    ben.types("Renewed Acme and closed eleven tickets.")
    assert isinstance(ben.last, Said)


def test_free_text_never_goes_to_a_page_that_has_just_arrived_while_another_is_being_answered(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    ben.types("4")
    clock.move(timedelta(days=4))  # into the next week
    with database.write() as db:
        flow = dispatcher.repertoire.register.named("checkin")
        assert dispatcher.start(db, flow, Start(BEN, clock.now(), given={"week": "2026-W11"}))
    ben.types(CLEAR)
    drafts = {row["conversation_id"]: row["draft"].get("highlights") for row in rows_of(database, OpenAsk)}
    assert drafts == {1: CLEAR, 2: None}


def test_free_text_goes_to_a_page_that_was_not_shown_when_there_is_no_other(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    with database.write() as db:
        flow = dispatcher.repertoire.register.named("checkin")
        dispatcher.start(db, flow, Start(BEN, clock.now()))
    assert isinstance(Player(dispatcher, BEN).types("4"), NextQuestion)


def test_each_edit_is_an_edition_and_only_the_newest_page_can_be_sent(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    assert ben.sends(PULSE) == Said("Thanks! Your check-in is saved. You can edit it for 48 hours.", At(1, "pulse", 1))
    clock.move(timedelta(minutes=5))
    tabs = [dispatcher.handle(Opened("tab", BEN, At(1, "pulse", 1))) for _ in range(2)]
    assert tabs[0] == tabs[1]
    edits = [Submitted(f"edit-{n}", BEN, At(1, "pulse", 1), {**PULSE, "mood": str(n)}) for n in (1, 2)]
    first, second = (dispatcher.handle(each) for each in edits)
    assert isinstance(first, Said)
    assert first.at == At(1, "pulse", 2)
    assert reason(second) == "AlreadyAnswered"
    assert [(row["version"], row["mood"], row["current"]) for row in rows_of(database, CheckIn)] == [
        (1, 4, False),
        (2, 1, True),
    ]
    assert [row["edition"] for row in rows_of(database, Entry) if row["key"] == "pulse"] == [1, 2]


def test_an_edit_that_makes_a_follow_up_needless_takes_it_back(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    ben.sends({**PULSE, "highlights": "fine"})
    more = ben.page
    ben.opens(At(1, "pulse", 1))
    ben.sends(PULSE)
    assert isinstance(ben.last, Said)
    assert ben.waiting() == ()
    assert reason(dispatcher.handle(Submitted("late", BEN, more.at, {"more": "x y z"}))) == "NothingOpen"
    clock.move(timedelta(days=30))
    with database.read() as db:
        assert ledger.due(db, clock.now()) == []


def test_an_edit_back_asks_the_follow_up_again(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    vague = {**PULSE, "highlights": "fine"}
    ben.sends(vague)
    for edition, values in enumerate((PULSE, vague), start=1):
        ben.opens(At(1, "pulse", edition))
        ben.sends(values)
    assert [question.key for question in ben.page.questions] == ["more"]
    ben.sends(more="Renewed Acme on Tuesday.")
    assert isinstance(ben.last, Said)
    current = [row for row in rows_of(database, CheckIn) if row["current"]]
    assert [(row["highlights"], row["more"]) for row in current] == [("fine", "Renewed Acme on Tuesday.")]


def test_editing_a_follow_up_that_is_not_asked_any_more_is_refused_clearly(ben: Player, dispatcher: Dispatcher) -> None:
    ben.sends({**PULSE, "highlights": "fine"})
    ben.sends(more="Renewed Acme on Tuesday.")
    ben.opens(At(1, "pulse", 1))
    ben.sends(PULSE)
    assert reason(ben.opens(At(1, "more", 1))) == "NothingOpen"
    assert reason(dispatcher.handle(Submitted("x", BEN, At(1, "more", 1), {"more": "more"}))) == "NothingOpen"


def test_an_edit_that_cannot_stand_leaves_the_answer_as_it_was(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    ben.sends(PULSE)
    before = {key: rows for key, rows in state(database).items() if key not in ("inbox", "conversation")}
    ben.opens(At(1, "pulse", 1))
    ben.sends(mood="eleven")
    assert ben.page.has_errors
    after = state(database)
    assert after["open_ask"][0]["draft"]["mood"] == "eleven"  # to be put right, not sent
    after["open_ask"][0]["draft"] = {}
    assert {key: after[key] for key in before} == before


def test_a_page_sent_after_its_deadline_is_refused_with_the_day_it_closed(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    ben.drafts(highlights="almost done")
    clock.move(timedelta(days=7))
    for _ in ("before the clock has ticked", "after it"):
        reply = ben.dispatcher.handle(Submitted(f"late-{_}", BEN, PAGE, PULSE))
        assert reason(reply) == "StageClosed"
        assert isinstance(reply, Refused)
        assert "12 Mar 2026" in reply.text
        opened = ben.dispatcher.handle(Opened(f"opened-{_}", BEN, PAGE))
        assert isinstance(opened, Refused)
        assert (opened.reason, "12 Mar 2026" in opened.text, "form" in opened.text) == ("TimeOver", True, False)
        dispatcher.settle(1, "pulse")
    assert counted(database, CheckIn) == 0
    assert [row["draft"] for row in rows_of(database, OpenAsk)] == [{"highlights": "almost done"}]


def test_a_page_sent_from_a_second_tab_says_that_the_first_one_stands(
    ben: Player, dispatcher: Dispatcher, database: Database
) -> None:
    ben.sends(PULSE)
    reply = dispatcher.handle(Submitted("second tab", BEN, PAGE, {**PULSE, "mood": "1"}))
    assert reason(reply) == "AlreadyAnswered"
    assert isinstance(reply, Refused)
    assert "5 Mar 2026" in reply.text
    assert [row["mood"] for row in rows_of(database, CheckIn)] == [4]


def test_settling_what_is_not_due_does_nothing(ben: Player, dispatcher: Dispatcher, database: Database) -> None:
    before = state(database)
    for conversation, key in ((1, "pulse"), (1, "more"), (99, "pulse")):
        dispatcher.settle(conversation, key)
    assert state(database) == before


def test_what_waits_for_somebody_who_leaves_is_over_at_once(
    ben: Player, dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    with database.write() as db:
        columns = table(Person)
        db.execute(update(columns).where(columns.c.id == BEN).values(status="left"))
    with database.read() as db:
        assert [row["key"] for row in ledger.due(db, clock.now())] == ["pulse"]
    dispatcher.settle(1, "pulse")
    assert [row["state"] for row in rows_of(database, Conversation)] == ["done"]
    with database.read() as db:
        assert ledger.due(db, clock.now()) == []


def test_the_line_above_passes_over_those_who_have_left(dispatcher: Dispatcher, database: Database) -> None:
    with database.write() as db:
        db.execute(text(f"UPDATE person SET status = 'left' WHERE id = {ANN}"))
        assert line_above(db, BEN) == (DORA,)
        db.execute(text(f"UPDATE person SET manager_id = {LI_NA} WHERE id = {ANN}"))
        assert LI_NA not in line_above(db, LI_NA)


def test_what_nobody_understands_is_answered_in_one_sentence(dispatcher: Dispatcher, database: Database) -> None:
    for answer in (
        Called("1", BEN, "/frobnicate", "x"),
        Typed("2", BEN, "/frobnicate x"),
        Typed("3", LI_WEI, "随便聊聊"),
    ):
        reply = dispatcher.handle(answer)
        assert isinstance(reply, Suggestion)
        assert [each.does for each in reply.proposals] == [Give("help")]
    assert counted(database, Conversation) == 0
