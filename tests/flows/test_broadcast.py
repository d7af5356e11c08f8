"""An announcement after it was sent: paused, stopped, tried again, extended, reminded of, changed and taken back."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from bot.announced import count_under_way, remind_due
from bot.clock import SetClock
from bot.delivery.in_process import deliver_due
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Reply, Said
from bot.told import told
from bot.visit import Repertoire
from bot.web.carrier import WebCarrier
from flows.catalog import LANGUAGES, load
from flows.core import discover
from flows.message import Message
from flows.page import Reader
from flows.questions import Raw
from storage import broadcasts, bundles, outgoing, sent, wordings
from storage.announcements import Announcement
from storage.broadcasts import LOT, Broadcast
from storage.columns import table
from storage.database import Database
from storage.journal import Audit, Delivery, Outbox
from storage.orders import AnnouncementOrder
from storage.people import Person, Role, RoleGrant
from storage.reach import Reach, watched
from storage.reasons import HOPELESS, PASSING, Reason, reason_of
from storage.wordings import Wording
from tests.player import Player
from tests.postgres import on_both
from tests.slack_workspace.office import hire
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI, move_in

REGISTER = discover()
EVERYBODY = {ANN, LI_NA, BEN, HANNA, DORA, LI_WEI}
outbox = table(Outbox)


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(REGISTER, load("flows.texts", "bot.texts"), {}), clock)


@pytest.fixture
def hanna(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, HANNA)


def announce(player: Player, **more: Raw) -> str:
    """Sends an announcement and gives its series."""
    player.calls("announce")
    player.sends({"headline": "Cycle", "body": "It begins on Monday.", **more})
    assert isinstance(player.sends(verdict="send"), Said)
    with player.dispatcher.database.read() as db:
        newest = select(table(Announcement).c.series).order_by(table(Announcement).c.id.desc()).limit(1)
        return str(db.execute(newest).scalar_one())


def deliver(player: Player, *only: int) -> None:
    """Delivers what is due, or only the messages to some people."""
    database, now = player.dispatcher.database, player.dispatcher.clock.now()
    if not only:
        deliver_due(database, WebCarrier(), now)
        return
    with database.write() as db:
        rows = db.execute(select(outbox).where(outbox.c.person_id.in_(only), outbox.c.status == 0)).mappings().all()
        WebCarrier().carry(db, rows, now)


def ends(player: Player, person: int, status: Delivery, reason: str) -> None:
    """Has somebody's message end so."""
    with player.dispatcher.database.write() as db:
        db.execute(update(outbox).where(outbox.c.person_id == person).values(status=status, reason=reason))


def reached(player: Player, series: str) -> Reach:
    with player.dispatcher.database.write() as db:
        return watched(db, series, player.person, player.dispatcher.clock.now())


def lists(player: Player, series: str) -> dict[str, set[int]]:
    """Who is in which of the four lists; everybody is in exactly one."""
    now = reached(player, series)
    found = {name: {each.who.id for each in getattr(now, name)} for name in broadcasts.LISTS}
    assert sum(now.counts[name] for name in broadcasts.LISTS) == now.audience == len(set().union(*found.values()))
    assert {name: len(people) for name, people in found.items()} == {name: now.counts[name] for name in found}
    return {name: people for name, people in found.items() if people}


def says(reply: Reply) -> str:
    assert isinstance(reply, Said), reply
    return reply.text


def reads(player: Player, about: str, language: str = "en") -> Message:
    """What somebody's message about something says by now."""
    with player.dispatcher.database.read() as db:
        mine = select(outbox).where(outbox.c.person_id == player.person, outbox.c.about == about)
        row = db.execute(mine.order_by(outbox.c.id.desc())).mappings().first()
        assert row is not None, f"nothing about {about}"
        return told(db, player.dispatcher.repertoire.texts, Reader(language, ZoneInfo("UTC")), row)


