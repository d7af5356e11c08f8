"""Replying and reacting: to a shared check-in, to a call for help, and to what was said of a key event."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Said
from bot.told import told
from bot.visit import Visit
from flows.catalog import load
from flows.message import Message
from storage.access import View
from storage.checkin_replies import CheckInReaction, CheckInReply, HelpTaken
from storage.columns import table
from storage.database import Database
from storage.journal import Audit, Outbox, Urgency
from storage.people import Person
from storage.wordings import Wording
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

HELP = "A second pair of eyes on the Nordmoor offer"
CLEAR = "closed the Acme renewal with 120k ARR"
SERIES = f"{BEN}:2026-W10"


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    player = Player(dispatcher, BEN)
    player.calls("checkin")
    player.sends(mood="3", highlights=CLEAR, help_wanted=HELP, share="manager")
    return player


def text(reply: object) -> str:
    assert isinstance(reply, Said | Refused), reply
    return reply.text


def standing(player: Player, number: int = -1) -> Message:
    """A message promised to a person, as it reads now."""
    rows = table(Outbox)
    with player.dispatcher.database.read() as db:
        mine = select(rows).where(rows.c.person_id == player.person, rows.c.kind == "tell").order_by(rows.c.id)
        row = db.execute(mine).mappings().all()[number]
        reader = Visit.of(db, player.dispatcher.repertoire, "", player.dispatcher.clock.now(), player.person).reader
        return told(db, load("flows.texts", "bot.texts"), reader, dict(row))


def makes_private(player: Player) -> None:
    player.calls("checkin")
    player.sends(share="private")


def said_of(database: Database, clock: SetClock, viewer: int) -> tuple[list[str], list[str]]:
    """The replies and reactions to Ben's check-in that a viewer sees."""
    with database.write() as db:
        view = View(db, viewer, BEN, clock.now())
        replies = [row["text"] for row in view.replies([SERIES])]
        return replies, [row["reaction"] for row in view.reactions([SERIES])]


def test_a_call_for_help_is_taken_and_the_employee_is_told_by_whom(ann: Player, ben: Player) -> None:
    assert [each.label for each in ann.told()[-1].buttons] == ["I’ll take it", "Reply", "Schedule a meeting", "React"]
    assert text(ann.taps("take")) == "You’re taking this. Ben Okafor has been told."
    assert ben.told()[-1].text == f"Ann Miller is taking care of your request for support: “{HELP}”"
    assert text(ann.taps("take")) == "You’re taking this. Ben Okafor has been told."
    assert len(ben.told()) == 1, "a second press tells nobody anything"
    assert standing(ann).text == f"Ben Okafor would like your support: {HELP}\n✓ You’re taking this."
    assert "take" not in [each.flow for each in standing(ann).buttons]


def test_another_recipient_sees_who_takes_it_and_is_told_so(
    ann: Player, ben: Player, database: Database, dispatcher: Dispatcher
) -> None:
    ann.taps("take")
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(manager_id=DORA))
    dora = Player(dispatcher, DORA)
    assert text(dora.presses("take", checkin=SERIES)) == "Ann Miller is already taking this, and Ben Okafor knows."
    assert len(ben.told()) == 1
    assert isinstance(ann.taps("take"), Refused), "who is not the manager any more"
    with database.read() as db:
        wording = table(Wording)
        assert db.execute(select(wording.c.about, wording.c.revision)).all() == [(SERIES, 1)]


def test_a_talk_is_planned_from_a_call_for_help(ann: Player, ben: Player) -> None:
    ann.taps("meeting")
    assert ann.values["people"] == (str(BEN),)
    assert (ann.values["topic"], ann.values["kind"], ann.values["day"]) == (HELP, "one_on_one", "")
    ann.sends(day="tomorrow", at="10:00")
    assert ben.told()[-1].text.startswith(f"Ann Miller invites you: “{HELP}”")


@pytest.mark.parametrize("words", ["x" * 400, "one\ntwo  three", "帮我看一下报价" * 60])
def test_the_topic_of_a_talk_is_one_line_that_fits(dispatcher: Dispatcher, words: str) -> None:
    li, ann = Player(dispatcher, LI_NA), Player(dispatcher, ANN)
    li.calls("checkin")
    li.sends(mood="3", highlights="完成了客户A的对账，剩3笔差异", help_wanted=words, share="manager")
    ann.taps("meeting")
    topic = str(ann.values["topic"])
    assert "\n" not in topic
    assert topic[:3] == words[:3]
    assert isinstance(ann.sends(day="tomorrow", at="10:00"), Said)


