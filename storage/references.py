"""What a flow holds in place of rows: small frozen copies that can be written to JSON and read back.

`storage.json_values` writes and reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from storage.full_names import full_name


@dataclass(frozen=True)
class Who:
    """A person, as far as a flow needs to know them."""

    id: int
    given: str
    family: str
    native: str | None = None

    @property
    def key(self) -> str:
        return str(self.id)

    def name(self, language: str) -> str:
        """The name as readers of a language write it: 李伟 for readers of Chinese, Wei Li for the others."""
        if language == "zh" and self.native:
            return self.native
        return full_name(self.given, self.family)


@dataclass(frozen=True)
class Mention:
    """A colleague whom a line names, and where in it."""

    called: str
    """As it was typed, without an @."""
    people: tuple[Who, ...]
    """Those it can mean, best first; nobody where an @ is followed by what is no name."""
    start: int
    end: int
    sign: bool
    """It was typed with an @."""
    full: bool
    """It is all of the name of one person, or their handle or address."""
    first: bool = False
    """The line begins with it, or with others and it."""
    joined: bool = False
    """It follows a `with` or an `and`, which is a part of it here."""
    doubtful: bool = False
    """It is a word as well, such as May or 三月, or a name with something else: nobody is told before it is asked."""


@dataclass(frozen=True)
class Named:
    """Everybody whom a line names, in their order; it is `own` where it begins with the writer or others `and I`."""

    mentions: tuple[Mention, ...] = ()
    rest: str = ""
    """What follows the names it begins with."""
    line: str = ""
    own: bool = False
    loose: tuple[Mention, ...] = ()
    """Other words in it that are names: whoever plans a meeting may mean them as well."""

    @property
    def leading(self) -> tuple[Mention, ...]:
        return tuple(each for each in self.mentions if each.first)


@dataclass(frozen=True)
class IsoWeek:
    """A week by its ISO name, such as 2026-W47; what a person reads are its days."""

    key: str

    @property
    def days(self) -> tuple[date, date]:
        """Monday and Sunday."""
        monday = date.fromisoformat(f"{self.key}-1")
        return monday, monday + timedelta(days=6)


BEFORE_ABOUT = " · "


@dataclass(frozen=True)
class Option:
    """One of the things to choose from that are not known to the form: a goal, a department, a place."""

    key: str
    label: str
    native: str | None = None
    about: str = ""
    """What tells it from others of the same name where one is chosen: a person's title and department."""
    native_about: str = ""

    def name(self, language: str) -> str:
        return self.native if language == "zh" and self.native else self.label

    def choice(self, language: str) -> str:
        """The name where there is room for what it is about."""
        about = self.native_about if language == "zh" else self.about
        return f"{self.name(language)}{BEFORE_ABOUT}{about}" if about else self.name(language)


@dataclass(frozen=True)
class GoalRef:
    """A goal by its series, with what a question about it must say."""

    key: str
    title: str
    percent: int = 0
    weight: int = 0
    owner: int | None = None
    owned_by: Who | Option | None = None
    """The person or the department whose goal it is, where it is offered beside those of others."""


@dataclass(frozen=True)
class GoalDetail:
    """A goal with all that stands in it, to be changed."""

    key: str
    title: str
    owner: int | None = None
    department: int | None = None
    parent: str | None = None
    indicator: str | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    unit: str | None = None
    due: date | None = None
    weight: int = 0
    milestones: tuple[Mapping[str, str], ...] = ()
    percent: int = 0


@dataclass(frozen=True)
class EventRef:
    """A key event by its series and the version that is meant, with what its next version keeps."""

    key: str
    version: int
    kind: str
    text: str
    subject: Who
    author: Who
    day: date | None = None
    visibility: str = "manager"
    goal: str | None = None
    quoted_from: str | None = None
    entry: str | None = None

    @property
    def happened_on(self) -> date:
        """Its day; raises `ValueError` for a reference from before events had one."""
        if self.day is None:
            raise ValueError(f"event {self.key} has no day")
        return self.day


@dataclass(frozen=True)
class CheckInRef:
    """A check-in by its series, with what a conversation about it must say."""

    key: str
    person: Who
    week: IsoWeek
    help_wanted: str | None = None


@dataclass(frozen=True)
class AnnouncementRef:
    key: str
    title: str
    author: int
    title_zh: str | None = None

    def name(self, language: str) -> str:
        return self.title_zh if language == "zh" and self.title_zh else self.title


@dataclass(frozen=True)
class MeetingRef:
    """A meeting by its series, as it was when it was looked at."""

    key: str
    topic: str
    organiser: Who
    people: tuple[Who, ...]
    """Everybody who is in it, its organiser included."""
    starts_at: datetime
    ends_at: datetime
    zone: str
    kind: str
    place: str | None = None
    moves: int = 0
    state: str = "planned"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def but(self, person: Who) -> tuple[Who, ...]:
        """Everybody else who is in it."""
        return tuple(each for each in self.people if each != person)


@dataclass(frozen=True)
class Bilingual:
    """A text that was written in one language, which stands in `en`, and perhaps in Chinese as well."""

    en: str
    zh: str | None = None

    @classmethod
    def of(cls, language: str, text: str, other: str | None) -> "Bilingual":
        """A text written in a language, and the same in the other one if it was written in both."""
        return cls(other or text, text) if language == "zh" else cls(text, other)

    def name(self, language: str) -> str:
        return self.zh if language == "zh" and self.zh else self.en


@dataclass(frozen=True)
class When:
    """An instant somebody has to keep: said with the day of the week."""

    at: datetime


@dataclass(frozen=True)
class Phrase:
    """A text inside a text, by its key and what it mentions, so that it too is said in the reader's language."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """Something a message leads to outside of the chat. `name` is what it is called, in `[chrome.links]`.

    What it leads to is an address (`href`), or something of ours (`about`) whose address is made when the message
    is promised, for the one person it is for.
    """

    name: str
    about: str = ""
    until: datetime | None = None
    """When an address of ours ceases to open anything."""
    href: str | None = None
    """None: from where the person is it cannot be reached."""
