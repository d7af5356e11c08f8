"""Voice: in which language and for whom something is shown in the browser, and the address it lives at."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flows.catalog import Catalog
from flows.page import Reader

# What a browser would swallow or act on: shown as a sign of its own, so that what was typed can be seen.
_SIGNS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"}
_SIGNS |= {0x7F: "\u2421"} | {code: f"[U+{code:04X}]" for code in (*range(0x80, 0xA0), *range(0x202A, 0x202F))}


def tag(language: str) -> str:
    """A language as browsers name it."""
    return "zh-CN" if language == "zh" else "en"


@dataclass(frozen=True)
class Voice:
    texts: Catalog
    reader: Reader
    person: int

    @property
    def language(self) -> str:
        return self.reader.language

    def say(self, key: str, **values: Any) -> str:
        """A text of `[web]`."""
        return self.texts.say(self.reader.language, f"web.{key}", values, self.reader.zone)

    def tell(self, key: str, values: dict[str, Any] | None = None) -> str:
        """Any text of the catalogue."""
        return self.texts.say(self.reader.language, key, values, self.reader.zone)

    def path(self, name: str = "") -> str:
        return f"/as/{self.person}/{name}".rstrip("/")


def shown(text: str) -> str:
    """Text as it was typed; controls that would act instead of being seen are shown as signs."""
    return text.translate(_SIGNS)


def minted() -> str:
    """The id of an event that has not happened yet: pressing twice what carries it is one event."""
    return f"web:{uuid4().hex}"
