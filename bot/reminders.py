"""Reminders: who has been asked, has not answered, and is to be asked once more at their own hour.

Every open question has a moment at which it is looked at again. What is then decided follows from how things stand:
whether it has arrived, whether it is still open, how often the person wants to be reminded, and which days they
work. So a machine that slept sends one reminder and not three, and whoever has answered gets none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, bindparam, select, text, update

from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from flows.core import Register
from storage import habits
from storage.calendar import NIGHT, Habit, Quiet, at_hour
from storage.columns import table
from storage.database import Database
from storage.directory import line_above, someone
from storage.journal import AskState, Conversation, Delivery, OpenAsk, Outbox, Urgency
from storage.json_values import written
from storage.ledger import insert_or_skip
from storage.people import Status
from storage.references import Bilingual, Who
from storage.rest import Reminders, Snooze

CHUNK = 500
AT_ONCE = 50
"""Questions looked at in one transaction."""
APART = timedelta(hours=12)
"""So long after a question was brought nobody is reminded of it."""
TOO_LATE = timedelta(hours=18)
"""A reminder that could not be sent for so long is left out: the next one comes, or the time is over."""
NOBODY_HURRIES = 3
"""Working days after which somebody is reminded, once, of a question without a deadline."""
LAST_DAY = timedelta(hours=36)
FURTHEST = 60

open_ask = table(OpenAsk)
conversation = table(Conversation)
outbox = table(Outbox)
snooze = table(Snooze)

_LOOKED_AT = (
    select(open_ask, conversation.c.flow, conversation.c.flow_version)
    .join(conversation, conversation.c.id == open_ask.c.conversation_id)
    .where(text("open_ask.state = 'open'"), open_ask.c.remind_at <= bindparam("now"))  # the very words of the index
    .order_by(open_ask.c.remind_at)
    .limit(CHUNK)
)
_LOOK_AGAIN = (
    update(open_ask)
    .where(
        open_ask.c.conversation_id == bindparam("of_conversation"),
        open_ask.c.key == bindparam("of_key"),
        open_ask.c.state == AskState.open,
    )
    .values(remind_at=bindparam("to_remind"))
)
_PUT = select(outbox.c.conversation_id, outbox.c.key, outbox.c.dedupe).where(
    outbox.c.person_id.in_(bindparam("people", expanding=True)), outbox.c.kind == "ask"
)
_UNDER_WAY = _PUT.where(outbox.c.status.in_((Delivery.waiting, Delivery.sending, Delivery.folded)))
_CAME = _PUT.where(outbox.c.status == Delivery.sent, outbox.c.done_at > bindparam("since"))
_SNOOZED = select(snooze.c.conversation_id, snooze.c.key, snooze.c.until).where(
    snooze.c.asked_at.is_(None), snooze.c.conversation_id.in_(bindparam("conversations", expanding=True))
)
_WAKING = (
    select(snooze)
    .join(
        open_ask,
        and_(open_ask.c.conversation_id == snooze.c.conversation_id, open_ask.c.key == snooze.c.key),
        isouter=True,
    )
    .add_columns(open_ask.c.state)
    .where(snooze.c.asked_at.is_(None), snooze.c.until <= bindparam("now"))
    .order_by(snooze.c.until)
    .limit(AT_ONCE)
)
_WOKEN = update(snooze).where(snooze.c.id.in_(bindparam("ids", expanding=True))).values(asked_at=bindparam("now"))


@dataclass(frozen=True)
class Reminding:
    """How people are reminded who have not said how they want it."""

    hour: int = 14
    profile: Reminders = Reminders.standard
    escalation: bool = False
    """Whether a manager is told on the last day who has not answered."""
    quiet: Quiet = NIGHT


def remind(dispatcher: Dispatcher, now: datetime, reminding: Reminding) -> Iterator[int]:
    """Looks at every question whose moment has come; says how many people were reminded."""
    tried: set[tuple[int, str]] = set()
    while True:
        with dispatcher.database.read() as db:
            found = db.execute(_LOOKED_AT, {"now": now}).mappings().all()
        rows = [row for row in found if _name(row) not in tried]
        if not rows:
            return
        tried |= {_name(row) for row in rows}
        for first in range(0, len(rows), AT_ONCE):
            with dispatcher.database.write() as db:
                reminded = _Look(dispatcher, db, now, reminding).at(rows[first : first + AT_ONCE])
            yield reminded


def snoozed(database: Database, now: datetime) -> Iterator[int]:
    """Puts a question once more that its person wanted to be asked later, at the moment they chose."""
    while True:
        with database.write() as db:
            rows = db.execute(_WAKING, {"now": now}).mappings().all()
            open_still = [row for row in rows if row["state"] == AskState.open]
            for row in open_still:
                again = _again(row, f"snooze:{row['id']}", now, Urgency.reply)
                db.execute(insert_or_skip(Outbox, db.dialect.name), again)
            if rows:
                db.execute(_WOKEN, {"ids": [row["id"] for row in rows], "now": now})
        if not rows:
            return
        yield len(open_still)


def moments(
    profile: Reminders, habit: Habit, hour: int, opened: datetime, due: datetime | None
) -> tuple[datetime, ...]:
    """When somebody is reminded of a question that was opened at one moment and is due at another."""
    tomorrow = habit.local(opened).date() + timedelta(days=1)
    at = habit.quiet.hour_for(hour)
    if due is None:
        coming = [day for _, day in zip(range(NOBODY_HURRIES), habit.open_days(tomorrow, FURTHEST), strict=False)]
        asked = coming[-1:] if profile is not Reminders.light else []
    else:
        many = min(FURTHEST, (habit.local(due).date() - tomorrow).days + 1)
        asked = [day for day in habit.open_days(tomorrow, many) if at_hour(day, at, habit.time_zone) < due]
        match profile:
            case Reminders.light:
                asked = asked[-1:]
            case Reminders.standard:
                asked = sorted({*asked[:1], *asked[-1:]})
            case Reminders.active:
                pass
    return tuple(at_hour(day, at, habit.time_zone) for day in asked)


@dataclass
class _Look:
    """Some open questions, looked at in one transaction."""

    dispatcher: Dispatcher
    db: Connection
    now: datetime
    reminding: Reminding

    def at(self, rows: Sequence[RowMapping]) -> int:
        people = habits.people(self.db, {row["person_id"] for row in rows})
        away = habits.leaves(self.db, people, (self.now - timedelta(days=1)).date())
        whose = {"people": list(people), "since": self.now - APART}
        under_way = {(row[0], row[1]): row[2] for row in self.db.execute(_UNDER_WAY, whose)}
        came = {(row[0], row[1]) for row in self.db.execute(_CAME, whose)}
        tomorrow, later = self.now + timedelta(days=1), self._snoozed(rows)
        return sum(
            self._at_one(
                row,
                people[row["person_id"]],
                habits.habit_of(people[row["person_id"]], away.get(row["person_id"], ()), self.reminding.quiet),
                later=later.get(_name(row)) or (tomorrow if under_way.get(_name(row)) == _prompt(row) else None),
                is_there=_name(row) in came or _name(row) in under_way,
            )
            for row in rows
        )

    def _snoozed(self, rows: Sequence[RowMapping]) -> dict[tuple[int, str], datetime]:
        wanted = {"conversations": [row["conversation_id"] for row in rows]}
        return {(row[0], row[1]): row[2] + timedelta(hours=1) for row in self.db.execute(_SNOOZED, wanted)}

    def _at_one(
        self, row: RowMapping, lived: Mapping[str, Any], habit: Habit, *, later: datetime | None, is_there: bool
    ) -> bool:
        """Whether the person is reminded; not of what has just come, or is about to because it had to wait."""
        is_spared = lived["status"] == Status.left or not lived["takes_part"]
        if later or is_spared:
            self._look_again(row, later)
            return False
        hour = self.reminding.hour if lived["hour"] is None else lived["hour"]
        profile = Reminders(lived["reminders"] or self.reminding.profile)
        planned = moments(profile, habit, hour, row["opened_at"], row["due_at"])
        last = next((moment for moment in reversed(planned) if moment <= self.now), None)
        self._look_again(row, next((moment for moment in planned if moment > self.now), None))
        if last is None or self.now - last > TOO_LATE:
            return False
        is_last = row["due_at"] is not None and row["due_at"] - self.now <= LAST_DAY
        if is_last and self.reminding.escalation:
            self._escalate(row)
        if is_there:
            return False
        urgency = Urgency.binding if is_last else Urgency.ordinary
        dedupe = f"remind:{row['conversation_id']}:{row['key']}:{habit.local(last).date().isoformat()}"
        again = _again(row, dedupe, self.now, urgency)
        return self.db.execute(insert_or_skip(Outbox, self.db.dialect.name), again).rowcount == 1

    def _look_again(self, row: RowMapping, at: datetime | None) -> None:
        values = {"of_conversation": row["conversation_id"], "of_key": row["key"], "to_remind": at}
        self.db.execute(_LOOK_AGAIN, values)

    def _escalate(self, row: RowMapping) -> None:
        """Tells the manager who has not answered; of what is asked in confidence nobody is told."""
        try:
            above = line_above(self.db, row["person_id"])
            register = self.dispatcher.repertoire.register
            if above and not is_weekly(register, row["flow"]) and not self._is_sealed(row):
                who = someone(self.db, row["person_id"])
                told = _unanswered(row, who, self._title(row["flow"]), above[0], self.now)
                self.db.execute(insert_or_skip(Outbox, self.db.dialect.name), told)
        except Exception as error:  # noqa: BLE001  # whoever has not answered is reminded all the same
            went_wrong("a manager could not be told who has not answered", error, conversation=row["conversation_id"])

    def _title(self, flow: str) -> Bilingual:
        texts = self.dispatcher.repertoire.texts
        return Bilingual(texts.say("en", f"{flow}.title"), texts.say("zh", f"{flow}.title"))

    def _is_sealed(self, row: RowMapping) -> bool:
        known = self.dispatcher.repertoire
        mine = self.db.execute(select(conversation).where(conversation.c.id == row["conversation_id"]))
        flow = known.register.running(row["flow"], row["flow_version"])
        turn = known.turn(self.db, mine.mappings().one(), flow, self.now)
        turn.peek()
        step = turn.steps.get(row["key"])
        return step is None or step.sealed is not None


def is_weekly(register: Register, name: str) -> bool:
    """Whether a flow is one of those the manager's digest tells of already."""
    return any(flow.name == name and flow.is_weekly for flow in register.newest())


def _name(row: RowMapping) -> tuple[int, str]:
    return row["conversation_id"], row["key"]


def _prompt(row: RowMapping) -> str:
    """The name of the message that first brought the question."""
    return f"ask:{row['conversation_id']}:{row['key']}"


def _again(row: RowMapping, dedupe: str, now: datetime, urgency: Urgency) -> dict[str, Any]:
    """The message that brings a question once more."""
    return {
        "dedupe": dedupe,
        "person_id": row["person_id"],
        "kind": "ask",
        "conversation_id": row["conversation_id"],
        "key": row["key"],
        "body": {"again": True},
        "urgency": urgency,
        "due_at": now,
        "status": Delivery.waiting,
    }


def _unanswered(row: RowMapping, who: Who, title: Bilingual, manager: int, now: datetime) -> dict[str, Any]:
    values = {"person": who, "title": title, "due": row["due_at"]}
    return {
        "dedupe": f"escalate:{row['conversation_id']}:{row['key']}",
        "person_id": manager,
        "kind": "tell",
        "body": {"flow": "reminder", "text": "unanswered", "values": written(values), "buttons": []},
        "urgency": Urgency.ordinary,
        "due_at": now,
        "status": Delivery.waiting,
    }
