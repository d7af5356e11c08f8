"""The people of the sample company: seats from `company.toml`, names drawn for them, and the reporting line."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Any

from storage.sample.chance import Deck, stream
from storage.sample.phrases import contents

LEFT_WEEKS_AGO = (91, 72, 58, 41, 19, 8)
ON_LEAVE_WEEKS = (16, 10)
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "'": ""})
CUSTOMER_FACING = ("sales", "service", "product", "gateway", "cloud", "apps", "quality", "finance", "head")


@dataclass(frozen=True, kw_only=True)
class Name:
    given: str
    family: str
    native: str | None = None
    western: bool = False
    """Somebody who goes by a Western given name, with or without a Chinese one."""

    @property
    def handle(self) -> str:
        """Family name first where it stands first, as in li.na; given name first elsewhere."""
        parts = (self.given, self.family) if self.western else (self.family, self.given)
        plain = ".".join(parts).lower().translate(LETTERS)
        return "".join(letter for letter in unicodedata.normalize("NFKD", plain) if letter.isascii())


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A position in the company, before anybody sits on it."""

    number: int
    title: str
    site: dict[str, str]
    marks: frozenset[str]
    department: str
    craft: str
    """Whose sentences and goals the person has."""
    trade: str
    """The craft of the team; for a head, that of the department."""
    rank: str
    """`chief`, `head`, `lead` or `member`."""
    boss: int | None

    @property
    def working_days(self) -> str:
        return "1234" if "part-time" in self.marks else "12345"

    @property
    def persona(self) -> str | None:
        return next((mark.removeprefix("as:") for mark in self.marks if mark.startswith("as:")), None)


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody of the sample company, as the rest of the generator knows them."""

    id: int
    seat: Seat
    name: Name
    locale: str
    joined: date
    left: date | None
    away_from: date | None
    """First day of a leave that still lasts."""
    manager: int | None

    @property
    def country(self) -> str:
        return self.seat.site["country"]

    @property
    def time_zone(self) -> str:
        return self.seat.site["time_zone"]

    @property
    def has_customers(self) -> bool:
        return self.seat.craft in CUSTOMER_FACING

    def at_work(self, monday: date) -> bool:
        """Whether the person was employed, and not on leave, for the whole of a week."""
        friday = monday + timedelta(days=4)
        return self.employed(monday) and self.employed(friday) and not (self.away_from and self.away_from <= friday)

    def employed(self, day: date) -> bool:
        return self.joined <= day and (self.left is None or day <= self.left)

    def writes_to(self, other: "Colleague") -> str:
        """The language in which the person writes about a colleague: Chinese among Chinese colleagues."""
        both = not self.name.western and self.name.native is not None and other.locale == "zh"
        return "zh" if both else self.locale

    def called(self, language: str) -> str:
        """How a colleague who writes this language mentions the person."""
        if self.name.western or self.name.native is None:
            return self.name.given
        return self.name.native if language == "zh" else f"{self.name.family} {self.name.given}"


@dataclass(frozen=True)
class Company:
    """Everybody, and the ids of their departments."""

    people: tuple[Colleague, ...]
    departments: dict[str, int]

    @cached_property
    def _by_id(self) -> dict[int, Colleague]:
        return {each.id: each for each in self.people}

    @cached_property
    def _near(self) -> dict[int, tuple[Colleague, ...]]:
        """By person, the people of the same lead and the people who report there."""
        near: dict[int, tuple[Colleague, ...]] = {}
        for person in self.people:
            mates = person.manager if person.seat.rank == "member" else None
            near[person.id] = tuple(
                each
                for each in self.people
                if each.id != person.id and each.manager is not None and each.manager in (person.id, mates)
            )
        return near

    def __getitem__(self, person: int) -> Colleague:
        return self._by_id[person]

    def persona(self, name: str) -> int:
        return next(each.id for each in self.people if each.seat.persona == name)

    def head_of(self, department: str) -> Colleague:
        return next(e for e in self.people if e.seat.department == department and e.seat.rank in ("head", "chief"))

    def manager_on(self, person: Colleague, day: date) -> Colleague | None:
        """Who led the person on a day: the manager, or the next one up who was there already."""
        above = person.manager
        while above is not None and not self[above].employed(day):
            above = self[above].manager
        return None if above is None else self[above]

    def around(self, person: Colleague, day: date) -> list[Colleague]:
        """Team mates, and for whoever leads people these people, as they were on a day."""
        near = [each for each in self._near[person.id] if each.employed(day)]
        return near or [each for each in self.people if each.id == person.manager]


def seats() -> tuple[Seat, ...]:
    """Every seat, whoever leads before whoever follows."""
    return tuple(_seats())


def _seats() -> Iterator[Seat]:
    written = contents("company.toml")
    number = 0

    def seat(row: list[str], department: dict[str, Any], trade: str, rank: str, boss: int | None) -> Seat:
        title, site, *marks = row
        return Seat(
            number=number,
            title=title,
            site=written["site"][site],
            marks=frozenset(marks),
            department=department["key"],
            craft="head" if rank in ("chief", "head") else trade,
            trade=trade,
            rank=rank,
            boss=boss,
        )

    for department in written["department"]:
        head = number
        is_office = head == 0
        yield seat(
            department["head"],
            department,
            department["craft"],
            "chief" if is_office else "head",
            None if is_office else 0,
        )
        number += 1
        for row in department["direct"]:
            yield seat(row, department, department["craft"], "member", head)
            number += 1
        for team in department.get("team", ()):
            lead = number
            for row in team["seats"]:
                leads = number == lead
                yield seat(row, department, team["craft"], "lead" if leads else "member", head if leads else lead)
                number += 1


class Names:
    """Draws a name for a seat; no two people get the same handle."""

    def __init__(self) -> None:
        pool = contents("names.toml")
        random = stream("names")
        self._avoid = frozenset(pool["avoid"])
        self._family = Deck([(han, latin) for han, latin, times in pool["family"] for _ in range(times)], random)
        self._given = Deck([tuple(each) for each in pool["given"]], random)
        self._whole = {country: Deck([tuple(each) for each in pool[country]], random) for country in ("DE", "US")}
        self._taken: set[str] = set()

    def draw(self, seat: Seat) -> Name:
        while True:
            name = self._draw(seat)
            if name.native not in self._avoid and name.handle not in self._taken:
                self._taken.add(name.handle)
                return name

    def _draw(self, seat: Seat) -> Name:
        country = "DE" if "expat" in seat.marks else "CN" if "abroad" in seat.marks else seat.site["country"]
        if country == "CN":
            (family_han, family), (given_han, given) = self._family.deal(), self._given.deal()
            return Name(given=given, family=family, native=family_han + given_han)
        given, family, *native = self._whole[country].deal()
        return Name(given=given, family=family, native=native[0] if native else None, western=True)


def joined_on(seat: Seat, this_monday: date, random: Random) -> date:
    """A Monday some years ago; for about a quarter of the members, one within the two years."""
    if "new" in seat.marks:
        weeks = 3
    elif seat.rank in ("chief", "head"):
        weeks = random.randint(230, 640)
    elif seat.rank == "lead":
        weeks = random.randint(160, 520)
    elif seat.marks & {"left", "leave"} or seat.persona or random.random() < 0.74:
        weeks = random.randint(115, 460)
    else:
        weeks = random.randint(9, 98)
    return this_monday - timedelta(weeks=weeks)
