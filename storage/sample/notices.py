"""The announcements the sample company has had: to whom they went, and who read and confirmed them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from storage.announcements import Receipt
from storage.audience import Audience
from storage.journal import Delivery
from storage.sample.chance import series, stream
from storage.sample.people import Colleague, Company
from storage.sample.phrases import contents
from storage.sample.weeks import Week, moment, worked

Row = dict[str, Any]


@dataclass(frozen=True)
class Board:
    """Rows for the announcements, for the messages that carried them, and for their receipts."""

    announcements: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)


def announce(company: Company, weeks: tuple[Week, ...], suggested: Collection[int] = ()) -> Board:
    """The board up to the end of last week; those one is suggested to be have only its newest still to read."""
    board = Board()
    author = company[company.persona("admin")]
    for written in contents("announcements.toml")["announcement"]:
        random = stream("announcement", written["weeks"])
        week = weeks[-written["weeks"]]
        days = worked(week.monday, "12345", author.country) or [week.monday]
        sites = tuple(written.get("sites", ()))
        row = {
            "series": series(random),
            "version": 1,
            "current": True,
            "saved_by": author.id,
            "saved_at": moment(days[len(days) // 2], 15 * 60 + random.randint(5, 50), author.time_zone),
            "title": written["title"],
            "body": written["body"],
            "title_other": written["title_zh"],
            "body_other": written["body_zh"],
            "audience": Audience(locations=sites).written(),
            "local_hour": 9,
            "needs_acknowledgement": written.get("needs_acknowledgement", False),
        }
        board.announcements.append(row)
        for person in company.people:
            if person.at_work(week.monday) and (not sites or person.seat.site["location"] in sites):
                board.messages.append(_message(row, person))
                receipts = _receipts(row, person, week, weeks[-1].friday, random, surely=person.id in suggested)
                board.receipts.extend(() if person.id in suggested and week is weeks[-1] else receipts)
    board.receipts.sort(key=lambda each: (each["saved_at"], each["person_id"], each["kind"]))
    return board


def _message(announcement: Row, person: Colleague) -> Row:
    """What was sent to one person, at the hour of their own day."""
    series, day = announcement["series"], announcement["saved_at"].date() + timedelta(days=1)
    at = moment(day, announcement["local_hour"] * 60, person.time_zone)
    return {
        "dedupe": f"sample:{series}:{person.id}",
        "person_id": person.id,
        "kind": "tell",
        "about": series,
        "body": {},
        "due_at": at,
        "status": Delivery.sent,
        "done_at": at,
    }


def _receipts(
    announcement: Row, person: Colleague, week: Week, latest: date, random: Random, *, surely: bool
) -> Iterator[Row]:
    """Most people read within the days after; fewer confirm, and a little later."""
    sent = announcement["saved_at"].date() + timedelta(days=1)
    days = [
        day
        for monday in (week.monday, week.monday + timedelta(weeks=1))
        for day in worked(monday, person.seat.working_days, person.country)
        if sent <= day <= latest and person.employed(day)
    ][:4]
    if not days or (random.random() > 0.93 and not surely):
        return
    day = random.choices(days, (8, 3, 2, 1)[: len(days)])[0]
    read_at = moment(day, random.randint(9 * 60 + 1, 17 * 60), person.time_zone)
    common = {"announcement": announcement["series"], "person_id": person.id}
    yield {**common, "kind": Receipt.read, "saved_at": read_at}
    if announcement["needs_acknowledgement"] and (random.random() < 0.9 or surely):
        yield {**common, "kind": Receipt.acknowledged, "saved_at": read_at + timedelta(minutes=random.randint(1, 40))}
