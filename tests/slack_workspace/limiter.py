"""How many calls Slack takes: by method and team, and for messages by channel, on the workspace's own clock."""

from collections import defaultdict
from dataclasses import dataclass, field

PER_MINUTE = {
    "users.list": 20,
    "users.info": 100,
    "users.lookupByEmail": 50,
    "conversations.history": 50,
    "conversations.open": 50,
    "chat.update": 50,
    "chat.postMessage": 300,
    "chat.postEphemeral": 100,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "auth.test": 600,
}
BURST = 4
"""Messages to one channel beyond one a second that are taken at once."""


@dataclass
class Limiter:
    taken: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    forced: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Refusals asked for by a test: the seconds to wait, by method."""

    def refuse_next(self, method: str, *seconds: int) -> None:
        self.forced[method] += seconds

    def wait(self, method: str, team: str, channel: str, now: float) -> int:
        """Seconds to wait before the method may be called; 0: it may, and the call counts."""
        if self.forced[method]:
            return self.forced[method].pop(0)
        limits = [(f"{method}", team, 60.0, PER_MINUTE.get(method, 50))]
        if method == "chat.postMessage":
            limits.append((f"{method}:{channel}", team, float(BURST), BURST))
        for name, of, seconds, most in limits:
            recent = [at for at in self.taken[name, of] if now - at < seconds]
            self.taken[name, of] = recent
            if len(recent) >= most:
                return max(1, int(seconds - (now - recent[0])))
        for name, of, *_ in limits:
            self.taken[name, of].append(now)
        return 0


class Patient(Limiter):
    """A Slack that takes as much as it is sent, where how much the bot takes is what is measured."""

    def wait(self, method: str, team: str, channel: str, now: float) -> int:  # noqa: ARG002  # the limiter's
        return 0
