"""Whom it is most worth being in a playground: an employee, the manager they report to, and somebody from HR."""

from dataclasses import dataclass

from sqlalchemy import Connection

from storage.roll import cast, roll


@dataclass(frozen=True)
class Cast:
    """Their names, each as somebody who reads the language would write it."""

    employee: str
    manager: str
    hr: str


def cast_of(db: Connection, language: str) -> Cast:
    """The same people the picker suggests."""
    found = cast(roll(db), language)
    names = (one.who.name(language) if one else "" for one in (found.employee, found.manager, found.hr))
    return Cast(*names)
