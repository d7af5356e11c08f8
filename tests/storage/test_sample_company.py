"""The sample company is the same every time, obeys every rule of the store, and reads as if people worked there."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

import storage.tables
from storage.columns import iso_week, table
from storage.database import Database
from storage.place_names import place_name
from storage.sample.company import Founders, NotEmpty, fill
from storage.sample.phrases import contents

TODAY = date(2026, 3, 5)
LAST_WEEK = "2026-W09"
FILLED = (
    "department",
    "person",
    "name_form",
    "role_grant",
    "goal",
    "goal_update",
    "participation",
    "weekly_prompt",
    "conversation",
    "open_ask",
    "check_in",
    "check_in_reply",
    "check_in_reaction",
    "help_taken",
    "key_event",
    "event_response",
    "announcement",
    "announcement_receipt",
    "meeting",
    "meeting_participant",
    "meeting_reminder",
    "outbox",
)
VERSIONED = ("goal", "check_in", "check_in_reaction", "help_taken", "key_event", "announcement", "meeting")
HAN = re.compile(r"[\u4e00-\u9fff]")
Rows = list[dict[str, Any]]


def filled(file: Path, today: date) -> tuple[dict[str, Rows], Founders, list[tuple[str, int, int]]]:
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    SQLModel.metadata.create_all(database.engine)
    reports: list[tuple[str, int, int]] = []
    with database.write() as db:
        founders = fill(db, today, lambda *report: reports.append(report))
    rows: dict[str, Rows] = {}
    with database.read() as db:
        for model in storage.tables.ALL:
            columns = table(model)
            rows[columns.name] = [dict(row) for row in db.execute(select(columns)).mappings()]
    database.close()
    return rows, founders, reports


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Rows], Founders]:
    rows, founders, _ = filled(tmp_path_factory.mktemp("sample") / "first.sqlite3", TODAY)
    return rows, founders


@pytest.fixture
def everything(first: tuple[dict[str, Rows], Founders]) -> dict[str, Rows]:
    return first[0]


@pytest.fixture
def people(everything: dict[str, Rows]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in everything["person"]}


def current(rows: Rows) -> Rows:
    return [row for row in rows if row["current"]]


def above(people: dict[int, dict[str, Any]], person: int) -> Iterator[int]:
    seen = {person}
    while (manager := people[person]["manager_id"]) is not None:
        assert manager not in seen, f"a loop above {person}"
        seen.add(manager)
        yield manager
        person = manager


def test_the_same_day_makes_the_same_company(first: tuple[dict[str, Rows], Founders], tmp_path: Path) -> None:
    again, founders, reports = filled(tmp_path / "second.sqlite3", TODAY)
    assert (again, founders) == first
    assert {name for name, rows in again.items() if rows} == set(FILLED)
    assert [done for _, done, _ in reports] == [1, 2, 3, 4, 5, 6]


def test_another_day_keeps_the_people_and_moves_the_history(everything: dict[str, Rows], tmp_path: Path) -> None:
    later, _, _ = filled(tmp_path / "later.sqlite3", TODAY + timedelta(weeks=9))
    stays = ("id", "email", "title", "manager_id", "native_name", "department_id")
    assert [[row[key] for key in stays] for row in later["person"]] == [
        [row[key] for key in stays] for row in everything["person"]
    ]
    assert max(row["week"] for row in later["check_in"]) == "2026-W18"


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 1, 6), date(2026, 12, 31), date(2028, 2, 29)])
def test_it_can_be_made_on_any_day_and_nothing_lies_ahead_of_it(today: date, tmp_path: Path) -> None:
    rows, _, _ = filled(tmp_path / "any.sqlite3", today)
    monday = today - timedelta(days=today.weekday())
    saved = [row["saved_at"] for name in FILLED for row in rows[name] if "saved_at" in row]
    assert max(saved).date() < monday
    assert Counter(row["person_id"] for row in current(rows["goal"]) if row["state"] == "active").total() > 250


def test_nobody_has_read_an_announcement_that_did_not_reach_them(everything: dict[str, Rows]) -> None:
    arrived = {(row["about"], row["person_id"]): row["done_at"] for row in everything["outbox"]}
    assert {row["about"] for row in everything["outbox"]} == {row["series"] for row in everything["announcement"]}
    for receipt in everything["announcement_receipt"]:
        assert arrived[receipt["announcement"], receipt["person_id"]] < receipt["saved_at"]


def test_a_store_with_people_is_left_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'used.sqlite3'}", synchronous="NORMAL")
    SQLModel.metadata.create_all(database.engine)
    with database.write() as db:
        fill(db, TODAY)
    with pytest.raises(NotEmpty), database.write() as db:
        fill(db, TODAY)
    database.close()


def test_there_are_as_many_as_a_company_of_that_size_has(everything: dict[str, Rows]) -> None:
    here = [row for row in everything["person"] if row["status"] != "left"]
    assert 115 <= len(here) <= 125
    assert Counter(row["status"] for row in everything["person"]) >= Counter({"left": 6, "leave": 2})
    assert len(everything["department"]) == 9
    assert len({row["department_id"] for row in here}) == 9
    assert len(set(Counter(row["department_id"] for row in here).values())) >= 5
    assert {row["country"] for row in here} == {"CN", "DE", "US"}
    assert {row["locale"] for row in here if row["location"] == "Shanghai"} == {"en", "zh"}
    assert {row["locale"] for row in here if row["location"] == "Munich"} == {"en", "zh"}
    assert 8_000 <= len(current(everything["check_in"])) <= 12_000
    assert 1_200 <= len(current(everything["key_event"])) <= 2_400
    assert 5_000 <= len(everything["goal_update"]) <= 16_000
    assert 5 <= len(everything["announcement"]) <= 10


def test_the_reporting_line_ends_at_the_chief_and_nobody_reports_to_who_has_left(
    people: dict[int, dict[str, Any]],
) -> None:
    chiefs = [row["id"] for row in people.values() if row["manager_id"] is None]
    assert len(chiefs) == 1
    depth = {person: len(list(above(people, person))) for person in people}
    assert set(depth.values()) == {0, 1, 2, 3}
    assert all(people[row["manager_id"]]["status"] != "left" for row in people.values() if row["manager_id"])
    spans = Counter(row["manager_id"] for row in people.values() if row["manager_id"] and row["status"] != "left")
    assert 4 <= min(spans.values()) <= max(spans.values()) <= 9


def test_names_and_handles_are_ones_own_and_some_families_share_theirs(everything: dict[str, Rows]) -> None:
    rows = everything["person"]
    assert len({row["email"] for row in rows}) == len(rows) == len({row["employee_no"] for row in rows})
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+@rillmark\.example", row["email"]) for row in rows)
    assert len({(row["given_name"], row["family_name"]) for row in rows}) == len(rows)
    families = Counter(row["family_name"] for row in rows)
    assert families["Li"] >= 2
    assert families["Wang"] >= 3
    assert all(row["native_name"] for row in rows if row["locale"] == "zh")


def test_the_suggested_people_know_one_another(
    first: tuple[dict[str, Rows], Founders], people: dict[int, dict[str, Any]]
) -> None:
    founders = first[1]
    assert people[founders.employee_en]["manager_id"] == founders.manager_en
    assert people[founders.employee_zh]["manager_id"] == founders.manager_zh
    assert {people[person]["locale"] for person in (founders.employee_en, founders.manager_en)} == {"en"}
    assert {people[person]["locale"] for person in (founders.employee_zh, founders.manager_zh)} == {"zh"}
    granted = {row["role"]: row["person_id"] for row in first[0]["role_grant"]}
    assert granted["admin"] == founders.admin
    assert granted["performance_manager"] == founders.performance_manager


def test_roles_are_granted_to_people_who_are_here(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    grants = everything["role_grant"]
    assert Counter(row["role"] for row in grants if row["role"] != "hrbp") == {"admin": 1, "performance_manager": 1}
    assert len({row["department_id"] for row in grants if row["role"] == "hrbp"}) == 8
    assert all(people[row["person_id"]]["status"] == "active" for row in grants)


@pytest.mark.parametrize("name", VERSIONED)
def test_versions_are_numbered_and_the_last_one_is_current(everything: dict[str, Rows], name: str) -> None:
    series: defaultdict[str, Rows] = defaultdict(list)
    for row in everything[name]:
        series[row["series"]].append(row)
    for versions in series.values():
        versions.sort(key=lambda row: row["version"])
        assert [row["version"] for row in versions] == list(range(1, len(versions) + 1))
        assert [row["current"] for row in versions] == [False] * (len(versions) - 1) + [True]
        assert all(before["saved_at"] < after["saved_at"] for before, after in pairwise(versions))
    if name not in ("check_in", "check_in_reaction", "help_taken"):
        assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in series)


def test_every_check_in_is_of_a_week_the_person_was_there(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    for row in everything["check_in"]:
        person = people[row["person_id"]]
        monday = datetime.strptime(row["week"] + "-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a day, not an instant
        assert row["series"] == f"{row['person_id']}:{row['week']}"
        assert row["saved_by"] == row["person_id"]
        assert person["joined_on"] <= monday
        assert person["left_on"] is None or person["left_on"] >= monday + timedelta(days=4)
        local = row["saved_at"].astimezone(ZoneInfo(person["time_zone"]))
        assert 7 <= local.hour <= 21
        assert local.isoweekday() in map(int, person["working_days"])
        assert monday <= local.date() <= monday + timedelta(days=7)
        assert 1 <= row["mood"] <= 5
    assert max(row["week"] for row in everything["check_in"]) == LAST_WEEK
    assert min(row["week"] for row in everything["check_in"]) == iso_week(date(2026, 3, 2) - timedelta(weeks=104))


def test_managers_have_said_something_about_what_was_shared_with_them_lately(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    checkins = {row["series"]: row for row in current(everything["check_in"])}
    about = [(row["check_in"], row) for name in ("check_in_reply", "check_in_reaction") for row in everything[name]]
    about += [(row["series"], row) for row in everything["help_taken"]]
    for series, row in about:
        checkin = checkins[series]
        assert checkin["shared"]
        assert row["saved_by"] == people[checkin["person_id"]]["manager_id"]
        assert checkin["saved_at"] < row["saved_at"] < datetime(2026, 3, 2, tzinfo=UTC)
    assert all(checkins[row["series"]]["help_wanted"] for row in everything["help_taken"])
    assert min(len(everything[name]) for name in ("check_in_reply", "check_in_reaction", "help_taken")) > 20


def test_people_answer_as_often_as_people_do(everything: dict[str, Rows], people: dict[int, dict[str, Any]]) -> None:
    answered = Counter(row["person_id"] for row in current(everything["check_in"]))
    whole = [
        person
        for person, row in people.items()
        if row["status"] == "active" and row["joined_on"] < TODAY - timedelta(weeks=105)
    ]
    rates = [answered[person] / 104 for person in whole]
    assert 0.6 < min(rates) < max(rates) <= 0.95
    assert 0.75 < sum(rates) / len(rates) < 0.88
    moods = Counter(row["mood"] for row in current(everything["check_in"]))
    assert set(moods) == {1, 2, 3, 4, 5}
    assert moods[1] + moods[2] < moods[4]


def test_the_rough_quarter_shows_in_the_mood(everything: dict[str, Rows], people: dict[int, dict[str, Any]]) -> None:
    hardware = next(row["id"] for row in everything["department"] if row["name"] == "Hardware R&D")
    felt: defaultdict[bool, list[int]] = defaultdict(list)
    rough = {iso_week(date(2026, 3, 2) - timedelta(weeks=ago)) for ago in range(57, 70)}
    for row in current(everything["check_in"]):
        if people[row["person_id"]]["department_id"] == hardware:
            felt[row["week"] in rough].append(row["mood"])
    assert sum(felt[True]) / len(felt[True]) < sum(felt[False]) / len(felt[False]) - 0.5


def test_texts_are_in_the_language_of_who_wrote_them_and_seldom_the_same(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    for name, column in (("check_in", "highlights"), ("key_event", "text"), ("event_response", "text")):
        for row in everything[name]:
            writer = people[row["saved_by"]]
            among_chinese = writer["native_name"] and writer["country"] == "CN"
            is_chinese = writer["locale"] == "zh" or bool(
                among_chinese and name == "key_event" and people[row["subject_id"]]["locale"] == "zh"
            )
            assert bool(HAN.search(row[column])) == is_chinese, row[column]
            assert not re.search(r"[{}|]", row[column]), row[column]
    for locale in ("en", "zh"):
        said = [
            row["highlights"] for row in current(everything["check_in"]) if people[row["person_id"]]["locale"] == locale
        ]
        assert len(said) > 2_000
        assert len(set(said)) / len(said) > 0.6
    for person in people:
        own = [row["highlights"] for row in current(everything["check_in"]) if row["person_id"] == person]
        assert not any(before == after for before, after in pairwise(own))


def test_goals_hang_on_goals_of_the_department_or_of_somebody_above(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    goals = {row["series"]: row for row in current(everything["goal"])}
    company = next(row["department_id"] for row in people.values() if row["manager_id"] is None)
    for row in goals.values():
        assert (row["person_id"] is None) != (row["department_id"] is None)
        if row["parent"] is None:
            continue
        parent = goals[row["parent"]]
        assert parent["due"].year == row["due"].year
        if row["person_id"] is None:
            assert parent["department_id"] == company
        elif parent["person_id"] is None:
            assert parent["department_id"] == people[row["person_id"]]["department_id"]
        else:
            assert parent["person_id"] in above(people, row["person_id"])
    aligned = [row["parent"] is not None for row in goals.values() if row["person_id"]]
    assert sum(aligned) / len(aligned) > 0.8


def test_weights_are_complete_for_almost_everyone(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    weights: Counter[int] = Counter()
    number: Counter[int] = Counter()
    for row in current(everything["goal"]):
        if row["person_id"] and row["state"] == "active":
            weights[row["person_id"]] += row["weight"]
            number[row["person_id"]] += 1
    here = [person for person, row in people.items() if row["status"] != "left"]
    assert set(weights) <= set(here)
    assert max(number.values()) <= 4
    incomplete = [person for person in here if weights[person] != 100]
    assert 3 <= len(incomplete) <= 10
    assert all(weights[person] < 100 for person in incomplete)


def test_progress_is_what_was_stated_last(everything: dict[str, Rows]) -> None:
    goals = {row["series"]: row for row in current(everything["goal"])}
    stands = {row["goal"]: row for row in sorted(everything["goal_update"], key=lambda row: row["saved_at"])}
    stated: dict[str, int] = {}
    for row in sorted(current(everything["check_in"]), key=lambda row: row["week"]):
        assert all(goals[series]["person_id"] == row["person_id"] for series in row["progress"])
        stated |= row["progress"]
    assert all(stands[series]["percent"] == percent for series, percent in stated.items() if percent)
    active = [row["series"] for row in goals.values() if row["state"] == "active" and row["person_id"]]
    percents = [stands[series]["percent"] if series in stands else 0 for series in active]
    assert len(set(percents)) > 3
    last_year = [row for row in goals.values() if row["due"].year == TODAY.year - 1]
    assert {row["state"] for row in last_year} == {"done", "dropped"}


def test_events_come_from_people_who_were_there_and_point_at_goals_of_their_subject(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    goals = {row["series"]: row for row in everything["goal"]}
    events = {row["series"]: row for row in current(everything["key_event"])}
    for row in events.values():
        author = people[row["saved_by"]]
        local = row["saved_at"].astimezone(ZoneInfo(author["time_zone"]))
        assert author["joined_on"] <= local.date()
        assert author["left_on"] is None or local.date() <= author["left_on"]
        assert row["happened_on"] <= local.date() <= row["happened_on"] + timedelta(days=21)
        assert row["goal"] is None or goals[row["goal"]]["person_id"] == row["subject_id"]
        if row["kind"] == "coaching":
            assert row["saved_by"] in above(people, row["subject_id"])
    kinds = Counter(row["kind"] for row in events.values())
    assert kinds["win"] > kinds["miss"] > 0
    assert kinds["praise"] > 100 < kinds["coaching"]
    by_manager = sum(people[row["subject_id"]]["manager_id"] == row["saved_by"] for row in events.values())
    assert by_manager / len(events) > 0.5
    responses = everything["event_response"]
    assert Counter(row["stance"] for row in responses)["contest"] == 3
    assert all(events[row["event"]]["subject_id"] == row["saved_by"] for row in responses)
    assert all(events[row["event"]]["saved_at"] < row["saved_at"] for row in responses)


def test_announcements_were_read_by_most_of_those_they_were_for(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    for notice in everything["announcement"]:
        assert notice["title_other"]
        assert notice["body_other"]
        receipts = [row for row in everything["announcement_receipt"] if row["announcement"] == notice["series"]]
        read = {row["person_id"] for row in receipts if row["kind"] == "read"}
        confirmed = {row["person_id"] for row in receipts if row["kind"] == "acknowledged"}
        places = notice["audience"]["locations"]
        assert all(people[person]["location"] in places for person in read if places)
        assert len(read) > (40 if places else 70)
        assert confirmed <= read
        assert bool(confirmed) == notice["needs_acknowledgement"]


def test_both_languages_have_something_to_say_about_everything() -> None:
    english, chinese = contents("phrases.en.toml"), contents("phrases.zh.toml")
    assert english.keys() == chinese.keys()
    catalogue = contents("goals.toml")["craft"]
    for craft in english.keys() - {"sites", "customers", "common", "contested"}:
        kinds = ("highlights", "blockers", "help") + (() if craft == "lead" else ("projects", "win", "miss"))
        assert all(book[craft][kind] for book in (english, chinese) for kind in kinds)
        assert catalogue[craft]


def test_chinese_colleagues_have_chinese_titles_and_places_are_called_as_readers_call_them(
    everything: dict[str, Rows],
) -> None:
    here = [row for row in everything["person"] if row["status"] != "left"]
    assert all(bool(HAN.search(row["title"])) == (row["locale"] == "zh") for row in here)
    assert {(row["native_name"], row["title"], place_name(row["location"], "zh")) for row in here} >= {
        ("潘泽宇", "高级固件工程师", "苏州"),
        ("李卫国", "绩效与薪酬经理", "上海"),
    }
    assert {place_name(row["location"], "zh") for row in here} == {"上海", "苏州", "慕尼黑", "芝加哥"}
    assert {place_name(row["location"], "en") for row in here} == {"Shanghai", "Suzhou", "Munich", "Chicago"}
    assert place_name("苏州", "en") == "Suzhou"
    assert place_name("Kleinschirma", "zh") == "Kleinschirma"


def test_a_chinese_manager_writes_chinese_about_a_chinese_report(
    everything: dict[str, Rows], people: dict[int, dict[str, Any]]
) -> None:
    head = next(row["id"] for row in everything["person"] if row["title"] == "Head of People")
    assert (people[head]["locale"], people[head]["country"]) == ("en", "CN")
    about = [row for row in current(everything["key_event"]) if row["saved_by"] == head]
    languages = {bool(HAN.search(row["text"])): people[row["subject_id"]]["locale"] for row in about}
    assert languages == {True: "zh", False: "en"}
