"""Messages: a `tell` as one person reads it, its text with the buttons and links below it, in their language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.catalog import Catalog
from flows.page import Reader
from storage.references import Link, Who

PAGE = re.compile(r"(https?://[^\s<>|/]+)?/(?!/)[^\s<>|]*")


@dataclass(frozen=True)
class Labelled:
    """A button that starts a flow."""

    label: str
    flow: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Linked:
    """A link that leads out of the chat."""

    label: str
    href: str


@dataclass(frozen=True)
class Badge:
    """What a message is about, in a word that stands out, such as “Miss”; `kind` is what its colour goes by."""

    kind: str
    label: str


@dataclass(frozen=True)
class Notice:
    """The parts of an announcement, which each surface lays out in its own way."""

    headline: str
    sender: str
    body: str
    lead: str = ""
    """What is said before it."""
    notes: tuple[str, ...] = ()
    """What is said after it."""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        parts = (self.lead, self.headline, self.sender, self.body, *(f"\n{each}" for each in self.notes))
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Entry:
    """One person in a digest: what they said, and what can be done about it."""

    who: Who
    name: str
    mood: int | None
    """1 to 5; None where they have not checked in."""
    mood_text: str
    said: tuple[tuple[str, str], ...]
    """Each with the words before it."""
    note: str
    """The mood over the weeks."""
    look: str
    """What the button says that opens a closer look at them, and what a screen reader says."""
    look_named: str
    buttons: tuple[Labelled, ...]
    text: str
    """All of it as plain text."""


@dataclass(frozen=True)
class Digest:
    """The parts of a manager's digest: an entry for each person, which can be opened and answered."""

    lead: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it as plain text."""
        entries = "\n".join(each.text for each in self.entries)
        return "\n".join([self.lead, *(["", entries] if entries else []), *(f"\n{each}" for each in self.notes)])


@dataclass(frozen=True)
class Message:
    text: str
    buttons: tuple[Labelled, ...]
    links: tuple[Linked, ...] = ()
    notice: Notice | None = None
    """Its parts, where it is an announcement; `text` says the same."""
    badges: tuple[Badge, ...] = ()
    digest: Digest | None = None
    """Its parts, where it is a digest; `text` says the same."""


def message(
    texts: Catalog,
    reader: Reader,
    flow: str,
    text: str,
    values: Mapping[str, Any],
    buttons: Iterable[tuple[str, Mapping[str, Any]]] = (),
) -> Message:
    """The message `text` of a flow. A button says `[flow.buttons]`, or else the title of the flow it starts.

    A `Link` among the values is a link below the message; one that leads nowhere is a line of what to do instead.
    """
    said = [texts.say(reader.language, f"{flow}.tell.{text}", values, reader.zone)]
    labelled = (Labelled(_label(texts, reader, flow, name, values), name, given) for name, given in buttons)
    links = [value for value in values.values() if isinstance(value, Link)]
    said += [texts.say(reader.language, f"chrome.no_links.{link.name}") for link in links if link.href is None]
    return Message("\n".join(said), tuple(labelled), linked(texts, reader, links))


def linked(texts: Catalog, reader: Reader, links: Iterable[Link]) -> tuple[Linked, ...]:
    """The links that lead somewhere, as the reader calls them."""
    known = ((link.name, link.href) for link in links)
    return tuple(
        Linked(texts.say(reader.language, f"chrome.links.{name}"), href) for name, href in known if href and leads(href)
    )


def leads(href: str) -> bool:
    """Whether an address is one of a page: of another kind, such as `javascript:`, none is ever pressed."""
    return PAGE.fullmatch(href) is not None


def _label(texts: Catalog, reader: Reader, flow: str, name: str, values: Mapping[str, Any]) -> str:
    own = f"{flow}.buttons.{name}"
    key = own if texts.has(reader.language, own) else f"{name}.title"
    return texts.say(reader.language, key, values, reader.zone)
