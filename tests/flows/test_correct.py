"""Correcting what was just logged: whom it is about and what it says; those concerned are told, and both are kept."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.clock import SetClock
from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said
from bot.told import told
from bot.visit import Visit
from flows.catalog import load
from flows.message import Message
from storage.access import View
from storage.columns import table
from storage.database import Database
from storage.events import EventResponse, KeyEvent
from storage.journal import Outbox
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

MINUTE = timedelta(minutes=1)
OLD, NEW = "closed the Acme renewal", "closed the Nordmoor renewal"
TAKEN_BACK = "Ann Miller took this back. It no longer counts."
KINDS = [("win", "win"), ("miss", "miss"), ("coach", "coaching"), ("praise", "praise")]


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def text(reply: object) -> str:
    assert isinstance(reply, Said | Refused), reply
    return reply.text


def reason(reply: object) -> str:
    assert isinstance(reply, Refused), reply
    return reply.reason


def versions(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    rows = table(KeyEvent)
    names = columns or ("subject_id", "version", "text", "state", "current")
    with database.read() as db:
        return [tuple(row) for row in db.execute(select(*(rows.c[name] for name in names)).order_by(rows.c.id))]


def sees(dispatcher: Dispatcher, viewer: int, owner: int) -> list[str]:
    with dispatcher.database.write() as db:
        return [row["text"] for row in View(db, viewer, owner, dispatcher.clock.now()).events()]


def standing(dispatcher: Dispatcher, person: int, kind: str = "tell") -> list[Message]:
    """The messages about events in a person's chat, or in public, as they read now."""
    rows, known, texts = table(Outbox), dispatcher.repertoire, load("flows.texts", "bot.texts")
    about = select(rows).where(rows.c.about.is_not(None), rows.c.kind == kind).order_by(rows.c.id)
    if kind == "tell":
        about = about.where(rows.c.person_id == person)
    with dispatcher.database.read() as db:
        reader = Visit.of(db, known, "", dispatcher.clock.now(), person).reader
        return [told(db, texts, reader, row) for row in db.execute(about).mappings()]


@pytest.mark.parametrize(("command", "kind"), KINDS)
def test_it_was_about_somebody_else(
    dispatcher: Dispatcher, ann: Player, ben: Player, li: Player, database: Database, command: str, kind: str
) -> None:
    ann.calls(command, f"@ben {OLD}")
    ann.taps("correct")
    assert ann.values == {"people": (str(BEN),), "text": OLD}
    assert text(ann.sends(people=(str(LI_NA),))) == "Changed. Ben Okafor and Na Li have been told."
    assert versions(database, "subject_id", "kind", "version", "state", "current") == [
        (BEN, kind, 1, "logged", False),
        (LI_NA, kind, 1, "logged", True),
        (BEN, kind, 2, "withdrawn", True),
    ]
    assert "isn’t about you" in ben.told()[-1].text
    assert OLD not in ben.told()[-1].text
    assert [message.text for message in standing(dispatcher, BEN)] == [TAKEN_BACK]
    assert f"“{OLD}”" in li.told()[-1].text
    assert li.told()[-1].buttons[-1].flow == "respond"
    assert sees(dispatcher, BEN, BEN) == sees(dispatcher, ANN, BEN) == []
    assert sees(dispatcher, LI_NA, LI_NA) == sees(dispatcher, ANN, LI_NA) == [OLD]


@pytest.mark.parametrize(("command", "kind"), KINDS)
def test_its_words_are_corrected(
    dispatcher: Dispatcher, ann: Player, ben: Player, database: Database, command: str, kind: str
) -> None:
    ann.calls(command, f"@ben {OLD}")
    ann.taps("correct")
    assert text(ann.sends(text=NEW)) == "Changed. Ben Okafor has been told."
    assert versions(database) == [(BEN, 1, OLD, "logged", False), (BEN, 2, NEW, "logged", True)]
    assert f"Before: “{OLD}”\nNow: “{NEW}”" in ben.told()[-1].text
    [card] = standing(dispatcher, BEN)
    assert NEW in card.text
    assert card.text.endswith("\nCorrected by Ann Miller.")
    assert OLD not in card.text
    [mine] = standing(dispatcher, ANN)
    assert f"“{NEW}”" in mine.text
    assert {"correct", "undo"} <= {button.flow for button in mine.buttons}


