"""One part that is broken never takes a page, a desk, a room or a list with it: it says so, and the log has it."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from bot.app import TEXTS
from bot.clock import SetClock
from bot.desk import Desk, desk_of
from bot.digest_message import DigestWords, Part, entry
from bot.dispatcher import Dispatcher
from bot.looking import Person
from bot.person_desk import person_desk
from bot.slack import home, looks
from bot.slack.words import Words
from bot.teams import desk_card
from bot.teams import looks as cards
from bot.teams.elements import Voice as CardVoice
from bot.visit import Repertoire, Visit
from bot.web import desk_view, look_view
from bot.web.site import playground
from bot.web.voice import Voice
from flows.catalog import Catalog, load
from flows.core import discover
from flows.page import Reader
from storage.announcements import Announcement
from storage.chat import LineKind
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.goals import Goal
from storage.journal import ChatLine, Delivery, Outbox
from storage.meetings import Meeting
from storage.people import Role, RoleGrant
from storage.records import remember
from storage.references import Who
from tests.player import Player
from tests.surfaces.conftest import SECRET
from tests.surfaces.window import ADDRESS, Window, deliver
from tests.team import ANN, BEN, LI_NA
from tests.test_hostile_words import read_in_slack, read_in_teams, read_in_the_browser

SECTIONS = ("waiting", "meetings", "week", "team", "sent", "goals", "events", "logged", "public")
SURFACES = ("browser", "slack", "teams")


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that the log says could not be shown."""
    found: list[str] = []

    def noted(event: str, error: BaseException, **facts: Any) -> None:
        found.append(f"{facts.get('part', event)}: {type(error).__name__}")

    monkeypatch.setattr("bot.composing.went_wrong", noted)
    return found


@pytest.fixture
def company(database: Database, clock: SetClock) -> Dispatcher:
    """Ann's desk with something in every section."""
    dispatcher = Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}), clock)
    ann, ben = Player(dispatcher, ANN), Player(dispatcher, BEN)
    ann.calls("meet", "@ben tomorrow 10:00 the Acme renewal")
    ann.calls("win", "@ben closed the Acme renewal")
    ann.calls("praise", "@li.na for the calm in the Acme talks")
    Player(dispatcher, LI_NA).calls("win", "@ann steadied the quarter")
    ben.calls("checkin")
    ben.sends(mood="4", highlights="closed 14 tickets of the backlog", share="manager")
    with database.write() as db:
        db.execute(insert(table(RoleGrant)), [{"person_id": ANN, "role": Role.hrbp, "department_id": None}])
        goal = Goal(series="g", saved_by=ANN, person_id=ANN, title="Renew 90% of contracts", weight=100)
        remember(db, goal, clock.now())
        remember(db, Announcement(series="a", saved_by=ANN, title="New travel rules", body="x"), clock.now())
        sent = {"kind": "tell", "body": {}, "due_at": clock.now(), "done_at": clock.now(), "about": "a"}
        row = {**sent, "person_id": BEN, "status": Delivery.sent, "dedupe": "a:1"}
        db.execute(insert(table(Outbox)), row)
    ann.calls("goal")
    return dispatcher


def without(texts: Catalog, *torn: str) -> Catalog:
    """The texts without those whose key begins so; the titles are left, to say what cannot be shown."""
    kept = {
        language: {key: text for key, text in known.items() if key.endswith(".title") or not key.startswith(torn)}
        for language, known in texts.texts.items()
    }
    return Catalog(kept)


def drawn(company: Dispatcher, who: int, texts: Catalog) -> dict[str, str]:
    with company.database.write() as db:
        visit = Visit.of(db, company.repertoire, "", company.clock.now(), who)
        return shown(desk_of(visit), visit, texts)


def shown(desk: Desk, visit: Visit, texts: Catalog) -> dict[str, str]:
    reader = visit.reader
    return {
        "browser": read_in_the_browser(str(desk_view.render(desk, Voice(texts, reader, visit.person)))),
        "slack": read_in_slack(home.render(desk, [], Words(texts, reader))),
        "teams": read_in_teams(desk_card.render(desk, CardVoice(texts, reader)).card),
    }


