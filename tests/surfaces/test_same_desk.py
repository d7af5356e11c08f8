"""The same desk everywhere: what the browser shows of it, Slack and Teams show as well, in the same order."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

import pytest
from sqlalchemy import insert

from bot.app import TEXTS
from bot.clock import SetClock
from bot.desk import Desk, desk_of
from bot.dispatcher import Dispatcher
from bot.looking import Person, Reached, Subject
from bot.person_desk import person_desk, reach_of
from bot.slack import home, looks
from bot.slack.words import Words
from bot.teams import desk_card
from bot.teams import looks as cards
from bot.teams.elements import Voice as CardVoice
from bot.visit import Repertoire, Visit
from bot.web import desk_view, look_view
from bot.web.voice import Voice
from flows.catalog import load
from flows.core import discover
from storage.announcements import Announcement, AnnouncementReceipt, Receipt
from storage.checkin_replies import CheckInReaction, CheckInReply, HelpTaken
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.directory import person_row
from storage.directory import who as described
from storage.events import EventResponse, KeyEvent
from storage.goals import Goal
from storage.journal import Delivery, Outbox
from storage.overview import WEEKS, weeks_before
from storage.people import Person as Somebody
from storage.records import remember
from storage.references import IsoWeek, Who
from storage.weekly import WeeklyPrompt
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA
from tests.test_hostile_words import MARKUP, NAME, read_in_slack, read_in_teams, read_in_the_browser

WORST = MARKUP.strip()
PARTS = ("waiting", "week", "team", "participation", "sent", "goals", "events", "logged", "public")


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)


@pytest.fixture
def company(dispatcher: Dispatcher, clock: SetClock) -> Dispatcher:
    """One of everything, in the worst of words, and a report with a name as long as names get."""
    with dispatcher.database.write() as db:
        person = table(Somebody)
        db.execute(person.update().where(person.c.id == BEN).values(given_name=NAME, family_name="B", native_name=NAME))
        for owner in (LI_NA, ANN, HANNA):
            said: dict[str, Any] = {"highlights": f"well {WORST}", "blockers": f"stuck {WORST}", "more": f"+ {WORST}"}
            said |= {"help_wanted": f"help {WORST}", "progress": {f"g{owner}": 40}, "shared": True, "mood": 2}
            row = CheckIn(series=f"{owner}:2026-W10", saved_by=owner, person_id=owner, week="2026-W10", **said)
            remember(db, row, clock.now())
            for author in (ANN, owner):
                remember(
                    db, CheckInReply(check_in=row.series, text=f"by {author} {WORST}", saved_by=author), clock.now()
                )
            of_manager: dict[str, Any] = {"series": f"{row.series}:{ANN}", "check_in": row.series, "saved_by": ANN}
            remember(db, CheckInReaction(**of_manager, reaction="great"), clock.now())
            goal = Goal(series=f"g{owner}", saved_by=owner, person_id=owner, title=f"goal {WORST}"[:150], weight=60)
            goal.due = date(2026, 6, 30)
            remember(db, goal, clock.now())
            for kind, author in (("win", BEN), ("praise", LI_NA if owner == ANN else ANN), ("miss", DORA)):
                about: dict[str, Any] = {"subject_id": owner, "kind": kind, "text": f"{kind} of {owner} {WORST}"}
                about |= {"visibility": "manager" if kind == "miss" else "public", "happened_on": date(2026, 3, 4)}
                remember(db, KeyEvent(series=f"{kind}{owner}", saved_by=author, **about), clock.now())
            answer: dict[str, Any] = {"event": f"miss{owner}", "event_version": 1, "saved_by": owner}
            remember(db, EventResponse(**answer, stance="contest", text=f"no: {WORST}"), clock.now())
            remember(
                db, EventResponse(**{**answer, "saved_by": DORA}, stance="reply", text=f"so: {WORST}"), clock.now()
            )
        remember(db, HelpTaken(series=f"{LI_NA}:2026-W10", saved_by=ANN), clock.now())
        announced = Announcement(series="a", saved_by=HANNA, title=f"now {WORST}"[:150], body="x")
        announced.needs_acknowledgement = True
        remember(db, announced, clock.now())
        sent = {"kind": "tell", "body": {}, "due_at": clock.now(), "done_at": clock.now(), "about": "a"}
        for number, (who, status) in enumerate(
            ((ANN, Delivery.sent), (BEN, Delivery.sent), (LI_NA, Delivery.failed), (DORA, Delivery.skipped))
        ):
            reason = "left" if status == Delivery.skipped else WORST if status == Delivery.failed else None
            row_ = {**sent, "person_id": who, "status": status, "reason": reason, "dedupe": f"a:{number}"}
            db.execute(insert(table(Outbox)), row_)
        asked = [
            {"person_id": each, "flow": "checkin", "week": week, "state": "asked", "due_at": clock.now()}
            for each in (ANN, BEN, LI_NA, DORA, HANNA)
            for week in weeks_before(clock.now(), WEEKS)
        ]
        db.execute(insert(table(WeeklyPrompt)), asked)
        seen = {"announcement": "a", "person_id": BEN, "kind": Receipt.read}
        db.execute(insert(table(AnnouncementReceipt)), {**seen, "saved_at": clock.now()})
    for who in (ANN, LI_NA, HANNA):
        player = Player(dispatcher, who)
        player.calls("win")
        player.drafts(text="half a thought")
    clock.move(timedelta(minutes=1))
    return dispatcher


def said(thing: Any, language: str) -> Iterator[str]:
    """Everything somebody wrote or is called in what is to be shown."""
    match thing:
        case Who():
            yield thing.name(language)
        case IsoWeek() | Enum():
            pass
        case str():
            if " " in thing:
                yield thing
        case tuple():
            for each in thing:
                yield from said(each, language)
        case _ if is_dataclass(thing):
            for each in fields(thing):
                if each.name not in ("at", "reader", "me"):
                    yield from said(getattr(thing, each.name), language)
        case _:
            pass


def squeezed(text: str) -> str:
    return "".join(text.split())


def desks(visit: Visit, desk: Desk) -> dict[str, str]:
    texts, reader = visit.repertoire.texts, visit.reader
    return {
        "browser": read_in_the_browser(str(desk_view.render(desk, Voice(texts, reader, visit.person)))),
        "slack": read_in_slack(home.render(desk, [("win", "Win")], Words(texts, reader))),
        "teams": read_in_teams(desk_card.render(desk, CardVoice(texts, reader)).card),
    }


@pytest.mark.parametrize("who", [ANN, LI_NA, HANNA], ids=["manager", "employee", "hr"])
def test_every_word_of_a_desk_stands_on_each_surface_in_the_same_order(company: Dispatcher, who: int) -> None:
    with company.database.write() as db:
        visit = Visit.of(db, company.repertoire, "", company.clock.now(), who)
        desk = desk_of(visit)
        shown = desks(visit, desk)
    say, language = visit.repertoire.texts.say, visit.reader.language
    titles = [say(language, f"desk.{part}.title") for part in PARTS]
    order = {name: [title for title in titles if title in text] for name, text in shown.items()}
    assert order["slack"] == order["teams"] == order["browser"]
    for name, text in shown.items():
        assert sorted(order[name], key=text.index) == order[name]
        missing = [each for each in said(desk, language) if squeezed(each) not in squeezed(text)]
        assert missing == [], name
        assert say(language, "desk.waiting.discard") in text
    assert (bool(desk.team), bool(desk.sent)) == (who == ANN, who == HANNA)
    assert len(desk.participation.lines) == {ANN: 1, LI_NA: 0, HANNA: 3}[who]
    counts = [count for row in desk.participation.rows for count in row.counts]
    for name, text in shown.items():
        lines = [say(language, line.key, line.values) for line in desk.participation.notes]
        assert [each for each in (*lines, *counts) if squeezed(each) not in squeezed(text)] == [], name


LOOKS: dict[str, tuple[int, Subject]] = {
    "the manager at a report": (ANN, Person(LI_NA)),
    "an employee at themselves": (LI_NA, Person(LI_NA)),
    "somebody further up": (DORA, Person(LI_NA)),
    "HR at the read": (HANNA, Reached("a", "read")),
    "HR at the failed": (HANNA, Reached("a", "failed")),
    "HR at the skipped": (HANNA, Reached("a", "skipped")),
}


@pytest.mark.parametrize(("who", "subject"), LOOKS.values(), ids=list(LOOKS))
def test_every_word_of_a_closer_look_stands_on_each_surface(company: Dispatcher, who: int, subject: Subject) -> None:
    with company.database.write() as db:
        visit = Visit.of(db, company.repertoire, "", company.clock.now(), who)
        texts, reader = visit.repertoire.texts, visit.reader
        words, voice = Words(texts, reader), CardVoice(texts, reader)
        web = Voice(texts, reader, who)
        if isinstance(subject, Person):
            looked: Any = person_desk(visit, subject.id)
            browser = str(look_view.render_person(looked, web))
        else:
            assert isinstance(subject, Reached)
            reach = reach_of(visit, subject.series)
            looked = next(people for name, _, people in reach.lists if name == subject.name)
            browser = str(look_view.render_reach(reach, web))
        shown = {
            "browser": read_in_the_browser(browser),
            "slack": every_page(lambda page: read_in_slack(looks.render(subject, page, visit, words))),
            "teams": every_page(lambda page: read_in_teams(cards.render(subject, page, visit, voice).card)),
        }
    mine = person_name(company, who)
    codes = {each.reason for each in looked} if isinstance(subject, Reached) else set()  # people read what they mean
    wanted = [each for each in said(looked, reader.language) if each not in codes | {mine}]
    assert wanted
    for name, text in shown.items():
        assert [each for each in wanted if squeezed(each) not in squeezed(text)] == [], name


def person_name(company: Dispatcher, who: int) -> str:
    """What somebody is called, which is not said to themselves."""
    with company.database.read() as db:
        row = person_row(db, who)
    return described(row).name(row["locale"])


def every_page(render: Callable[[int], str]) -> str:
    return "\n".join(render(page) for page in range(4))
