"""Naming: the people that a name can mean, best first, and whether it can mean only one of them.

`hits` is for a name somebody has finished, `beginning` for one that is still being typed. Both look names up by their
forms (`storage.name_forms`), so that a hundred thousand people cost no more than a hundred.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, select

from storage.name_forms import fold, is_han, name_form, native_parts, nicknames, person, spellings
from storage.people import Status

LISTED = 200
"""Forms looked through for one name; the own team is looked through besides."""
LAST = "\U0010ffff"
"""Sorts after every character a name can have."""
ALIKE, ALIKE_HAN = 0.75, 0.6
"""How much of a mistyped name must agree with a real one."""

_FORMS = (
    select(name_form.c.form, person)
    .join(person, person.c.id == name_form.c.person_id)
    .where(person.c.status != Status.left)
)
_BEGINNING = (
    _FORMS.where(name_form.c.form >= bindparam("first"), name_form.c.form < bindparam("last"))
    .order_by(name_form.c.form, name_form.c.person_id)
    .limit(bindparam("most"))
)
_CIRCLE = _FORMS.where(
    name_form.c.person_id.in_(bindparam("circle", expanding=True)),
    name_form.c.form >= bindparam("first"),
    name_form.c.form < bindparam("last"),
)
_HONORIFIC_HAN = re.compile(
    r"(?:[小老阿](?P<younger>\S{1,2})"
    r"|(?P<titled>\S{1,3}?)(?:总监|经理|主任|主管|老师|师傅|博士|教授|先生|女士|小姐|同学|总|董|工|姐|哥))"
)
_HONORIFIC = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|herrn?|frau)(?:\.\s*|\s+)(?P<name>\S.*)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['’]s|['’]|的)$")
_AROUND = " \t\n.,;:!?。，、；：！？…"


class Tier(IntEnum):
    """How well a name fits a person."""

    handle = 0
    whole = 1
    """All of the name, in either order and either writing."""
    word = 2
    """The given or the family name alone, or a nickname."""
    begins = 3
    title = 4
    """A family name with a title, such as 王总 or Mr Li: never taken without asking."""
    alike = 5
    """Nobody is called so, but nearly."""


@dataclass(frozen=True)
class Hit:
    row: RowMapping
    tier: Tier


@dataclass(frozen=True)
class Near:
    """Who is near to the one who names: their team, those above them, their department; they themselves come last."""

    team: frozenset[int] = frozenset()
    line: frozenset[int] = frozenset()
    department: int | None = None
    viewer: int | None = None
    gone: frozenset[int] = frozenset()
    """People whose last day is over though their row is still open; no name means them."""

    @property
    def circle(self) -> frozenset[int]:
        return self.team | self.line

    def ring(self, row: RowMapping) -> int:
        if row["id"] in self.team:
            return 0
        if row["id"] in self.line:
            return 1
        if row["id"] == self.viewer:
            return 4
        return 2 if self.department is not None and row["department_id"] == self.department else 3


NOBODY_NEAR = Near()


@dataclass(frozen=True)
class Hits:
    """Whom a name can mean, best first."""

    people: tuple[Hit, ...] = ()

    @property
    def sure(self) -> Hit | None:
        """The only person the name can mean."""
        if not self.people:
            return None
        best = min(each.tier for each in self.people)
        fitting = [each for each in self.people if each.tier == best]
        return fitting[0] if len(fitting) == 1 and best <= Tier.begins else None


def hits(db: Connection, called: str, near: Near = NOBODY_NEAR) -> Hits:
    """The people that a finished name can mean; several only where none of them fits better than the others."""
    name = _trimmed(called)
    if handle := [row for row in _with_handle(db, name) if row["id"] not in near.gone]:
        return Hits(tuple(Hit(row, Tier.handle) for row in handle))
    for each in _readings(name):
        found = beginning(db, each, near, LISTED)
        exact = tuple(hit for hit in found if hit.tier <= Tier.whole)
        if exact or found:
            return Hits(exact or found)
    if family := titled(name):
        found = beginning(db, family, near, LISTED)
        return Hits(tuple(Hit(each.row, Tier.title) for each in found if each.tier <= Tier.word))
    return Hits()


def beginning(db: Connection, typed: str, near: Near, most: int) -> tuple[Hit, ...]:
    """People with a name or handle that begins so: the own team first, whole names before beginnings."""
    name = fold(typed)
    if not name:
        return ()
    rows: dict[int, RowMapping] = {}
    for each in _patterns(typed, name):
        if near.circle:
            circle = db.execute(_CIRCLE, {"circle": sorted(near.circle), **_between(each)}).mappings()
            rows.update((row["id"], row) for row in circle)
        found = db.execute(_BEGINNING, {**_between(each), "most": LISTED}).mappings()
        rows.update((row["id"], row) for row in found)
        if rows and not each.startswith("@"):
            break
    ranked = (Hit(row, tier(row, name)) for row in rows.values() if row["id"] not in near.gone)
    return tuple(sorted(ranked, key=lambda hit: (near.ring(hit.row), hit.tier, *by_name(hit.row))))[:most]


def count(db: Connection, called: str) -> int:
    """How many people have a name that begins so."""
    name = fold(_trimmed(called))
    within = and_(name_form.c.form >= name, name_form.c.form < name + LAST)
    here = select(func.count(name_form.c.person_id.distinct())).join(person, person.c.id == name_form.c.person_id)
    return int(db.execute(here.where(within, person.c.status != Status.left)).scalar_one())


def alike(db: Connection, called: str, near: Near = NOBODY_NEAR, most: int = 3) -> tuple[Hit, ...]:
    """People with a name that differs from what was typed by little, closest first."""
    name = fold(_trimmed(called))
    if len(name) < 2:
        return ()
    rows: list[RowMapping] = []
    for begins in dict.fromkeys((name[:1], name[:1] if is_han(name) else name[:2])):
        rows += db.execute(_BEGINNING, {**_between(begins), "most": 2 * LISTED}).mappings()
    if near.circle:
        everybody = {"circle": sorted(near.circle), "first": "", "last": LAST}
        rows += db.execute(_CIRCLE, everybody).mappings()
    rows = [row for row in rows if row["id"] not in near.gone]
    least = ALIKE_HAN if is_han(name) else ALIKE
    closest: dict[int, tuple[float, RowMapping]] = {}
    for row in rows:
        agrees = max(_agreement(name, part) for part in _parts(row["form"]))
        if agrees >= least and agrees > closest.get(row["id"], (0.0, row))[0]:
            closest[row["id"]] = agrees, row
    ordered = sorted(closest.values(), key=lambda found: (-found[0], near.ring(found[1]), *by_name(found[1])))
    return tuple(Hit(row, Tier.alike) for _, row in ordered[:most])


def by_name(row: RowMapping) -> tuple[str, str, int]:
    """Where a person stands in a list: by family name, a Chinese one as pinyin writes it."""
    family, given = (in_pinyin_order(row[name]) for name in ("family_name", "given_name"))
    return family, given, row["id"]


def in_pinyin_order(name: str) -> str:
    """A key that sorts a name by its letters, and characters by their place in GB 2312, which is that of pinyin.

    The 3,755 most used characters stand there by pinyin, the others after them by radical
    (https://en.wikipedia.org/wiki/GB_2312).
    """
    if not is_han(name):
        return fold(name)
    return name.strip().encode("gb18030", "replace").decode("latin-1")


def _with_handle(db: Connection, name: str) -> Sequence[RowMapping]:
    plain = name.casefold()
    if plain.isdecimal() and len(plain) < 10:
        return _rows(db, person.c.id == int(plain))
    if "@" in plain:
        return _rows(db, person.c.email == plain)
    return _rows(db, person.c.id.in_(select(name_form.c.person_id).where(name_form.c.form == f"@{plain}")))


def _rows(db: Connection, so: ColumnElement[bool]) -> Sequence[RowMapping]:
    return db.execute(select(person).where(so, person.c.status != Status.left).limit(LISTED)).mappings().all()


def _trimmed(called: str) -> str:
    return called.strip(_AROUND).lstrip("@＠").strip(_AROUND)


def _readings(name: str) -> Iterator[str]:
    """What was typed, and what remains of it without a bracket, a possessive or a title."""
    yield name
    if (shorter := _POSSESSIVE.sub("", name)) != name:
        yield shorter
    plain, inside = nicknames(name)
    if inside:
        yield from (plain, *inside)


def titled(name: str) -> str:
    """The family name beside a title or a familiar 小: 王 of 王总, Vogel of Herr Vogel; empty where there is none."""
    if found := _HONORIFIC_HAN.fullmatch(name):
        return found["younger"] or found["titled"]
    found = _HONORIFIC.fullmatch(name)
    return found["name"] if found else ""


def _patterns(typed: str, name: str) -> Iterator[str]:
    """What the forms of the people meant begin with; the last ones are for a name typed without its space."""
    yield f"@{typed.strip().lstrip('@＠').casefold()}"
    yield name
    if " " in name and is_han(name):
        yield name.replace(" ", "")
    if " " not in name and not is_han(name) and len(name) > 3:
        yield from (f"{name[:at]} {name[at:]}" for at in range(2, min(len(name) - 1, 12)))


def _between(begins: str) -> dict[str, str]:
    return {"first": begins, "last": begins + LAST}


def tier(row: RowMapping, name: str) -> Tier:
    """How a folded name fits a person whose name begins with it."""
    given, family, native = (nicknames(row[each] or "") for each in ("given_name", "family_name", "native_name"))
    first = [each for own in (given[0], *given[1], *native[1]) for each in spellings(own)]
    last = spellings(family[0])
    own = row["native_name"] or (f"{family[0]}{given[0]}" if is_han(given[0] + family[0]) else "")
    apart = native_parts(own) if own else ("", "")
    close = name.replace(" ", "")
    both = {f"{one}{two}".replace(" ", "") for one in first for two in last}
    both |= {f"{two}{one}".replace(" ", "") for one in first for two in last}
    if close in both or close in (apart[0] + apart[1], apart[1] + apart[0]):
        return Tier.whole
    words = {*first, *last, *apart, *family[1], *(word for each in (*first, *last) for word in each.split(" "))}
    return Tier.word if name in words else Tier.begins


def _parts(form: str) -> Iterable[str]:
    plain = form.lstrip("@")
    return {plain, plain.replace(" ", ""), *plain.split(" ")}


def _agreement(one: str, other: str) -> float:
    if abs(len(one) - len(other)) > 2:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