def test_a_reply_reaches_the_employee_who_replies_in_turn(
    ann: Player, ben: Player, database: Database, clock: SetClock
) -> None:
    ann.taps("reply")
    assert ann.page.intro == "Ben Okafor, 2–8 Mar"
    assert text(ann.sends(text="Send it over, I have time at 3.")) == "Sent. Ben Okafor will get it as a message."
    assert ben.told()[-1].text == ("Ann Miller replied to your check-in for 2–8 Mar: “Send it over, I have time at 3.”")
    ben.taps("reply")
    ben.sends(text="Thank you, on its way.")
    assert ann.told()[-1].text == "Ben Okafor replied about their check-in for 2–8 Mar: “Thank you, on its way.”"
    both = ["Send it over, I have time at 3.", "Thank you, on its way."]
    assert said_of(database, clock, ANN) == said_of(database, clock, BEN) == (both, [])


def test_a_reply_waits_for_the_open_hours_and_counts_as_an_ordinary_message(
    ann: Player, ben: Player, database: Database
) -> None:
    ann.taps("reply")
    ann.sends(text="Send it over.")
    rows = table(Outbox)
    with database.read() as db:
        last = select(rows.c.urgency).where(rows.c.person_id == BEN).order_by(rows.c.id.desc()).limit(1)
        assert db.execute(last).scalar() == Urgency.ordinary


@pytest.mark.parametrize("stranger", [LI_NA, LI_WEI, HANNA, DORA])
@pytest.mark.parametrize("flow", ["reply", "react", "take", "meeting"])
def test_nobody_else_replies_reacts_or_takes_it(
    dispatcher: Dispatcher, ben: Player, database: Database, stranger: int, flow: str
) -> None:
    refused = Player(dispatcher, stranger).presses(flow, checkin=SERIES, reaction="great")
    assert isinstance(refused, Refused)
    assert refused.reason == "NotYours"
    audit = table(Audit)
    with database.read() as db:
        looks = db.execute(select(audit.c.viewer_id, audit.c.what, audit.c.allowed)).all()
    assert looks == [(stranger, "check_in", False)]


@pytest.mark.parametrize("flow", ["reply", "react", "take", "meeting"])
def test_a_private_check_in_is_neither_replied_nor_reacted_to(ann: Player, ben: Player, flow: str) -> None:
    makes_private(ben)
    refused = ann.presses(flow, checkin=SERIES, reaction="great")
    assert isinstance(refused, Refused)
    assert refused.reason == "NotShared"


def test_nobody_is_said_to_get_a_reply_who_has_left(ann: Player, ben: Player, database: Database) -> None:
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(status="left"))
    assert text(ann.taps("reply")).startswith("There’s no one who would get your reply")
    assert text(ann.presses("react", checkin=SERIES, reaction="great")).startswith("There’s nothing to react to")


@pytest.mark.parametrize("given", [{}, {"checkin": "3:1999-W01"}, {"checkin": 3}, {"checkin": "x' OR 1=1"}])
@pytest.mark.parametrize("flow", ["reply", "react", "take"])
def test_what_names_no_check_in_is_refused(ann: Player, flow: str, given: dict[str, Any]) -> None:
    assert isinstance(ann.presses(flow, **given), Refused)


def test_a_check_in_turned_private_takes_its_replies_along(
    ann: Player, ben: Player, database: Database, clock: SetClock
) -> None:
    ann.taps("reply")
    ann.sends(text="Send it over.")
    ann.presses("react", checkin=SERIES, reaction="great")
    ben.taps("reply")
    ben.sends(text="Thank you.")
    makes_private(ben)
    assert said_of(database, clock, ANN) == ([], [])
    assert said_of(database, clock, BEN) == (["Send it over.", "Thank you."], ["great"])
    private = "Ben Okafor made this check-in private, so it’s no longer shown here."
    assert [standing(ann, each) for each in (0, 1)] == [Message(private, ()), Message(private, ())]
    assert "Send it over." in standing(ben, 0).text, "what was said to the employee stays theirs"
    ben.calls("checkin")
    ben.sends(share="manager")
    assert said_of(database, clock, ANN) == (["Send it over.", "Thank you."], ["great"])
    assert HELP in standing(ann, 0).text


