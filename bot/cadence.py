"""The cadence: who is asked this week, at their own hour of a day on which they work; and what is overdue.

A week is planned ahead as a row for each person (`storage.planning`). A row that is due is looked at once more when
its time has come: somebody who is away by then is asked on their next working day, or excused; one whose week can
still be answered for is asked now; what comes too late, because nothing ran, is recorded as missed. The row carries
the week, so an hour that a clock change skips or repeats, a move to another place or a second process asks once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from string import Formatter
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, text, update

from bot.asking import FIRST_LOOK
from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from flows.core import Flow
from flows.replay import FlowError
from storage import habits, ledger, planning
from storage.calendar import Habit, monday_of
from storage.columns import table
from storage.database import Database
from storage.facts import Start
from storage.journal import AskState, Conversation, Inbox, OpenAsk, State
from storage.people import Status
from storage.planning import Cadence
from storage.slack_installs import SlackOAuthStates
from storage.weekly import Planned, WeeklyPrompt

PLANNED_EVERY = timedelta(minutes=10)
"""So long it takes at most until the plan knows of somebody who has joined, moved or come back."""
CHUNK = 200
"""Prompts looked up at once."""
AT_ONCE = 25
"""Conversations started in one transaction, while an answer may have to wait."""
AGAIN = timedelta(hours=1)
"""After so long a conversation that could not be started is tried again."""
REMEMBERED = timedelta(days=14)
"""For so long the same event is known to be the same."""

prompt = table(WeeklyPrompt)
inbox = table(Inbox)
conversation = table(Conversation)
open_ask = table(OpenAsk)

_DUE = (
    select(prompt)
    .where(text("state = 'planned'"), prompt.c.due_at <= bindparam("now"))  # the very words of the index
    .order_by(prompt.c.due_at, prompt.c.person_id)
    .limit(CHUNK)
)
_BEGUN = select(conversation.c.id).where(
    conversation.c.starter_id == bindparam("person"),
    conversation.c.flow == bindparam("of_flow"),
    conversation.c.state == State.open,
)
_LOOK = (
    update(open_ask)
    .where(open_ask.c.conversation_id.in_(_BEGUN), open_ask.c.state == AskState.open)
    .where(open_ask.c.remind_at.is_(None), open_ask.c.due_at > bindparam("now"))
    .values(remind_at=bindparam("at"))
)
"""What somebody has begun by themself and left open, they are reminded of as if they had been asked."""
_OLD_EVENTS = select(inbox.c.id).where(inbox.c.at < bindparam("before")).order_by(inbox.c.at).limit(bindparam("most"))
A_DAY = timedelta(days=1)
_states = table(SlackOAuthStates)
_FORGET_STATES = delete(_states).where(_states.c.expire_at < bindparam("before"))
"""A state is good for some minutes; a day is longer than any zone that a database may have written it in."""
_FORGET = delete(inbox).where(inbox.c.id.in_(_OLD_EVENTS))


class NotForEverybody(FlowError):
    def __init__(self, flow: Flow) -> None:
        super().__init__(
            f"flow {flow.name!r} is started for everybody every week, so its `once` must say which conversation "
            f"that is by me and week alone, such as '{{me}}:{{week}}', and not {flow.once!r}"
        )


class Weekly:
    """Plans the weekly flows and starts them; it knows when it has planned last, and nothing else."""

    def __init__(self, dispatcher: Dispatcher, cadence: Cadence) -> None:
        self.dispatcher = dispatcher
        self.cadence = cadence
        self._planned_at: datetime | None = None

    def tick(self, now: datetime) -> Iterator[int]:
        if self._planned_at is None or now - self._planned_at >= PLANNED_EVERY:
            yield from self.plan(now)
            self._planned_at = now
        yield from self.ask(now)

    def plan(self, now: datetime) -> Iterator[int]:
        """Sees to it that everybody's prompts stand in their rows; says how many were written or moved."""
        database = self.dispatcher.database
        for flow in self.dispatcher.repertoire.register.newest():
            if not flow.is_weekly:
                continue
            require_by_person_and_week(flow)
            with database.read() as db:
                weeks = planning.weeks_at(db, flow.name, now)
            after = 0
            while True:
                with database.read() as db:
                    piece = planning.plan(db, flow.name, weeks, after, now, self.cadence)
                if piece is None:
                    break
                if piece.size:
                    with database.write() as db:
                        planning.write(db, piece)
                after = piece.last
                yield piece.size

    def ask(self, now: datetime) -> Iterator[int]:
        """Starts what is due, the longest due first; says how many conversations were begun."""
        tried: set[tuple[int, str, str]] = set()
        while True:
            with self.dispatcher.database.read() as db:
                found = db.execute(_DUE, {"now": now}).mappings().all()
            due = [row for row in found if _name(row) not in tried]
            if not due:
                return
            tried |= {_name(row) for row in due}
            for first in range(0, len(due), AT_ONCE):
                with self.dispatcher.database.write() as db:
                    begun = self._ask(db, due[first : first + AT_ONCE], now)
                yield begun

    def _ask(self, db: Connection, rows: Sequence[RowMapping], now: datetime) -> int:
        ids = {row["person_id"] for row in rows}
        known = habits.people(db, ids)
        away = habits.leaves(db, ids, (now - timedelta(days=14)).date())
        begun = 0
        for row in rows:
            lived = known[row["person_id"]]
            habit = habits.habit_of(lived, away.get(row["person_id"], ()), self.cadence.quiet)
            moved = _moved(row, habit, now, has_left=lived["status"] == Status.left)
            if not lived["takes_part"] and moved is None:
                moved = {"state": Planned.excused, "reason": "outside", "due_at": None}
            if moved is None:
                begun += start_one(self.dispatcher, db, row, now)
            else:
                planning.move(db, [{**row, "reason": None, **moved}])
        return begun


