"""Findings: what `evenhand check` looks at, one after another; nothing is changed by looking."""

import os
import shutil
import zoneinfo
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot import doubts
from bot.app import TEXTS, require_known_flows
from bot.clock import Clock, WallClock
from bot.commands.findings_company import beginning, next_holidays, running_beside
from bot.commands.starting import reason_of, sqlite_file
from bot.connected import has_slack, has_teams, platforms
from bot.finding import Finding, missing, odd, ok, wrong
from bot.serving import NoSuchAddress, PortInUse, PortReserved, bound
from bot.settings import LOOPBACK, Settings
from flows.catalog import LANGUAGES, load
from flows.checks import Unsound, require_sound
from flows.core import UnknownFlow, discover
from storage import ledger, zones
from storage.columns import table
from storage.database import Database
from storage.people import Person, Status
from storage.schema import found, newest

ENOUGH_MB = 200
CLOCK = WallClock()
person = table(Person)
_COUNTS = select(person.c.status, func.count()).group_by(person.c.status)


def findings(settings: Settings, clock: Clock = CLOCK) -> Iterator[Finding]:
    """Everything there is to say about this machine and these settings."""
    yield from _settings(settings)
    yield from _disk(settings)
    yield from _data(settings, clock)
    yield from _address(settings)
    yield ok("rest") if settings.rest_token else missing("rest")
    address = settings.public_address
    yield ok("invitations", address=address) if address else missing("invitations")
    connected = platforms(settings)
    yield ok("platform", names=", ".join(connected)) if connected else missing("platform")
    yield from _platforms(settings)
    yield ok("font") if find_spec("pylopdf_fonts_zh_cn") else missing("font")


def _settings(settings: Settings) -> Iterator[Finding]:
    unknown = list(doubts.unknown())
    if not unknown:
        yield ok("settings", folder=settings.folder)
    for doubt in unknown:
        yield wrong("settings", doubt.text, **doubt.values)
    for doubt in doubts.contradictions(settings):
        yield odd("settings", doubt.text, **doubt.values)


def _platforms(settings: Settings) -> Iterator[Finding]:
    """What Slack and Microsoft say of what is configured; their libraries are loaded only then."""
    if has_slack(settings):
        from bot.slack.probing import slack_findings

        yield from slack_findings(settings)
    if has_teams(settings):
        from bot.teams.probing import teams_findings

        yield from teams_findings(settings)


def _data(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """The database and what is in it; what cannot be looked at, because something before it is wrong, is left out."""
    file = sqlite_file(settings.database)
    if file and not file.exists():
        yield wrong("database", "none", file=file)
        yield from _flows(None)
        return
    database = Database(settings.database, settings.synchronous)
    shown = database.url.render_as_string(hide_password=True)
    try:
        has, needs = found(database), newest()
    except SQLAlchemyError as trouble:
        yield wrong("database", url=shown, reason=reason_of(trouble))
        yield from _flows(None)
        return
    else:
        yield ok("database", url=shown)
        if file and (open_to := [each for each in _kept_in(file) if each.stat().st_mode & 0o077]):
            yield missing("private", files=", ".join(map(str, open_to)))
        if has == needs:
            yield ok("schema", needed=needs)
            yield from _people(database)
            yield from next_holidays(database, clock.now().date())
            yield from beginning(database)
            yield from running_beside(database, settings)
            yield from _flows(database)
        else:
            text = "none" if has is None else "ahead" if has > needs else "behind"
            yield wrong("schema", text, found=has, needed=needs)
            yield from _flows(None)
    finally:
        database.close()


def _kept_in(file: Path) -> list[Path]:
    """The files that everything people wrote is in, and their folder."""
    beside = [file.with_name(file.name + ending) for ending in ("", "-wal", "-shm")]
    return [each for each in (file.parent, *beside) if each.exists()]


def _people(database: Database) -> Iterator[Finding]:
    with database.read() as db:
        counts = {row[0]: row[1] for row in db.execute(_COUNTS)}
        here = sorted(db.execute(select(person.c.time_zone).where(person.c.status != Status.left).distinct()).scalars())
    if counts:
        yield ok("people", **{str(status): counts.get(status, 0) for status in Status})
    else:
        yield missing("people", "none")
    known = zoneinfo.available_timezones()
    if not known:
        yield wrong("places", "missing")
    elif unknown := [zone for zone in here if zone not in known]:
        yield wrong("places", zones=", ".join(unknown[:9]))
    else:
        yield ok("places", release=zones.USED.release, source=zones.USED.folder or "tzdata")
    yield from _zone_releases()


def _zone_releases() -> Iterator[Finding]:
    """Where machine and package have different releases, other programs on this machine tell another time."""
    package, system = zones.package(), zones.SYSTEM
    if system and system.release != package.release:
        text = "package" if package == zones.USED else "system"
        yield missing("zones", text, package=package.release, system=system.release, folder=system.folder)


def _flows(database: Database | None) -> Iterator[Finding]:
    register, texts = discover(), load(*TEXTS)
    try:
        require_sound(register, texts)
        if database:
            require_known_flows(database, register)
    except Unsound as unsound:
        yield wrong("flows", "unsound", first=unsound.problems[0], count=len(unsound.problems))
        return
    except UnknownFlow as unknown:
        yield wrong("flows", "unknown", problem=unknown)
        return
    count = 0
    if database:
        with database.read() as db:
            count = sum(ledger.open_flows(db).values())
    yield ok("flows", flows=len(list(register.newest())), languages=", ".join(LANGUAGES), open=count)


def _address(settings: Settings) -> Iterator[Finding]:
    try:
        bound(settings.host, settings.port).close()
    except NoSuchAddress:
        yield wrong("host", host=settings.host)
        return
    except PortReserved:
        yield wrong("port", "reserved", port=settings.port)
        return
    except PortInUse:
        yield missing("port", "used", port=settings.port)
    else:
        yield ok("port", port=settings.port)
    yield ok("host", "ok" if settings.host in LOOPBACK else "open", host=settings.host)


def _disk(settings: Settings) -> Iterator[Finding]:
    """Room and leave to write, where the database file is, or else the folder for what the program makes."""
    folder = _existing((sqlite_file(settings.database) or settings.folder / "file").parent.absolute())
    free = shutil.disk_usage(folder).free // 1024**2
    if not os.access(folder, os.W_OK):
        yield wrong("disk", "folder", folder=folder)
    elif free < ENOUGH_MB:
        yield wrong("disk", free=free)
    else:
        yield ok("disk", free=free)


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.is_dir())