def test_a_reply_to_what_was_made_private_meanwhile_is_given_back(ann: Player, ben: Player, database: Database) -> None:
    ann.taps("reply")
    makes_private(ben)
    assert text(ann.sends(text="Send it over.")) == (
        "This check-in was made private in the meantime, so your reply wasn’t sent or saved. You wrote: “Send it over.”"
    )
    assert ben.told() == []
    with database.read() as db:
        assert db.execute(select(table(CheckInReply))).all() == []


def test_one_reaction_each_may_be_changed_and_taken_back(
    ann: Player, ben: Player, database: Database, clock: SetClock
) -> None:
    for _ in range(2):
        said = text(ann.presses("react", checkin=SERIES, reaction="great"))
        assert said == "🎉 Great – Ben Okafor sees this next to the check-in."
    assert said_of(database, clock, BEN)[1] == ["great"]
    ann.taps("react")
    assert ann.values == {"reaction": "great"}
    ann.sends(reaction="thanks")
    assert said_of(database, clock, BEN)[1] == ["thanks"]
    ann.taps("react")
    assert "gone" in text(ann.sends(reaction="none"))
    assert said_of(database, clock, BEN)[1] == []
    assert ben.told() == [], "a reaction is no message"
    rows = table(CheckInReaction)
    with database.read() as db:
        versions = db.execute(select(rows.c.version, rows.c.reaction).order_by(rows.c.version)).all()
    assert versions == [(1, "great"), (2, "thanks"), (3, None)]


def test_only_a_reaction_there_is_can_be_taken_back(ann: Player, ben: Player) -> None:
    ann.taps("react")
    assert [each.key for each in ann.page.questions[0].choices] == ["thanks", "great", "seen"]


def test_a_call_for_help_that_was_dropped_cannot_be_taken(ann: Player, ben: Player, database: Database) -> None:
    ben.calls("checkin")
    ben.sends(help_wanted="")
    assert text(ann.taps("take")).startswith("Ben Okafor no longer asks for support")
    with database.read() as db:
        assert db.execute(select(table(HelpTaken))).all() == []


@pytest.mark.parametrize("stance", ["context", "contest"])
def test_what_was_said_of_an_event_can_be_answered_and_talked_about(
    ann: Player, ben: Player, database: Database, clock: SetClock, stance: str
) -> None:
    ann.calls("miss", "@ben sent the Nordmoor offer two days late")
    ben.taps("respond")
    ben.sends(stance=stance, text="Legal had it for three days.")
    assert [each.label for each in ann.told()[-1].buttons][:2] == ["Reply", "Schedule a meeting"]
    ann.taps("reply")
    ann.sends(text="I did not know that.")
    assert ben.told()[-1].text == (
        "Ann Miller replied about “sent the Nordmoor offer two days late”: “I did not know that.”"
    )
    ben.taps("meeting")
    assert (ben.values["people"], ben.values["topic"]) == ((str(ANN),), "sent the Nordmoor offer two days late")
    ann.taps("meeting")
    assert ann.values["people"] == (str(BEN),)
    with database.write() as db:
        view = View(db, ANN, BEN, clock.now())
        [event] = view.events()
        assert [(row["stance"], row["saved_by"]) for row in view.responses(event["series"])] == [
            (stance, BEN),
            ("reply", ANN),
        ]


def test_only_author_and_subject_reply_about_an_event_and_not_once_it_is_undone(
    ann: Player, ben: Player, dispatcher: Dispatcher, clock: SetClock
) -> None:
    ann.calls("miss", "@ben sent the offer two days late")
    [given] = [each.given for each in ben.told()[-1].buttons if each.flow == "respond"]
    for other in (DORA, LI_NA):
        for flow in ("reply", "meeting"):
            assert Player(dispatcher, other).presses(flow, **given).reason == "NotYours"  # type: ignore[union-attr]
    clock.move(timedelta(minutes=1))
    ben.presses("reply", **given)
    ann.taps("undo")
    assert "You wrote: “But why?”" in text(ben.sends(text="But why?"))
    assert ben.presses("reply", **given).reason == "AlreadyUndone"  # type: ignore[union-attr]
