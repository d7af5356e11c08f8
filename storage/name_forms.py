"""Name forms: every way in which a person's name may be typed, kept beside the person so that an index finds it.

A form is folded: lower case, without accents, with a single space for whatever stands between words. `Müller` has
the forms `muller` and `mueller`; 潘泽宇 has 潘泽宇 and 泽宇; a handle is kept as `@pan.zeyu`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, String, delete, select
from sqlmodel import Field, SQLModel

from storage.bulk import in_lots, insert_many
from storage.columns import table
from storage.people import Person
from storage.roster.names import CJK, split

NAMED_BY = frozenset({"email", "given_name", "family_name", "native_name"})
"""The columns of a person that forms are made from."""
_MARKS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_BETWEEN = re.compile(r"[\W_]+")
_HAN = re.compile(f"[{CJK}]")
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")
"""Characters that are as they are in every normal form."""
_NICKNAME = re.compile(
    r"""["“”„«»「『(（\[]\s*([^"“”„«»「」『』()（）\[\]]+?)\s*["“”«»」』)）\]]|(?<!\w)['‘]([^'’]+)['’](?!\w)"""
)


class NameForm(SQLModel, table=True):
    """One way to type a person's name; `keep_forms` writes them whenever a person is written."""

    __tablename__ = "name_form"
    __table_args__ = ({"sqlite_with_rowid": False},)

    form: str = Field(
        primary_key=True,
        sa_type=String().with_variant(String(collation="C"), "postgresql"),
    )
    """On PostgreSQL in the order of its bytes, or no index would find what begins so."""
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)


person = table(Person)
name_form = table(NameForm)
_NAMES = select(person.c.id, person.c.email, person.c.given_name, person.c.family_name, person.c.native_name)


def fold(text: str) -> str:
    """A name as it is compared: `Jean-Luc O'Brien` as `jean luc obrien`, `MÜLLER` as `muller`."""
    if _IDEOGRAPHS.fullmatch(text):
        return text
    if text.isascii() and text.isalpha():
        return text.lower()
    plain = text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    plain = _APOSTROPHES.sub("", plain)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain.translate(_MARKS))
        plain = unicodedata.normalize("NFC", "".join(each for each in apart if unicodedata.category(each) != "Mn"))
    return _BETWEEN.sub(" ", plain).strip()


@lru_cache(maxsize=10_000)
def spellings(text: str) -> tuple[str, ...]:
    """The folded name, and the same with umlauts written out: `muller` and `mueller`."""
    if text.isascii():
        return (fold(text),)
    written_out = unicodedata.normalize("NFC", text).casefold().translate(_GERMAN)
    return tuple(dict.fromkeys((fold(text), fold(written_out))))


def is_han(text: str) -> bool:
    """Whether it is written in characters, where no space divides words."""
    return bool(_HAN.search(text))


@lru_cache(maxsize=10_000)
def nicknames(name: str) -> tuple[str, tuple[str, ...]]:
    """A name without what stands in brackets or quotation marks, and that: `Ann "Annie"` as `Ann` and `Annie`."""
    if name.isalpha():
        return name, ()
    inside = tuple(first or second for first, second in _NICKNAME.findall(name))
    return " ".join(_NICKNAME.sub(" ", name).split()), inside


def native_parts(native: str) -> tuple[str, str]:
    """The given and the family name of one in characters; 欧阳 and its like are one family name."""
    given, family = split(nicknames(native)[0])
    return fold(given), fold(family)


def forms_of(email: str, given: str, family: str, native: str | None) -> frozenset[str]:
    """Every form of a person's name."""
    own, also = nicknames(given)
    last, more = nicknames(family)
    forms = {"@" + email.casefold().partition("@")[0]}
    if is_han(own + last):
        native = native or f"{last}{own}"
    else:
        for first in (own, *also):
            forms |= set(_both_orders(first, last))
        forms.update(word for name in (own, last) for each in spellings(name) for word in each.split(" ")[1:])
    if native:
        first, surname = native_parts(native)
        forms |= (
            {f"{surname}{first}", first} if " " not in fold(native) else {f"{first} {surname}", f"{surname} {first}"}
        )
        more = (*more, *nicknames(native)[1])
    for name in (*also, *more):
        forms.update(spellings(name))
    return frozenset(form for form in forms if form and form != "@")


def _both_orders(given: str, family: str) -> Iterator[str]:
    for first in spellings(given):
        for last in spellings(family):
            yield f"{first} {last}".strip()
            yield f"{last} {first}".strip()


def keep_forms(db: Connection, people: Collection[int] | None = None) -> None:
    """Writes the forms of these people anew, or of everybody; whoever writes a person's name or address calls it."""
    if people is None:
        db.execute(delete(name_form))
        add_forms(db, db.execute(_NAMES))
        return
    for some in in_lots(people, 500):
        db.execute(delete(name_form).where(name_form.c.person_id.in_(some)))
        add_forms(db, db.execute(_NAMES.where(person.c.id.in_(some))))


def add_forms(db: Connection, people: Iterable[Sequence[Any]]) -> None:
    """Writes the forms of people who have none yet: id, e-mail address, given, family and native name."""
    insert_many(db, name_form, ((form, id_) for id_, *names in people for form in forms_of(*names)))
