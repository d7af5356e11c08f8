"""Findings: what `evenhand check` looks at, one after another; nothing is changed by looking."""

import os
import shutil
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.app import TEXTS, require_known_flows
from bot.commands.starting import reason_of, sqlite_file
from bot.serving import NoSuchAddress, PortInUse, PortReserved, bound
from bot.settings import LOOPBACK, Settings, platforms
from flows.catalog import LANGUAGES, load
from flows.checks import Unsound, require_sound
from flows.core import UnknownFlow, discover
from storage import ledger
from storage.columns import table
from storage.database import Database
from storage.people import Person, Status
from storage.schema import found, newest

ENOUGH_MB = 200
person = table(Person)
_COUNTS = select(person.c.status, func.count()).group_by(person.c.status)


class State(StrEnum):
    ok = "ok"
    missing = "missing"
    """Not there, and not needed for what is configured."""
    wrong = "wrong"
    """Keeps the bot from working; what to do is said."""


@dataclass(frozen=True)
class Finding:
    """`text` is the key of its sentence, which says what to do where something is to be done."""

    state: State
    part: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def _ok(part: str, **values: Any) -> Finding:
    return Finding(State.ok, part, f"{part}_ok", values)


def _missing(part: str, **values: Any) -> Finding:
    return Finding(State.missing, part, f"{part}_missing", values)


def _wrong(part: str, text: str = "wrong", **values: Any) -> Finding:
    return Finding(State.wrong, part, f"{part}_{text}", values)


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything there is to say about this machine and these settings."""
    yield _ok("settings", folder=settings.folder)
    yield from _disk(settings)
    yield from _data(settings)
    yield from _address(settings)
    yield _ok("rest") if settings.rest_token else _missing("rest")
    address = settings.public_address
    yield _ok("invitations", address=address) if address else _missing("invitations")
    connected = platforms(settings)
    yield _ok("platform", names=", ".join(connected)) if connected else _missing("platform")
    yield _ok("font") if find_spec("pylopdf_fonts_zh_cn") else _missing("font")


def _data(settings: Settings) -> Iterator[Finding]:
    """The database and what is in it; what cannot be looked at, because something before it is wrong, is left out."""
    file = sqlite_file(settings.database)
    if file and not file.exists():
        yield _wrong("database", "none", file=file)
        yield from _flows(None)
        return
    database = Database(settings.database, settings.synchronous)
    shown = database.url.render_as_string(hide_password=True)
    try:
        has, needs = found(database), newest()
    except SQLAlchemyError as trouble:
        yield _wrong("database", url=shown, reason=reason_of(trouble))
        yield from _flows(None)
        return
    else:
        yield _ok("database", url=shown)
        if has == needs:
            yield _ok("schema", needed=needs)
            yield from _people(database)
            yield from _flows(database)
        else:
            text = "none" if has is None else "ahead" if has > needs else "behind"
            yield _wrong("schema", text, found=has, needed=needs)
            yield from _flows(None)
    finally:
        database.close()


def _people(database: Database) -> Iterator[Finding]:
    with database.read() as db:
        counts = {row[0]: row[1] for row in db.execute(_COUNTS)}
        zones = db.execute(select(person.c.time_zone).where(person.c.status != Status.left).distinct()).scalars()
        here = sorted(zones)
    if counts:
        yield _ok("people", **{str(status): counts.get(status, 0) for status in Status})
    else:
        yield Finding(State.missing, "people", "people_none")
    known = zoneinfo.available_timezones()
    if not known:
        yield _wrong("places", "missing")
    elif unknown := [zone for zone in here if zone not in known]:
        yield _wrong("places", zones=", ".join(unknown[:9]))
    else:
        yield _ok("places", source="tzdata" if find_spec("tzdata") else "zoneinfo")


def _flows(database: Database | None) -> Iterator[Finding]:
    register, texts = discover(), load(*TEXTS)
    try:
        require_sound(register, texts)
        if database:
            require_known_flows(database, register)
    except Unsound as unsound:
        yield _wrong("flows", "unsound", first=unsound.problems[0], count=len(unsound.problems))
        return
    except UnknownFlow as unknown:
        yield _wrong("flows", "unknown", problem=unknown)
        return
    count = 0
    if database:
        with database.read() as db:
            count = sum(ledger.open_flows(db).values())
    yield _ok("flows", flows=len(list(register.newest())), languages=", ".join(LANGUAGES), open=count)


def _address(settings: Settings) -> Iterator[Finding]:
    try:
        bound(settings.host, settings.port).close()
    except NoSuchAddress:
        yield _wrong("host", host=settings.host)
        return
    except PortReserved:
        yield _wrong("port", "reserved", port=settings.port)
        return
    except PortInUse:
        yield Finding(State.missing, "port", "port_used", {"port": settings.port})
    else:
        yield _ok("port", port=settings.port)
    yield Finding(State.ok, "host", "host_ok" if settings.host in LOOPBACK else "host_open", {"host": settings.host})


def _disk(settings: Settings) -> Iterator[Finding]:
    """Room and leave to write, where the database file is, or else the folder for what the program makes."""
    folder = _existing((sqlite_file(settings.database) or settings.folder / "file").parent.absolute())
    free = shutil.disk_usage(folder).free // 1024**2
    if not os.access(folder, os.W_OK):
        yield _wrong("disk", "folder", folder=folder)
    elif free < ENOUGH_MB:
        yield _wrong("disk", free=free)
    else:
        yield _ok("disk", free=free)


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.is_dir())