def _name(row: RowMapping) -> tuple[int, str, str]:
    return row["person_id"], row["flow"], row["week"]


def _moved(row: RowMapping, habit: Habit, now: datetime, *, has_left: bool) -> dict[str, Any] | None:
    """What becomes of a prompt whose time has come and that cannot be asked today; None if it can.

    At a quiet hour it is asked as well: whoever opens the bot finds it there, and its message waits for the morning.
    """
    if has_left:
        return {"state": Planned.excused, "reason": "left"}
    closes = planning.closes(habit, monday_of(row["week"]), row["due_at"])
    if closes <= now:
        return {"state": Planned.missed, "reason": "asleep"}
    reason = habit.off(habit.local(now).date())
    if reason is None:
        return None
    open_at = habit.next_open(now)
    if open_at and open_at < closes:
        return {"due_at": open_at}
    return {"state": Planned.excused, "reason": reason}


def start_one(dispatcher: Dispatcher, db: Connection, row: RowMapping | Mapping[str, Any], now: datetime) -> bool:
    """Starts one conversation that is due, unless the person has begun it themself; both count as asked."""
    flow = dispatcher.repertoire.register.named(row["flow"])
    try:
        with db.begin_nested():
            new = dispatcher.start(db, flow, Start(row["person_id"], now, given={"week": row["week"]})) is not None
            planning.move(db, [{**row, "state": Planned.asked, "reason": None}])
            if not new:
                db.execute(
                    _LOOK, {"person": row["person_id"], "of_flow": flow.name, "now": now, "at": now + FIRST_LOOK}
                )
    except Exception as error:  # noqa: BLE001  # whatever is wrong with one person's data is theirs alone
        went_wrong("a weekly conversation could not be started", error, flow=flow.name, person=row["person_id"])
        planning.move(db, [{**row, "due_at": now + AGAIN}])  # so that many such cannot stand before the others
        return False
    return new


def require_by_person_and_week(flow: Flow) -> None:
    """Raises `NotForEverybody` for a flow whose conversations are not one for each person and week."""
    if {place for _, place, *_ in Formatter().parse(flow.once or "") if place} != {"me", "week"}:
        raise NotForEverybody(flow)


def begin_weekly(dispatcher: Dispatcher, now: datetime, weekday: int, hour: int) -> Iterator[int]:
    """Plans and starts what is due, as a process does that has just begun to run."""
    weekly = Weekly(dispatcher, Cadence(weekday, hour))
    for _ in weekly.plan(now):
        pass
    yield from weekly.ask(now)


def settle_due(dispatcher: Dispatcher) -> Iterator[int]:
    """Closes the asks whose time is over; one that cannot be closed does not keep the others open."""
    tried: set[tuple[int, str]] = set()
    while True:
        with dispatcher.database.read() as db:
            due = [(row["conversation_id"], row["key"]) for row in ledger.due(db, dispatcher.clock.now())]
        due = [each for each in due if each not in tried]
        if not due:
            return
        for conversation_id, key in due:
            tried.add((conversation_id, key))
            try:
                dispatcher.settle(conversation_id, key)
            except Exception as error:  # noqa: BLE001  # a conversation that cannot go on stays as it is, and is named
                went_wrong("a deadline could not be settled", error, conversation=conversation_id)
            yield 1


def forget_old_events(database: Database, now: datetime) -> Iterator[int]:
    """Deletes what is known of events that nobody will send again, and of installations that nobody finished."""
    while True:
        with database.write() as db:
            forgotten = db.execute(_FORGET, {"before": now - REMEMBERED, "most": 1000}).rowcount
        if not forgotten:
            break
        yield forgotten
    with database.write() as db:
        unfinished = db.execute(_FORGET_STATES, {"before": (now - A_DAY).replace(tzinfo=None)}).rowcount
    yield unfinished
