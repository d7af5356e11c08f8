"""Mentions: which of the marks in a Teams message (`<at>…</at>`) means whom.

Teams lists the people a message mentions beside its text. Two of them can have one name, a listed one can lack the
text it stands for, and one person can be cut into several marks. So marks are matched in their order, by the name
within them as it reads, and a mark that means nobody known becomes an ordinary `@name`: it is never kept as a mark.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

_MARK = re.compile(r"<at\b[^<>]*>([^<]*)</at\s*>", re.IGNORECASE)
_HALF_A_MARK = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
_QUOTED = re.compile(r"<quoted\b[^<>]*>(?:[^<]*</quoted\s*>)?", re.IGNORECASE)
"""What Teams puts before the words of a reply: which message it answers."""
MOST = 100
"""Marks and listed people that are matched; whoever comes later is called by the name in the mark."""


@dataclass(frozen=True)
class Mention:
    """Somebody mentioned in a text, which has `@name` from `start` to `end`."""

    start: int
    end: int
    user: str
    """Their id in this chat."""


@dataclass(frozen=True)
class Addressed:
    text: str
    mentions: tuple[Mention, ...]


@dataclass
class _Listed:
    user: str
    names: frozenset[str]
    is_used: bool = False


@dataclass
class _Mark:
    start: int
    end: int
    name: str
    key: str
    user: str = ""


def without_quotes(text: str) -> str:
    """A text without the marks that say which message it answers."""
    return _QUOTED.sub("", text)


def addressed(text: str, entities: Iterable[Mapping[str, Any]], bot: Mapping[str, Any]) -> Addressed:
    """A text with `@name` for each mark in it, without the bot's own, and whom the others mean."""
    marks = [_Mark(*found.span(), _plain(found[1]), _key(found[1])) for found in _MARK.finditer(text)]
    bot_id = str(bot.get("id") or "").casefold()
    _match(marks[:MOST], list(islice(_listed(entities), MOST)), text, bot_id)
    bots_name = _key(str(bot.get("name") or ""))
    parts: list[str] = []
    mentions: list[Mention] = []
    at = length = 0
    for mark in _joined(marks, text):
        parts.append(_HALF_A_MARK.sub("", text[at : mark.start]))
        length, at = length + len(parts[-1]), mark.end
        is_bot = mark.user.casefold() == bot_id if mark.user else bool(bots_name) and mark.key == bots_name
        if is_bot:
            continue
        parts.append("@" + "".join(mark.name.split()))
        if mark.user:
            mentions.append(Mention(length, length + len(parts[-1]), mark.user))
        length += len(parts[-1])
    parts.append(_HALF_A_MARK.sub("", text[at:]))
    return _stripped("".join(parts), mentions)


def _stripped(text: str, mentions: Sequence[Mention]) -> Addressed:
    front = len(text) - len(text.lstrip())
    return Addressed(text.strip(), tuple(Mention(each.start - front, each.end - front, each.user) for each in mentions))


def _listed(entities: Iterable[Mapping[str, Any]]) -> Iterable[_Listed]:
    for entity in entities:
        match entity:
            case {"type": "mention", "mentioned": {"id": str(user)} as who} if user:
                names = (entity.get("text"), who.get("name"))
                yield _Listed(user, frozenset(_key(name) for name in names if isinstance(name, str) and _key(name)))


def _match(marks: Sequence[_Mark], listed: Sequence[_Listed], text: str, bot: str) -> None:
    """Says of each mark whom it means, where that is certain."""
    for mark in marks:
        one = next((each for each in listed if not each.is_used and mark.key in each.names), None)
        if one is not None:
            mark.user, one.is_used = one.user, True
    _match_pieces(marks, listed, text)
    for mark in marks:
        users = {each.user for each in listed if mark.key in each.names}
        if not mark.user and len(users) == 1:  # mentioned twice and listed once
            mark.user = users.pop()
    left = [mark for mark in marks if not mark.user]
    users = {each.user for each in listed if not each.is_used}
    if len(left) == 1 and len(users) == 1:
        (user,) = users
        if user.casefold() != bot or not text[: left[0].start].strip():
            left[0].user = user


def _match_pieces(marks: Sequence[_Mark], listed: Sequence[_Listed], text: str) -> None:
    """Marks side by side that only together are somebody's name."""
    for one in listed:
        if one.is_used:
            continue
        for first in range(len(marks)):
            pieces: list[_Mark] = []
            for mark in marks[first : first + 6]:
                if mark.user or (pieces and not _adjacent(pieces[-1], mark, text)):
                    break
                pieces.append(mark)
                if len(pieces) > 1 and _key(" ".join(each.name for each in pieces)) in one.names:
                    one.is_used = True
                    for each in pieces:
                        each.user = one.user
                    break
            if one.is_used:
                break


def _joined(marks: Sequence[_Mark], text: str) -> Iterable[_Mark]:
    """The marks, those side by side that mean one person as one."""
    waiting: _Mark | None = None
    for mark in marks:
        if waiting is not None and mark.user and mark.user == waiting.user and _adjacent(waiting, mark, text):
            name = waiting.name if mark.key == waiting.key else f"{waiting.name} {mark.name}"
            waiting = _Mark(waiting.start, mark.end, name, mark.key, mark.user)
            continue
        if waiting is not None:
            yield waiting
        waiting = mark
    if waiting is not None:
        yield waiting


def _adjacent(one: _Mark, other: _Mark, text: str) -> bool:
    return not text[one.end : other.start].strip()


def _plain(name: str) -> str:
    """A name as it reads: clients escape it once or twice."""
    return " ".join(html.unescape(html.unescape(name)).split())


def _key(name: str) -> str:
    return _plain(_HALF_A_MARK.sub("", name)).casefold()