@on_both
def test_what_waits_is_held_and_goes_on_when_it_is_let_go(hanna: Player) -> None:
    series = announce(hanna)
    deliver(hanna, BEN)
    assert "5 people won’t get it" in says(hanna.presses("hold", announcement=series))
    deliver(hanna)
    assert lists(hanna, series) == {"sent": {BEN}, "waiting": EVERYBODY - {BEN}}
    assert "nothing" in says(hanna.presses("hold", announcement=series)), "a second click finds it paused"
    assert "5 people still have to get it" in says(hanna.presses("resume", announcement=series))
    assert "isn’t paused" in says(hanna.presses("resume", announcement=series))
    deliver(hanna)
    assert lists(hanna, series) == {"sent": EVERYBODY}


def statuses(player: Player, about: str) -> dict[Delivery, int]:
    with player.dispatcher.database.read() as db:
        found = select(outbox.c.status, func.count()).where(outbox.c.about == about).group_by(outbox.c.status)
        return {Delivery(row[0]): row[1] for row in db.execute(found)}


def sends_none(player: Player, about: str) -> None:
    """No way of delivery takes anything about it."""
    before, now = statuses(player, about), player.dispatcher.clock.now()
    deliver(player)
    with player.dispatcher.database.write() as db:
        assert outgoing.ready(db, outgoing.Newer(), now, 50) == []
        assert outgoing.loose(db, now, 50) == []
        assert not outgoing.may_go(db, about)
    assert statuses(player, about) == before


@on_both
@pytest.mark.parametrize(
    ("order", "ends"), [("hold", Delivery.held), ("cancel", Delivery.skipped), ("withdraw", Delivery.skipped)]
)
def test_of_very_many_nothing_goes_from_that_moment_on_and_lots_of_them_follow(
    hanna: Player, database: Database, order: str, ends: Delivery
) -> None:
    many = len(hire(database, 2 * LOT)) + len(EVERYBODY)
    series = announce(hanna)
    hanna.presses(order, announcement=series)
    if order != "hold":
        hanna.sends(certain="yes")
    assert statuses(hanna, series) == {ends: LOT, Delivery.waiting: many - LOT}, "whoever pressed waits for a lot alone"
    sends_none(hanna, series)
    for _ in count_under_way(hanna.dispatcher):
        with database.read() as db:
            assert sum(broadcasts.counts(db, series).values()) == many
    assert statuses(hanna, series) == {ends: many}
    if order == "hold":
        hanna.presses("resume", announcement=series)
        assert statuses(hanna, series) == {Delivery.held: many - LOT, Delivery.waiting: LOT}
        list(count_under_way(hanna.dispatcher))
        deliver(hanna)
        assert statuses(hanna, series) == {Delivery.sent: many}


@on_both
def test_what_reminds_of_it_stops_when_it_is_taken_back_and_not_before(hanna: Player, database: Database) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna)
    hanna.presses("remind", announcement=series)
    about = wordings.REMINDER + series
    with database.write() as db:
        for state, may_go in (("paused", True), ("cancelled", True), ("withdrawn", False)):
            db.execute(update(table(Broadcast)).values(state=state))
            assert (outgoing.may_go(db, series), outgoing.may_go(db, about)) == (False, may_go)
            assert bool(outgoing.loose(db, hanna.dispatcher.clock.now(), 50)) == may_go


@on_both
def test_a_message_that_comes_back_while_it_is_paused_is_held_as_well(hanna: Player) -> None:
    series, now = announce(hanna), hanna.dispatcher.clock.now()
    with hanna.dispatcher.database.write() as db:
        number = db.execute(select(outbox.c.id).where(outbox.c.person_id == BEN)).scalar_one()
        outgoing.take(db, [(number, "slack", "T1")], "run", now)
    hanna.presses("hold", announcement=series)
    with hanna.dispatcher.database.write() as db:
        assert not outgoing.may_go(db, series)
        outgoing.back(db, "run", number, now, 1)
        ready = outgoing.ready(db, outgoing.Newer(), now, 50)
        assert [row for row in ready if row["about"] == series] == []
    hanna.presses("cancel", announcement=series)
    hanna.sends(certain="yes")
    assert lists(hanna, series) == {"skipped": EVERYBODY}


