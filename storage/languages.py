"""The language a person reads."""

from sqlalchemy import ColumnElement, func, select

from storage.columns import table
from storage.people import Person
from storage.rest import Preference

person = table(Person)
preference = table(Preference)

_CHOSEN = select(preference.c.language).where(preference.c.person_id == person.c.id, preference.c.current)
LANGUAGE: ColumnElement[str] = func.coalesce(_CHOSEN.scalar_subquery(), person.c.locale)
"""The person's own choice, or else what the import says."""
