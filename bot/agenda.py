"""The agenda: a person's next meetings on their desk, each with what they can do about it."""

from dataclasses import dataclass
from datetime import datetime

from bot.links import for_person
from bot.visit import Visit
from flows.appointment import offered, said_of
from flows.message import Labelled, Linked, linked
from storage.access import View
from storage.directory import someone
from storage.meetings import reference
from storage.references import Link, MeetingRef, Who

MOST = 4


@dataclass(frozen=True)
class MeetingLine:
    topic: str
    others: tuple[Who, ...]
    at: datetime
    minutes: int
    place: str
    """Empty where a link leads there."""
    links: tuple[Linked, ...]
    buttons: tuple[Labelled, ...]


def agenda_of(visit: Visit) -> tuple[MeetingLine, ...]:
    """The next meetings of the person who is visiting, the first one first."""
    mine = View(visit.db, visit.person, visit.person, visit.now)
    me = someone(visit.db, visit.person)
    return tuple(_line(visit, me, reference(visit.db, row)) for row in mine.meetings(MOST))


def _line(visit: Visit, me: Who, ref: MeetingRef) -> MeetingLine:
    known = visit.repertoire
    said = for_person(said_of(me, ref), known.links, me.id, visit.now)
    links = [value for value in said.values() if isinstance(value, Link)]
    return MeetingLine(
        topic=ref.topic,
        others=ref.but(me),
        at=ref.starts_at,
        minutes=ref.minutes,
        place=ref.place or "" if said["where"] else "",
        links=linked(known.texts, visit.reader, links),
        buttons=tuple(Labelled(visit.say(f"{flow}.title"), flow, given) for flow, given in offered(me, ref)),
    )
