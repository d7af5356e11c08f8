"""Facts about announcements: who may make them, whom they reach, and the one a button names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from storage.announcements import asked_since, current
from storage.audience import Audience, members
from storage.broadcasts import Going, broadcast_row
from storage.columns import table
from storage.confirmations import has_confirmed
from storage.directory import department, holds, person, person_row, someone
from storage.facts.declaring import Start, fact
from storage.facts.people import LI
from storage.journal import Outbox
from storage.languages import LANGUAGE
from storage.people import Role
from storage.reach import author_of, watched
from storage.references import AnnouncementRef, Bilingual, Option, Phrase, Who
from storage.refusals import NothingOpen, NotYours
from storage.roles import not_your_role

outbox = table(Outbox)

NAMED = 20
"""Names in one answer; the lists of everybody are on the desk."""

SAMPLE = AnnouncementRef("a1", "New review cycle", 2, "新的评估周期")


@fact(sample=True)
def announces(db: Connection, start: Start) -> bool:
    """Whether announcing is the person's to do."""
    return holds(db, start.person, start.now, Role.hrbp, Role.performance_manager, Role.admin)


@fact(sample=LI)
def announcer(db: Connection, start: Start) -> Who:
    """The person, if announcing is theirs to do; raises `NotYourRole`."""
    if not announces(db, start):
        raise not_your_role(db, start.now)
    return someone(db, start.person)


@fact(
    sample={"count": 120, "outside": 0, "chinese": 40, "departments": (Option("1", "Sales: 120", "销售部：120"),)},
    others=(
        {"count": 0, "outside": 0, "chinese": 0, "departments": ()},
        {"count": 18, "outside": 272, "chinese": 6, "departments": ()},
    ),
)
def audience_now(db: Connection, start: Start) -> Mapping[str, Any]:
    """How many people an audience (`about`) has at this moment, by language and department; and how many belong to it
    who do not take part yet, and so do not get it (`outside`).
    """
    chosen = start.given["audience"]
    assert isinstance(chosen, Audience)
    people = members(db, chosen, start.now).subquery()
    reads_chinese = select(func.count()).where(person.c.id.in_(select(people.c.id)), LANGUAGE == "zh")
    chinese = db.execute(reads_chinese).scalar_one()
    by_department = (
        select(department.c.id, department.c.name, department.c.native_name, func.count())
        .select_from(people.outerjoin(department, department.c.id == people.c.department_id))
        .group_by(department.c.id, department.c.name, department.c.native_name)
        .order_by(func.count().desc(), department.c.name)
    )
    counted = db.execute(by_department).all()
    count = sum(count for *_, count in counted)
    everyone = members(db, replace(chosen, beyond=True), start.now).subquery()
    return {
        "count": count,
        "outside": db.execute(select(func.count()).select_from(everyone)).scalar_one() - count,
        "chinese": chinese,
        "departments": tuple(
            Option(str(number), f"{name or '–'}: {count}", f"{native or name or '–'}：{count}")
            for number, name, native, count in counted
        ),
    }


@fact(sample=SAMPLE)
def notice(db: Connection, start: Start) -> AnnouncementRef:
    """The announcement a button names, for those it was sent to; raises `NothingOpen` or `NotYours`."""
    found = named(db, start)
    sent = select(outbox.c.id).where(outbox.c.about == found.key, outbox.c.person_id == start.person)
    if db.execute(sent.limit(1)).scalar() is None:
        raise NotYours(start.person, found.author, "announcement")
    return found


@fact(sample="en", others=("zh",))
def author_language(db: Connection, start: Start) -> str:
    """The language the person reads and writes."""
    return str(person_row(db, start.person)["locale"])


@fact(sample=1)
def shown_version(db: Connection, start: Start) -> int:
    """The version of an announcement that the message with the button said; raises `NothingOpen`.

    A button from before versions were confirmed names none, and means the first.
    """
    version = start.given.get("version", 1)
    row = current(db, str(start.given.get("announcement")))
    if row is None or type(version) is not int or not 1 <= version <= row["version"]:
        raise NothingOpen
    return version


@fact(sample="asked", others=("confirmed", "earlier", "withdrawn"))
def confirming(db: Connection, start: Start) -> str:
    """What confirming the version a button names comes to.

    `asked`: it is asked for. `confirmed`: the person has done so. `earlier`: the text has changed since, and is to be
    confirmed anew. `withdrawn`: the announcement was taken back.
    """
    series, version = named(db, start).key, shown_version(db, start)
    under_way = broadcast_row(db, series)
    if under_way and under_way["state"] == Going.withdrawn:
        return "withdrawn"
    if has_confirmed(db, series, start.person, version):
        return "confirmed"
    counts_from = db.execute(select(asked_since(series))).scalar_one()
    return "asked" if version >= counts_from else "earlier"


_REACHED = {
    "notice": SAMPLE,
    "audience": 120,
    "waiting": 20,
    "sent": 97,
    "failed": 2,
    "skipped": 1,
    "read": 60,
    "acknowledged": 41,
    "earlier": 0,
    "reasons": (Phrase("reasons.counted", {"reason": Phrase("reasons.left"), "count": 3}),),
    "missing": (LI,),
}


@fact(sample=_REACHED, others=({**_REACHED, "reasons": None}, {**_REACHED, "earlier": 7}))
def reached(db: Connection, start: Start) -> Mapping[str, Any]:
    """What became of the announcement a button names, in numbers and the first names; raises `NotYours`."""
    found = named(db, start)
    reach = watched(db, found.key, start.person, start.now, NAMED)
    return {
        "notice": found,
        "audience": reach.audience,
        **reach.counts,
        "reasons": tuple(
            Phrase("reasons.counted", {"reason": Phrase(f"reasons.{reason}"), "count": count})
            for reason, count in reach.reasons.items()
        )
        or None,
        "missing": tuple(each.who for each in reach.missing) or None,
    }


def named(db: Connection, start: Start) -> AnnouncementRef:
    """The announcement a button names; raises `NothingOpen`."""
    row = current(db, str(start.given.get("announcement")))
    if row is None:
        raise NothingOpen
    title = Bilingual.of(row["language"], row["title"], row["title_other"])
    return AnnouncementRef(row["series"], title.en, author_of(db, row), title.zh)
