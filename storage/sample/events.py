"""Two years of key events of the sample company: wins, misses, coaching and praise, and what was said to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from storage.events import Kind, Visibility
from storage.sample.chance import series, stream
from storage.sample.goals import Course
from storage.sample.people import Colleague, Company
from storage.sample.phrases import Phrasebook, typed_by
from storage.sample.voice import Decks, Voice
from storage.sample.weeks import Week, moment, phase_of, worked

Row = dict[str, Any]
QUARTER = 13


@dataclass
class Notebook:
    """What came out: rows for events, and for what their subjects say of them."""

    events: list[Row] = field(default_factory=list)
    responses: list[Row] = field(default_factory=list)


def write_notebooks(company: Company, courses: Sequence[Course], weeks: tuple[Week, ...]) -> Notebook:
    """Everybody's events, in the order in which they were saved."""
    notebook = Notebook()
    own: dict[int, list[Course]] = {}
    for course in courses:
        if course.person_id is not None:
            own.setdefault(course.person_id, []).append(course)
    for person in company.people:
        writer = _Witnesses(company, person, own.get(person.id, []), weeks)
        for start in range(0, len(weeks), QUARTER):
            writer.write(weeks[start : start + QUARTER], notebook)
    for language in ("en", "zh"):
        _contest(company, language, weeks, notebook)
    notebook.events.sort(key=lambda row: (row["saved_at"], row["series"], row["version"]))
    notebook.responses.sort(key=lambda row: (row["saved_at"], row["event"]))
    return notebook


class _Witnesses:
    """Those who write about one person: the manager mostly, sometimes a colleague or the person."""

    def __init__(self, company: Company, person: Colleague, courses: list[Course], weeks: tuple[Week, ...]) -> None:
        self.company = company
        self.person = person
        self.courses = courses
        self.latest = weeks[-1].friday
        self.random = stream("events", person.id)
        self.fortune = self.random.uniform(0.75, 1.25)
        """Some collect more wins, some more misses."""
        self._voices: dict[int, Voice] = {}
        self._decks: Decks = {}
        self._own_voice = Voice(company, person, person, "context")

    def write(self, quarter: Sequence[Week], notebook: Notebook) -> None:
        number = self.random.choices((1, 2, 3), (30, 45, 25))[0]
        for week in self.random.sample(list(quarter), number):
            days = worked(week.monday, self.person.seat.working_days, self.person.country)
            if days and self.person.at_work(week.monday):
                self._event(week, self.random.choice(days), notebook)

    def _event(self, week: Week, day: date, notebook: Notebook) -> None:
        kind = self._kind(week)
        author = self._author(kind, day)
        if author is None:
            return
        voice = self._voices.setdefault(author.id, Voice(self.company, self.person, author, "event words", self._decks))
        craft = self.person.seat.craft
        text = voice.say(voice.fitting(kind, craft), voice.blanks(day))
        row = event_row(self.person, author, kind, text, day, self.latest, self.random)
        row["goal"] = self._goal(kind, day)
        if row["saved_at"].date() > self.latest:
            return
        if self.random.random() < 0.02:
            notebook.events.append({**row, "current": False})
            row = {
                **row,
                "version": 2,
                "visibility": Visibility.line,
                "saved_at": row["saved_at"] + timedelta(minutes=11),
            }
        notebook.events.append(row)
        if author.id != self.person.id and kind != Kind.coaching and self.random.random() < 0.08:
            self._context(row, notebook)

    def _kind(self, week: Week) -> Kind:
        weather = phase_of(week.ago).mood.get(self.person.seat.department, 0.0)
        win = max(15.0, 44 * self.fortune + 12 * weather)
        miss = max(5.0, 18 / self.fortune - 12 * weather)
        return self.random.choices((Kind.win, Kind.miss, Kind.coaching, Kind.praise), (win, miss, 16, 22))[0]

    def _author(self, kind: Kind, day: date) -> Colleague | None:
        """Coaching is the manager's; praise comes mostly from colleagues; anybody may own up to a miss."""
        manager = self.company.manager_on(self.person, day)
        if manager is None:  # nobody leads the chief, but everybody may say something kind
            return self.random.choice(self.company.around(self.person, day)) if kind == Kind.praise else None
        others = [each for each in self.company.around(self.person, day) if each.manager == self.person.manager]
        peer = self.random.choice(others) if others else manager
        if kind == Kind.coaching:
            return manager
        myself, by_peer = {Kind.win: (0.18, 0.12), Kind.miss: (0.14, 0.0), Kind.praise: (0.0, 0.6)}[kind]
        luck = self.random.random()
        if luck < myself:
            return self.person
        return peer if luck < myself + by_peer else manager

    def _goal(self, kind: Kind, day: date) -> str | None:
        running = [course.series for course in self.courses if course.runs(day)]
        return (
            self.random.choice(running)
            if running and kind in (Kind.win, Kind.miss) and self.random.random() < 0.5
            else None
        )

    def _context(self, row: Row, notebook: Notebook) -> None:
        voice = self._own_voice
        kind = "context_bad" if row["kind"] == Kind.miss else "context_good"
        hours = timedelta(hours=self.random.randint(1, 3))
        notebook.responses.append(
            {
                "event": row["series"],
                "event_version": row["version"],
                "stance": "context",
                "text": voice.say(voice.fitting(kind), voice.blanks(row["happened_on"])),
                "saved_by": self.person.id,
                "saved_at": row["saved_at"] + hours,
            }
        )