@on_both
@pytest.mark.parametrize(("order", "reason"), [("cancel", "cancelled"), ("withdraw", "withdrawn")])
def test_a_message_that_comes_back_after_the_end_does_not_go(hanna: Player, order: str, reason: str) -> None:
    series, now = announce(hanna), hanna.dispatcher.clock.now()
    with hanna.dispatcher.database.write() as db:
        number = db.execute(select(outbox.c.id).where(outbox.c.person_id == BEN)).scalar_one()
        outgoing.take(db, [(number, "slack", "T1")], "run", now)
    hanna.presses(order, announcement=series)
    hanna.sends(certain="yes")
    assert lists(hanna, series) == {"waiting": {BEN}, "skipped": EVERYBODY - {BEN}}
    with hanna.dispatcher.database.write() as db:
        outgoing.back(db, "run", number, now, 1)
    assert reached(hanna, series).reasons == {Reason(reason): len(EVERYBODY)}


@on_both
def test_what_is_stopped_goes_to_nobody_else_and_says_so(hanna: Player) -> None:
    series = announce(hanna)
    deliver(hanna, BEN, ANN)
    hanna.presses("cancel", announcement=series)
    assert "still has to reach 4 people. 2 already have it" in hanna.page.intro
    assert "still being sent" in says(hanna.sends(certain="no"))
    hanna.presses("cancel", announcement=series)
    preview = hanna.last
    says(hanna.sends(certain="yes"))
    hanna.last = preview
    assert isinstance(hanna.sends(certain="yes"), Refused), "the same page sent twice"
    deliver(hanna)
    assert lists(hanna, series) == {"sent": {BEN, ANN}, "skipped": EVERYBODY - {BEN, ANN}}
    for order in ("hold", "resume", "retry", "extend"):
        assert isinstance(hanna.presses(order, announcement=series), Said)
    deliver(hanna)
    assert lists(hanna, series) == {"sent": {BEN, ANN}, "skipped": EVERYBODY - {BEN, ANN}}


@on_both
@pytest.mark.parametrize("order", ["hold", "withdraw"])
def test_what_is_to_be_told_as_a_line_of_another_message_is_no_line_of_it_then(hanna: Player, order: str) -> None:
    series, now = announce(hanna), hanna.dispatcher.clock.now()
    with hanna.dispatcher.database.write() as db:
        mine = (outbox.c.about == series, outbox.c.person_id == BEN)
        db.execute(update(outbox).where(*mine).values(reason="budget"))
        bundle = bundles.begin(db, bundles.held(db, BEN), {"flow": "bundle", "values": {"count": 1}})
        bundles.fold(db, bundles.held(db, BEN), bundle)
    assert lists(hanna, series) == {"waiting": EVERYBODY}
    hanna.presses(order, announcement=series)
    if order == "withdraw":
        hanna.sends(certain="yes")
    with hanna.dispatcher.database.write() as db:
        assert bundles.folded(db, bundle) == []
        bundles.settle(db, [bundle], Delivery.sent, None, now)
    assert lists(hanna, series) == {"waiting" if order == "hold" else "skipped": EVERYBODY}


@on_both
def test_only_what_may_work_by_now_is_tried_again_or_everything_and_nobody_twice(hanna: Player) -> None:
    series = announce(hanna)
    ends(hanna, ANN, Delivery.failed, "ratelimited")
    ends(hanna, BEN, Delivery.failed, "user_disabled")
    ends(hanna, LI_NA, Delivery.skipped, "not_reachable")
    ends(hanna, LI_WEI, Delivery.skipped, "left")
    ends(hanna, DORA, Delivery.failed, "unknown")
    deliver(hanna)
    hanna.presses("retry", announcement=series)
    assert "didn’t reach 4 people. It may work by now for 2 of them." in hanna.page.intro
    assert "for 2 people" in says(hanna.sends(which="passing"))
    assert lists(hanna, series)["waiting"] == {ANN, LI_NA}
    deliver(hanna)
    hanna.presses("retry", announcement=series)
    assert [choice.key for choice in hanna.page.questions[0].choices] == ["all"]
    assert "for 2 people" in says(hanna.sends(which="all"))
    assert lists(hanna, series)["waiting"] == {BEN, DORA}
    deliver(hanna)
    assert lists(hanna, series) == {"sent": EVERYBODY - {LI_WEI}, "skipped": {LI_WEI}}
    assert "no one to try" in says(hanna.presses("retry", announcement=series))