def test_praise_is_edited_where_it_was_said_in_public(dispatcher: Dispatcher, ann: Player) -> None:
    ann.calls("praise", "@ben and @li.na for the launch")
    ann.taps("correct")
    ann.sends(people=(str(BEN), str(LI_WEI)), text="for the quiet launch")
    [public] = standing(dispatcher, DORA, "channel")
    assert public.text == ("Ann Miller praises Ben Okafor and Wei Li: “for the quiet launch”\nCorrected by Ann Miller.")
    ann.taps("correct")
    ann.sends(people=(str(LI_WEI),))
    [public] = standing(dispatcher, DORA, "channel")
    assert public.text == "Ann Miller praises Wei Li: “for the quiet launch”\nCorrected by Ann Miller."
    ann.taps("undo")
    [public] = standing(dispatcher, DORA, "channel")
    assert public.text == TAKEN_BACK
    assert sees(dispatcher, DORA, LI_WEI) == []


def test_the_authors_own_messages_say_what_holds_now(dispatcher: Dispatcher, ann: Player) -> None:
    ann.calls("win", f"@ben {OLD}")
    ann.taps("correct")
    ann.sends(people=(str(LI_NA),))
    first, now = standing(dispatcher, ANN)
    assert first.text == "You’ve corrected this. The latest version is below."
    assert first.buttons == ()
    assert now.text == f"Corrected – this is about Na Li: “{OLD}”"
    assert [button.flow for button in now.buttons] == ["card", "correct", "undo"]


@pytest.mark.parametrize(
    ("line", "people", "subjects"),
    [
        (f"I {OLD}", (str(BEN),), [BEN]),
        (f"@ben {OLD}", (), [ANN]),
        (f"@ben {OLD}", (str(ANN), str(BEN)), [BEN, ANN]),
        (f"@ben and @li.na {OLD}", (str(LI_NA),), [LI_NA]),
    ],
)
def test_own_and_others_wins_change_places(
    ann: Player, database: Database, line: str, people: tuple[str, ...], subjects: list[int]
) -> None:
    ann.calls("win", line)
    ann.taps("correct")
    ann.sends(people=people)
    rows = versions(database, "subject_id", "state", "current")
    assert [row[0] for row in rows if row[1:] == ("logged", True)] == subjects


def test_undo_takes_back_all_of_a_corrected_entry(
    ann: Player, ben: Player, li: Player, database: Database, dispatcher: Dispatcher
) -> None:
    ann.calls("win", f"@ben {OLD}")
    ann.taps("correct")
    ann.sends(people=(str(BEN), str(LI_NA)), text=NEW)
    assert "Ben Okafor and Na Li" in text(ann.calls("undo"))
    assert [row for row in versions(database, "state", "current") if row[1]] == [("withdrawn", True)] * 2
    assert "took back" in ben.told()[-1].text
    assert "撤销" in li.told()[-1].text
    assert [message.text for message in standing(dispatcher, BEN)] == [TAKEN_BACK]


def test_what_was_corrected_and_then_undone_shows_neither_of_its_words(dispatcher: Dispatcher, ann: Player) -> None:
    ann.calls("win", f"@ben {OLD}")
    ann.taps("correct")
    ann.sends(text=NEW)
    ann.calls("undo")
    assert [message.text for message in standing(dispatcher, ANN)] == ["You took this back. It no longer counts."]
    assert [message.text for message in standing(dispatcher, BEN)] == [TAKEN_BACK]


def test_the_day_and_the_quoted_message_stay(ann: Player, ben: Player, database: Database) -> None:
    ann.quotes("evidence", "closed it, all signed", BEN)
    ann.sends(kind="win")
    ann.taps("card")
    ann.sends(happened_on="2026-03-02", visibility="public")
    ann.taps("correct")
    ann.sends(text="closed Acme")
    ann.taps("correct")
    ann.sends(people=(str(LI_NA),))
    kept = versions(database, "subject_id", "text", "happened_on", "visibility", "quoted_from")
    assert {row[4] for row in kept} == {"closed it, all signed"}
    assert [str(row[2]) for row in kept] == ["2026-03-05", "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02"]
    assert (LI_NA, "closed Acme", "manager") in [(row[0], row[1], row[3]) for row in kept]


