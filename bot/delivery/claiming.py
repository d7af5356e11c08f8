"""Claiming: one transaction decides which messages go now, on which platform, to whom, and at which moment.

Here everything is looked at that may have changed since a message was promised: whether its person is still there,
and where they were last. Whoever is on several platforms gets it where they last were.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from bot.delivery.courier import Address, Courier, Lane
from storage import accounts, outgoing, pacing
from storage.attention import Go, Later, Rules, Skip, decide
from storage.journal import Delivery, Outbox
from storage.ledger import Row, insert_or_skip
from storage.outgoing import Answers, OfJob, Scope
from storage.participation import goes_to_person
from storage.people import Status

MOST, FEWEST = 50, 10
"""Messages taken at once: as many as may be sent in a second, within these bounds."""
PATIENCE = timedelta(seconds=10)
"""Nobody waits longer than this for a pause to end; the messages go back and are taken up again then."""
OF_ANSWERS = timedelta(seconds=1)
"""The same for late answers: they are carried one lot after the other, and none waits for another platform's pause."""
IN_ONE_CHAT = timedelta(seconds=1)
"""Between two messages to one person: what Slack takes in a channel
(https://docs.slack.dev/apis/web-api/rate-limits), and within what Teams takes in a chat."""
LATER = timedelta(seconds=20)
"""After which it is asked again what a platform could not say just now."""
GO = Go()
UNREACHABLE, NO_CHANNEL = "not_reachable", "no_channel"


@dataclass(frozen=True)
class Parcel:
    """A message on its way: where it goes, by whom it is carried, and when."""

    row: Row
    address: Address
    courier: Courier
    at: datetime
    apart: timedelta = timedelta()
    """How far from the one before it is sent at the least, where none may go ahead of the pace."""

    @property
    def where(self) -> str:
        """What the pace of its place is kept under."""
        return f"{self.courier.platform}:{self.address.place}"


def lane_of(scope: Scope) -> Lane:
    return Lane.bulk if isinstance(scope, OfJob) else Lane.talk


@dataclass(frozen=True)
class Claimed:
    parcels: tuple[Parcel, ...]
    looked_at: int
    """How many messages were ready, whatever was decided about them."""
    skipped: tuple[Row, ...] = ()
    """Those of them that will not be sent."""


@dataclass(frozen=True)
class Desk:
    """Who can carry messages, and to which places at the moment."""

    couriers: Mapping[str, Courier]
    places: Mapping[str, frozenset[str]]
    """By platform, of those that can be spoken to."""

    @property
    def is_whole(self) -> bool:
        """Whether every platform can be spoken to."""
        return len(self.places) == len(self.couriers)

    def most(self, lane: Lane) -> int:
        per_second = [timedelta(seconds=1) / each.pacing(lane).apart for each in self.couriers.values()]
        return max(FEWEST, min(MOST, int(max(per_second, default=FEWEST))))

    def address(self, row: Row, known: Sequence[RowMapping]) -> tuple[Courier, Address] | str:
        """Who carries a message and where to, or why it goes nowhere."""
        if row["kind"] == "channel":
            return self._public(row)
        for account in known:
            courier = self.couriers.get(account["platform"])
            if courier and account["place"] in self.places.get(courier.platform, ()):
                address = courier.address(account)
                if address:
                    return courier, address
        return UNREACHABLE

    def _public(self, row: Row) -> tuple[Courier, Address] | str:
        for platform, courier in self.couriers.items():
            address = courier.public()
            if address and row["platform"] in (None, platform):
                return courier, address
        return NO_CHANNEL

    def others(self, row: Row, courier: Courier) -> Iterator[str]:
        """The further platforms a message for everybody goes to as well."""
        if row["kind"] == "channel" and row["platform"] is None:
            for platform, each in self.couriers.items():
                if each is not courier and each.public():
                    yield platform


@dataclass(frozen=True)
class Sought:
    """Whom the platforms were asked for, because nobody knew whether they are there."""

    people: frozenset[int] = frozenset()
    unsettled: frozenset[int] = frozenset()
    """Those of whom a platform could not say so."""


def unknown_people(db: Connection, scope: Scope, desk: Desk, now: datetime) -> Sequence[tuple[int, str]]:
    """The people messages are for who have no account on any platform, with their addresses."""
    rows = outgoing.ready(db, scope, now, desk.most(lane_of(scope)))
    people = {row["person_id"]: row["email"] for row in rows if row["kind"] != "channel"}
    known = accounts.reached(db, people)
    return [(person, email) for person, email in people.items() if person not in known]


