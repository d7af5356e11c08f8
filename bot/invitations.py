"""Invitations: a meeting as the calendar file that one of those in it opens by a link (RFC 5545 and 5546).

The file has one identity for as long as the meeting lives, and a sequence that goes up with each change, so that a
calendar replaces what it had. The time stands in the organiser's zone with the clock changes around it, and the words
in the reader's language. The answer is stored nowhere on its way and says nothing to wherever one goes from it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vUri
from sqlalchemy import Connection, RowMapping
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.dispatcher import Dispatcher
from bot.links import INVITATION, PARAMETER, LinkExpired, LinkForged, Ticket
from flows.catalog import LANGUAGES
from storage.access import meeting_for, record_refusal
from storage.directory import person_row, who
from storage.meetings import MeetingState, people_of
from storage.refusals import NobodyCalled, NothingOpen, NotYours

LONGEST_TOKEN = 400
AROUND = timedelta(days=366)
"""So far before and after a meeting its file tells of clock changes."""
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}


def routes(dispatcher: Dispatcher) -> list[Route]:
    async def invitation(request: Request) -> Response:
        token = request.query_params.get(PARAMETER, "")
        response = await run_in_threadpool(_answered, dispatcher, token)
        response.headers.update(HEADERS)
        return response

    return [Route(INVITATION, invitation, methods=["GET"])]


def _answered(dispatcher: Dispatcher, token: str) -> Response:
    """The file, or that there is none: why not is nobody's business who has no good link."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise LinkForged
        ticket = dispatcher.repertoire.links.opened(token, INVITATION, dispatcher.clock.now())
        with dispatcher.database.write() as db:
            file = _file(dispatcher, db, ticket)
    except LinkForged:
        return PlainTextResponse(_in_every_language(dispatcher, "forged"), 404)
    except (LinkExpired, NothingOpen, NobodyCalled):
        return PlainTextResponse(_in_every_language(dispatcher, "gone"), 410)
    except NotYours as refusal:
        with dispatcher.database.write() as db:
            record_refusal(db, refusal, dispatcher.clock.now())
        return PlainTextResponse(_in_every_language(dispatcher, "gone"), 410)
    method = str(file["method"])
    disposition = f'attachment; filename="{dispatcher.repertoire.texts.say("en", "invitation.file")}"'
    headers = {"content-disposition": disposition}
    return Response(file.to_ical(), headers=headers, media_type=f"text/calendar; charset=utf-8; method={method}")


def _in_every_language(dispatcher: Dispatcher, key: str) -> str:
    """Whoever has no good link is nobody whose language we know."""
    return "\n".join(dispatcher.repertoire.texts.say(language, f"invitation.{key}") for language in LANGUAGES)


def _file(dispatcher: Dispatcher, db: Connection, ticket: Ticket) -> Calendar:
    row = meeting_for(db, ticket.person, ticket.about, dispatcher.clock.now())
    people = people_of(db, ticket.about)
    language = str(person_row(db, ticket.person)["locale"])
    organiser = next(each for each in people if each["id"] == row["organiser_id"])
    kept_in = dispatcher.repertoire.texts.say(language, "invitation.kept_in", {"organiser": who(organiser)})
    return calendar_of(row, people, organiser, language, kept_in)


def calendar_of(
    row: RowMapping, people: Sequence[RowMapping], organiser: RowMapping, language: str, kept_in: str
) -> Calendar:
    """The calendar file of a meeting as it stands: a request to come, or that it is called off."""
    is_cancelled = row["state"] == MeetingState.cancelled
    zone = ZoneInfo(row["zone"])
    file = Calendar()
    file.add("prodid", "-//Evenhand//Meetings//EN")
    file.add("version", "2.0")
    file.add("method", "CANCEL" if is_cancelled else "REQUEST")
    if zone.key != "UTC":
        file.add_component(clocks_around(zone, row["starts_at"]))
    event = Event()
    event.add("uid", f"{row['series']}@evenhand")
    event.add("sequence", row["version"] - 1)
    event.add("dtstamp", row["saved_at"])
    event.add("last-modified", row["saved_at"])
    event.add("dtstart", row["starts_at"].astimezone(zone))
    event.add("dtend", row["ends_at"].astimezone(zone))
    event.add("summary", row["topic"], parameters={"LANGUAGE": language})
    event.add("description", kept_in, parameters={"LANGUAGE": language})
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    if row["place"]:
        event.add("location", row["place"])
        if row["place"].startswith("https://"):
            event["url"] = vUri(row["place"])
    event["organizer"] = _address(organiser, language)
    for each in people:
        attendee = _address(each, language)
        is_organiser = each["id"] == organiser["id"]
        attendee.params["ROLE"] = "CHAIR" if is_organiser else "REQ-PARTICIPANT"
        attendee.params["PARTSTAT"] = "ACCEPTED" if is_organiser else "NEEDS-ACTION"
        attendee.params["RSVP"] = "FALSE"
        event.add("attendee", attendee, encode=False)
    file.add_component(event)
    return file


def clocks_around(zone: ZoneInfo, moment: datetime) -> Timezone:
    """The clock changes of a zone for a year before and after, each by itself, found day by day.

    The library looks every 64 days, and misses a change there and back in between.
    """
    clocks = Timezone()
    clocks.add("tzid", zone.key)
    first = datetime.combine((moment - AROUND).date(), time(), UTC)
    clocks.add_component(_from_then_on(zone, first, first))
    for ahead in range(2 * AROUND.days):
        before, after = (first + timedelta(days=days) for days in (ahead, ahead + 1))
        if _offset(zone, before) != _offset(zone, after):
            clocks.add_component(_from_then_on(zone, _changes_at(zone, before, after), before))
    return clocks


def _changes_at(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the clock changes between two instants."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(zone, middle) == _offset(zone, before) else (before, middle)
    return after


def _from_then_on(zone: ZoneInfo, moment: datetime, before: datetime) -> TimezoneStandard | TimezoneDaylight:
    there, was = moment.astimezone(zone), _offset(zone, before)
    part = TimezoneDaylight() if there.dst() else TimezoneStandard()
    part.add("dtstart", (moment + was).replace(tzinfo=None))
    part.add("tzoffsetfrom", was)
    part.add("tzoffsetto", _offset(zone, moment))
    part.add("tzname", there.tzname() or zone.key)
    return part


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _address(row: RowMapping, language: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{row['email']}")
    address.params["CN"] = who(row).name(language)
    return address