def test_details_that_were_open_meanwhile_do_not_bring_the_old_words_back(
    ann: Player, database: Database, dispatcher: Dispatcher
) -> None:
    ann.calls("win", f"@ben {OLD}")
    ann.taps("card")
    details = ann.last
    ann.taps("correct")
    ann.sends(text=NEW)
    ann.last = details
    ann.sends(happened_on="2026-03-03")
    assert versions(database, "version", "text", "current") == [(1, OLD, False), (2, NEW, False), (3, NEW, True)]
    ann.calls("undo")
    assert reason(ann.taps("card")) == "AlreadyUndone"


def test_details_of_what_was_undone_meanwhile_say_so(ann: Player, database: Database) -> None:
    ann.calls("win", f"@ben {OLD}")
    ann.taps("card")
    details = ann.last
    ann.calls("undo")
    ann.last = details
    assert "undone" in text(ann.sends(happened_on="2026-03-03"))
    assert [row[3] for row in versions(database)] == ["logged", "withdrawn"]


def test_only_those_above_log_a_miss_also_when_it_is_corrected(ann: Player, li: Player, database: Database) -> None:
    ann.calls("miss", "@ben sent the offer late")
    ann.taps("correct")
    said = text(ann.sends(people=(str(LI_WEI),), text="sent the offer two days late"))
    assert said.startswith("Only Wei Li’s managers can log this about Wei Li, so nothing was changed.")
    assert "sent the offer two days late" in said
    assert versions(database) == [(BEN, 1, "sent the offer late", "logged", True)]


@pytest.mark.parametrize("command", ["praise", "coach"])
def test_praise_and_coaching_are_never_about_their_author(ann: Player, database: Database, command: str) -> None:
    ann.calls(command, f"@ben {OLD}")
    ann.taps("correct")
    ann.sends(people=(str(ANN),))
    assert ann.errors == {"people": "That’s you. Please name a colleague."}
    ann.sends(people=())
    assert ann.errors == {"people": "This one needs an answer."}
    assert len(versions(database)) == 1


def test_sent_as_it_was_it_changes_nothing_and_tells_nobody(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("win", f"@ben {OLD}")
    before = len(ben.told())
    ann.taps("correct")
    assert text(ann.sends()) == "Nothing was different, so it stays as it was."
    assert (len(versions(database)), len(ben.told())) == (1, before)


def test_twice_and_after_an_undo(ann: Player, database: Database) -> None:
    ann.calls("win", f"@ben {OLD}")
    ann.taps("correct")
    first = ann.last
    ann.taps("correct")
    ann.sends(people=(str(LI_NA),))
    ann.last = first
    ann.sends(text=NEW)
    rows = versions(database, "subject_id", "text", "state", "current")
    assert [row[:2] for row in rows if row[2:] == ("logged", True)] == [(BEN, NEW)], "the form sent last holds"
    ann.taps("correct")
    page = ann.last
    ann.calls("undo")
    ann.last = page
    said = text(ann.sends(text="closed Lumen"))
    assert "undone this in the meantime" in said
    assert "closed Lumen" in said
    assert not [row for row in versions(database) if row[3:] == ("logged", True)]


def test_after_ten_minutes_it_stays_and_the_author_is_told_what_else_to_do(
    ann: Player, database: Database, clock: SetClock
) -> None:
    ann.calls("win", f"@ben {OLD}")
    clock.move(9 * MINUTE)
    ann.taps("correct")
    page = ann.last
    clock.move(MINUTE)
    refused = ann.taps("correct")
    assert reason(refused) == "TooLateToCorrect"
    assert "log it again the right way" in text(refused)
    ann.last = page
    ann.sends(text=NEW)
    assert versions(database)[-1][2] == NEW, "a form opened in time loses nothing"
    clock.move(MINUTE)
    assert reason(ann.taps("correct")) == "TooLateToCorrect", "a correction gives no more time"
    assert reason(ann.taps("undo")) == "TooLateToUndo"


def test_nobody_else_corrects_it(ann: Player, ben: Player, database: Database, dispatcher: Dispatcher) -> None:
    ann.calls("win", f"@ben {OLD}")
    [button] = [each for message in ann.told() for each in message.buttons if each.flow == "correct"]
    for other in (ben, Player(dispatcher, DORA), Player(dispatcher, HANNA)):
        assert reason(other.presses("correct", **button.given)) == "NotYours"
    for made_up in ("", "nothing", 7, None):
        assert reason(ann.presses("correct", event=made_up)) == "NotYours"
    assert len(versions(database)) == 1


def answers(ben: Player, words: str) -> None:
    ben.taps("respond")
    ben.sends(stance="context", text=words)


def test_what_the_colleague_said_of_it_stays_with_the_words_it_answers(
    ann: Player, ben: Player, dispatcher: Dispatcher
) -> None:
    ann.calls("miss", "@ben sent the offer late")
    answers(ben, "legal had it until Friday")
    ann.taps("correct")
    ann.sends(text="sent the Lumen offer two days late")
    assert "You wrote: “legal had it until Friday”" in ben.told()[-1].text
    for who in (ANN, BEN):
        with dispatcher.database.write() as db:
            desk = desk_of(Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), who))
        [line] = [*desk.events, *desk.logged]
        assert (line.text, line.responses[0].text) == (
            "sent the Lumen offer two days late",
            "legal had it until Friday",
        )
        assert line.responses[0].earlier == "sent the offer late"


