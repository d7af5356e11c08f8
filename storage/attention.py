"""Attention: whether a message may go to a person now, has to wait, or has become pointless.

What answers something the person just did always goes. What nobody asked for goes on their working days and outside
their quiet hours, and no more often in a week than the budget allows; a part of it is kept for what binds, and one
colleague uses up no more than a share of a day. What has to come before a meeting comes before it. What has to wait
says until when and why; what is skipped says why. Decided for many rows with five queries.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, text, union_all

from storage import habits
from storage.calendar import NIGHT, Habit, Quiet, at_hour, week_start
from storage.columns import table
from storage.journal import AskState, Conversation, OpenAsk, Outbox, Urgency
from storage.ledger import Row
from storage.people import Status

BUDGET = "budget"
"""Why a message waits that would be one too many; such ones are put together (`bot.bundling`)."""
BUNDLE = "bundle"
"""What the body of a message says its flow is when it tells several others."""

BEFORE = "before"
"""What the body of a message says has to come before an instant: the meeting it is about begins then."""
HOUR = "hour"
"""What the body of a message says was chosen for it: the hour of each person's own day at which it comes."""
PER_SENDER = 2
"""So many messages that do not bind come by themselves from one colleague to another in a day."""
LAST_CALL = timedelta(hours=1)
"""So long before a meeting somebody who is off until then is told of it after all."""

conversation = table(Conversation)
open_ask = table(OpenAsk)
outbox = table(Outbox)

