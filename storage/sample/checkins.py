"""Two years of weekly check-ins of the sample company, and the progress on goals that was stated in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from storage.sample.chance import stream
from storage.sample.goals import Course
from storage.sample.people import Colleague, Company
from storage.sample.temper import answers, moods, temper_of
from storage.sample.voice import Voice
from storage.sample.weeks import Week, history, moment, phase_of, worked

Row = dict[str, Any]


@dataclass
class Diary:
    """What came out: rows for the check-ins, and for the goals they moved."""

    checkins: list[Row] = field(default_factory=list)
    updates: list[Row] = field(default_factory=list)


def write_diaries(company: Company, courses: Sequence[Course], weeks: tuple[Week, ...]) -> Diary:
    """Everybody's check-ins, in the order in which they were saved."""
    diary = Diary()
    own: dict[int, list[Course]] = {}
    for course in courses:
        if course.person_id is None:
            diary.updates += _monthly(course, weeks)
        else:
            own.setdefault(course.person_id, []).append(course)
    for person in company.people:
        writer = _Writer(company, person, own.get(person.id, []), weeks)
        for week in weeks:
            writer.write(week, diary)
    diary.checkins.sort(key=lambda row: (row["saved_at"], row["series"], row["version"]))
    diary.updates.sort(key=lambda row: (row["saved_at"], row["goal"]))
    return diary


def sketches(company: Company, person: Colleague, monday: date) -> Iterator[Row]:
    """What somebody may write in a week that is not over yet, one row of `check_in` after another, without goals."""
    week = Week(monday, 0)
    writer = _Writer(company, person, [], (*history(monday), week), purpose="check-in of this week")
    while True:
        yield next(writer.versions(week, writer.moods[0], {}, moment(monday, 9 * 60, person.time_zone)))


def _monthly(course: Course, weeks: tuple[Week, ...]) -> Iterator[Row]:
    """A department's goal is stated by its head about once a month."""
    random = stream("monthly", course.series)
    said = 0
    for week in weeks[random.randint(0, 3) :: 4]:
        days = worked(week.monday, "12345", course.owner.country)
        if not days or not course.runs(days[0]) or (percent := course.percent(days[0])) == said:
            continue
        said = percent
        at = moment(days[0], random.randint(9 * 60, 11 * 60 + 50), course.owner.time_zone)
        yield _update(course, percent, None, at)


def _update(course: Course, percent: int, note: str | None, at: datetime) -> Row:
    value = course.value(percent, at.date())
    return {
        "goal": course.series,
        "percent": percent,
        "value": value,
        "note": note,
        "saved_by": course.owner.id,
        "saved_at": at,
    }


