"""A window of the playground without a browser: does what the script does, and reads what it would show."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from itertools import count

from httpx2 import Response
from starlette.testclient import TestClient

from bot.clock import SetClock
from bot.delivery.in_process import deliver_due
from bot.web.carrier import WebCarrier
from flows.questions import Raw
from storage.database import Database
from tests.surfaces.html_form import HtmlForm

ADDRESS = "http://127.0.0.1:8321"
_numbers = count(1)


def event() -> str:
    return f"web:{next(_numbers):032x}"


@dataclass
class Window:
    """One person in a window of their own. `shown` is the page in the dialog, `said` a sentence that came back."""

    client: TestClient
    person: int
    html: str = ""
    shown: HtmlForm | None = None
    last: Response | None = None
    more: dict[str, str] = field(default_factory=dict)

    def enter(self) -> "Window":
        self.html = self.get("").text
        self.more = {"x-csrf": attribute(self.html, "data-csrf")}
        return self

    def get(self, path: str) -> Response:
        return self.client.get(f"/as/{self.person}{path}")

    def post(self, deed: str, fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> Response:
        """Posts as the script does, a form of several parts with the token in a header."""
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        parts = [(name, (None, value)) for name, value in pairs]
        address = f"/as/{self.person}/{deed}"
        self.last = self.client.post(address, files=parts, headers=self.more)
        if self.last.headers.get("content-type", "").startswith("text/html"):
            self.shown = HtmlForm(self.last.text)
        elif self.last.status_code == 204:
            self.shown = None
        return self.last

    def says(self, text: str, event_id: str = "") -> Response:
        return self.post("say", {"text": text, "event": event_id or event()})

    def fills(self, **values: Raw) -> None:
        assert self.shown is not None, "no form is open"
        self.shown.fill(values)

    def sends(self, **values: Raw) -> Response:
        self.fills(**values)
        assert self.shown is not None
        return self.post("submit", self.shown.sent())

    def presses(self, words: str) -> Response:
        """Presses the newest button that says so."""
        found = re.findall(rf'data-post="/as/{self.person}/(\w+)" data-fields="([^"]*)"[^>]*>(?:<svg.*?</svg>)?'
                           rf"(?:<span>)?{re.escape(words)}<", self.get("").text)  # fmt: skip
        assert found, f"no button says {words!r}"
        deed, fields = found[-1]
        return self.post(deed, json.loads(unescape(fields)))

    @property
    def chat(self) -> str:
        """The words of the chat as it is now."""
        return words(self.get("").text.partition('id="log"')[2].partition("</ol>")[0])

    @property
    def desk(self) -> str:
        return words(self.get("/desk").text)

    @property
    def said(self) -> str:
        assert self.last is not None
        return self.last.text


def attribute(html: str, name: str) -> str:
    return unescape(html.partition(f'{name}="')[2].partition('"')[0])


def words(html: str) -> str:
    """What one reads of a piece of HTML."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).strip()


def deliver(database: Database, clock: SetClock) -> int:
    return deliver_due(database, WebCarrier(), clock.now())
