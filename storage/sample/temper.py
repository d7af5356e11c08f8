"""How the people of the sample company feel from week to week, and how readily they answer."""

from dataclasses import dataclass

from storage.sample.chance import stream
from storage.sample.people import Colleague
from storage.sample.weeks import Week, phase_of, presence


@dataclass(frozen=True)
class Temper:
    """The traits of one person."""

    rate: float
    """The share of plain weeks with an answer."""
    mood: float
    sensitivity: float
    """How much of the company's weather reaches the person."""
    rough_from: int
    rough_for: int
    """A hard time of one's own, in weeks ago and weeks."""
    prefers_friday: float
    reserved: float
    """How often the words are kept to oneself."""


def temper_of(person: Colleague) -> Temper:
    random = stream("temper", person.id)
    rate = random.uniform(0.84, 0.97) if person.seat.persona else random.triangular(0.78, 1.0, 0.93)
    return Temper(
        rate=rate - (0.03 if person.seat.rank in ("chief", "head") else 0.0),
        mood=random.triangular(3.2, 4.4, 3.8),
        sensitivity=random.uniform(0.6, 1.3),
        rough_from=random.randint(12, 100),
        rough_for=random.randint(4, 8),
        prefers_friday=random.betavariate(2, 1),
        reserved=random.choice((0.0, 0.0, 0.02, 0.05, 0.2)),
    )


def moods(person: Colleague, temper: Temper, weeks: tuple[Week, ...]) -> dict[int, int]:
    """Mood from 1 to 5 by weeks ago: one's own nature, the company's weather, hard weeks, and yesterday's echo."""
    random = stream("mood", person.id)
    echo = 0.0
    felt: dict[int, int] = {}
    for week in weeks:
        echo = 0.55 * echo + random.gauss(0.0, 0.5)
        weather = phase_of(week.ago).mood.get(person.seat.department, 0.0)
        level = temper.mood + echo + weather * temper.sensitivity
        if temper.rough_from >= week.ago > temper.rough_from - temper.rough_for:
            level -= 1.1
        if "strained" in person.seat.marks and week.ago <= 6:
            level -= 1.7
        if person.left is not None and (person.left - week.monday).days < 75:
            level -= 1.3
        felt[week.ago] = min(5, max(1, round(level)))
    return felt


def answers(person: Colleague, temper: Temper, week: Week, luck: float) -> bool:
    """Whether the person answers in a week; `luck` is drawn from 0 to 1."""
    wish = temper.rate
    if "strained" in person.seat.marks and week.ago <= 3:
        wish *= 0.7
    return luck < wish * presence(week.monday, person.country)