@on_both
def test_whoever_joins_later_is_sent_it_once_for_ever(hanna: Player, database: Database) -> None:
    series = announce(hanna, departments=("1",))
    deliver(hanna)
    assert "No one new has joined" in says(hanna.presses("extend", announcement=series))
    with database.write() as db:
        people = table(Person)
        db.execute(update(people).where(people.c.id.in_([LI_WEI, DORA])).values(department_id=1))
        db.execute(update(people).where(people.c.id == BEN).values(department_id=2))
    assert "2 people who have joined" in says(hanna.presses("extend", announcement=series))
    assert "No one new has joined" in says(hanna.presses("extend", announcement=series))
    deliver(hanna)
    assert lists(hanna, series) == {"sent": {ANN, LI_NA, BEN, LI_WEI, DORA}}
    with database.read() as db:
        got = Counter(db.execute(select(outbox.c.person_id).where(outbox.c.about == series)).scalars())
    assert set(got.values()) == {1}
    assert reads(Player(hanna.dispatcher, DORA), series).text == "Cycle\nFrom Hanna Vogel\nIt begins on Monday."


@on_both
def test_whoever_joins_a_paused_one_waits_with_the_others(hanna: Player, database: Database) -> None:
    series = announce(hanna, departments=("1",))
    hanna.presses("hold", announcement=series)
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == LI_WEI).values(department_id=1))
    hanna.presses("extend", announcement=series)
    deliver(hanna)
    assert lists(hanna, series) == {"waiting": {ANN, LI_NA, BEN, LI_WEI}}


@on_both
def test_a_change_is_read_by_who_waits_and_by_who_has_it(hanna: Player, database: Database) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna, BEN)
    hanna.presses("revise", announcement=series)
    assert hanna.values["body"] == "It begins on Monday."
    assert "Nothing" in says(hanna.sends())
    hanna.presses("revise", announcement=series)
    says(hanna.sends(body="It begins on Tuesday.", headline_other="周期", body_other="周二开始。"))
    deliver(hanna)
    for person in (BEN, LI_NA):
        shown = reads(Player(hanna.dispatcher, person), series)
        assert shown.text.startswith("Cycle\nFrom Hanna Vogel\nIt begins on Tuesday.\n")
        assert [button.flow for button in shown.buttons] == ["acknowledge"]
        assert "周二开始。" in reads(Player(hanna.dispatcher, person), series, "zh").text
    with database.read() as db:
        versions = db.execute(select(table(Announcement).c.version, table(Announcement).c.body)).all()
        moved = db.execute(select(table(Wording).c.revision).where(table(Wording).c.about == series)).scalar_one()
    assert [tuple(each) for each in versions] == [(1, "It begins on Monday."), (2, "It begins on Tuesday.")]
    assert moved == 1


@on_both
def test_what_is_withdrawn_says_by_whom_and_nothing_else(hanna: Player) -> None:
    series = announce(hanna, acknowledge="yes")
    deliver(hanna, BEN)
    hanna.presses("withdraw", announcement=series)
    says(hanna.sends(certain="yes"))
    deliver(hanna)
    assert lists(hanna, series) == {"sent": {BEN}, "skipped": EVERYBODY - {BEN}}
    ben = Player(hanna.dispatcher, BEN)
    assert reads(ben, series) == Message("Hanna Vogel withdrew “Cycle”.", ())
    assert reads(ben, series, "zh").text == "Hanna Vogel 撤回了“Cycle”。"
    for order in ("revise", "withdraw", "extend"):
        assert isinstance(hanna.presses(order, announcement=series), Said)
    assert isinstance(hanna.presses("remind", announcement=series), Refused)
    assert [button.flow for button in reads(hanna, f"progress:{series}").buttons] == ["reach"]


