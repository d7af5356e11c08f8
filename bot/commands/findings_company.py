"""Findings about a company: who administers it, who takes part, which processes run for it, and its holidays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from bot.finding import Finding, missing, odd, ok, wrong
from bot.presence import digests, variables
from bot.settings import Settings
from storage.database import Database
from storage.directory import who
from storage.holiday_years import Lacking, calendar_release, lacking_here
from storage.participation import Part, counted, managers_outside, who_takes_part
from storage.people import Role
from storage.processes import differing, running
from storage.roles import held

FEW = 9
"""Names in one sentence."""
NOVEMBER = 11
"""From this month on the next year is looked at: China announces its days off in lieu by then."""


def beginning(database: Database) -> Iterator[Finding]:
    with database.read() as db:
        roles, part = held(db, datetime.now(UTC)), who_takes_part(db)
        taking, here = counted(db)
        outside = [who(row).name("en") for row in managers_outside(db)]
    if not here:
        return
    administrators = {each.who.id for each in roles if each.role == Role.admin}
    if not administrators:
        yield odd("roles", "nobody")
    elif not any(each.role == Role.admin and each.until is None for each in roles):
        yield odd("roles", "ending")
    elif len({each.who.id for each in roles}) == 1:
        yield odd("roles", "one")
    else:
        people = {each.who.id for each in roles}
        yield ok("roles", administrators=len(administrators), people=len(people))
    match part:
        case Part.nobody:
            yield missing("pilot", "nobody", here=here)
        case Part.everybody:
            yield ok("pilot", "everybody", here=here)
        case Part.listed:
            yield ok("pilot", "listed", taking=taking, here=here)
    if outside:
        more = "…" if len(outside) > FEW else ""
        yield odd("pilot", "managers", names=", ".join(outside[:FEW]) + more)


def running_beside(database: Database, settings: Settings) -> Iterator[Finding]:
    """The processes that run, and what is set otherwise there than here."""
    with database.read() as db:
        others = running(db, datetime.now(UTC))
    if not others:
        yield missing("processes", "none")
        return
    names = ", ".join(sorted(f"{row['kind']} on {row['host']}" for row in others))
    found = differing(digests(settings), others)
    if found:
        where = ", ".join(sorted({each for those in found.values() for each in those}))
        yield wrong("processes", "differ", names=", ".join(variables(found)), where=where)
    else:
        yield ok("processes", names=names)


def next_holidays(database: Database, today: date) -> Iterator[Finding]:
    """From November on: the countries and regions whose public holidays of the next year are not known here."""
    if today.month < NOVEMBER:
        return
    year, release = today.year + 1, calendar_release()
    with database.read() as db:
        found = lacking_here(db, year)
    if found and not any(found.values()):
        yield ok("holidays", places=", ".join(found), year=year)
    for what in Lacking:
        if places := [place for place, lacks in found.items() if lacks is what]:
            yield odd("holidays", what, places=", ".join(places), year=year, release=release)