@pytest.mark.parametrize("taken_back", ["undo", "correct"])
def test_what_the_colleague_said_is_given_back_when_it_is_taken_back(
    ann: Player, ben: Player, database: Database, taken_back: str
) -> None:
    ann.calls("win", f"@ben {OLD}")
    answers(ben, "Li did most of it")
    ann.taps(taken_back)
    if taken_back == "correct":
        ann.sends(people=(str(LI_NA),))
    assert "You wrote: “Li did most of it”. Only you can see that now." in ben.told()[-1].text
    with database.read() as db:
        assert db.execute(select(table(EventResponse).c.text)).scalar_one() == "Li did most of it"


def test_an_answer_that_was_being_written_is_not_lost(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("win", f"@ben {OLD}")
    ben.taps("respond")
    page = ben.last
    ann.taps("correct")
    ann.sends(text=NEW)
    ben.last = page
    assert "changed the wording in the meantime" in text(ben.sends(stance="context", text="with Li"))
    ben.taps("respond")
    page = ben.last
    ann.taps("undo")
    before = len(ann.told())
    ben.last = page
    said = text(ben.sends(stance="contest", text="that was Li"))
    assert "taken this back in the meantime" in said
    assert "You wrote: “that was Li”" in said
    assert len(ann.told()) == before, "nobody is told of an answer to what does not count"
    with database.read() as db:
        assert db.execute(select(func.count()).select_from(table(EventResponse))).scalar_one() == 1


def test_the_desk_offers_it_for_as_long_as_it_can_be_done(ann: Player, dispatcher: Dispatcher, clock: SetClock) -> None:
    def offered() -> Mapping[str, tuple[str, ...]]:
        with dispatcher.database.write() as db:
            desk = desk_of(Visit.of(db, dispatcher.repertoire, "", clock.now(), ANN))
        return {line.text: line.changes for line in (*desk.events, *desk.logged)}

    ann.calls("win", f"@ben {OLD}")
    ann.calls("win", "I wrote the offer")
    assert offered() == {OLD: ("correct", "undo"), "I wrote the offer": ("correct", "undo")}
    clock.move(6 * MINUTE)
    ann.presses("correct", **next(b.given for m in ann.told() for b in m.buttons if b.flow == "correct"))
    ann.sends(text=NEW)
    assert offered()[NEW] == ("correct", "undo")
    clock.move(5 * MINUTE)
    assert set(offered().values()) == {()}