@on_both
def test_only_the_missing_are_reminded_and_once_a_day(hanna: Player, clock: SetClock, database: Database) -> None:
    series = announce(hanna, acknowledge="yes")
    assert isinstance(hanna.presses("remind", announcement=series), Refused), "nobody has it yet"
    deliver(hanna)
    Player(hanna.dispatcher, BEN).presses("acknowledge", announcement=series)
    assert "5 people get a reminder" in says(hanna.presses("remind", announcement=series))
    assert "5 people get a reminder" in says(hanna.presses("remind", announcement=series)), "said again, not done again"
    Player(hanna.dispatcher, LI_NA).presses("acknowledge", announcement=series)
    deliver(hanna)
    with database.read() as db:
        reminder = outbox.c.about == f"reminder:{series}"
        found = {
            row[0]: (row[1], row[2])
            for row in db.execute(select(outbox.c.person_id, outbox.c.status, outbox.c.reason).where(reminder))
        }
    sent = (Delivery.sent, None)
    assert found == {ANN: sent, DORA: sent, HANNA: sent, LI_WEI: sent, LI_NA: (Delivery.skipped, "over")}
    clock.move(timedelta(days=1))
    assert "4 people get a reminder" in says(hanna.presses("remind", announcement=series))


@on_both
def test_a_reminder_that_was_asked_for_comes_by_itself_and_once(hanna: Player, clock: SetClock) -> None:
    series = announce(hanna, acknowledge="yes", remind="3")
    announce(hanna, acknowledge="no", remind="1")
    deliver(hanna)
    clock.move(timedelta(days=2, hours=23))
    assert list(remind_due(hanna.dispatcher)) == []
    clock.move(timedelta(hours=1))
    assert list(remind_due(hanna.dispatcher)) == [1]
    assert list(remind_due(hanna.dispatcher)) == []
    assert reads(Player(hanna.dispatcher, BEN), f"reminder:{series}").text.startswith("A reminder")


@on_both
def test_its_author_sees_how_far_it_is_now_and_then(hanna: Player, clock: SetClock, database: Database) -> None:
    series = announce(hanna)
    mine = f"progress:{series}"

    def counted() -> int:
        return sum(count_under_way(hanna.dispatcher))

    assert counted() == 1
    assert "0 of 6 sent" in reads(hanna, mine).text
    deliver(hanna, BEN)
    assert counted() == 0, "it was counted a moment ago"
    clock.move(timedelta(seconds=5))
    assert counted() == 1
    assert "Sending: 1 of 6 sent, 0 failed, 0 skipped." in reads(hanna, mine).text
    assert [button.flow for button in reads(hanna, mine).buttons] == ["reach", "hold", "cancel", "revise", "withdraw"]
    clock.move(timedelta(seconds=5))
    assert counted() == 0, "nothing has changed"
    hanna.presses("hold", announcement=series)
    assert counted() == 1
    assert "Paused by Hanna Vogel: 1 of 6 sent" in reads(hanna, mine).text
    hanna.presses("resume", announcement=series)
    ends(hanna, ANN, Delivery.failed, "user_disabled")
    deliver(hanna)
    clock.move(timedelta(seconds=5))
    assert counted() == 1
    assert "发送完毕：共 6 人，已发送 5，失败 1，跳过 0。" in reads(hanna, mine, "zh").text
    assert [button.flow for button in reads(hanna, mine).buttons] == ["reach", "retry", "extend", "revise", "withdraw"]
    with database.read() as db:
        assert broadcasts.unsettled(db, clock.now() + timedelta(days=1)) == []


@on_both
@pytest.mark.parametrize(
    "order", ["hold", "resume", "cancel", "retry", "extend", "remind", "revise", "withdraw", "reach"]
)
def test_nobody_else_can_do_anything_with_it(hanna: Player, database: Database, order: str) -> None:
    series = announce(hanna)
    for person in (BEN, ANN):
        refused = Player(hanna.dispatcher, person).presses(order, announcement=series)
        assert isinstance(refused, Refused)
        assert refused.reason == "NotYours"
    audit, placed = table(Audit), table(AnnouncementOrder)
    with database.read() as db:
        kept = db.execute(select(audit.c.viewer_id).where(~audit.c.allowed)).scalars().all()
        assert sorted(kept) == [ANN, BEN]
        assert db.execute(select(placed)).all() == []