_UNASKED = text("outbox.urgency > 0 AND outbox.status IN (1, 2)")
_SPENT = (
    select(outbox.c.person_id, outbox.c.id, outbox.c.urgency, outbox.c.done_at, conversation.c.starter_id)
    .outerjoin(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(_UNASKED)
    .where(outbox.c.person_id.in_(bindparam("people", expanding=True)), outbox.c.bundle_id.is_(None))
)
"""A line of another message is none by itself, whatever became of it."""
_SENT = union_all(_SPENT.where(outbox.c.done_at >= bindparam("since")), _SPENT.where(outbox.c.done_at.is_(None)))
_STARTERS = select(conversation.c.id, conversation.c.starter_id).where(
    conversation.c.id.in_(bindparam("conversations", expanding=True))
)
_TOLD = (
    select(outbox.c.bundle_id)
    .where(text("status = 5"), outbox.c.bundle_id.in_(bindparam("bundles", expanding=True)))
    .distinct()
)
_ASKS = select(
    open_ask.c.conversation_id, open_ask.c.key, open_ask.c.person_id, open_ask.c.state, open_ask.c.due_at
).where(open_ask.c.conversation_id.in_(bindparam("conversations", expanding=True)))


@dataclass(frozen=True)
class Go:
    """It may be sent now."""


@dataclass(frozen=True)
class Later:
    """It waits; `reason` says for what."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Skip:
    """It is not sent any more; `reason` is for reports."""

    reason: str


Decision = Go | Later | Skip


@dataclass(frozen=True)
class Rules:
    """The company's own part of the rules."""

    budget: int = 7
    """So many unasked messages a person gets in a week, over everything."""
    quiet: Quiet = NIGHT

    @property
    def for_bundles(self) -> int:
        """As many as what does not bind may use up."""
        return self.budget - self.budget // 3

    @property
    def for_singles(self) -> int:
        """As many of these as come by themselves; the last one is for several together."""
        return max(1, self.for_bundles - 1)

    def share_of(self, row: Row) -> int:
        """As many as may have come before a message for it to go still."""
        if row["urgency"] == Urgency.binding:
            return self.budget
        return self.for_bundles if _was_held(row) or is_bundle(row) else self.for_singles


@dataclass
class _Person:
    """Somebody in the moment of a decision."""

    habit: Habit
    has_left: bool
    spent: int = 0
    today: Counter[int] = field(default_factory=Counter)
    """How many messages that do not bind have come today from each colleague."""


@dataclass(frozen=True)
class _Moment:
    """What is known when some rows are decided."""

    now: datetime
    rules: Rules
    people: Mapping[int, _Person]
    asks: Mapping[tuple[int, str], Row]
    told: Collection[int]
    """The bundles that still have something to tell."""
    starters: Mapping[int, int]
    """Who began each conversation that something is told in."""

    def decide(self, row: Row) -> Decision:
        someone = self.people.get(row["person_id"])
        if someone is None or someone.has_left:
            return Skip("left")
        if (row["kind"] == "ask" and self._is_over(row)) or (is_bundle(row) and row["id"] not in self.told):
            return Skip("over")
        if not is_unasked(row):
            return Go()
        before = before_of(row)
        if before and before > self.now:
            return self._in_time(someone, before)
        if reason := someone.habit.closed(self.now):
            return self._wait(row, someone.habit.next_open(self.now) or self.now + timedelta(days=1), reason)
        if someone.spent >= self.rules.share_of(row):
            return self._wait(row, self._next_share(row, someone), BUDGET)
        sender = self._sender(row)
        if sender is not None and someone.today[sender] >= PER_SENDER:
            return self._wait(row, self._tomorrow(someone), BUDGET)
        someone.spent += 1
        if sender is not None:
            someone.today[sender] += 1
        return Go()

    def _in_time(self, someone: _Person, before: datetime) -> Decision:
        """What has to come before a meeting waits for an open hour if one comes in time; no budget holds it."""
        habit = someone.habit
        reason = habit.closed(self.now)
        if reason is None:
            someone.spent += 1
            return Go()
        opens = habit.next_open(self.now)
        if opens and opens < before:
            return Later(opens, reason)
        if reason in ("on_leave", "paused"):
            if opens is None or habit.off(habit.local(before).date()) in ("on_leave", "paused"):
                return Later(opens or self.now + timedelta(days=1), reason)  # they will not be there
            opens = before - LAST_CALL
        else:
            opens = habit.quiet_ends(self.now)
        return Later(opens, reason) if self.now < opens < before else Go()

    def _sender(self, row: Row) -> int | None:
        """The colleague a message that does not bind is from; nobody where the person began it themself."""
        if row["urgency"] != Urgency.ordinary or row["conversation_id"] is None:
            return None
        starter = self.starters.get(row["conversation_id"])
        return None if starter == row["person_id"] else starter

    def _tomorrow(self, someone: _Person) -> datetime:
        today = someone.habit.local(self.now).date()
        return someone.habit.opens_after(today) or self.now + timedelta(days=1)

    def _is_over(self, row: Row) -> bool:
        """Whether the question is answered, out of time, or somebody else's by now."""
        ask = self.asks.get((row["conversation_id"], row["key"]))
        if ask is None or ask["state"] != AskState.open or ask["person_id"] != row["person_id"]:
            return True
        return ask["due_at"] is not None and ask["due_at"] <= self.now

    def _wait(self, row: Row, until: datetime, reason: str) -> Decision:
        ask = self.asks.get((row["conversation_id"], row["key"])) if row["kind"] == "ask" else None
        if ask and ask["due_at"] and ask["due_at"] <= until:
            return Skip(reason)
        if (hour := chosen_hour(row)) is not None:
            until = self.people[row["person_id"]].habit.next_at(hour, until) or until
        return Later(until, reason)

    def _next_share(self, row: Row, someone: _Person) -> datetime:
        """When a message beyond its share may go: with others on the next working day, or else next week."""
        if row["urgency"] == Urgency.ordinary and someone.spent < self.rules.for_bundles:
            return self._tomorrow(someone)
        habit = someone.habit
        today = habit.local(self.now).date()
        monday = at_hour(today + timedelta(days=7 - today.weekday()), 0, habit.time_zone)
        return habit.next_open(monday) or self.now + timedelta(days=1)


def decide(db: Connection, rows: Sequence[Row], now: datetime, rules: Rules) -> Mapping[int, Decision]:
    """What becomes of each of some outbox rows at this moment, by their ids.

    Within the rows what binds comes first. On PostgreSQL the people are held until the end of the transaction, so
    that two deliveries at once cannot spend the same part of somebody's budget.
    """
    unasked = [row for row in rows if is_unasked(row)]
    people = _people(db, rows, unasked, now, rules)
    moment = _Moment(now, rules, people, _asks(db, rows), _told(db, rows), _starters(db, unasked))
    ordered = sorted(rows, key=lambda row: (row["urgency"], row["due_at"], row["id"]))
    return {row["id"]: moment.decide(row) for row in ordered}


def is_unasked(row: Row) -> bool:
    """Whether a message comes without the person having done anything; what is posted in public is nobody's."""
    return bool(row["urgency"] > Urgency.reply) and row["kind"] != "channel"


def is_bundle(row: Row) -> bool:
    """Whether a message tells several others (`storage.bundles`)."""
    return str(row["body"].get("flow")) == BUNDLE


def before_of(row: Row) -> datetime | None:
    """When what a message is about begins, if it has to come before that."""
    named = row["body"].get(BEFORE)
    return datetime.fromisoformat(named) if isinstance(named, str) else None


def chosen_hour(row: Row) -> int | None:
    """The hour of a person's own day that the sender chose, if any; it is kept on whatever day the message comes."""
    named = row["body"].get(HOUR)
    return named if isinstance(named, int) else None


def _was_held(row: Row) -> bool:
    return str(row["reason"]) == BUDGET


def _people(
    db: Connection, rows: Sequence[Row], unasked: Sequence[Row], now: datetime, rules: Rules
) -> dict[int, _Person]:
    ids = {row["person_id"] for row in rows}
    disturbed = {row["person_id"] for row in unasked}
    found = habits.people(db, ids, hold=bool(disturbed)) if ids else {}
    away = habits.leaves(db, disturbed, (now - timedelta(days=1)).date()) if disturbed else {}
    people = {
        each: _Person(habits.habit_of(row, away.get(each, ()), rules.quiet), row["status"] == Status.left)
        for each, row in found.items()
    }
    if disturbed:
        _count(db, people, disturbed, {row["id"] for row in rows}, now)
    return people


def _count(
    db: Connection, people: Mapping[int, _Person], disturbed: Iterable[int], deciding: Collection[int], now: datetime
) -> None:
    """How much of their budget people have used up this week, not counting what is being decided."""
    wanted = {"people": [each for each in disturbed if each in people], "since": week_start(now)}
    for who, number, urgency, done_at, starter in db.execute(_SENT, wanted):
        if number in deciding:
            continue
        someone = people[who]
        someone.spent += 1
        if urgency == Urgency.ordinary and starter is not None:
            sent_at = someone.habit.local(done_at or now)
            someone.today[starter] += sent_at.date() == someone.habit.local(now).date()


def _starters(db: Connection, unasked: Sequence[Row]) -> Mapping[int, int]:
    wanted = {row["conversation_id"] for row in unasked if row["urgency"] == Urgency.ordinary}
    wanted.discard(None)
    if not wanted:
        return {}
    return {row[0]: row[1] for row in db.execute(_STARTERS, {"conversations": sorted(wanted)})}


def _asks(db: Connection, rows: Sequence[Row]) -> Mapping[tuple[int, str], Row]:
    conversations = {row["conversation_id"] for row in rows if row["kind"] == "ask"}
    if not conversations:
        return {}
    found = db.execute(_ASKS, {"conversations": sorted(conversations)}).mappings()
    return {(row["conversation_id"], row["key"]): row for row in found}


def _told(db: Connection, rows: Sequence[Row]) -> Collection[int]:
    bundles = [row["id"] for row in rows if is_bundle(row)]
    return set(db.execute(_TOLD, {"bundles": bundles}).scalars()) if bundles else ()
