"""Outcomes: what became of messages, noted together for all that came back in the meantime."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping

from bot.delivery.claiming import Parcel
from bot.delivery.courier import Arrived, NotTaken
from bot.logs import went_wrong
from storage import accounts, bundles, outgoing, pacing, sent
from storage.attention import is_bundle
from storage.journal import Delivery
from storage.sent import Shown

WAIT = (5, 30, 60, 120, 300, 900, 1800, 3600, 7200)
"""Seconds before a message that a platform could not take is tried again; after the last it has failed."""
UNSURE = "unsure:"
"""What the name of a process begins with once it has handed a message over to be looked up."""


@dataclass(frozen=True)
class Failed:
    """It cannot be sent at all, whenever."""

    reason: str


@dataclass(frozen=True)
class Over:
    """Nobody needs it any more."""


@dataclass(frozen=True)
class Held:
    """It was not sent yet, and is to be sent later."""

    until: datetime


@dataclass(frozen=True)
class Unknown:
    """Nobody knows whether it arrived; it is looked up before anything else."""


Outcome = Arrived | NotTaken | Failed | Over | Held | Unknown


def named(parcel: Parcel, outcome: Outcome) -> str:
    """What the metrics call it."""
    match outcome:
        case Arrived():
            return Delivery.sent.name
        case Failed() | NotTaken(after=None):
            return Delivery.failed.name
        case NotTaken(everybody=False) if parcel.row["attempts"] >= len(WAIT):
            return Delivery.failed.name
        case Over():
            return Delivery.skipped.name
        case Unknown():
            return "unknown"
        case Held() | NotTaken():
            return "later"


def note(db: Connection, outcomes: Sequence[tuple[Parcel, Outcome]], run: str, now: datetime) -> None:
    """Writes down what became of some messages, in one transaction."""
    _note_arrived(db, [(parcel, each) for parcel, each in outcomes if isinstance(each, Arrived)], run, now)
    for parcel, outcome in outcomes:
        number = parcel.row["id"]
        match outcome:
            case NotTaken():
                _note_refusal(db, parcel, outcome, run, now)
            case Failed(reason=reason):
                outgoing.over(db, run, [number], Delivery.failed, reason, now)
            case Over():
                outgoing.over(db, run, [number], Delivery.skipped, "over", now)
            case Held(until=until):
                outgoing.back(db, run, number, until, parcel.row["attempts"])
            case Unknown():
                outgoing.hand_over(db, run, number, UNSURE + run)
            case Arrived():
                pass


def _note_arrived(db: Connection, arrived: Sequence[tuple[Parcel, Arrived]], run: str, now: datetime) -> None:
    messages = {parcel.row["id"]: _message(parcel, name, now) for parcel, name in arrived}
    lines = bundles.announced(db, [parcel.row["id"] for parcel, _ in arrived if is_bundle(parcel.row)])
    outgoing.over(db, run, list(messages), Delivery.sent, None, now)
    sent.record(db, [*messages.values(), *(_told_by(messages[line["bundle_id"]], line) for line in lines)])
    for parcel, name in arrived:
        if parcel.row["kind"] != "channel" and parcel.address.chat is None:
            place = parcel.address.place
            accounts.note_chat(db, parcel.courier.platform, place, parcel.row["person_id"], name.chat)


def _message(parcel: Parcel, arrived: Arrived, now: datetime) -> dict[str, object]:
    row = parcel.row
    is_page = row["kind"] == "ask"
    return {
        "platform": parcel.courier.platform,
        "place": parcel.address.place,
        "outbox_id": row["id"],
        "person_id": row["person_id"],
        "chat": arrived.chat,
        "name": arrived.name,
        "service_url": parcel.address.service_url,
        "conversation_id": row["conversation_id"] if is_page else None,
        "key": row["key"] if is_page else None,
        "shown": Shown.open if is_page else Shown.said,
        "about": row["about"],
        "revision": row["revision"],
        "at": now,
    }


def _told_by(bundle: dict[str, object], line: RowMapping) -> dict[str, object]:
    """A message that tells several, as one of them: found by what that is about once it has to be reworded."""
    return {**bundle, "outbox_id": line["id"], "about": line["about"], "revision": line["revision"]}


def _note_refusal(db: Connection, parcel: Parcel, refusal: NotTaken, run: str, now: datetime) -> None:
    row = parcel.row
    if refusal.gone and row["kind"] != "channel":
        parcel.courier.lost(db, row["person_id"])
    if refusal.after is None:
        went_wrong("a message could not be delivered", refusal, outbox=row["id"])
        outgoing.over(db, run, [row["id"]], Delivery.failed, refusal.reason, now)
        return
    if refusal.everybody:
        until = now + timedelta(seconds=refusal.after)
        pacing.pause(db, parcel.where, until)
        outgoing.back(db, run, row["id"], until, row["attempts"])
        return
    if row["attempts"] >= len(WAIT):
        went_wrong("a message could not be delivered, however often it was tried", refusal, outbox=row["id"])
        outgoing.over(db, run, [row["id"]], Delivery.failed, refusal.reason, now)
        return
    wait = max(refusal.after, WAIT[row["attempts"]])
    outgoing.back(db, run, row["id"], now + timedelta(seconds=wait), row["attempts"] + 1)
