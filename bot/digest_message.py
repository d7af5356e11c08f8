"""The digest as its manager reads it now: an entry for each person, with what can be done about it.

What was new is kept in the message as it was in the morning it was made. A check-in that was made private since, and
a win that was taken back, are left out of it when it is shown again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from flows.catalog import Catalog
from flows.message import Digest, Entry, Labelled, Message
from flows.page import Reader
from storage.checkins import shared_of
from storage.events import standing
from storage.references import Who

DIGEST = ("digest", "team")
SAID = ("help_wanted", "blockers", "highlights")
TREND = 2
"""Check-ins from which on the mood has a course."""


@dataclass(frozen=True)
class Part:
    """What is new of one person, as the message keeps it."""

    person: Who
    checkin: str = ""
    """The series of their check-in, if they have shared one."""
    moods: tuple[int, ...] = ()
    """Of the check-ins they have shared, the oldest first; the last is that of this one."""
    said: tuple[tuple[str, str], ...] = ()
    """Names of the answers, each with what they said."""
    wins: tuple[tuple[str, str], ...] = ()
    """Series and text of the wins they have logged themselves."""
    flows: tuple[str, ...] = ()
    """Those that answer the check-in."""

    def kept(self) -> dict[str, Any]:
        """As values of a message; `part_of` reads them."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def without_checkin(self) -> "Part":
        return replace(self, checkin="", moods=(), said=(), flows=())


def part_of(kept: Mapping[str, Any]) -> Part:
    return Part(**kept)


def digest_message(db: Connection, texts: Catalog, reader: Reader, values: Mapping[str, Any]) -> Message:
    parts = list(_by_now(db, [part_of(each) for each in values["parts"]]))
    words = DigestWords(texts, reader)
    digest = Digest(
        lead=words.lead(parts, values["more"]),
        entries=tuple(words.entry(each) for each in parts),
        notes=tuple(words.notes(values["more"], values["missing"])),
    )
    return Message(digest.text, (), digest=digest)


def _by_now(db: Connection, parts: Sequence[Part]) -> Iterator[Part]:
    """The parts without what has been made private or taken back since."""
    shared = shared_of(db, [each.checkin for each in parts if each.checkin])
    stands = standing(db, [series for each in parts for series, _ in each.wins])
    for each in parts:
        left = each if each.checkin in shared else each.without_checkin
        left = replace(left, wins=tuple(win for win in each.wins if win[0] in stands))
        if left.checkin or left.wins:
            yield left


@dataclass(frozen=True)
class DigestWords:
    texts: Catalog
    reader: Reader

    def lead(self, parts: Sequence[Part], more: int) -> str:
        checkins, wins = sum(bool(each.checkin) for each in parts), sum(len(each.wins) for each in parts)
        counted = {"checkins": checkins, "wins": wins, "others": more}
        new = [self._say(name, count=count) for name, count in counted.items() if count]
        return self._say("lead", new=new) if new else self._say("nothing_left")

    def entry(self, part: Part) -> Entry:
        name = part.person.name(self.reader.language)
        mood = part.moods[-1] if part.moods else None
        mood_text, said, note = self._mood(mood) if mood else "", tuple(self._said(part)), self._course(part.moods)
        lines = [self._say("line", label=label, what=text) for label, text in said]
        return Entry(
            who=part.person,
            name=name,
            mood=mood,
            mood_text=mood_text,
            said=said,
            note=note,
            look=self._any("desk.team.closer"),
            look_named=self._any("desk.team.look", name=name),
            buttons=tuple(self._button(flow, part) for flow in part.flows),
            text="\n".join(
                [self._say("head", name=name, mood=mood_text) if mood else name, *lines, *([note] if note else [])]
            ),
        )

    def notes(self, more: int, missing: Sequence[Who]) -> Iterator[str]:
        if more:
            yield self._say("more", count=more)
        if missing:
            yield self._say("not_yet", people=list(missing))

    def _said(self, part: Part) -> Iterator[tuple[str, str]]:
        for name, text in part.said:
            yield self._say(name), text
        for _, text in part.wins:
            yield self._say("win"), text

    def _mood(self, mood: int) -> str:
        return self._say("mood", word=self._any(f"checkin.Pulse.choices.mood.{mood}"), mood=mood)

    def _course(self, moods: Sequence[int]) -> str:
        if len(moods) < TREND:
            return ""
        return self._say("course", count=len(moods), moods=" → ".join(map(str, moods)))

    def _button(self, flow: str, part: Part) -> Labelled:
        return Labelled(self._any(f"{flow}.title"), flow, {"checkin": part.checkin})

    def _say(self, key: str, **values: Any) -> str:
        return self._any(f"digest.{key}", **values)

    def _any(self, key: str, **values: Any) -> str:
        return self.texts.say(self.reader.language, key, values, self.reader.zone)