def titles(visit_texts: Catalog, text: str) -> set[str]:
    return {name for name in SECTIONS if visit_texts.say("en", f"desk.{name}.title") in text}


def unshown(texts: Catalog, title: str) -> str:
    return texts.say("en", "desk.unshown", {"parts": [title]})


def test_the_desk_has_something_in_every_section(company: Dispatcher, faults: list[str]) -> None:
    for text in drawn(company, ANN, company.repertoire.texts).values():
        assert titles(company.repertoire.texts, text) == set(SECTIONS)
        assert "can’t be shown" not in text
    assert faults == []


TEXTS_OF = {
    "waiting": ("desk.waiting.discard",),
    "meetings": ("desk.meetings.at",),
    "week": ("desk.week",),
    "team": ("desk.team.done",),
    "sent": ("desk.sent.at",),
    "goals": ("desk.goals.weights",),
    "events": ("desk.events.by",),
    "logged": ("desk.logged.about",),
    "public": ("desk.praise.by",),
}


def test_a_section_that_cannot_be_drawn_takes_no_other_with_it(company: Dispatcher, faults: list[str]) -> None:
    texts = company.repertoire.texts
    whole = drawn(company, ANN, texts)
    for section in SECTIONS:
        faults.clear()
        torn = drawn(company, ANN, without(texts, *TEXTS_OF[section]))
        title = texts.say("en", f"desk.{section}.title")
        for surface in SURFACES:
            assert unshown(texts, title) in torn[surface], surface
            assert titles(texts, torn[surface]) == set(SECTIONS), "its title is named, and the others are all there"
            assert len(torn[surface]) > len(whole[surface]) / 2
        assert faults == [f"desk {section}: MissingText"] * len(SURFACES)


def rows_of(column: Any, garbage: Any, *where: Any) -> Any:
    return update(column.table).where(*where).values({column.name: garbage})


event, goal, meeting = table(KeyEvent).c, table(Goal).c, table(Meeting).c
GARBAGE: dict[str, Any] = {
    "events": rows_of(event.kind, "applause", event.subject_id == ANN),
    "logged": rows_of(event.kind, "applause", event.subject_id == BEN),
    "praise": "UPDATE key_event SET happened_on = 'some day' WHERE kind = 'praise'",
    "goals": "UPDATE goal SET due = 'one day'",
    "meetings": "UPDATE meeting SET starts_at = 'soon'",
    "team": "UPDATE person SET time_zone = 'Mars/Olympus' WHERE id = 3",
    "sent": "UPDATE announcement SET saved_at = 'lately'",
    "waiting": 'UPDATE conversation SET params = \'{"me": {"$": "Somebody"}}\' WHERE flow = \'goal\'',
}


@pytest.mark.parametrize("section", list(GARBAGE))
def test_a_row_that_cannot_be_read_takes_no_other_section_with_it(
    company: Dispatcher, faults: list[str], section: str
) -> None:
    with company.database.write() as db:
        statement = GARBAGE[section]
        db.exec_driver_sql(statement) if isinstance(statement, str) else db.execute(statement)
    texts = company.repertoire.texts
    for surface, text in drawn(company, ANN, texts).items():
        missing = {*SECTIONS} - titles(texts, text)
        if section == "waiting":
            assert texts.say("en", "chrome.unshown") in text, surface
            assert missing == set()
        else:
            title = texts.say("en", f"desk.{section}.title")
            assert title in text.partition("can’t be shown right now")[2].partition("Nothing is lost")[0], surface
            assert missing <= {"public", section}, surface
    assert faults


def test_what_cannot_be_begun_takes_nothing_of_the_desk_with_it(
    company: Dispatcher, faults: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_: Any) -> None:
        raise KeyError("a fact of a flow that is gone")

    monkeypatch.setattr("bot.desk.begin_due", torn)
    for text in drawn(company, ANN, company.repertoire.texts).values():
        assert titles(company.repertoire.texts, text) == set(SECTIONS)
    assert faults == ["what is due: KeyError"]