def claim(
    db: Connection,
    scope: Scope,
    desk: Desk,
    rules: Rules | None,
    sought: Sought,
    run: str,
    now: datetime,
) -> Claimed:
    """Takes some messages that are due and gives each its moment; those that go nowhere end here.

    `rules` are what people are spared by; without them everything goes at any time.
    """
    rows = outgoing.ready(db, scope, now, desk.most(lane_of(scope)))
    skips = _Skips(db, now)
    going = list(_addressed(db, _allowed(db, rows, rules, now, skips), desk, sought, now, skips))
    parcels = list(_timed(db, going, scope, now))
    outgoing.take(db, ((each.row["id"], each.courier.platform, each.address.place) for each in parcels), run, now)
    for each in parcels:
        _copied(db, each, desk)
    return Claimed(tuple(parcels), len(rows), tuple(skips.rows))


@dataclass
class _Skips:
    """The messages that end here, noted as they are met."""

    db: Connection
    now: datetime
    rows: list[Row] = field(default_factory=list)

    def skip(self, row: Row, reason: str) -> None:
        outgoing.skip(self.db, row["id"], reason, self.now)
        self.rows.append(row)


def _allowed(db: Connection, rows: Sequence[Row], rules: Rules | None, now: datetime, skips: _Skips) -> Iterator[Row]:
    """The messages that may go to their people now; of the others it is noted until when they wait, or why they end."""
    decided = decide(db, rows, now, rules) if rules else {}
    for row in rows:
        decision = decided.get(row["id"], GO)
        if row["person_status"] == Status.left:
            decision = Skip("left")
        elif not goes_to_person(db, row):
            decision = Skip("outside")
        match decision:
            case Go():
                yield row
            case Later(until=until, reason=reason):
                outgoing.postpone(db, row["id"], until, reason)
            case Skip(reason=reason):
                skips.skip(row, reason)


def _addressed(
    db: Connection, rows: Iterable[Row], desk: Desk, sought: Sought, now: datetime, skips: _Skips
) -> Iterator[tuple[Row, Courier, Address]]:
    """The messages that can be brought somewhere.

    Whoever has no account and was not asked for is let alone until the next claim. Another process may just have held
    the rows that were looked at, and these are others.
    """
    listed = list(rows)
    known = accounts.reached(db, {row["person_id"] for row in listed})
    for row in listed:
        person, is_private = row["person_id"], row["kind"] != "channel"
        found = desk.address(row, known.get(person, ()))
        if not isinstance(found, str):
            yield row, *found
        elif person in sought.unsettled or not desk.is_whole:
            outgoing.put_off(db, row["id"], now + LATER)
        elif not is_private or person in known or person in sought.people:
            skips.skip(row, found)


def _timed(
    db: Connection, going: Iterable[tuple[Row, Courier, Address]], scope: Scope, now: datetime
) -> Iterator[Parcel]:
    """Takes the moments to send at, place by place; what would have to wait too long goes back until then."""
    lane, patience = lane_of(scope), OF_ANSWERS if isinstance(scope, Answers) else PATIENCE
    by_place: dict[tuple[str, str], list[tuple[Row, Courier, Address]]] = {}
    for row, courier, address in going:
        by_place.setdefault((courier.platform, address.place), []).append((row, courier, address))
    for (platform, place), those in by_place.items():
        name = f"{platform}:{place}"
        until = pacing.paused_until(db, name)
        if until and until - now > patience:
            for row, *_ in those:
                outgoing.put_off(db, row["id"], until)
            continue
        pace = those[0][1].pacing(lane)
        slots = pacing.take_slots(db, name, lane, len(those), pace.apart, now, pace.burst)
        last = outgoing.last_sent(db, (row["person_id"] for row, *_ in those), now - IN_ONE_CHAT)
        for (row, courier, address), slot in zip(those, slots, strict=True):
            before = last.get(row["person_id"]) if row["kind"] != "channel" else None
            at = max(slot, before + IN_ONE_CHAT) if before else slot
            yield Parcel(row, address, courier, at, timedelta() if pace.burst else pace.apart)


def _copied(db: Connection, parcel: Parcel, desk: Desk) -> None:
    """A message for everybody goes to the channel of every platform there is."""
    row = parcel.row
    for platform in desk.others(row, parcel.courier):
        columns = ("person_id", "kind", "about", "conversation_id", "key", "body", "due_at")
        copy = {name: row[name] for name in columns}
        twin = {**copy, "dedupe": f"{row['dedupe']}:{platform}", "platform": platform, "status": Delivery.waiting}
        db.execute(insert_or_skip(Outbox, db.dialect.name), {**twin, "attempts": 0})
