"""What a workspace holds: people, channels, messages, views, triggers, and a transcript of every call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.clock import SetClock

TRIGGER_SECONDS = 3
SCOPES = (
    "chat:write commands im:history im:read im:write users:read users:read.email channels:read reactions:write "
    "files:write team:read"
)


class Refused(Exception):
    """A method answers `ok: false`."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.body: dict[str, Any] = {"ok": False, "error": error, **more}
        if messages:
            self.body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in messages]}


@dataclass(frozen=True)
class Call:
    """One call of a method, and what was answered."""

    method: str
    arguments: Mapping[str, Any]
    answer: Mapping[str, Any]
    at: float


@dataclass
class Trigger:
    user: str
    at: float
    view: str | None = None
    """The view it came from, if it came from one."""
    used: bool = False


@dataclass
class OpenView:
    id: str
    user: str
    view: dict[str, Any]
    hash: str
    root: str


@dataclass
class Channel:
    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_im: bool = False
    is_archived: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)

    def message(self, ts: str) -> dict[str, Any] | None:
        return next((each for each in self.messages if each["ts"] == ts), None)


@dataclass
class Token:
    team: str
    scopes: str
    kind: str = "bot"
    revoked: bool = False


class Workspace:
    """The state of one team. Everything in it happens on a clock that only the test moves."""

    def __init__(self, clock: SetClock, team: str = "T1", enterprise: str | None = None) -> None:
        self.clock = clock
        self.team = team
        self.enterprise = enterprise
        self.org_wide = False
        self.home_enabled = True
        self.triggers_are_late = 0
        """Seconds by which a trigger is old already when the app gets it."""
        self.app, self.bot_user, self.bot_id = "A1", "UBOT", "BBOT"
        self.tokens = {"xoxb-1": Token(team, SCOPES), "xapp-1": Token(team, "connections:write", "app")}
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, Channel] = {}
        self.triggers: dict[str, Trigger] = {}
        self.modals: dict[str, list[OpenView]] = {}
        """The stack of windows in front of each person."""
        self.homes: dict[str, OpenView] = {}
        self.scheduled: dict[str, dict[str, Any]] = {}
        self.uploads: dict[str, dict[str, Any]] = {}
        self.ephemerals: list[dict[str, Any]] = []
        self.posted_to_response_urls: list[tuple[str, dict[str, Any]]] = []
        self.codes: dict[str, dict[str, Any]] = {}
        """OAuth codes and the answers they are exchanged for."""
        self.transcript: list[Call] = []
        self._numbers = count(1)
        self.user(self.bot_user, "evenhand", "", is_bot=True)

    def now(self) -> float:
        return self.clock.now().timestamp()

    def number(self) -> int:
        return next(self._numbers)

    def ts(self) -> str:
        """A new message's timestamp, which is its name too."""
        return f"{int(self.now())}.{self.number():06d}"

    def user(self, user: str, name: str, email: str, **more: Any) -> str:
        plain = {"deleted": False, "is_bot": False, "is_restricted": False, "is_ultra_restricted": False}
        flags = {"is_stranger": False, "is_email_confirmed": True, "team_id": self.team}
        profile = {"real_name": name.title(), "display_name": name, **({"email": email} if email else {})}
        grid = {"enterprise_user": {"id": user, "enterprise_id": self.enterprise}} if self.enterprise else {}
        self.users[user] = {"id": user, "name": name, "profile": profile, **plain, **flags, **grid, **more}
        return user

    def channel(self, channel: str, name: str, *members: str) -> Channel:
        self.channels[channel] = Channel(channel, name, set(members))
        return self.channels[channel]

    def dm(self, user: str) -> Channel:
        """The conversation of a person with the bot."""
        name = f"D{user}"
        if name not in self.channels:
            self.channels[name] = Channel(name, "", {user, self.bot_user}, is_im=True)
        return self.channels[name]

    def trigger(self, user: str, view: str | None = None) -> str:
        name = f"{self.number()}.{self.team}.{self.number():032x}"
        self.triggers[name] = Trigger(user, self.now() - self.triggers_are_late, view)
        return name

    def spend(self, trigger: Any) -> Trigger:
        """A trigger used up; raises as Slack does for one that is unknown, old or used."""
        found = self.triggers.get(str(trigger))
        if found is None:
            raise Refused("invalid_trigger_id")
        if found.used:
            raise Refused("exchanged_trigger_id")
        if self.now() - found.at > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        found.used = True
        return found

    def opened(self, user: str, view: dict[str, Any], root: str | None = None) -> OpenView:
        name = f"V{self.number()}"
        return OpenView(name, user, view, f"{int(self.now())}.{self.number()}", root or name)

    def replace(self, shown: OpenView, view: dict[str, Any]) -> None:
        shown.view = view
        shown.hash = f"{int(self.now())}.{self.number()}"

    def find_view(self, name: Any) -> OpenView:
        for stack in self.modals.values():
            for shown in stack:
                if name and name in (shown.id, shown.view.get("external_id")):
                    return shown
        raise Refused("not_found")

    def calls(self, method: str = "") -> list[Call]:
        return [call for call in self.transcript if not method or call.method == method]

    def public_view(self, shown: OpenView) -> dict[str, Any]:
        """A view as Slack tells about it."""
        own = {"id": shown.id, "hash": shown.hash, "root_view_id": shown.root, "team_id": self.team, "app_id": self.app}
        return {"private_metadata": "", "callback_id": "", **shown.view, **own, "state": {"values": {}}}
