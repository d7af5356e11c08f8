"""What was promised to the writer and the reader is on a screen: weeks, events, wins, and who has an announcement."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import SetClock
from storage.announcements import Announcement
from storage.columns import table
from storage.database import Database
from storage.goals import Goal
from storage.journal import Audit, Delivery, Outbox
from storage.records import remember
from tests.surfaces.window import Window, deliver, words
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

Open = Callable[[int], Window]
WEEK = {
    "mood": "2",
    "highlights": "完成了客户A的对账，剩3笔差异",
    "blockers": "Legal has the contract\nsince Monday",
    "help_wanted": "合同要法务看一下",
    "progress:9-close": "40",
    "share": "manager",
}


@pytest.fixture
def goal(database: Database, clock: SetClock) -> None:
    row = Goal(series="9-close", saved_by=LI_NA, person_id=LI_NA, title="Close the books in 3 days", weight=60)
    with database.write() as db:
        remember(db, row, clock.now())


def checks_in(li: Window, **more: str) -> None:
    li.says("/checkin")
    assert li.sends(**{**WEEK, **more}).status_code == 204


def audited(database: Database, viewer: int, owner: int) -> set[tuple[str, bool]]:
    audit = table(Audit)
    mine = select(audit.c.what, audit.c.allowed).where(audit.c.viewer_id == viewer, audit.c.owner_id == owner)
    with database.read() as db:
        return {(row[0], row[1]) for row in db.execute(mine)}


@pytest.mark.usefixtures("goal")
def test_a_manager_opens_the_whole_check_in_from_the_desk(window: Open, database: Database) -> None:
    li, ann = window(LI_NA), window(ANN)
    checks_in(li)
    assert f'data-look="/as/{ANN}/person/{LI_NA}"' in ann.get("/desk").text
    seen = words(ann.get(f"/person/{LI_NA}").text)
    for part in (WEEK["highlights"], "Legal has the contract since Monday", WEEK["help_wanted"], "Bad"):
        assert part in seen
    assert "Close the books in 3 days: 40%" in seen
    assert {("check_in", True), ("goal", True), ("key_event", True)} <= audited(database, ANN, LI_NA)


@pytest.mark.usefixtures("goal")
def test_a_private_check_in_is_in_ones_own_weeks_and_in_nobody_elses(window: Open) -> None:
    li, ann = window(LI_NA), window(ANN)
    checks_in(li, share="private")
    mine = words(li.get(f"/person/{LI_NA}").text)
    assert WEEK["highlights"] in mine
    assert "仅自己可见" in mine
    assert f'data-look="/as/{LI_NA}/person/{LI_NA}"' in li.get("/desk").text
    theirs = words(ann.get(f"/person/{LI_NA}").text)
    assert WEEK["highlights"] not in theirs
    assert "No check-in has been shared with you yet." in theirs


@pytest.mark.usefixtures("goal")
def test_those_further_up_see_goals_and_no_check_in_and_a_peer_is_refused(window: Open, database: Database) -> None:
    checks_in(window(LI_NA))
    above = words(window(DORA).get(f"/person/{LI_NA}").text)
    assert "Close the books in 3 days" in above
    assert WEEK["highlights"] not in above
    assert ("check_in", True) not in audited(database, DORA, LI_NA)
    refused = window(BEN).get(f"/person/{LI_NA}")
    assert refused.status_code == 409
    assert "This belongs to someone else" in refused.text
    assert audited(database, BEN, LI_NA) == {("goal", False)}
    assert window(BEN).get("/person/999999").status_code == 404
    assert "There’s no such person here" in window(BEN).get("/person/999999").text
    assert window(BEN).get("/person/99999999999999999999").status_code == 404


def test_what_one_logged_stands_on_ones_desk_with_what_was_said_of_it(
    window: Open, database: Database, clock: SetClock
) -> None:
    ann, ben = window(ANN), window(BEN)
    ann.says("/miss @ben.okafor sent the Lumen offer two days late")
    deliver(database, clock)
    ben.presses("Respond")
    ben.sends(stance="contest", text="It was sent on the day.")
    for screen in (ann.desk, words(ann.get(f"/person/{BEN}").text)):
        assert "sent the Lumen offer two days late" in screen
        assert "Disputed: It was sent on the day." in screen
    assert ("event_response", True) in audited(database, ANN, BEN)
    assert "sent the Lumen offer" not in window(LI_NA).desk


def test_a_win_for_everyone_is_seen_by_everyone(window: Open, database: Database, clock: SetClock) -> None:
    ann = window(ANN)
    ann.says("/win @ben.okafor renewed Acme for 120k")
    deliver(database, clock)
    assert "renewed Acme" not in window(LI_WEI).desk
    ann.presses("Add details")
    ann.sends(visibility="public")
    assert "renewed Acme for 120k" in window(LI_WEI).desk


def test_hr_sees_who_has_an_announcement_and_who_has_not(window: Open, database: Database, clock: SetClock) -> None:
    hanna, ben = window(HANNA), window(BEN)
    hanna.says("/announce")
    hanna.sends(headline="New review cycle", body="It begins on Monday.", acknowledge="yes")
    hanna.sends(verdict="send")
    deliver(database, clock)
    ben.presses("I have read this")
    outbox, announcement = table(Outbox), table(Announcement)
    with database.write() as db:
        series = db.execute(select(announcement.c.series)).scalar_one()
        late = update(outbox).where(outbox.c.about == series, outbox.c.person_id == DORA)
        db.execute(late.values(status=Delivery.skipped, reason="left"))
    assert f'data-look="/as/{HANNA}/announcement/{series}"' in hanna.get("/desk").text
    parts = hanna.get(f"/announcement/{series}").text.split("<summary>")[1:]
    lists = dict(words(part).split(":", 1) for part in parts)
    assert "Ben Okafor" in lists["Confirmed"]
    assert "Ann Miller" not in lists["Confirmed"]
    assert "Ann Miller" in lists["Received, not confirmed yet"]
    assert "Ben Okafor" not in lists["Received, not confirmed yet"]
    assert "Dora Weiss has left the company" in lists["Skipped"]
    refused = ben.get(f"/announcement/{series}")
    assert refused.status_code == 409
    assert ("reach", False) in audited(database, BEN, HANNA)
    assert hanna.get("/announcement/no-such-one").status_code == 409
    assert hanna.get("/announcement/%00").status_code == 400


@pytest.mark.usefixtures("goal")
def test_a_desk_that_shows_itself_anew_is_one_look_and_a_closer_one_is_another(
    window: Open, database: Database, clock: SetClock
) -> None:
    li, ann = window(LI_NA), window(ANN)
    checks_in(li)
    audit = table(Audit)
    of = select(audit.c.what).where(audit.c.viewer_id == ANN, audit.c.owner_id == LI_NA, audit.c.what == "check_in")

    def looks() -> int:
        with database.read() as db:
            return len(db.execute(of).all())

    clock.move(timedelta(minutes=1))
    before = looks()
    for _ in range(5):
        assert "合同要法务看一下" in ann.desk
    assert looks() == before + 1
    ann.get(f"/person/{LI_NA}")
    ann.get(f"/person/{LI_NA}")
    assert looks() == before + 3
    clock.move(timedelta(minutes=11))
    assert "合同要法务看一下" in ann.desk
    assert looks() == before + 4