LOOK_TEXTS = {"weeks": "desk.person.sent", "goals": "desk.goals.weight", "events": "desk.events.by"}
LOOK_ROWS = {
    "weeks": "UPDATE check_in SET saved_at = 'lately'",
    "goals": "UPDATE goal SET due = 'one day'",
    "events": "UPDATE key_event SET kind = 'applause'",
}


def looked(company: Dispatcher, subject: int, texts: Catalog) -> dict[str, str]:
    with company.database.write() as db:
        visit = Visit.of(db, company.repertoire, "", company.clock.now(), ANN)
        visit = replace(visit, repertoire=replace(visit.repertoire, texts=texts))
        reader, of = visit.reader, Person(subject)
        return {
            "browser": read_in_the_browser(
                str(look_view.render_person(person_desk(visit, subject), Voice(texts, reader, ANN)))
            ),
            "slack": read_in_slack(looks.render(of, 0, visit, Words(texts, reader))),
            "teams": read_in_teams(cards.render(of, 0, visit, CardVoice(texts, reader)).card),
        }


@pytest.mark.parametrize("how", ["drawn", "read"])
@pytest.mark.parametrize("section", list(LOOK_TEXTS))
def test_a_closer_look_goes_on_without_the_section_that_is_broken(
    company: Dispatcher, faults: list[str], section: str, how: str
) -> None:
    texts = company.repertoire.texts
    with company.database.write() as db:
        remember(
            db, Goal(series="b", saved_by=BEN, person_id=BEN, title="Close the backlog", weight=50), company.clock.now()
        )
    if how == "read":
        with company.database.write() as db:
            db.exec_driver_sql(LOOK_ROWS[section])
    else:
        texts = without(texts, LOOK_TEXTS[section])
    all_texts = company.repertoire.texts
    for surface, text in looked(company, BEN, texts).items():
        for name in LOOK_TEXTS:
            title = all_texts.say("en", f"desk.person.{name}")
            assert title in text, surface
            assert (unshown(all_texts, title) in text) == (name == section), (surface, name)
    assert len(faults) == len(SURFACES)


def test_a_line_of_the_room_that_cannot_be_shown_takes_no_other_with_it(
    company: Dispatcher, faults: list[str], clock: SetClock
) -> None:
    """The lines are of every kind there is, each without what it needs."""
    ann = Window(TestClient(playground(company, SECRET, host="127.0.0.1"), base_url=ADDRESS), ANN).enter()
    ann.says("/win @ben closed Lumen")
    deliver(company.database, clock)
    gone = {"flow": "no_such_flow", "text": "x", "values": {"a": {"$": "Nonsense"}}, "about": "e"}
    for kind in LineKind:
        body = gone if kind in (LineKind.tell, LineKind.channel) else {}
        row = {"person_id": ANN, "kind": kind, "body": body, "at": clock.now(), "mine": False, "event": f"torn:{kind}"}
        page = {"conversation_id": 99_999, "key": "gone"} if kind == LineKind.ask else {}
        with company.database.write() as db:
            db.execute(insert(table(ChatLine)), {**row, **page})
        assert ann.get("").status_code == 200, kind
    assert "closed Lumen" in ann.chat
    assert ann.chat.count("This message comes from an older version") == len(LineKind) - 1
    ann.says("/win @li.na closed Nordmoor")
    assert "closed Nordmoor" in ann.chat


def test_one_check_in_that_cannot_be_shown_takes_no_other_out_of_the_digest(
    company: Dispatcher, faults: list[str]
) -> None:
    ben, li = Who(BEN, "Ben", "Okafor"), Who(LI_NA, "Na", "Li")
    parts = [
        Part(ben, wins=(("c1", "closed 14 tickets"),), moods=(99,)),
        Part(li, wins=(("c2", "closed 3"),), moods=(4,)),
    ]
    words = DigestWords(company.repertoire.texts, Reader("en", ZoneInfo("UTC")))
    torn, whole = (entry(words, part) for part in parts)
    assert torn.text == "Ben Okafor has checked in, but it can’t be shown here. Open their week on your desk."
    assert "Na Li: Good" in whole.text
    assert faults == [f"entry of {BEN} in a digest: MissingText"]
