"""Look words: a closer look as headings and lines, the same on each platform that draws it in its own way."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.checkin_replies import Thread
from bot.desk import EventLine, GoalLine, Teammate
from bot.person_desk import PastWeek, PersonDesk, ReachOf
from bot.visit import Visit
from flows.message import Labelled
from storage.reach import Recipient
from storage.reasons import reason_of
from storage.refusals import NothingOpen

Say = Callable[..., str]
"""Any text of the catalogue, in the words of a surface."""
SAID = ("highlights", "more", "blockers", "help_wanted")


@dataclass(frozen=True)
class Item:
    head: str
    texts: tuple[tuple[str, str], ...] = ()
    """What was said, each with the words before it."""
    notes: tuple[str, ...] = ()
    buttons: tuple[Labelled, ...] = ()


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[Item, ...]
    nothing: str = ""


@dataclass(frozen=True)
class Sheet:
    title: str
    about: str
    sections: tuple[Section, ...]


def mate_line(mate: Teammate, say: Say, language: str) -> str:
    """Where a report's week stands, in one line."""
    state = say("desk.team.in" if mate.checked_in else "desk.team.open")
    parts = [mate.who.name(language), state, *([] if mate.mood is None else [mood(mate.mood, say)])]
    return " · ".join(parts)


def mood(number: int, say: Say) -> str:
    return say("desk.mood", {"word": say(f"checkin.Pulse.choices.mood.{number}"), "number": number})


def thread_lines(thread: Thread, say: Say) -> Iterator[tuple[str, str]]:
    """The replies and reactions to a check-in, each with the words before it."""
    for each in thread.replies:
        yield say("desk.person.replied", {"person": each.author}), each.text
    for one in thread.reactions:
        yield say("desk.person.replied", {"person": one.person}), one.reaction


def recipient_note(each: Recipient, versions: int, say: Say) -> str:
    """Why a person did not get an announcement, or when they did, read or confirmed it, and in which version."""
    if each.reason:
        return say(f"reasons.{reason_of(each.reason)}", {})
    if each.version and versions > 1:
        return say("desk.reach.version", {"at": each.at, "version": each.version})
    return say("desk.sent.at", {"at": each.at})


@dataclass(frozen=True)
class LookWords:
    """The words of closer looks for one visitor."""

    visit: Visit

    def tell(self, key: str, values: Mapping[str, Any] | None = None) -> str:
        reader = self.visit.reader
        return self.visit.repertoire.texts.say(reader.language, f"desk.{key}", values, reader.zone)

    def person(self, person: PersonDesk) -> Sheet:
        mine = "mine" if person.is_me else "theirs"
        return Sheet(
            self.tell(f"person.{mine}", {"person": person.who}),
            person.title,
            (
                self._weeks(person),
                Section(
                    self.tell("person.goals"), tuple(map(self._goal, person.goals.lines)), self.tell("person.no_goals")
                ),
                Section(
                    self.tell("person.events"), tuple(map(self.event, person.events)), self.tell("person.no_events")
                ),
            ),
        )

    def reached(self, reach: ReachOf, name: str) -> Sheet:
        """One of the lists of an announcement; raises `NothingOpen` where there is none of that name."""
        found = next(((count, people) for each, count, people in reach.lists if each == name), None)
        if found is None:
            raise NothingOpen
        count, people = found
        items = [
            Item(each.who.name(self.visit.reader.language), notes=(self._note(each, reach.versions),))
            for each in people
        ]
        if count > len(people):
            items.append(Item(self.tell("reach.more", {"count": count - len(people)})))
        return Sheet(self.list_title(name, count), reach.title, (Section("", tuple(items), self.tell("reach.nobody")),))

    def how_far(self, reach: ReachOf) -> tuple[str, ...]:
        """How far an announcement is, and what nobody can know about it, line by line."""
        audience = self.tell("reach.audience", {"count": reach.audience})
        untold = self.tell("reach.untold", {"count": reach.untold}) if reach.untold else ""
        return tuple(line for line in (audience, reach.far, untold) if line)

    def control(self, flow: str) -> str:
        """What the button says that starts a flow about an announcement."""
        return self.visit.repertoire.texts.say(self.visit.reader.language, f"{flow}.title")

    def list_title(self, name: str, count: int) -> str:
        return self.tell(f"reach.{name}", {"count": count})

    def event(self, line: EventLine) -> Item:
        by = self.tell("events.by", {"author": line.author, "day": line.day})
        said = ((self.tell(f"stance.{each.stance}", {"person": each.by}), each.text) for each in line.responses)
        return Item(f"{self.tell(f'kinds.{line.kind}')} · {by}", (("", line.text), *said), buttons=line.buttons)

    def _weeks(self, person: PersonDesk) -> Section:
        title = self.tell("person.weeks")
        if person.weeks is None:
            return Section(title, (), self.tell("person.not_for_you", {"person": person.who}))
        nothing = self.tell("person.no_weeks" if person.is_me else "person.none_shared")
        return Section(title, tuple(map(self._week, person.weeks)), nothing)

    def _week(self, week: PastWeek) -> Item:
        notes = [self.tell("person.sent", {"at": week.at})]
        if not week.shared:
            notes.append(self.tell("person.private"))
        head = f"{self.tell('person.week', {'week': week.name})} · {self._mood(week.mood)}"
        said = (*self._said(week), *thread_lines(week.thread, self._any))
        return Item(head, said, tuple(notes), week.thread.buttons)

    def _said(self, week: PastWeek) -> Iterator[tuple[str, str]]:
        for name in SAID:
            if text := getattr(week, name):
                yield self.tell(f"person.{name}"), text
        if week.progress:
            moved = " · ".join(f"{each.title}: {each.percent}%" for each in week.progress)
            yield self.tell("person.progress"), moved

    def _goal(self, line: GoalLine) -> Item:
        notes = [self.tell("goals.weight", {"weight": line.weight})]
        if line.due is not None:
            notes.append(self.tell("goals.due", {"due": line.due}))
        notes += [self.tell(f"marks.{name}") for name in line.marks]
        return Item(f"{line.percent or 0}% · {line.title}", notes=tuple(notes))

    def _mood(self, number: int) -> str:
        return mood(number, partial(self.visit.repertoire.texts.say, self.visit.reader.language))

    def _note(self, each: Recipient, versions: int) -> str:
        return recipient_note(each, versions, self._any)

    def _any(self, key: str, values: Mapping[str, Any]) -> str:
        reader = self.visit.reader
        return self.visit.repertoire.texts.say(reader.language, key, values, reader.zone)
