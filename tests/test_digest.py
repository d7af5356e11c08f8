"""The manager's digest: once a working day, when there is news, of what was shared and by nobody else's leave."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.cadence import begin_weekly
from bot.clock import SetClock
from bot.delivery.in_process import deliver_due
from bot.digest import Digests
from bot.dispatcher import Dispatcher
from bot.told import told
from bot.visit import Repertoire
from bot.web.carrier import WebCarrier
from flows.catalog import load
from flows.checkin import weekly_checkin
from flows.core import Register, button, flow
from flows.message import Message
from flows.page import Reader
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import EventState, KeyEvent, Kind
from storage.journal import Audit, Outbox
from storage.people import Person
from storage.records import remember
from storage.references import Who
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA

pytestmark = on_both
NINE = 9


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def dispatcher(database: Database, clock: SetClock) -> Dispatcher:
    texts = load("flows.texts", "bot.texts")
    return Dispatcher(database, Repertoire.of(Register.of(weekly_checkin), texts, {}), clock)


def checks_in(database: Database, person: int, at: str, week: str = "2026-W10", **more: Any) -> None:
    row = CheckIn(
        **{
            "series": f"{person}:{week}",
            "saved_by": person,
            "person_id": person,
            "week": week,
            "mood": 4,
            "highlights": "Closed the books for February",
            "shared": True,
            **more,
        }
    )
    with database.write() as db:
        remember(db, row, utc(at))


def change(database: Database, person_id: int, **values: Any) -> None:
    person = table(Person)
    with database.write() as db:
        db.execute(update(person).where(person.c.id == person_id).values(**values))


def tick(dispatcher: Dispatcher, at: str) -> int:
    """A tick by a process that has looked for nothing before."""
    return sum(Digests(dispatcher, NINE).due(utc(at)))


def digests(dispatcher: Dispatcher, manager: int = ANN) -> list[str]:
    """What a manager is told, as they read it."""
    return [each.text for each in messages(dispatcher, manager)]


def messages(dispatcher: Dispatcher, manager: int = ANN) -> list[Message]:
    outbox = table(Outbox)
    query = select(outbox).where(outbox.c.person_id == manager, outbox.c.dedupe.like("digest:%"))
    with dispatcher.database.read() as db:
        locale = db.execute(select(table(Person).c.locale).where(table(Person).c.id == manager)).scalar_one()
        reader = Reader(locale, ZoneInfo("Europe/Berlin"))
        rows = db.execute(query.order_by(outbox.c.due_at)).mappings().all()
        return [told(db, dispatcher.repertoire.texts, reader, row) for row in rows]


def wins(database: Database, person: int, at: str, text: str = "Renewed the Acme contract", **more: Any) -> str:
    """A win that somebody logged, about themself if nothing else is said."""
    series = f"win:{person}:{at}"
    row = KeyEvent(
        **{
            "series": series,
            "saved_by": person,
            "subject_id": person,
            "kind": Kind.win,
            "text": text,
            "happened_on": utc(at).date(),
            **more,
        }
    )
    with database.write() as db:
        remember(db, row, utc(at))
    return series


def test_a_morning_with_news_is_one_message(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00", mood=3, help_wanted="A second pair of eyes\non the contract")
    checks_in(database, LI_NA, "2026-03-05 16:00", blockers="  \n等法务回复\n还有别的")
    assert tick(dispatcher, "2026-03-06 07:59") == 0
    assert tick(dispatcher, "2026-03-06 08:00") == 1
    [text] = digests(dispatcher)
    assert text.splitlines() == [
        "New from your team since the last digest: 2 check-ins.",
        "",
        "Ben Okafor: Okay (3 of 5)",
        "    Would like support: A second pair of eyes on the contract",
        "    Went well: Closed the books for February",
        "Na Li: Good (4 of 5)",
        "    Getting in the way: 等法务回复 还有别的",
        "    Went well: Closed the books for February",
    ]


def test_it_is_in_the_managers_language(dispatcher: Dispatcher, database: Database) -> None:
    change(database, ANN, locale="zh", time_zone="Asia/Shanghai")
    checks_in(database, LI_NA, "2026-03-05 03:00", mood=5)
    tick(dispatcher, "2026-03-06 01:00")
    assert digests(dispatcher) == [
        "自上次摘要以来，团队新增：1 份周小结。\n\n李娜：非常好（5/5）\n    进展：Closed the books for February"
    ]


def test_a_quiet_morning_is_no_message(dispatcher: Dispatcher) -> None:
    assert tick(dispatcher, "2026-03-06 08:00") == 0


def test_what_is_private_is_neither_told_nor_counted(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00", shared=False)
    assert tick(dispatcher, "2026-03-06 08:00") == 0
    checks_in(database, LI_NA, "2026-03-06 08:30")
    tick(dispatcher, "2026-03-09 08:00")
    assert digests(dispatcher)[0].splitlines()[1:] == [
        "",
        "Na Li: Good (4 of 5)",
        "    Went well: Closed the books for February",
    ]


def test_what_was_made_private_before_the_digest_is_not_in_it(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00")
    checks_in(database, BEN, "2026-03-05 16:00", shared=False)
    assert tick(dispatcher, "2026-03-06 08:00") == 0


def test_only_direct_reports_are_in_it(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00")
    tick(dispatcher, "2026-03-06 08:00")
    assert digests(dispatcher, DORA) == digests(dispatcher, HANNA) == []
    assert len(digests(dispatcher, ANN)) == 1


def test_every_check_in_that_is_read_leaves_an_audit_row_and_no_other_does(
    dispatcher: Dispatcher, database: Database
) -> None:
    checks_in(database, BEN, "2026-03-05 15:00")
    tick(dispatcher, "2026-03-06 08:00")
    tick(dispatcher, "2026-03-06 08:01")
    audit = table(Audit)
    with database.read() as db:
        rows = db.execute(select(audit.c.viewer_id, audit.c.owner_id, audit.c.what, audit.c.allowed)).all()
    assert [tuple(row) for row in rows] == [(ANN, BEN, "check_in", True)]


def test_it_comes_once_a_day_and_tells_what_is_new_since(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-04 15:00")
    assert tick(dispatcher, "2026-03-05 08:00") == 1
    checks_in(database, LI_NA, "2026-03-05 09:00")
    assert tick(dispatcher, "2026-03-05 20:00") == 0
    assert tick(dispatcher, "2026-03-06 08:00") == 1
    assert [("Ben" in text, "Na Li" in text) for text in digests(dispatcher)] == [(True, False), (False, True)]


def test_made_late_it_is_the_one_that_was_due_and_nothing_is_lost(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00")
    checks_in(database, LI_NA, "2026-03-06 10:00")
    tick(dispatcher, "2026-03-06 19:00")
    tick(dispatcher, "2026-03-09 08:00")
    assert [("Ben" in text, "Na Li" in text) for text in digests(dispatcher)] == [(True, False), (False, True)]


def test_a_machine_that_slept_over_a_digest_tells_it_in_the_next(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00")
    assert tick(dispatcher, "2026-03-09 08:00") == 1
    assert "Ben" in digests(dispatcher)[0]


def test_no_digest_on_a_day_off_and_none_on_leave(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-06 15:00")
    assert tick(dispatcher, "2026-03-07 08:00") == tick(dispatcher, "2026-03-08 20:00") == 0
    change(database, ANN, status="leave")
    assert tick(dispatcher, "2026-03-09 08:00") == 0


def test_who_was_asked_yesterday_and_has_not_answered_is_named_once_beside_news(
    dispatcher: Dispatcher, database: Database
) -> None:
    change(database, ANN, working_days="1234567")
    sum(begin_weekly(dispatcher, utc("2026-03-05 13:00"), 4, 14))
    assert tick(dispatcher, "2026-03-05 13:01") == 0
    checks_in(database, BEN, "2026-03-05 14:00")
    tick(dispatcher, "2026-03-06 08:00")
    checks_in(database, BEN, "2026-03-06 14:00", mood=5)
    tick(dispatcher, "2026-03-07 08:00")
    first, second = digests(dispatcher)
    assert first.endswith("\nNot yet: Na Li")
    assert "Not yet" not in second


def test_nobody_is_named_while_the_day_of_the_question_lasts(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-04 15:00", week="2026-W10")
    sum(begin_weekly(dispatcher, utc("2026-03-05 06:00"), 4, 14))  # in Shanghai it is Thursday afternoon
    tick(dispatcher, "2026-03-05 08:00")
    assert "Not yet" not in digests(dispatcher)[0]


def test_who_was_asked_before_a_weekend_is_named_after_it(dispatcher: Dispatcher, database: Database) -> None:
    sum(begin_weekly(dispatcher, utc("2026-03-06 13:00"), 5, 14))
    checks_in(database, BEN, "2026-03-06 14:00")
    tick(dispatcher, "2026-03-09 08:00")
    assert digests(dispatcher)[0].endswith("\nNot yet: Na Li")


def test_it_reaches_the_manager_at_once(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00")
    tick(dispatcher, "2026-03-06 11:00")
    assert deliver_due(database, WebCarrier(), utc("2026-03-06 11:00")) == 1


def test_long_words_are_cut_to_one_line_and_a_large_team_to_one_screen(
    dispatcher: Dispatcher, database: Database
) -> None:
    person = table(Person)
    with database.write() as db:
        same = {"given_name": "P", "locale": "en", "time_zone": "Europe/Berlin", "working_days": "12345"}
        more = {**same, "status": "active", "manager_id": ANN}
        rows = [{**more, "id": 100 + n, "email": f"p{n}@lumen.example", "family_name": f"Q{n:02d}"} for n in range(35)]
        db.execute(person.insert(), rows)
    for number in range(35):
        checks_in(database, 100 + number, "2026-03-05 15:00", blockers="x" * 3000)
    tick(dispatcher, "2026-03-06 08:00")
    lines = digests(dispatcher)[0].splitlines()
    assert lines[0] == "New from your team since the last digest: 20 check-ins and something from 15 more people."
    assert lines[-1] == "… and 15 more, on your desk"
    assert max(len(line) for line in lines) < 280


def test_each_manager_of_a_large_company_gets_their_own(dispatcher: Dispatcher, database: Database) -> None:
    person = table(Person)
    same = {"given_name": "P", "locale": "en", "time_zone": "Europe/Berlin", "working_days": "12345"}
    with database.write() as db:
        leads = [{**same, "id": 100 + n, "manager_id": DORA} for n in range(230)]
        works = [{**same, "id": 400 + n, "manager_id": 100 + n} for n in range(230)]
        rest = {"status": "active", "family_name": "Q"}
        db.execute(person.insert(), [{**row, **rest, "email": f"p{row['id']}@lumen.example"} for row in leads + works])
    for number in range(0, 230, 5):
        checks_in(database, 400 + number, "2026-03-05 15:00")
    assert tick(dispatcher, "2026-03-06 08:00") == 46
    assert tick(dispatcher, "2026-03-06 08:01") == 0
    assert len(digests(dispatcher, 100)) == 1
    assert digests(dispatcher, 101) == []


def test_two_processes_make_one(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    elsewhere = Database(database.url.render_as_string(hide_password=False), "NORMAL")
    checks_in(database, BEN, "2026-03-05 15:00")
    both = (dispatcher, Dispatcher(elsewhere, dispatcher.repertoire, clock))
    assert sum(sum(Digests(each, NINE).due(utc("2026-03-06 08:00"))) for each in both) == 1
    assert len(digests(dispatcher)) == 1
    elsewhere.close()


def test_a_process_looks_for_a_days_digest_once(dispatcher: Dispatcher, database: Database) -> None:
    mine = Digests(dispatcher, NINE)
    assert sum(mine.due(utc("2026-03-06 08:00"))) == 0
    checks_in(database, BEN, "2026-03-05 15:00")
    assert sum(mine.due(utc("2026-03-06 08:01"))) == 0
    assert sum(mine.due(utc("2026-03-09 08:00"))) == 1


def test_wins_that_people_logged_themselves_are_news(dispatcher: Dispatcher, database: Database) -> None:
    wins(database, BEN, "2026-03-05 15:00")
    wins(database, LI_NA, "2026-03-05 15:30", saved_by=BEN, text="Logged by a colleague, who has told her")
    wins(database, LI_NA, "2026-03-05 15:40", kind=Kind.miss, text="A miss of her own")
    tick(dispatcher, "2026-03-06 08:00")
    [text] = digests(dispatcher)
    assert text.splitlines() == [
        "New from your team since the last digest: 1 win someone logged for themselves.",
        "",
        "Ben Okafor",
        "    Logged a win: Renewed the Acme contract",
    ]
    tick(dispatcher, "2026-03-09 08:00")
    assert len(digests(dispatcher)) == 1


def test_what_one_person_did_is_one_entry(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00", week="2026-W09", mood=2, highlights="Late, for last week")
    checks_in(database, BEN, "2026-03-05 15:10", mood=4)
    wins(database, BEN, "2026-03-05 15:20")
    tick(dispatcher, "2026-03-06 08:00")
    [message] = messages(dispatcher)
    assert message.digest
    [entry] = message.digest.entries
    assert entry.name == "Ben Okafor"
    assert [text for _, text in entry.said] == [
        "Closed the books for February",
        "Late, for last week",
        "Renewed the Acme contract",
    ]


def test_it_shows_the_mood_over_the_weeks_that_were_shared(dispatcher: Dispatcher, database: Database) -> None:
    for week, mood in enumerate((1, 5, 4, 4, 3, 2, 4), 3):
        checks_in(database, BEN, f"2026-01-{week + 15} 15:00", week=f"2026-W{week:02d}", mood=mood, shared=mood != 5)
    checks_in(database, BEN, "2026-03-05 15:00", mood=5)
    checks_in(database, LI_NA, "2026-03-05 15:00", mood=5)
    tick(dispatcher, "2026-03-06 08:00")
    [message] = messages(dispatcher)
    assert message.digest
    notes = {each.name: each.note for each in message.digest.entries}
    assert notes["Ben Okafor"] == "Mood in the last 6 check-ins: 4 → 4 → 3 → 2 → 4 → 5"
    assert notes["Na Li"] == ""


def test_what_was_made_private_or_undone_since_is_no_longer_in_it(dispatcher: Dispatcher, database: Database) -> None:
    checks_in(database, BEN, "2026-03-05 15:00", highlights="For my manager")
    checks_in(database, LI_NA, "2026-03-05 15:00", highlights="Stays")
    series = wins(database, BEN, "2026-03-05 15:20")
    tick(dispatcher, "2026-03-06 08:00")
    checks_in(database, BEN, "2026-03-06 09:00", highlights="For my manager", shared=False)
    assert "For my manager" not in digests(dispatcher)[0]
    assert "Logged a win" in digests(dispatcher)[0]
    wins(database, BEN, "2026-03-06 09:10", series=series, state=EventState.withdrawn)
    [text] = digests(dispatcher)
    assert text.splitlines() == [
        "New from your team since the last digest: 1 check-in.",
        "",
        "Na Li: Good (4 of 5)",
        "    Went well: Stays",
    ]
    checks_in(database, LI_NA, "2026-03-06 09:00", highlights="Stays", shared=False)
    assert digests(dispatcher)[0].startswith("There’s nothing left in this digest")


def test_an_undone_win_is_no_news(dispatcher: Dispatcher, database: Database) -> None:
    series = wins(database, BEN, "2026-03-05 15:20")
    wins(database, BEN, "2026-03-05 15:25", series=series, state=EventState.withdrawn)
    assert tick(dispatcher, "2026-03-06 08:00") == 0


def test_a_win_whose_details_were_added_is_news_once(dispatcher: Dispatcher, database: Database) -> None:
    series = wins(database, BEN, "2026-03-05 15:20")
    assert tick(dispatcher, "2026-03-06 08:00") == 1
    wins(database, BEN, "2026-03-06 09:00", series=series, text="Renewed the Acme contract", visibility="public")
    assert tick(dispatcher, "2026-03-09 08:00") == 0


def test_each_entry_opens_a_closer_look_and_is_answered_where_there_is_a_flow_for_it(
    database: Database, clock: SetClock
) -> None:
    @flow("reply", on=button())
    async def reply(me: Who) -> None:
        """Answers a check-in."""

    texts = load("flows.texts", "bot.texts")
    answered = Dispatcher(database, Repertoire.of(Register.of(weekly_checkin, reply), texts, {}), clock)
    checks_in(database, BEN, "2026-03-05 15:00")
    wins(database, LI_NA, "2026-03-05 15:20")
    tick(answered, "2026-03-06 08:00")
    with database.read() as db:
        [row] = db.execute(select(table(Outbox)).where(table(Outbox).c.dedupe.like("digest:%"))).mappings()
    flows = {part["person"]["id"]: part["flows"] for part in row["body"]["values"]["parts"]}
    assert flows == {BEN: ["reply"], LI_NA: []}  # there is no check-in of hers to answer