class _Writer:
    """One person, week after week."""

    def __init__(
        self,
        company: Company,
        person: Colleague,
        courses: list[Course],
        weeks: tuple[Week, ...],
        purpose: str = "check-in",
    ) -> None:
        self.person = person
        self.courses = courses
        self.voice = Voice(company, person, person, f"{purpose} words")
        self.random = stream(f"{purpose}s", person.id)
        self.temper = temper_of(person)
        self.crafts = {
            "chief": ("head", "lead"),
            "head": ("head", "lead"),
            "lead": (person.seat.craft, "lead"),
            "member": (person.seat.craft,),
        }[person.seat.rank]
        self.moods = moods(person, self.temper, weeks)
        self.said: dict[str, int] = {}

    def write(self, week: Week, diary: Diary) -> None:
        days = worked(week.monday, self.person.seat.working_days, self.person.country)
        luck = self.random.random()
        if not days or not self.person.at_work(week.monday) or not answers(self.person, self.temper, week, luck):
            return
        at = self._when(week, days)
        progress = self._progress(week, at, diary)
        diary.checkins += self.versions(week, self.moods[week.ago], progress, at)

    def _when(self, week: Week, days: list[date]) -> datetime:
        """Thursday or Friday, in between other things; some only get to it on Monday morning."""
        random = self.random
        monday = week.monday + timedelta(weeks=1)
        if (
            week.ago > 1
            and random.random() < 0.1
            and self.person.at_work(monday)
            and worked(monday, "1", self.person.country)
        ):
            return moment(monday, random.randint(8 * 60 + 20, 10 * 60 + 40), self.person.time_zone)
        day = days[-1] if random.random() < self.temper.prefers_friday else days[-2:][0]
        minutes = random.choices(
            (
                random.randint(9 * 60, 11 * 60 + 50),
                random.randint(13 * 60, 17 * 60 + 55),
                random.randint(18 * 60, 20 * 60),
            ),
            (25, 66, 9),
        )[0]
        return moment(day, minutes, self.person.time_zone)

    def _progress(self, week: Week, at: datetime, diary: Diary) -> dict[str, int]:
        stated: dict[str, int] = {}
        for course in self.courses:
            if not course.runs(week.friday):
                continue
            percent = stated[course.series] = course.percent(week.friday)
            if percent != self.said.get(course.series, 0):
                self.said[course.series] = percent
                pool = self.voice.fitting("notes")
                note = self.voice.say(pool, self.voice.blanks(week.monday)) if self.random.random() < 0.3 else None
                diary.updates.append(_update(course, percent, note, at))
        return stated

    def versions(self, week: Week, mood: int, progress: dict[str, int], at: datetime) -> Iterator[Row]:
        voice, random = self.voice, self.random
        blanks = voice.blanks(week.monday)
        is_short = random.random() < 0.1
        low = mood <= 2
        if is_short:
            highlights = voice.say(voice.fitting("short"), blanks)
        elif low and random.random() < 0.6:
            highlights = voice.say(voice.fitting("low"), blanks)
        else:
            highlights = self._highlights(week)
        row = {
            "series": f"{self.person.id}:{week.name}",
            "version": 1,
            "current": True,
            "saved_by": self.person.id,
            "saved_at": at,
            "person_id": self.person.id,
            "week": week.name,
            "mood": mood,
            "progress": progress,
            "highlights": highlights,
            "more": None,
            "blockers": self._perhaps("blockers", 0.9 if low else 0.3, blanks),
            "help_wanted": self._perhaps("help", 0.5 if low else 0.12, blanks),
            "shared": random.random() >= self.temper.reserved,
        }
        if random.random() < (0.55 if is_short else 0.06):
            said = voice.say(voice.fitting("more"), blanks)
            later = at + timedelta(minutes=random.randint(2, 25))
            yield {**row, "current": False}
            yield {**row, "version": 2, "saved_at": later, "more": said}
        elif random.random() < 0.03:
            added = voice.book.paragraph(highlights, self._sentence(week))
            yield {**row, "current": False}
            yield {**row, "version": 2, "saved_at": at + timedelta(minutes=random.randint(5, 55)), "highlights": added}
        else:
            yield row

    def _highlights(self, week: Week) -> str:
        number = self.random.choices((1, 2, 3), (35, 55, 10))[0]
        return self.voice.book.paragraph(*(self._sentence(week) for _ in range(number)))

    def _sentence(self, week: Week) -> str:
        """About the company's story where it touches the craft, otherwise about the work of the week."""
        book = self.voice.book
        phase = phase_of(week.ago)
        blanks = {**self.voice.blanks(week.monday), "share": str(phase.share(week.ago))}
        story = book.all_of(self.person.seat.trade, phase.name)
        random = self.random
        if story and random.random() < min(0.3, 0.08 * len(story)):
            return self.voice.say(story, blanks)
        craft = self.crafts[0] if random.random() < 0.6 else self.crafts[-1]
        return self.voice.say(book.all_of(craft, "highlights"), blanks)

    def _perhaps(self, kind: str, chance: float, blanks: Mapping[str, str]) -> str | None:
        if self.random.random() >= chance:
            return None
        craft = self.random.choice(self.crafts)
        return self.voice.say(self.voice.book.all_of(craft, kind), blanks)
