"""Line names: whom the words of a line can mean, found in the database with as few questions as possible.

One statement asks which of all the phrases of a line are names at all; that is nobody's in most lines, and then nothing
else is asked. Nothing is kept in memory between lines, so that a colleague who was imported by another process a moment
ago is found.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from functools import cached_property
from string import ascii_lowercase

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from storage.columns import table
from storage.directory import near_to, who
from storage.last_days import gone
from storage.mentioned import Called, named
from storage.name_forms import fold, is_han, name_form
from storage.naming import LAST, Near, Tier, by_name, tier, titled
from storage.people import Person, Status
from storage.references import Named
from storage.roster.names import DOUBLE_SURNAMES

OFFERED = 6
"""People that a name is said to mean at most."""
FEW = 3
"""As many people a mistyped name may be nearly, or it is a word like any other."""
MOST = 12
"""Forms looked at for one name. Where there are more, those near to the writer are looked for besides."""
AFTER_WORD = "!"
"""Sorts after a space and before every letter: from `tao` to `tao!` are `tao` and whatever begins with `tao `."""
CLOSED_UP = 5
"""Letters of the shortest name that is looked for without its space, such as `panzeyu`."""
_LOCAL_PART = re.compile(r"[^@\s]+(?=@[^@\s]+\.[^@\s]+$)")

person = table(Person)
_NAMES = tuple(person.c[name] for name in ("id", "email", "given_name", "family_name", "native_name", "department_id"))
_ROWS = (
    select(name_form.c.form, *_NAMES)
    .join(person, person.c.id == name_form.c.person_id)
    .where(
        person.c.status != Status.left,
        name_form.c.form >= bindparam("first"),
        name_form.c.form < bindparam("last"),
    )
    .order_by(name_form.c.form, name_form.c.person_id)
)
_BEGINNING = _ROWS.limit(MOST)
_OF_CIRCLE = _ROWS.where(name_form.c.person_id.in_(bindparam("circle", expanding=True)))

Key = tuple[str, str]
"""What the forms of a name begin with, and what no form of it reaches."""


def names_in(db: Connection, writer: int, line: str, now: datetime | None = None) -> Named:
    """Whom a line names, those near to its writer first."""
    names = _Names(db, writer, now)
    return named(line, names.called, names.nearly) if line else Named()


class _Names:
    """The names of one line."""

    def __init__(self, db: Connection, writer: int, now: datetime | None) -> None:
        self.db, self.writer, self.now = db, writer, now

    def called(self, anywhere: Collection[str], whole: Collection[str]) -> dict[str, tuple[Called, ...]]:
        """The people whom some phrases can mean, and those whose whole name others are."""
        keys = {phrase: tuple(_keys(phrase)) for phrase in anywhere}
        alone = {phrase: _word(fold(phrase)) for phrase in whole}
        existing = self._existing({*alone.values(), *(key for some in keys.values() for key in some)})
        if not existing:
            return {}
        rows = {key: self._rows(key) for key in existing}
        found = {phrase: self._people(phrase, some, rows) for phrase, some in keys.items()}
        found |= {
            phrase: tuple(Called(who(row), full=True) for row in rows[key] if tier(row, key[0]) <= Tier.whole)
            for phrase, key in alone.items()
            if key in rows
        }
        return {phrase: people for phrase, people in found.items() if people}

    def nearly(self, phrase: str) -> tuple[Called, ...]:
        """Up to three people whose name is one slip away: Priya for Pirya, 潘泽宇 for 潘泽雨."""
        if is_han(phrase):
            rows = self._rows((phrase[:2], phrase[:2] + LAST))
            found = {row["id"]: row for row in rows if len(row["form"]) == len(phrase)}
        else:
            word = fold(phrase).partition(" ")[0]
            likely = {_word(each) for each in _one_slip_away(word, self._known_letters(word))}
            found = {
                row["id"]: row
                for key in self._existing(likely)
                for row in self._rows(key)
                if tier(row, key[0]) <= Tier.word
            }
        return tuple(Called(who(row), full=False) for row in found.values()) if len(found) <= FEW else ()

    def _known_letters(self, word: str) -> int:
        """With how many letters of the word a name begins: what differs from it only after these is nobody's."""
        beginnings = [word[:size] for size in range(1, len(word) + 1)]
        known = self._existing((each, each + LAST) for each in beginnings)
        return max((len(first) for first, _ in known), default=0)

    def _existing(self, keys: Iterable[Key]) -> set[Key]:
        """Those keys which begin a form, in one statement."""
        keys = tuple(keys)
        words = [first for first, last in keys if last == first + AFTER_WORD and first]
        beginnings = [first for first, last in keys if last == first + LAST]
        if self.db.dialect.name == "sqlite":
            given: dict[str, object] = {
                "words": orjson.dumps(words).decode(),
                "beginnings": orjson.dumps(beginnings).decode(),
            }
            found = self.db.execute(_EXISTING_SQLITE, given)
        else:
            found = self.db.execute(_EXISTING, {"words": words, "beginnings": beginnings})
        return {(first, first + last) for first, last in found.all()}

    def _rows(self, key: Key) -> Sequence[RowMapping]:
        between = {"first": key[0], "last": key[1]}
        rows = self.db.execute(_BEGINNING, between).mappings().all()
        if len(rows) == MOST and (circle := sorted(self._near.circle)):
            rows = [*self.db.execute(_OF_CIRCLE, {**between, "circle": circle}).mappings(), *rows]
        return [row for row in rows if row["id"] not in self._gone] if rows else rows

    def _people(self, phrase: str, keys: Iterable[Key], rows: Mapping[Key, Sequence[RowMapping]]) -> tuple[Called, ...]:
        fits: dict[int, tuple[Tier, RowMapping]] = {}
        for row in (row for key in keys for row in rows.get(key, ())):
            how = _fits(phrase, row)
            if how is not None and (row["id"] not in fits or how < fits[row["id"]][0]):
                fits[row["id"]] = how, row
        best = [each for each in fits.values() if each[0] <= Tier.whole] or [*fits.values()]
        if len(best) > 1:
            near = self._near
            best.sort(key=lambda each: (near.ring(each[1]), each[0], *by_name(each[1])))
        return tuple(Called(who(row), full=how <= Tier.whole) for how, row in best[:OFFERED])

    @cached_property
    def _gone(self) -> Set[int]:
        return gone(self.db, self.now) if self.now else frozenset()

    @cached_property
    def _near(self) -> Near:
        return near_to(self.db, self.writer, self.now)