@on_both
def test_another_of_hr_can_and_who_did_what_is_kept(hanna: Player, database: Database) -> None:
    series = announce(hanna)
    with database.write() as db:
        db.execute(insert(table(RoleGrant)), {"person_id": DORA, "role": Role.hrbp, "department_id": None})
    dora = Player(hanna.dispatcher, DORA)
    dora.presses("revise", announcement=series)
    says(dora.sends(body="Tuesday."))
    assert isinstance(hanna.presses("hold", announcement=series), Said), "it is still its author's"
    dora.presses("withdraw", announcement=series)
    says(dora.sends(certain="yes"))
    assert "Dora Weiss withdrew" in reads(hanna, series).text
    placed = table(AnnouncementOrder)
    with database.read() as db:
        rows = db.execute(select(placed.c.act, placed.c.saved_by).order_by(placed.c.id)).all()
        wrote = db.execute(select(table(Announcement).c.saved_by).order_by(table(Announcement).c.version)).scalars()
        assert list(wrote) == [HANNA, DORA]
    assert [tuple(row) for row in rows] == [("pause", HANNA), ("withdraw", DORA)]


def test_somebody_who_leaves_in_the_middle_is_skipped(hanna: Player, database: Database) -> None:
    series = announce(hanna)
    deliver(hanna, BEN)
    with database.write() as db:
        people = table(Person)
        db.execute(update(people).where(people.c.id.in_([BEN, ANN])).values(status="left"))
    deliver(hanna)
    assert lists(hanna, series) == {"sent": EVERYBODY - {ANN}, "skipped": {ANN}}
    assert reached(hanna, series).reasons == {Reason.left: 1}
    assert "has left the company (1)" in says(hanna.presses("reach", announcement=series))


def test_an_audience_who_have_all_left_is_said_and_not_sent(hanna: Player, database: Database) -> None:
    with database.write() as db:
        people = table(Person)
        db.execute(update(people).where(people.c.id.in_([ANN, BEN, LI_NA])).values(status="left"))
    hanna.calls("announce")
    hanna.sends(headline="Cycle", body="Monday.", departments=("1",))
    assert hanna.page.intro.startswith("0 people")
    hanna.sends(verdict="send")
    assert "no one to send it to" in hanna.errors["verdict"]


@pytest.mark.parametrize(("language", "words"), [("en", ("50,000", "characters")), ("zh", ("50,000", "字符"))])
def test_fifty_thousand_characters_are_refused_with_the_limit_and_kept(
    hanna: Player, database: Database, language: str, words: tuple[str, ...]
) -> None:
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == HANNA).values(locale=language))
    hanna.calls("announce")
    long = "x" * 50_000
    hanna.sends(headline="Cycle", body=long)
    assert all(each in hanna.errors["body"] for each in words)
    assert hanna.values["body"] == long
    series_before = hanna.page.at
    hanna.opens(series_before)
    assert hanna.values["body"] == long, "nothing is lost when the page is opened again"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    texts = load("flows.texts")
    words = {texts.say(language, f"reasons.{each}") for each in Reason}
    assert len(words) == len(Reason)
    assert all("_" not in each for each in words)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("left", Reason.left),
        ("user_disabled", Reason.account_closed),
        ("ratelimited", Reason.busy),
        ("status_503", Reason.unavailable),
        ("token_revoked", Reason.no_access),
        ("no token: invalid_client", Reason.no_access),
        ("BotNotInConversationRoster", Reason.app_removed),
        ("LookupError", Reason.faulty),
        ("unknown", Reason.unknown),
        ("whatever_comes_next", Reason.refused),
        ("", Reason.refused),
    ],
)
def test_what_a_platform_answers_is_read_as_a_reason(code: str, reason: Reason) -> None:
    assert reason_of(code) == reason


