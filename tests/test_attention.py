"""Attention: what may reach a person now, what waits and until when, what is skipped and why; and nothing is lost."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.bundling import fold_held
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import discover
from storage import bundles, ledger
from storage.attention import HOUR, Decision, Go, Later, Rules, Skip, decide
from storage.calendar import Quiet
from storage.columns import table
from storage.database import Database
from storage.facts import Start
from storage.journal import Conversation, Delivery, Outbox, Urgency
from storage.people import Person
from storage.records import remember
from storage.rest import Leave, Pause, Preference
from tests.courier import Courier
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, WANG_FANG

pytestmark = on_both

outbox = table(Outbox)
RULES = Rules(budget=6)
_numbers = count(1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


THURSDAY = utc("2026-03-05 09:00")


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    return Dispatcher(database, Repertoire.of(discover(), load("flows.texts", "bot.texts"), {}), clock)


def promise(database: Database, to: int, urgency: Urgency = Urgency.ordinary, **more: Any) -> int:
    """A message to somebody; its id."""
    body = {"flow": "checkin", "text": "help_wanted", "values": {"person": "Ben", "what": "Boxes"}, "buttons": []}
    row = {
        "dedupe": f"test:{next(_numbers)}",
        "person_id": to,
        "kind": "tell",
        "about": None,
        "conversation_id": None,
        "key": None,
        "body": body,
        "urgency": urgency,
        "due_at": THURSDAY,
        **more,
    }
    with database.write() as db:
        ledger.promise(db, [row])
        return int(db.execute(select(outbox.c.id).where(outbox.c.dedupe == row["dedupe"])).scalar_one())


def decided(database: Database, now: datetime, *ids: int, rules: Rules = RULES) -> list[Decision]:
    with database.write() as db:
        rows = db.execute(select(outbox).where(outbox.c.id.in_(ids))).mappings().all()
        found = decide(db, rows, now, rules)
    return [found[each] for each in ids]


def keep(database: Database, record: Any) -> None:
    with database.write() as db:
        remember(db, record, THURSDAY)


def away(person: int, first: str, last: str, **more: Any) -> Leave:
    first_day, last_day = date.fromisoformat(first), date.fromisoformat(last)
    return Leave(person_id=person, saved_by=person, first_day=first_day, last_day=last_day, **more)


def change(database: Database, person_id: int, **values: Any) -> None:
    with database.write() as db:
        db.execute(update(table(Person)).where(table(Person).c.id == person_id).values(**values))


def test_in_working_hours_it_goes(database: Database) -> None:
    assert decided(database, THURSDAY, promise(database, BEN)) == [Go()]


@pytest.mark.parametrize(
    ("now", "until", "reason"),
    [
        ("2026-03-05 18:00", "2026-03-06 07:00", "quiet"),  # 19:00 in Munich
        ("2026-03-05 06:59", "2026-03-05 07:00", "quiet"),
        ("2026-03-06 20:00", "2026-03-09 07:00", "quiet"),  # Friday evening: Monday morning
        ("2026-03-07 10:00", "2026-03-09 07:00", "day_off"),
        ("2026-04-03 09:00", "2026-04-07 06:00", "holiday"),  # Good Friday to the Tuesday after Easter, summer time
    ],
)
def test_outside_them_it_waits_for_the_next(database: Database, now: str, until: str, reason: str) -> None:
    assert decided(database, utc(now), promise(database, BEN)) == [Later(utc(until), reason)]


@pytest.mark.parametrize(
    ("hour", "now", "until", "reason"),
    [
        (14, "2026-03-07 13:00", "2026-03-09 13:00", "day_off"),  # Saturday 14:00 in Munich: Monday 14:00
        (18, "2026-03-08 17:00", "2026-03-09 17:00", "day_off"),
        (14, "2026-04-03 12:00", "2026-04-07 12:00", "holiday"),  # Good Friday to the Tuesday after Easter
        (14, "2026-03-28 13:00", "2026-03-30 12:00", "day_off"),  # the clock is put forward in between
        (14, "2026-03-05 20:00", "2026-03-06 13:00", "quiet"),  # it could not be brought at its hour
        (8, "2026-03-07 07:00", "2026-03-09 07:00", "day_off"),
        (21, "2026-03-07 20:00", "2026-03-09 07:00", "day_off"),  # never open at that hour: as early as may be
        (6, "2026-03-05 05:00", "2026-03-05 07:00", "quiet"),
    ],
)
def test_an_hour_that_was_chosen_is_kept_on_the_next_day_that_is_free_for_it(
    database: Database, hour: int, now: str, until: str, reason: str
) -> None:
    row = promise(database, BEN, Urgency.ordinary, body={HOUR: hour})
    assert decided(database, utc(now), row) == [Later(utc(until), reason)]
    assert decided(database, utc(until), row) == [Go()]


def test_an_hour_that_was_chosen_is_kept_after_leave_and_for_a_week_that_is_full(database: Database) -> None:
    keep(database, away(BEN, "2026-03-04", "2026-03-13"))
    row = promise(database, BEN, Urgency.ordinary, body={HOUR: 15})
    assert decided(database, THURSDAY, row) == [Later(utc("2026-03-16 14:00"), "on_leave")]
    full = [promise(database, LI_NA) for _ in range(4)]
    held = promise(database, LI_NA, Urgency.ordinary, body={HOUR: 15})
    found = decided(database, THURSDAY.replace(hour=7), *full, held, rules=Rules(budget=4))
    assert found[-1] == Later(utc("2026-03-06 07:00"), "budget")  # 15:00 in Shanghai


def test_a_weekend_day_worked_for_a_holiday_is_a_working_day(database: Database) -> None:
    saturday = utc("2026-02-28 03:00")  # worked in China for the Spring Festival
    assert decided(database, saturday, promise(database, LI_NA), promise(database, BEN))[0] == Go()


def test_what_somebody_just_did_is_answered_at_any_hour(database: Database) -> None:
    keep(database, away(BEN, "2026-03-01", "2026-03-31"))
    night = utc("2026-03-08 01:00")
    assert decided(database, night, promise(database, BEN, Urgency.reply)) == [Go()]
    assert decided(database, night, promise(database, BEN, kind="channel")) == [Go()]


def test_leave_holds_until_somebody_is_back(database: Database) -> None:
    keep(database, away(BEN, "2026-03-04", "2026-03-13"))
    keep(database, away(BEN, "2026-03-16", "2026-03-16"))
    assert decided(database, THURSDAY, promise(database, BEN)) == [Later(utc("2026-03-17 07:00"), "on_leave")]


def test_leave_that_was_called_off_holds_nothing(database: Database) -> None:
    leave = away(BEN, "2026-03-04", "2026-03-13", series="l1")
    keep(database, leave)
    keep(database, away(BEN, "2026-03-04", "2026-03-13", series="l1", cancelled=True))
    assert decided(database, THURSDAY, promise(database, BEN)) == [Go()]


def test_a_pause_holds_and_its_end_releases(database: Database) -> None:
    keep(database, Pause(series=str(BEN), saved_by=BEN, person_id=BEN, until=date(2026, 3, 10)))
    row = promise(database, BEN)
    assert decided(database, THURSDAY, row) == [Later(utc("2026-03-10 07:00"), "paused")]
    keep(database, Pause(series=str(BEN), saved_by=BEN, person_id=BEN))
    assert decided(database, THURSDAY, row) == [Go()]


def test_own_quiet_hours_come_before_the_companys(database: Database) -> None:
    keep(
        database,
        Preference(series=str(BEN), saved_by=BEN, person_id=BEN, quiet_begins=6, quiet_ends=20, reminders="light"),
    )
    row = promise(database, BEN)
    assert decided(database, THURSDAY, row) == [Later(utc("2026-03-05 19:00"), "quiet")]
    assert decided(database, utc("2026-03-05 20:00"), row) == [Go()]


def test_who_has_left_is_skipped_and_who_is_on_leave_without_end_waits(database: Database) -> None:
    change(database, BEN, status="leave")
    gone, waiting = promise(database, WANG_FANG, Urgency.reply), promise(database, BEN)
    assert decided(database, THURSDAY, gone, waiting) == [
        Skip("left"),
        Later(THURSDAY + timedelta(days=1), "on_leave"),
    ]


def test_a_question_that_is_answered_out_of_time_or_over_before_its_person_is_back_is_not_put(
    database: Database, dispatcher: Dispatcher
) -> None:
    checkin = dispatcher.repertoire.register.named("checkin")
    with database.write() as db:
        for person in (ANN, BEN, LI_NA):
            dispatcher.start(db, checkin, Start(person, THURSDAY))
    with database.read() as db:
        asks = {row.person_id: row.id for row in db.execute(select(outbox.c.person_id, outbox.c.id))}
    ann = Player(dispatcher, ANN)
    ann.opens_what_waits()
    ann.sends(mood="4", highlights="Signed the contract with Acme for two more years.", share="private")
    keep(database, away(BEN, "2026-03-04", "2026-03-20"))
    found = decided(database, THURSDAY + timedelta(minutes=1), *(asks[each] for each in (ANN, BEN, LI_NA)))
    assert found == [Skip("over"), Skip("on_leave"), Go()]
    assert decided(database, THURSDAY + timedelta(days=7), asks[LI_NA]) == [Skip("over")]


def test_a_week_has_room_for_so_many_and_a_part_of_it_is_for_what_binds(database: Database) -> None:
    ordinary = [promise(database, BEN) for _ in range(8)]
    binding = [promise(database, BEN, Urgency.binding) for _ in range(4)]
    found = dict(zip([*ordinary, *binding], decided(database, THURSDAY, *ordinary, *binding), strict=True))
    assert [found[each] for each in binding] == [Go()] * 4  # first, though they came last
    assert Counter(type(found[each]) for each in ordinary) == {Later: 8}
    assert {found[each] for each in ordinary} == {Later(utc("2026-03-09 07:00"), "budget")}


def test_what_does_not_bind_leaves_room(database: Database) -> None:
    courier = Courier(database, RULES)
    for _ in range(8):
        promise(database, BEN)
    assert courier.deliver(THURSDAY) == 3  # 6, less 2 for what binds, less one for several together
    for _ in range(4):
        promise(database, BEN, Urgency.binding)
    assert courier.deliver(THURSDAY + timedelta(hours=1)) == 3
    assert courier.deliver(utc("2026-03-06 09:00")) == 0


def test_replies_are_not_counted_and_a_new_week_begins_with_a_new_budget(database: Database) -> None:
    courier = Courier(database, Rules(budget=1))
    promise(database, BEN, Urgency.reply)
    promise(database, BEN, due_at=utc("2026-03-06 09:00"))
    courier.deliver(utc("2026-03-06 09:00"))
    assert len(courier.sent) == 2
    promise(database, BEN, due_at=utc("2026-03-06 10:00"))
    assert courier.deliver(utc("2026-03-08 23:30")) == 0  # already Monday in Munich, and night
    assert courier.deliver(utc("2026-03-09 07:00")) == 1


def test_what_is_too_much_becomes_one_message_in_the_persons_language(
    database: Database, dispatcher: Dispatcher
) -> None:
    courier = Courier(database, RULES)
    ids = [promise(database, LI_NA) for _ in range(6)]
    courier.deliver(THURSDAY)
    assert sum(fold_held(dispatcher)) == 3
    assert sum(fold_held(dispatcher)) == 0
    assert courier.deliver(utc("2026-03-06 01:00")) == 1  # nine o'clock on Friday in Shanghai
    text = Player(dispatcher, LI_NA).told()[-1].text
    assert text.startswith("为减少打扰，以下 3 条消息合并发送")
    assert text.count("\n• ") == 3
    with database.read() as db:
        rows = db.execute(select(outbox).where(outbox.c.id.in_(ids))).mappings().all()
    assert {row["status"] for row in rows} == {Delivery.sent}
    assert sum(row["bundle_id"] is not None for row in rows) == 3
    assert all(row["done_at"] for row in rows)


def test_what_comes_while_a_bundle_waits_joins_it_and_what_is_called_off_leaves_it(
    database: Database, dispatcher: Dispatcher
) -> None:
    courier = Courier(database, RULES)
    for _ in range(5):
        promise(database, BEN)
    courier.deliver(THURSDAY)
    sum(fold_held(dispatcher))
    promise(database, BEN)
    promise(database, BEN)
    courier.deliver(THURSDAY + timedelta(hours=1))
    assert sum(fold_held(dispatcher)) == 2
    assert Player(dispatcher, BEN).told()[-3].text.startswith("I saved these 4 up")
    with database.write() as db:
        folded = db.execute(select(outbox.c.id).where(outbox.c.status == Delivery.folded)).scalars().all()
        db.execute(update(outbox).where(outbox.c.id == folded[0]).values(status=Delivery.skipped, reason="cancelled"))
    sum(fold_held(dispatcher))
    assert Player(dispatcher, BEN).told()[-3].text.startswith("I saved these 3 up")
    with database.write() as db:
        db.execute(update(outbox).where(outbox.c.status == Delivery.folded).values(status=Delivery.skipped))
    courier.deliver(utc("2026-03-06 09:00"))
    with database.read() as db:
        assert db.execute(select(outbox.c.reason).where(outbox.c.dedupe.startswith("bundle:"))).scalars().all() == [
            "over"
        ]


def test_a_bundle_counts_as_one_message_however_many_it_tells(database: Database, dispatcher: Dispatcher) -> None:
    courier = Courier(database, RULES)
    for _ in range(6):
        promise(database, BEN)
    courier.deliver(THURSDAY)
    sum(fold_held(dispatcher))
    assert courier.deliver(utc("2026-03-06 09:00")) == 1
    binding = [promise(database, BEN, Urgency.binding) for _ in range(3)]
    found = decided(database, utc("2026-03-06 10:00"), *binding)
    assert found == [Go(), Go(), Later(utc("2026-03-09 07:00"), "budget")]


def test_a_bundle_that_has_to_wait_itself_is_sent_when_its_time_comes(
    database: Database, dispatcher: Dispatcher
) -> None:
    courier = Courier(database, RULES)
    ids = [promise(database, BEN) for _ in range(6)]
    courier.deliver(THURSDAY)
    assert sum(fold_held(dispatcher)) == 3
    for _ in range(2):
        promise(database, BEN, Urgency.binding)
    assert courier.deliver(THURSDAY + timedelta(hours=1)) == 2  # more than its share is used up now
    assert courier.deliver(utc("2026-03-06 09:00")) == 0
    assert sum(fold_held(dispatcher)) == 0
    ids.append(promise(database, BEN))
    courier.deliver(utc("2026-03-06 10:00"))
    assert sum(fold_held(dispatcher)) == 1
    assert courier.deliver(utc("2026-03-09 09:00")) == 1
    with database.read() as db:
        found = db.execute(select(outbox.c.status).where(outbox.c.id.in_(ids))).scalars()
    assert set(found) == {Delivery.sent}


def test_a_bundle_that_fails_fails_for_all_it_tells(database: Database, dispatcher: Dispatcher) -> None:
    courier = Courier(database, RULES)
    ids = [promise(database, BEN) for _ in range(6)]
    courier.deliver(THURSDAY)
    sum(fold_held(dispatcher))
    with database.write() as db:
        bundle = db.execute(select(outbox.c.id).where(outbox.c.dedupe.startswith("bundle:"))).scalar_one()
        bundles.settle(db, [bundle], Delivery.waiting, None, THURSDAY)
        bundles.settle(db, [bundle], Delivery.failed, "channel_not_found", THURSDAY)
    with database.read() as db:
        found = db.execute(select(outbox.c.status, outbox.c.reason).where(outbox.c.id.in_(ids))).all()
    assert Counter(tuple(row) for row in found) == {
        (Delivery.sent, None): 3,
        (Delivery.failed, "channel_not_found"): 3,
    }


def test_nobody_who_is_never_back_stops_anything(database: Database) -> None:
    change(database, BEN, working_days="")
    assert decided(database, THURSDAY, promise(database, BEN)) == [Later(THURSDAY + timedelta(days=1), "day_off")]


def test_an_unknown_place_is_taken_for_greenwich(database: Database) -> None:
    change(database, BEN, time_zone="Atlantis/Deep", country="XX")
    assert decided(database, utc("2026-03-05 18:59"), promise(database, BEN)) == [Go()]
    assert decided(database, utc("2026-03-05 19:00"), promise(database, BEN))[0] == Later(
        utc("2026-03-06 08:00"), "quiet"
    )


def test_a_company_without_quiet_hours(database: Database) -> None:
    rules = Rules(quiet=Quiet(0, 0))
    assert decided(database, utc("2026-03-05 23:30"), promise(database, BEN), rules=rules) == [Go()]


def test_many_people_at_once_are_decided_each_for_themself(database: Database) -> None:
    same = {"given_name": "P", "locale": "en", "working_days": "12345", "status": "active", "country": "DE"}
    zones = ("Europe/Berlin", "America/Los_Angeles")
    with database.write() as db:
        own = [{"id": 100 + n, "email": f"p{n}@x.example", "time_zone": zones[n % 2]} for n in range(40)]
        db.execute(insert(table(Person)), [{**same, "family_name": "Q", **each} for each in own])
    ids = [promise(database, 100 + n) for n in range(40)]
    found = decided(database, THURSDAY, *ids)
    assert Counter(type(each) for each in found) == {Go: 20, Later: 20}


def conversation_of(database: Database, starter: int) -> int:
    """A conversation that somebody began, in which others are told something."""
    known = table(Conversation)
    row = {"flow": "win", "flow_version": 1, "subject": f"test:{next(_numbers)}", "starter_id": starter, "params": {}}
    with database.write() as db:
        made = db.execute(insert(known).values(**row, started_at=THURSDAY, touched_at=THURSDAY))
        assert made.inserted_primary_key
        return int(made.inserted_primary_key[0])


def sent_from(database: Database, starter: int, to: int, now: datetime, many: int) -> list[int]:
    """Messages that came from a colleague at a moment."""
    ids = [promise(database, to, conversation_id=conversation_of(database, starter)) for _ in range(many)]
    with database.write() as db:
        db.execute(update(outbox).where(outbox.c.id.in_(ids)).values(status=Delivery.sent, done_at=now))
    return ids


def test_one_colleague_does_not_use_up_the_day_of_another(database: Database) -> None:
    eight = [promise(database, BEN, conversation_id=conversation_of(database, ANN)) for _ in range(8)]
    tomorrow = Later(utc("2026-03-06 07:00"), "budget")
    assert decided(database, THURSDAY, *eight, rules=Rules()) == [Go(), Go(), *[tomorrow] * 6]
    other = promise(database, BEN, conversation_id=conversation_of(database, DORA))
    call = promise(database, BEN, Urgency.binding, conversation_id=conversation_of(database, ANN))
    with database.write() as db:
        db.execute(update(outbox).where(outbox.c.id.in_(eight[:2])).values(status=Delivery.sent, done_at=THURSDAY))
    assert decided(database, THURSDAY, *eight[2:], other, call, rules=Rules()) == [*[tomorrow] * 6, Go(), Go()]


def test_the_share_of_a_colleague_is_of_the_readers_own_day(database: Database) -> None:
    sent_from(database, ANN, LI_NA, utc("2026-03-04 15:00"), 2)  # 23:00 of the day before in Shanghai
    first, second, third = [promise(database, LI_NA, conversation_id=conversation_of(database, ANN)) for _ in range(3)]
    now = utc("2026-03-05 02:00")
    tomorrow = Later(utc("2026-03-06 00:00"), "budget")
    assert decided(database, now, first, second, third, rules=Rules()) == [Go(), Go(), tomorrow]


def test_what_somebody_began_themself_has_no_sender(database: Database) -> None:
    own = [promise(database, BEN, conversation_id=conversation_of(database, BEN)) for _ in range(4)]
    assert decided(database, THURSDAY, *own, rules=Rules()) == [Go()] * 4


def invitation(database: Database, to: int, before: str) -> int:
    body = {"flow": "meeting", "text": "invited", "values": {}, "buttons": [], "before": utc(before).isoformat()}
    return promise(database, to, Urgency.binding, body=body, conversation_id=conversation_of(database, ANN))


@pytest.mark.parametrize(
    ("now", "before", "decision"),
    [
        ("2026-03-05 09:00", "2026-03-06 14:00", Go()),
        ("2026-03-05 20:00", "2026-03-06 14:00", Later(utc("2026-03-06 07:00"), "quiet")),
        ("2026-03-05 20:00", "2026-03-06 06:30", Go()),  # it begins before the night is over
        ("2026-03-06 20:00", "2026-03-07 14:00", Later(utc("2026-03-07 07:00"), "quiet")),  # a Saturday
        ("2026-03-07 10:00", "2026-03-07 14:00", Go()),
        ("2026-03-07 10:00", "2026-03-09 14:00", Later(utc("2026-03-09 07:00"), "day_off")),
        ("2026-03-05 09:00", "2026-03-05 08:00", Go()),  # it has begun: like anything that binds
    ],
)
def test_an_invitation_comes_before_its_meeting_begins(
    database: Database, now: str, before: str, decision: Decision
) -> None:
    assert decided(database, utc(now), invitation(database, BEN, before)) == [decision]


def test_no_budget_holds_an_invitation(database: Database) -> None:
    sent_from(database, DORA, BEN, THURSDAY, 5)
    sent_from(database, HANNA, BEN, THURSDAY, 5)
    assert decided(database, THURSDAY, invitation(database, BEN, "2026-03-06 14:00"), rules=Rules()) == [Go()]
    assert decided(database, THURSDAY, promise(database, BEN, Urgency.binding), rules=Rules()) != [Go()]


def test_whoever_is_off_until_the_meeting_is_told_shortly_before_and_whoever_is_off_during_it_is_not(
    database: Database,
) -> None:
    keep(database, away(BEN, "2026-03-05", "2026-03-06"))
    monday = invitation(database, BEN, "2026-03-09 06:30")  # before Monday's first open hour
    assert decided(database, THURSDAY, monday) == [Later(utc("2026-03-09 05:30"), "on_leave")]
    during = invitation(database, BEN, "2026-03-06 14:00")
    assert decided(database, THURSDAY, during) == [Later(utc("2026-03-09 07:00"), "on_leave")]