def _word(first: str) -> Key:
    return first, first + AFTER_WORD


def _keys(phrase: str) -> Iterator[Key]:
    """Where the forms of everybody stand who can be called so."""
    if local := _LOCAL_PART.match(phrase.casefold()):
        yield _word(f"@{local[0]}")
        return
    form = fold(phrase)
    if is_han(phrase):
        yield _word(form)
        family = titled(phrase) or (phrase if phrase in DOUBLE_SURNAMES else "")
        if family:
            yield family, family + LAST
        return
    yield _word(form)
    if " " not in phrase:
        yield _word(f"@{phrase.casefold()}")
    elif plain := titled(phrase):
        yield _word(fold(plain))
    yield from map(_word, _closed_up(form))


def _closed_up(form: str) -> Iterator[str]:
    """What may have been typed without its space: `pan zeyu` for `panzeyu`."""
    first, space, rest = form.partition(" ")
    if len(first) >= CLOSED_UP:
        yield from (f"{first[:at]} {first[at:]}{space}{rest}" for at in range(2, len(first) - 1))


def _one_slip_away(word: str, until: int) -> Iterator[str]:
    """What a word is when two of its letters change places, or one is left out, put in or is another.

    The letters before the slip are at most the first `until`.
    """
    halves = [(word[:at], word[at:]) for at in range(1, until + 1)]  # few mistype the first letter
    yield from (f"{left}{right[1]}{right[0]}{right[2:]}" for left, right in halves if len(right) > 1)
    yield from (f"{left}{right[1:]}" for left, right in halves if right and len(word) > 3)
    yield from (f"{left}{letter}{right}" for left, right in halves for letter in ascii_lowercase)
    yield from (f"{left}{letter}{right[1:]}" for left, right in halves if right for letter in ascii_lowercase)


def _fits(phrase: str, row: RowMapping) -> Tier | None:
    """How a person whose name begins like that is called so."""
    plain, form = phrase.casefold(), row["form"]
    if "@" in plain:
        return Tier.handle if row["email"] == plain else None
    if form == f"@{plain}":
        return Tier.handle
    name = fold(phrase)
    if _begins(form, name):
        how = tier(row, name)
        return min(how, Tier.word) if " " in name else how if how <= Tier.word else None
    if family := titled(phrase):
        return Tier.title if tier(row, fold(family)) <= Tier.word else None
    if is_han(name):
        return Tier.word if tier(row, name) <= Tier.word else None
    return Tier.word if form.replace(" ", "") == name.replace(" ", "") or form in _closed_up(name) else None


def _begins(form: str, name: str) -> bool:
    return form == name or form.startswith(f"{name} ")


def _existing(words: ColumnElement[str], beginnings: ColumnElement[str]) -> CompoundSelect[str, str]:
    """The texts of two lists that begin a form, each with what its key ends in."""

    def begun(texts: ColumnElement[str], last: str) -> Select[str, str]:
        within = (name_form.c.form >= texts) & (name_form.c.form < texts.concat(last))
        return select(texts, literal(last, String())).where(select(name_form.c.form).where(within).exists())

    return union_all(begun(words, AFTER_WORD), begun(beginnings, LAST))


def _listed(name: str) -> ColumnElement[str]:
    """A list of texts as rows; SQLite takes it as JSON."""
    return func.unnest(bindparam(name, type_=ARRAY(String))).table_valued("value").render_derived(name).c.value


def _listed_as_json(name: str) -> ColumnElement[str]:
    return func.json_each(bindparam(name, type_=String)).table_valued("value", name=name).c.value


_EXISTING = _existing(_listed("words"), _listed("beginnings"))
_EXISTING_SQLITE = _existing(_listed_as_json("words"), _listed_as_json("beginnings"))
