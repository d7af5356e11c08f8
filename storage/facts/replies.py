"""Facts about replying: what a button asks to be replied or reacted to, and who would read it at this moment."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from storage.access import checkin_for
from storage.checkin_replies import CheckInReaction, Reaction, taken_by
from storage.checkins import CheckIn
from storage.columns import table
from storage.directory import is_here, line_above, someone
from storage.events import EventResponse, EventState, is_disputed
from storage.facts.declaring import Start, fact
from storage.facts.events import event, shared_event
from storage.facts.people import ANN, BEN, LI
from storage.references import CheckInRef, EventRef, IsoWeek, Who
from storage.refusals import NothingOpen, NotShared

checkin = table(CheckIn)
reaction = table(CheckInReaction)
response = table(EventResponse)

_THEIRS = CheckInRef("3:2026-W10", BEN, IsoWeek("2026-W10"), "a second pair of eyes on the offer")
_QUIET = CheckInRef("3:2026-W10", BEN, IsoWeek("2026-W10"))
_OWN = CheckInRef("1:2026-W10", ANN, IsoWeek("2026-W10"))
_EVENT = EventRef("e1", 1, "miss", "sent the offer two days late", ANN, LI)
_LOGGED = EventRef("e1", 1, "miss", "sent the offer two days late", BEN, ANN)


@fact(sample=_THEIRS, others=(_QUIET,))
def their_checkin(db: Connection, start: Start) -> CheckInRef:
    """The check-in a button names, for those who may read another person's; raises what keeps them from it."""
    row = checkin_for(db, start.person, _series(start), start.now)
    if row["person_id"] == start.person:
        raise NothingOpen
    return _reference(db, row)


@fact(sample=_THEIRS, others=(_OWN, _EVENT))
def reply_to(db: Connection, start: Start) -> CheckInRef | EventRef:
    """What a button asks to be replied to: a shared check-in, or what was said of a key event; raises a refusal."""
    if "event" in start.given:
        return shared_event(db, start)
    row = checkin_for(db, start.person, _series(start), start.now)
    if not row["shared"]:
        raise NotShared(start.person, row["person_id"], "check_in")
    return _reference(db, row)


@fact(sample=(BEN,))
def reply_readers(db: Connection, start: Start) -> tuple[Who, ...]:
    """Who besides the person would read what they reply now; nobody where they cannot reply (any more)."""
    people = _event_people(db, start) if "event" in start.given else _checkin_people(db, start)
    if start.person not in people:
        return ()
    others = (each for each in dict.fromkeys(people) if each != start.person and is_here(db, each))
    return tuple(someone(db, each) for each in others)


@fact(sample=_EVENT, others=(_LOGGED,))
def disputed_event(db: Connection, start: Start) -> EventRef:
    """The disputed event a button names, for its author, its subject and the subject's manager to settle.

    Raises `NothingOpen` where it was never disputed, and what `shared_event` raises.
    """
    found = shared_event(db, start, manager=True)
    if "contest" not in [stance for stance, _ in _stances(db, found.key)]:
        raise NothingOpen
    return found


@fact(sample=None, others=(LI,))
def settled_by(db: Connection, start: Start) -> Who | None:
    """Who has settled the dispute about an event; None while it is open."""
    said = _stances(db, str(start.given["event"]))
    if is_disputed(stance for stance, _ in said):
        return None
    return next((someone(db, author) for stance, author in reversed(said) if stance == "settled"), None)


@fact(sample=(ANN, LI))
def event_people(db: Connection, start: Start) -> tuple[Who, ...]:
    """The author and the subject of an event; nobody once it was taken back."""
    return tuple(someone(db, each) for each in _event_people(db, start))


@fact(sample="great", others=(None,))
def chosen_reaction(db: Connection, start: Start) -> str | None:
    """The reaction a button stands for, or `none` to take one back; None where it is to be chosen."""
    found = start.given.get("reaction")
    return str(found) if found in ("none", *Reaction) else None


@fact(sample="seen", others=(None,))
def own_reaction(db: Connection, start: Start) -> str | None:
    """How the person has reacted to the check-in that a button names."""
    mine = select(reaction.c.reaction).where(
        reaction.c.check_in == _series(start), reaction.c.saved_by == start.person, reaction.c.current
    )
    found: str | None = db.execute(mine).scalar()
    return found


@fact(sample=None, others=(ANN, LI))
def help_taker(db: Connection, start: Start) -> Who | None:
    """Who takes the call for help of a check-in; None while nobody does."""
    found = taken_by(db, _series(start))
    return None if found is None else someone(db, found)


@fact(sample=None, others=({"person": BEN, "topic": "a second pair of eyes on the offer"},))
def talk_wanted(db: Connection, start: Start) -> Mapping[str, Any] | None:
    """Whom a button offers to talk with, and about what; None where the line says it.

    Raises a refusal where the check-in or key event is not the person's to read.
    """
    if "event" in start.given:
        found = shared_event(db, start)
        other = found.author if found.subject.id == start.person else found.subject
        return {"person": other, "topic": found.text}
    if "checkin" in start.given:
        theirs = their_checkin(db, start)
        return {"person": theirs.person, "topic": theirs.help_wanted or ""}
    return None


def _checkin_people(db: Connection, start: Start) -> tuple[int, ...]:
    """The employee and the manager, as long as the check-in is shared."""
    query = select(checkin.c.person_id).where(checkin.c.series == _series(start), checkin.c.current, checkin.c.shared)
    owner = db.execute(query).scalar()
    return () if owner is None else (owner, *line_above(db, owner)[:1])


def _event_people(db: Connection, start: Start) -> tuple[int, ...]:
    """The author and the subject, as long as the event stands."""
    query = select(event.c.saved_by, event.c.subject_id).where(
        event.c.series == str(start.given["event"]), event.c.current, event.c.state != EventState.withdrawn
    )
    row = db.execute(query).first()
    return () if row is None else (row.saved_by, row.subject_id)


def _stances(db: Connection, series: str) -> list[tuple[str, int]]:
    """How an event was responded to, and by whom, in order."""
    said = select(response.c.stance, response.c.saved_by).where(response.c.event == series).order_by(response.c.id)
    return [(row.stance, row.saved_by) for row in db.execute(said)]


def _series(start: Start) -> str:
    return str(start.given["checkin"])


def _reference(db: Connection, row: RowMapping) -> CheckInRef:
    return CheckInRef(row["series"], someone(db, row["person_id"]), IsoWeek(row["week"]), row["help_wanted"])
