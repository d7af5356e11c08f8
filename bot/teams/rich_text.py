"""Rich text: the words of a Teams message written in HTML, line by line, as its writer sees them.

What is not the writer's (the message that was replied to, a forwarded one) is left out. What the writer quotes by
hand keeps a `>` in front. Lists keep their numbers, code its indentation, emoji their sign, links their address.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.teams.mentions import without_quotes

LARGEST = 120_000
"""Characters of HTML that are read."""
MENTION = "http://schema.skype.com/Mention"
_BLOCKS = """
address article aside blockquote caption codeblock dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr
li main nav ol p pre section table tbody tfoot thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
HIDDEN = frozenset({"script", "style", "title", "template"})
VERBATIM = frozenset({"pre", "codeblock"})
SAFELINK = "safelinks.protection.outlook.com"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True)
class Words:
    text: str
    left_out: bool
    """Whether there was something in it that the writer did not write."""


def quoted_words(body: Any) -> str:
    """The words of a message as a command in its menu hands it over: plain or in HTML."""
    match body:
        case {"content": str(content), "contentType": "text"}:
            return without_quotes(content).strip()
        case {"content": str(content)}:
            return text_of(content)
        case _:
            return ""


def text_of(content: str) -> str:
    """The words of a chat message, as a person reads them."""
    return words_of(content).text


def words_of(content: str, *, marks: bool = False) -> Words:
    """The words of a chat message; with `marks`, mentions stand in them as `<at>…</at>`, as in its plain text."""
    reader = _Reader(marks)
    reader.feed(content[:LARGEST])
    reader.close()
    reader.end_line()
    return Words(without_quotes("\n".join(reader.lines)).strip("\n"), reader.left_out)


class _Reader(HTMLParser):
    def __init__(self, marks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.marks = marks
        self.lines: list[str] = []
        self.left_out = False
        self._line = ""
        self._bullet = ""
        """What stands before the next word of a list."""
        self._lists: list[int | None] = []
        """The lists we are in: the number of the next item, or None for a list without numbers."""
        self._quotes: list[bool] = []
        """The quotes we are in: whether each is another writer's."""
        self._spans: list[bool] = []
        """The spans we are in: whether each is a mention."""
        self._links: list[tuple[str, int]] = []
        """The links we are in: the address, and where in the line the label begins."""
        self._hidden = 0
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        known = dict(attrs)
        if tag in BLOCKS or tag == "br":
            self.end_line(keeps_blank=tag == "br" and self._verbatim > 0)
        self._hidden += tag in HIDDEN
        self._verbatim += tag in VERBATIM
        match tag:
            case "blockquote":
                self._quotes.append(bool(known.get("itemtype")))
            case "ul":
                self._lists.append(None)
            case "ol":
                start = known.get("start") or ""
                self._lists.append(int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 1)
            case "li":
                self._bullet = self._next_bullet()
            case "td" | "th" if self._line.strip():
                self._say(" | ")
            case "a":
                self._links.append((_address(known.get("href") or ""), len(self._line)))
            case "at":
                self._mark("<at>")
            case "span":
                self._spans.append(known.get("itemtype") == MENTION)
                if self._spans[-1]:
                    self._mark("<at>")
            case "img" if "emoji" in (known.get("itemtype") or "").lower():
                self._say(known.get("alt") or "")
            case "emoji" | "customemoji":
                self._say(known.get("alt") or "")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.end_line()
        self._hidden -= tag in HIDDEN and self._hidden > 0
        self._verbatim -= tag in VERBATIM and self._verbatim > 0
        match tag:
            case "blockquote" if self._quotes:
                self._quotes.pop()
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "li":
                self._bullet = ""
            case "a" if self._links:
                self._say_address(*self._links.pop())
            case "at":
                self._mark("</at>")
            case "span" if self._spans and self._spans.pop():
                self._mark("</at>")
            case _:
                pass

    def handle_data(self, data: str) -> None:
        if not self._verbatim:
            self._say(_BLANKS.sub(" ", data))
            return
        first, *more = data.replace("\r\n", "\n").split("\n")
        self._say(first)
        for line in more:
            self.end_line(keeps_blank=True)
            self._say(line)

    def end_line(self, *, keeps_blank: bool = False) -> None:
        """Ends a line; an empty one is kept only between lines of code."""
        line, self._line = self._line.rstrip(), ""
        if line.strip() or (keeps_blank and self.lines and self.lines[-1]):
            self.lines.append(line)
        self._links = [(address, 0) for address, _ in self._links]

    def _say(self, words: str) -> None:
        if self._hidden or not words:
            return
        if any(self._quotes):
            self.left_out = True
            return
        words = words.replace("\xa0", " ")
        if not self._line:
            if not self._verbatim:
                words = words.lstrip()
            if not words.strip():
                self._line += words if self._verbatim else ""
                return
            self._line = "> " * len(self._quotes) + self._bullet
            self._bullet = " " * len(self._bullet)
        self._line += words

    def _mark(self, mark: str) -> None:
        if self.marks and not any(self._quotes):
            self._line = self._line or ("> " * len(self._quotes) + self._bullet)
            self._line += mark

    def _next_bullet(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _say_address(self, address: str, start: int) -> None:
        label = self._line[start:].strip()
        if address and label and label not in address and not any(self._quotes):
            self._say(f" ({address})")


def _address(href: str) -> str:
    """Where a link leads, without the detour that a mail filter puts in; empty for what is no address of the web."""
    try:
        parts = urlsplit(href)
        if (parts.hostname or "").endswith(SAFELINK):
            return parse_qs(parts.query).get("url", [""])[0]
    except ValueError:
        return ""
    return href if parts.scheme in ("http", "https") else ""