def event_row(
    person: Colleague, author: Colleague, kind: Kind, text: str, day: date, latest: date, random: Random
) -> Row:
    """An event of a day, written down by its author within the two working days after it."""
    week = day - timedelta(days=day.weekday())
    days = [
        each
        for monday in (week, week + timedelta(weeks=1))
        for each in worked(monday, author.seat.working_days, author.country)
        if day <= each <= latest and author.employed(each)
    ]
    written_on = random.choice(days[:3]) if days else day
    if kind == Kind.praise:
        visibility = random.choices((Visibility.public, Visibility.manager), (75, 25))[0]
    else:
        visibility = random.choices((Visibility.manager, Visibility.line), (65, 35))[0]
    return {
        "series": series(random),
        "version": 1,
        "current": True,
        "saved_by": author.id,
        "saved_at": moment(written_on, random.randint(9 * 60, 17 * 60 + 40), author.time_zone),
        "subject_id": person.id,
        "kind": kind,
        "text": text,
        "happened_on": day,
        "goal": None,
        "visibility": visibility,
        "quoted_from": None,
    }


def _contest(company: Company, language: str, weeks: tuple[Week, ...], notebook: Notebook) -> None:
    """The few events whose subject says that it was not so; both write the same language."""
    for number, case in enumerate(Phrasebook(language).contested):
        random = stream("contested", language, number)
        week = weeks[-(8 if language == "en" else 5 + 6 * number)]
        for person in _who_could(company, case["craft"], language, week):
            days = worked(week.monday, person.seat.working_days, person.country)
            author = company[person.manager or 0]
            text = typed_by(case["event"], True)
            row = event_row(person, author, Kind.miss, text, days[1], weeks[-1].friday, random)
            notebook.events.append(row)
            notebook.responses.append(
                {
                    "event": row["series"],
                    "event_version": 1,
                    "stance": "contest",
                    "text": typed_by(case["reply"], True),
                    "saved_by": person.id,
                    "saved_at": row["saved_at"] + timedelta(minutes=random.randint(50, 150)),
                }
            )
            break


def _who_could(company: Company, craft: str, language: str, week: Week) -> Iterator[Colleague]:
    for person in company.people:
        if person.manager is None or person.seat.persona or person.seat.rank != "member":
            continue
        speaks = person.locale == company[person.manager].locale == language
        days = worked(week.monday, person.seat.working_days, person.country)
        if speaks and person.seat.craft == craft and person.at_work(week.monday) and len(days) > 1:
            yield person
