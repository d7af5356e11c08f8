"""Invitations: the calendar file of a meeting, and the link that opens it for one person and for nobody else."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot.app import TEXTS, create_app
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.invitations import LONGEST_TOKEN, clocks_around
from bot.links import INVITATION, LONGEST, LinkExpired, LinkForged, Links, Ticket
from bot.secrets import session_secret
from bot.settings import Settings
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox
from storage.meetings import Meeting
from storage.people import Person
from storage.references import Link
from tests.player import Player
from tests.team import ANN, BEN, LI_NA

ADDRESS = "https://evenhand.example.com"
LINE = "@li.na 2026-03-09 10:00 Q4 goals, and more; now"
NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
SECRET = "s" * 40
LINKS = Links(SECRET, ADDRESS)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    token = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}
    return Settings(database=database_url, folder=tmp_path, public_address=f"{ADDRESS}/", **token)  # type: ignore[arg-type]


@pytest.fixture
def dispatcher(database: Database, clock: SetClock, settings: Settings) -> Dispatcher:
    links = Links(session_secret(settings), ADDRESS)
    return Dispatcher(database, Repertoire.of(discover(), load(*TEXTS), {}, links=links), clock)


@pytest.fixture
def browser(settings: Settings, clock: SetClock) -> TestClient:
    """The program without its ticks: Slack is not there to be asked anything."""
    app = create_app(settings, clock=clock)
    return TestClient(app)


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def link_of(player: Player) -> str:
    return player.told()[-1].links[0].href


def token_of(href: str) -> str:
    return parse_qs(urlsplit(href).query)["t"][0]


def opened(browser: TestClient, href: str) -> Any:
    """The one event of the file a link opens, with the method of the file."""
    response = browser.get(href.removeprefix(ADDRESS))
    assert response.status_code == 200, response.text
    file: Any = Calendar.from_ical(response.content)
    [event] = file.walk("VEVENT")
    event["x-method"] = file["method"]
    return event


# The file


def test_it_says_when_where_and_who_in_the_readers_language(ann: Player, li: Player, browser: TestClient) -> None:
    ann.calls("meet", LINE)
    for player, organiser, other in ((ann, "Ann Miller", "Na Li"), (li, "Ann Miller", "李娜")):
        event = opened(browser, link_of(player))
        assert event["summary"] == "Q4 goals, and more; now"
        assert event["dtstart"].dt == datetime(2026, 3, 9, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=30)
        assert event["organizer"] == "mailto:ann.miller@lumen.example"
        assert event["organizer"].params["CN"] == organiser
        assert [(each, each.params["CN"]) for each in event["attendee"]] == [
            ("mailto:ann.miller@lumen.example", organiser),
            ("mailto:li.na@lumen.example", other),
        ]
        assert (event["status"], event["x-method"]) == ("CONFIRMED", "REQUEST")
    assert str(opened(browser, link_of(li))["description"]).endswith("直接回复本邀请，只有 Ann Miller 能收到。")


def test_it_stays_the_same_meeting_and_its_sequence_goes_up(ann: Player, browser: TestClient) -> None:
    ann.calls("meet", LINE)
    first = opened(browser, link_of(ann))
    ann.taps("meeting_change")
    ann.sends(day="2026-03-30", place="https://meet.example/q4")
    moved = opened(browser, link_of(ann))
    assert moved["url"] == moved["location"] == "https://meet.example/q4"
    ann.taps("meeting_cancel")
    ann.sends()
    gone = opened(browser, link_of(ann))
    assert first["uid"] == moved["uid"] == gone["uid"]
    assert [each["sequence"] for each in (first, moved, gone)] == [0, 1, 2]
    assert [each["x-method"] for each in (first, moved, gone)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert gone["status"] == "CANCELLED"
    assert moved["dtstart"].dt.utcoffset() == timedelta(hours=2), "summer time has begun"
    assert ann.told()[-1].links[0].label == "Remove from calendar"


def test_the_zone_stands_in_the_file_with_its_clock_changes(
    ann: Player, browser: TestClient, database: Database
) -> None:
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == ANN).values(time_zone="America/New_York"))
    ann.calls("meet", "@ben.okafor 2026-03-10 9:00 Sync")
    raw = browser.get(link_of(ann).removeprefix(ADDRESS)).content
    file: Any = Calendar.from_ical(raw)
    [zone] = file.walk("VTIMEZONE")
    assert zone["tzid"] == "America/New_York"
    there = zone.to_tz(lookup_tzid=False)  # from the rules in the file alone
    wall = datetime(2026, 3, 10, 9, 0)  # noqa: DTZ001 - as a clock there shows it
    assert there.utcoffset(wall) == timedelta(hours=-4)
    assert there.utcoffset(wall - timedelta(days=7)) == timedelta(hours=-5)
    assert b"DTSTART;TZID=America/New_York:20260310T090000" in raw
    [event] = file.walk("VEVENT")
    assert event["dtstart"].dt.astimezone(ZoneInfo("Europe/Berlin")).hour == 14


def test_what_was_typed_cannot_add_anything_to_the_file(ann: Player, browser: TestClient) -> None:
    ann.calls("meet")
    topic = 'Q4\\nATTENDEE:mailto:x@evil.example; "x", <b>'
    ann.sends(people=(str(LI_NA),), day="2026-03-09", at="10:00", topic=topic, place="Room\\, 4; \\n2")
    event = opened(browser, link_of(ann))
    assert (event["summary"], event["location"]) == (topic, "Room\\, 4; \\n2")
    assert len(event["attendee"]) == 2


def test_every_line_is_as_long_as_a_line_may_be(ann: Player, browser: TestClient) -> None:
    ann.calls("meet", f"@li.na 2026-03-09 10:00 {'目标' * 60}")
    raw = browser.get(link_of(ann).removeprefix(ADDRESS)).content
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert raw.endswith(b"END:VCALENDAR\r\n")


# The link


def test_a_link_leaks_nothing(ann: Player, browser: TestClient, database: Database) -> None:
    ann.calls("meet", LINE)
    href = link_of(ann)
    assert href.startswith(f"{ADDRESS}{INVITATION}?t=")
    response = browser.get(href.removeprefix(ADDRESS))
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["content-type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert response.headers["content-disposition"] == 'attachment; filename="invitation.ics"'
    with database.read() as db:
        series = db.execute(select(table(Meeting).c.series)).scalar_one()
    good, said = URLSafeSerializer("none of ours").loads_unsafe(token_of(href))
    assert (good, said) == (False, [ANN, series, int(datetime(2026, 3, 10, 9, 30, tzinfo=UTC).timestamp())])


def test_each_has_a_link_of_their_own(ann: Player, li: Player) -> None:
    ann.calls("meet", LINE)
    assert token_of(link_of(ann)) != token_of(link_of(li))


def test_whoever_has_left_or_was_never_in_it_gets_nothing(
    ann: Player, li: Player, browser: TestClient, database: Database, dispatcher: Dispatcher
) -> None:
    ann.calls("meet", LINE)
    with database.read() as db:
        series = db.execute(select(table(Meeting).c.series)).scalar_one()
    links = dispatcher.repertoire.links
    stranger = links.addressed(Link("invitation", series), BEN, NOW).href
    assert stranger is not None
    assert browser.get(stranger.removeprefix(ADDRESS)).status_code == 410
    nothing = links.addressed(Link("invitation", "no-such-meeting"), ANN, NOW).href
    assert nothing is not None
    assert browser.get(nothing.removeprefix(ADDRESS)).status_code == 410
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == LI_NA).values(status="left"))
    assert browser.get(link_of(li).removeprefix(ADDRESS)).status_code == 410
    assert browser.get(link_of(ann).removeprefix(ADDRESS)).status_code == 200


def test_its_time_ends_a_day_after_the_meeting(ann: Player, browser: TestClient, clock: SetClock) -> None:
    ann.calls("meet", LINE)
    path = link_of(ann).removeprefix(ADDRESS)
    clock.at = datetime(2026, 3, 10, 9, 29, tzinfo=UTC)
    assert browser.get(path).status_code == 200
    clock.move(timedelta(minutes=1))
    over = browser.get(path)
    assert over.status_code == 410
    assert "链接已失效" in over.text
    assert "no longer works" in over.text
    assert over.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("token", ["", "x", "W10.x", "a.b.c", "é", "\x00", "x" * 5000, "..", "[1]"])
def test_what_is_no_link_of_ours_opens_nothing(browser: TestClient, token: str) -> None:
    response = browser.get(INVITATION, params={"t": token})
    assert response.status_code == 404
    assert response.headers["cache-control"] == "no-store"
    assert browser.get(INVITATION).status_code == 404
    assert browser.post(INVITATION, params={"t": token}).status_code == 405


def test_there_is_no_link_and_nothing_to_open_where_nobody_can_reach_us(
    database_url: str, tmp_path: Path, clock: SetClock, dispatcher: Dispatcher, ann: Player
) -> None:
    ann.calls("meet", LINE)
    settings = Settings(database=database_url, folder=tmp_path)
    assert TestClient(create_app(settings, clock=clock)).get(link_of(ann).removeprefix(ADDRESS)).status_code == 404


def test_in_the_playground_a_link_leads_to_where_one_is(database_url: str, tmp_path: Path, clock: SetClock) -> None:
    settings = Settings(database=database_url, folder=tmp_path)
    app = create_app(settings, playground=True, clock=clock)
    links = Links(session_secret(settings), "")
    found = links.addressed(Link("invitation", "none"), ANN, NOW).href
    assert found is not None
    assert found.startswith(f"{INVITATION}?t=")
    assert TestClient(app, base_url="http://127.0.0.1").get(found).status_code == 410


def good(person: int = ANN, about: str = "abc", until: datetime | None = None) -> str:
    href = LINKS.addressed(Link("invitation", about, until), person, NOW).href
    assert href is not None
    return token_of(href)


@given(st.integers(1, 2**31 - 1), st.text("0123456789abcdef", min_size=1, max_size=32), st.integers(1, 10**6))
def test_what_a_link_carries_comes_back_and_no_longer_than_its_time(person: int, about: str, seconds: int) -> None:
    until = NOW + timedelta(seconds=seconds)
    token = good(person, about, until)
    assert len(token) <= LONGEST_TOKEN
    assert LINKS.opened(token, INVITATION, until - timedelta(seconds=1)) == Ticket(person, about)
    with pytest.raises(LinkExpired):
        LINKS.opened(token, INVITATION, until)


@given(st.integers(0, 10**4), st.sampled_from("Aa0_-."))
def test_a_link_that_was_changed_anywhere_opens_nothing(place: int, letter: str) -> None:
    token = good()
    place %= len(token) - 1  # the last letter of base64 has bits that mean nothing
    if token[place] != letter:
        with pytest.raises(LinkForged):
            LINKS.opened(f"{token[:place]}{letter}{token[place + 1 :]}", INVITATION, NOW)


@given(st.text(max_size=120))
def test_no_text_is_a_link(token: str) -> None:
    with pytest.raises(LinkForged):
        LINKS.opened(token, INVITATION, NOW)


def test_a_link_is_good_for_one_purpose_and_one_secret() -> None:
    for links, purpose in ((LINKS, "/other"), (Links("t" * 40, ADDRESS), INVITATION), (Links(), INVITATION)):
        with pytest.raises(LinkForged):
            links.opened(good(), purpose, NOW)


@pytest.mark.parametrize(
    "carried", [[], [1], [0, "a", 2**31], ["1", "a", 2**31], [1, 2, 3], {"p": 1}, [1, "a", "b"], None]
)
def test_what_was_signed_for_something_else_is_no_link(carried: Any) -> None:
    signer = URLSafeSerializer(SECRET, salt=f"evenhand.link{INVITATION}", signer_kwargs={"digest_method": sha256})
    with pytest.raises(LinkForged):
        LINKS.opened(signer.dumps(carried), INVITATION, NOW)


def test_no_link_lives_longer_than_the_longest() -> None:
    token = good(until=NOW + 10 * LONGEST)
    with pytest.raises(LinkExpired):
        LINKS.opened(token, INVITATION, NOW + LONGEST)


def test_the_secret_is_never_shown() -> None:
    assert SECRET not in repr(LINKS)


def test_what_is_kept_of_a_message_names_nobody_elses_link(ann: Player, database: Database) -> None:
    ann.calls("meet", LINE)
    with database.read() as db:
        bodies = {row[0]: str(row[1]) for row in db.execute(select(table(Outbox).c.person_id, table(Outbox).c.body))}
    assert bodies[ANN] != bodies[LI_NA]


def instant_in(file: str, zone: str) -> datetime:
    """When a file says that its meeting begins, by its own clock changes alone."""
    read: Any = Calendar.from_ical(file.encode())
    (clocks,) = read.walk("VTIMEZONE")
    (event,) = read.walk("VEVENT")
    said = event["dtstart"].dt.replace(tzinfo=None)
    changes = sorted((part["dtstart"].dt, part["tzoffsetto"].td) for part in clocks.subcomponents)
    assert str(clocks["tzid"]) == zone
    offset: timedelta = [to for begins, to in changes if begins <= said][-1]
    return datetime.combine(said.date(), said.time(), UTC) - offset


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "America/Vancouver", "Asia/Gaza"])
def test_a_file_gives_back_the_instant_it_was_made_from_by_its_own_clock_changes(zone: str) -> None:
    """Ramadan has put the clocks of some places there and back within weeks."""
    for begins in (datetime(2025, 1, 10, 9, 0, tzinfo=UTC) + timedelta(days=11 * n) for n in range(60)):
        file, event = Calendar(), Event()
        file.add("version", "2.0")
        file.add("prodid", "-//Test//EN")
        file.add_component(clocks_around(ZoneInfo(zone), begins))
        event.add("uid", "one")
        event.add("dtstart", begins.astimezone(ZoneInfo(zone)))
        file.add_component(event)
        assert instant_in(file.to_ical().decode(), zone) == begins
