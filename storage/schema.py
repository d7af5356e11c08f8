"""Which schema a database has and which one this program needs, told without loading the migration tool."""

from pathlib import Path

from sqlalchemy import inspect, text

from storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
"""A folder and not a package to look into: that would load the migration tool."""

MIGRATIONS = "hashtextextended('evenhand migrations', 0)"
"""The advisory lock on PostgreSQL that whoever migrates holds meanwhile."""


class SchemaBehind(Exception):
    """The database has another schema than this program needs; `found` is None where there is none at all."""

    def __init__(self, found: str | None, needed: str) -> None:
        super().__init__(f"the database has schema {found}, this program needs {needed}: run `evenhand migrate`")
        self.found = found
        self.needed = needed


def newest() -> str:
    """The schema this program needs: the last of the numbered migrations."""
    return max(file.name.partition("_")[0] for file in _MIGRATIONS.iterdir() if file.name[:4].isdecimal())


def found(database: Database) -> str | None:
    """The schema a database has, or None if it is empty."""
    with database.read() as db:
        if not inspect(db).has_table("alembic_version"):
            return None
        return db.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_migrating(database: Database) -> bool:
    """Whether somebody is changing the schema at this moment; SQLite is migrated while nobody else has it open."""
    if database.is_sqlite:
        return False
    with database.read() as db:
        return not db.execute(text(f"SELECT pg_try_advisory_xact_lock_shared({MIGRATIONS})")).scalar_one()


def require_newest(database: Database) -> None:
    """Raises `SchemaBehind` unless the database has the schema this program needs."""
    has, needs = found(database), newest()
    if has != needs:
        raise SchemaBehind(has, needs)