def test_what_may_double_or_cannot_help_is_not_tried_again_lightly() -> None:
    assert not PASSING & HOPELESS
    assert Reason.unknown not in PASSING | HOPELESS


ORDERS = st.lists(
    st.sampled_from(["hold", "resume", "cancel", "retry", "extend", "withdraw", "deliver", "fail", "join"]), max_size=8
)


@settings(max_examples=25)
@given(orders=ORDERS)
def test_whatever_is_done_in_whatever_order_nobody_gets_it_twice_and_the_lists_sum(
    migrated: Path, orders: list[str]
) -> None:
    with TemporaryDirectory() as folder:
        file = shutil.copy(migrated, Path(folder) / "company.sqlite3")
        database = Database(f"sqlite:///{file}", synchronous="NORMAL")
        move_in(database)
        texts = load("flows.texts", "bot.texts")
        _play(Player(Dispatcher(database, Repertoire.of(REGISTER, texts, {}), SetClock()), HANNA), orders)
        database.close()


def _play(hanna: Player, orders: list[str]) -> None:
    series = announce(hanna, departments=("1",))
    for order in orders:
        match order:
            case "deliver":
                deliver(hanna)
            case "fail":
                with hanna.dispatcher.database.write() as db:
                    waits = (outbox.c.about == series, outbox.c.status == Delivery.waiting, outbox.c.person_id == BEN)
                    db.execute(update(outbox).where(*waits).values(status=Delivery.failed, reason="ratelimited"))
            case "join":
                with hanna.dispatcher.database.write() as db:
                    db.execute(update(table(Person)).where(table(Person).c.id == LI_WEI).values(department_id=1))
            case _:
                hanna.presses(order, announcement=series)
                if not isinstance(hanna.last, Said):
                    hanna.sends({"which": "all"} if order == "retry" else {"certain": "yes"})
        lists(hanna, series)
    with hanna.dispatcher.database.read() as db:
        state = db.execute(select(table(Broadcast).c.state)).scalar_one()
        got = Counter(db.execute(select(outbox.c.person_id).where(outbox.c.about == series)).scalars())
    deliver(hanna)
    assert set(got.values()) == {1}
    if state in ("cancelled", "withdrawn"):
        assert "waiting" not in lists(hanna, series)


@on_both
def test_nobody_looks_for_outdated_messages_any_more_once_all_say_the_newest(hanna: Player, database: Database) -> None:
    series, now = announce(hanna), hanna.dispatcher.clock.now()
    deliver(hanna)
    place = ("slack", "T1")
    with database.write() as db:
        number = db.execute(select(outbox.c.id).where(outbox.c.person_id == BEN)).scalar_one()
        row = {
            "platform": place[0],
            "place": place[1],
            "outbox_id": number,
            "person_id": BEN,
            "name": "1",
            "chat": "D1",
        }
        sent.record(db, [{**row, "about": series, "revision": 0, "shown": "said", "at": now}])
        assert sent.gather_outdated(db, [place], 10, now) == {}
        wordings.changed(db, now, series)
        assert list(sent.gather_outdated(db, [place], 10, now).values()) == [series]
        assert sent.gather_outdated(db, [("slack", "elsewhere")], 10, now) == {}
        [message] = sent.gather_outdated(db, [place], 10, now)
        sent.later(db, message, now + timedelta(minutes=2))
        assert sent.gather_outdated(db, [place], 10, now + timedelta(minutes=1)) == {}
        assert len(wordings.spreading(db)) == 1, "it was put off, and is not forgotten"
        sent.now_says(db, {message: 1})
        assert sent.gather_outdated(db, [place], 10, now) == {}
        assert len(wordings.spreading(db)) == 1, "one that says the old words may still be on its way"
        assert sent.gather_outdated(db, [place], 10, now + timedelta(minutes=2)) == {}
        assert list(wordings.spreading(db)) == []
        wordings.changed(db, now, series)
        assert list(sent.gather_outdated(db, [place], 10, now + timedelta(minutes=3))) == [message]
