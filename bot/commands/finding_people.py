"""Whom and which department a command means, or the end of the program with a sentence that says what to write."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, or_, select

from bot.commands.starting import fail, in_words, settings_or_fail, sqlite_file
from bot.wording import Wording
from storage.database import Database
from storage.directory import department, find_person
from storage.references import Who
from storage.refusals import HasLeft, NobodyCalled, SeveralCalled
from storage.schema import require_newest


@contextmanager
def database_of(say: Wording) -> Iterator[Database]:
    """The database the settings name, which must have today's schema."""
    settings = settings_or_fail(say)
    if (file := sqlite_file(settings.database)) and not file.exists():
        raise fail(say("serve.schema_none"))
    with in_words(say):
        database = Database(settings.database, settings.synchronous)
        try:
            require_newest(database)
            yield database
        finally:
            database.close()


def person_called(db: Connection, say: Wording, name: str) -> Who:
    try:
        return find_person(db, name)
    except HasLeft:
        raise fail(say("app.has_left", name=name)) from None
    except NobodyCalled:
        raise fail(say("app.nobody", name=name)) from None
    except SeveralCalled as several:
        names = ", ".join(each.name(say.language) for each in several.values["people"])
        raise fail(say("app.several", name=name, names=names)) from None


def department_called(db: Connection, say: Wording, name: str) -> int:
    """The id of a department by its name in either writing, whatever its case."""
    wanted = name.strip().lower()
    called = or_(func.lower(department.c.name) == wanted, department.c.native_name == name.strip())
    found = db.execute(select(department.c.id).where(called)).scalars().all()
    if len(found) != 1:
        known = ", ".join(db.execute(select(department.c.name).order_by(department.c.name)).scalars())
        raise fail(say("app.no_department" if known else "app.no_departments", name=name, names=known))
    return int(found[0])
