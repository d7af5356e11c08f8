"""The goals of the sample company: the company's, each department's and everybody's own, this year and last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import pow as power
from random import Random
from typing import Any

from storage.goals import GoalState
from storage.sample.chance import Deck, series, stream
from storage.sample.people import Colleague, Company
from storage.sample.phrases import contents, fill, typed_by
from storage.sample.voice import customers_of, project_of
from storage.sample.weeks import Week, moment, worked

WEIGHTS = {
    2: ((50, 50), (60, 40)),
    3: ((40, 30, 30), (50, 30, 20), (35, 35, 30)),
    4: ((40, 30, 20, 10), (30, 30, 20, 20)),
}
UNFINISHED_PLANS = 5
"""So many people have not yet agreed all of their goals for this year."""
SLOWED_BY_THE_DELAY = ("hardware", "manufacturing", "product")


@dataclass(frozen=True, kw_only=True)
class Course:
    """A goal and the way it goes: how far it is on any day, and the rows that tell its story."""

    series: str
    topic: str
    """Which entry of the catalogue it was made from."""
    owner: Colleague
    person_id: int | None
    begins: date
    ends: date
    pace: float
    """What share of the goal is reached by its due date; more than 1 is early."""
    shape: float
    hold: float
    """When it stands still for a while, as a share of the time."""
    versions: tuple[dict[str, Any], ...]

    @property
    def last(self) -> dict[str, Any]:
        return self.versions[-1]

    def runs(self, day: date) -> bool:
        """Whether the goal was there and still open on a day."""
        closed = self.last["state"] != GoalState.active and day >= self.last["saved_at"].date()
        return self.versions[0]["saved_at"].date() <= day and not closed

    def percent(self, day: date) -> int:
        span = max((self.ends - self.begins).days, 1)
        gone = min(max((day - self.begins).days / span, 0.0), 1.0)
        if gone > self.hold:
            gone = max(self.hold, self.hold + (gone - self.hold - 0.12) * (1 - self.hold) / (0.88 - self.hold))
        return min(100, 5 * round(20 * self.pace * power(gone, self.shape)))

    def value(self, percent: int, day: date) -> Decimal | None:
        """What the indicator says at so many percent, with the target as it was on the day."""
        valid = [each for each in self.versions if each["saved_at"].date() <= day] or [self.versions[0]]
        baseline, target = valid[-1]["baseline"], valid[-1]["target"]
        if baseline is None or target is None:
            return None
        assert isinstance(baseline, Decimal)
        assert isinstance(target, Decimal)
        return (baseline + (target - baseline) * percent / 100).quantize(target)


class Planner:
    """Plans the goals of one year, from the company down, so that every parent is there before its children."""

    def __init__(self, company: Company, weeks: tuple[Week, ...], year: int, this_year: bool) -> None:
        self.company = company
        self.year = year
        self.this_year = this_year
        self.latest = weeks[-1].friday
        self.above: dict[str, Course] = {}
        """Goals of the company and the departments, by `company.rv7` or `software.used`."""
        self.own: dict[int, list[Course]] = {}
        self.unfinished = self._who_is_unfinished()

    def plan(self) -> list[Course]:
        """Every goal of the year, in an order in which parents come first."""
        return list(self._plan())

    def _plan(self) -> Iterator[Course]:
        catalogue = contents("goals.toml")
        chief = self.company.head_of("office")
        for entry in catalogue["company"]:
            self.above[f"office.{entry['key']}"] = course = self._collective(entry, chief, None)
            yield course
        for department, entries in catalogue["department"].items():
            for entry in entries:
                parent = self.above[f"office.{entry['serves']}"]
                course = self._collective(entry, self.company.head_of(department), parent)
                self.above[f"{department}.{entry['key']}"] = course
                yield course
        for person in self.company.people:
            self.own[person.id] = list(self._personal(person, catalogue["craft"]))
            yield from self.own[person.id]

    def _collective(self, entry: dict[str, Any], head: Colleague, parent: Course | None) -> Course:
        random = stream("department goal", self.year, head.seat.department, entry["key"])
        entry = {**entry, "numbers": entry["this" if self.this_year else "last"]}
        agreed = self._agreed(random, head, date(self.year - 1, 12, 8))
        slow = not self.this_year and head.seat.department in (*SLOWED_BY_THE_DELAY, "office")
        return self._course(
            entry,
            head,
            None,
            parent,
            random,
            agreed,
            date(self.year, 12, 31),
            weight=0,
            slow=slow,
            words=entry[head.locale],
        )

    def _personal(self, person: Colleague, catalogue: dict[str, list[dict[str, Any]]]) -> Iterator[Course]:
        random = stream("goals", self.year, person.id)
        agreed = max(date(self.year - 1, 12, 15), person.joined + timedelta(weeks=2))
        ends = date(self.year, 12, 31) if person.left is None else min(person.left, date(self.year, 12, 31))
        agreed_at = self._agreed(random, person, agreed)
        if (ends - agreed_at.date()).days < 56 or not person.employed(agreed_at.date()):
            return  # too late in the year, or about to leave: nobody agrees goals then
        deck = Deck(catalogue[person.seat.craft], stream("goal deck", person.id))
        number = random.choices((2, 3, 4), (2, 5, 3))[0]
        skipped = 0 if self.this_year else 4
        chosen = [deck.deal() for _ in range(skipped + number)][skipped:]
        if person.seat.rank == "lead":
            chosen[-1] = random.choice(catalogue["lead"])
        chosen = [entry for i, entry in enumerate(chosen) if entry not in chosen[:i]]  # the deck may have begun anew
        weights = random.choice(WEIGHTS[len(chosen)]) if len(chosen) > 1 else (100,)
        if person.id in self.unfinished:
            chosen, weights = chosen[:-1], weights[:-1]
        for entry, weight in zip(chosen, weights, strict=True):
            words = [self._worded(text, person, random) for text in entry[person.locale]]
            due = self._due(random)
            slow = not self.this_year and person.seat.department in SLOWED_BY_THE_DELAY
            yield self._course(
                entry, person, person.id, self._parent(entry, person, random), random, agreed_at, due,
                weight=weight, slow=slow, words=words,
            )  # fmt: skip

    def _course(
        self,
        entry: dict[str, Any],
        owner: Colleague,
        person_id: int | None,
        parent: Course | None,
        random: Random,
        agreed_at: datetime,
        due: date,
        *,
        weight: int,
        slow: bool,
        words: list[str],
    ) -> Course:
        title, indicator, unit = words
        name = series(random)
        begins = max(agreed_at.date(), date(self.year, 1, 6))
        baseline, target = self._numbers(entry, random) if person_id else map(Decimal, entry["numbers"])
        first = {
            "series": name,
            "version": 1,
            "saved_by": owner.id,
            "saved_at": agreed_at,
            "person_id": person_id,
            "department_id": None if person_id else self.company.departments[owner.seat.department],
            "parent": parent.series if parent else None,
            "title": title,
            "indicator": indicator or None,
            "baseline": baseline,
            "target": target,
            "unit": unit or None,
            "due": due,
            "weight": weight,
            "milestones": _milestones(entry.get(f"{owner.locale}_steps", ()), begins, due),
            "state": GoalState.active,
        }
        pace = random.choices((0.55, 0.78, 0.95, 1.08), (14, 24, 42, 20))[0] * random.uniform(0.93, 1.07)
        pace *= 0.85 if slow else 1.0
        return Course(
            series=name,
            topic=entry["en"][0],
            owner=owner,
            person_id=person_id,
            begins=begins,
            ends=due,
            pace=pace,
            shape=random.uniform(0.85, 1.35),
            hold=random.uniform(0.15, 0.75),
            versions=tuple(self._versions(first, owner, pace, random)),
        )

    def _versions(
        self, first: dict[str, Any], owner: Colleague, pace: float, random: Random
    ) -> Iterator[dict[str, Any]]:
        """As agreed; for some once changed on the way; and closed when the year, or the job, is over."""
        yield first
        latest = first
        changed_on = date(self.year, random.randint(4, 7), random.randint(2, 27))
        if random.random() < 0.08 and first["target"] is not None and first["person_id"]:
            saved_at = self._agreed(random, owner, changed_on)
            if first["saved_at"] + timedelta(weeks=4) < saved_at and owner.employed(saved_at.date()):
                middle = (first["baseline"] + first["target"] * 3) / 4
                eased = {"target": middle.quantize(first["target"]), "saved_at": saved_at, "version": 2}
                latest = {**first, **eased}
                yield latest
        version = latest["version"] + 1
        if owner.left is not None and owner.left < date(self.year, 12, 31):
            closed_at = moment(owner.left, 16 * 60 + random.randint(0, 40), owner.time_zone)
            yield {**latest, "version": version, "state": GoalState.dropped, "saved_at": closed_at}
        elif not self.this_year:
            closed_at = self._agreed(random, owner, date(self.year, 12, 14))
            is_dropped = first["person_id"] is not None and pace < 0.6 and random.random() < 0.6
            state = GoalState.dropped if is_dropped else GoalState.done
            yield {**latest, "version": version, "state": state, "saved_at": closed_at}

    def _parent(self, entry: dict[str, Any], person: Colleague, random: Random) -> Course | None:
        """The goal above: the team lead's where that is the same one, otherwise the department's."""
        key = entry.get("serves")
        if key is None:
            return None
        own_department = [each for name, each in self.above.items() if name.startswith(f"{person.seat.department}.")]
        if key == "*":
            return own_department[0] if person.seat.craft == "head" else random.choice(own_department)
        of_the_lead = (each for each in self.own.get(person.manager or 0, ()) if each.topic == entry["en"][0])
        return next(of_the_lead, self.above[f"{person.seat.department}.{key}"])

    def _numbers(self, entry: dict[str, Any], random: Random) -> tuple[Decimal | None, Decimal | None]:
        """Baseline and target, a little different for everyone; percentages stay as they are."""
        if "numbers" not in entry:
            return None, None
        baseline, target = map(Decimal, entry["numbers"])
        if entry["en"][2] == "%" or abs(target) < 10:
            return baseline, target
        factor = Decimal(random.choice(("0.8", "0.9", "1", "1.1", "1.25")))
        return (baseline * factor).quantize(baseline), (target * factor).quantize(target)

    def _worded(self, text: str, person: Colleague, random: Random) -> str:
        day = date(self.year, 2, 1)
        blanks = {
            "project": project_of(person, day, person.locale),
            "customer": random.choice(customers_of(person, day, person.locale)),
        }
        filled = fill(text, blanks, random) if "{" in text else text
        return typed_by(filled, True) if person.locale == "zh" else filled

    def _due(self, random: Random) -> date:
        return date(self.year, *random.choices(((12, 31), (12, 15), (11, 30), (10, 31), (9, 30)), (10, 4, 3, 2, 2))[0])

    def _agreed(self, random: Random, person: Colleague, earliest: date) -> datetime:
        """A working moment within five weeks of a day, and never after the history ends."""
        day = min(earliest + timedelta(days=random.randint(0, 34)), self.latest)
        days = [
            each
            for each in worked(day - timedelta(days=day.weekday()), person.seat.working_days, person.country)
            if each <= day
        ]
        return moment(days[-1] if days else day, random.randint(9 * 60, 17 * 60 + 30), person.time_zone)

    def _who_is_unfinished(self) -> frozenset[int]:
        here = [
            each.id
            for each in self.company.people
            if each.seat.rank == "member" and not each.left and not each.seat.marks & {"new"} and not each.seat.persona
        ]
        return (
            frozenset(stream("unfinished", self.year).sample(here, UNFINISHED_PLANS)) if self.this_year else frozenset()
        )


def _milestones(steps: list[str], begins: date, due: date) -> list[dict[str, str]]:
    """Steps on days spread over the time of a goal, the last one on its due date."""
    span = (due - begins).days
    days = [begins + timedelta(days=span * (number + 1) // len(steps)) for number in range(len(steps))]
    return [{"day": day.isoformat(), "what": what} for day, what in zip(days, steps, strict=True)]
