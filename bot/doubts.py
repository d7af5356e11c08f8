"""Doubts about the settings: variables nobody knows, and values that contradict each other.

`evenhand check` calls an unknown variable wrong. A process that starts only warns of it: an environment file is often
shared with a newer or an older version, for a roll-back above all, and a bot that stays down for a variable it does not
need would do more harm than one that runs without it.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from bot.connected import platforms
from bot.logs import warn
from bot.settings import PREFIX, Settings
from storage.calendar import Quiet

KNOWN = tuple(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
FEWEST_OPEN_HOURS = 4
"""Fewer hours a day leave too little time to ask and to remind anybody."""
ALIKE, EQUALLY, ALIKE_PREFIX = 0.65, 0.01, 0.9
_OF_A_SERVICE = re.compile(r"^EVENHAND(_[A-Z0-9_]+)?_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT_[0-9]+_[A-Z]+(_[A-Z]+)?)$")
"""What Kubernetes sets for a Service of our name
(https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables)."""
_ONLY_WITH = {
    "Slack": ("slack_client_secret", "slack_workspaces", "slack_token_key", "slack_channel"),
    "Teams": ("teams_hosts", "teams_channel"),
}
_CHANNELS = (
    ("Slack", "slack_channel", re.compile("[CG][A-Z0-9]+"), "C0123ABCD", "docs/slack.md"),
    ("Teams", "teams_channel", re.compile(r"19:\S+@thread\.\S+"), "19:…@thread.tacv2", "docs/teams.md"),
)
"""How the ids of channels look, an example, and the guide that says where they are found."""
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, not listened on


@dataclass(frozen=True)
class Doubt:
    """`text` is the key of its sentence in `[cli.check]` after `settings_`, which says what to do."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def unknown(environment: Mapping[str, str] = os.environ) -> Iterator[Doubt]:
    """The variables that look like ours and are none, each with the one that was probably meant."""
    known = {name.casefold() for name in KNOWN}
    for name in sorted(environment):
        if not _is_nearly_ours(name.upper()) or name.casefold() in known or _OF_A_SERVICE.match(name):
            continue
        near = " / ".join(_nearest(name.upper()))
        yield Doubt("misspelt", {"name": name, "meant": near}) if near else Doubt("unknown", {"name": name})


def _is_nearly_ours(name: str) -> bool:
    """Whether a variable begins as ours do, or as ours would with a slip: `EVENHANDPORT`, `EVEN_HAND_PORT`."""
    if name.startswith(PREFIX):
        return True
    if name.startswith(PREFIX[:-1]):
        return len(name) > len(PREFIX)
    first, second = [*re.split("[_-]", name), ""][:2]
    return any(_is_a_slip_of(begins, PREFIX[:-1]) for begins in (first, first + second))


def _is_a_slip_of(word: str, right: str) -> bool:
    return sorted(word) == sorted(right) or SequenceMatcher(None, word, right).ratio() >= ALIKE_PREFIX


def _nearest(name: str) -> list[str]:
    """The settings whose names are most like this one; several only where they are equally near."""
    said = name.removeprefix(PREFIX)
    skipped = len(PREFIX) if name.startswith(PREFIX) else 0
    like = {each: SequenceMatcher(None, said, each[skipped:]).ratio() for each in KNOWN}
    best = max(like.values())
    return [each for each in KNOWN if best >= ALIKE and best - like[each] < EQUALLY]


def contradictions(settings: Settings) -> Iterator[Doubt]:
    """The values that cannot all be meant."""
    quiet = Quiet(settings.quiet_from, settings.quiet_until)
    span = {"quiet_from": settings.quiet_from, "quiet_until": settings.quiet_until}
    for name in ("checkin_hour", "digest_hour"):
        hour = getattr(settings, name)
        if hour not in quiet.open_hours:
            yield Doubt("hour_is_quiet", {"name": _variable(name), "hour": hour, "moved": quiet.hour_for(hour), **span})
    if len(quiet.open_hours) < FEWEST_OPEN_HOURS:
        yield Doubt("little_open", {"hours": len(quiet.open_hours), **span})
    if settings.metrics_port and settings.metrics_port == settings.port and _meet(settings):
        yield Doubt("same_port", {"port": settings.port})
    if settings.metrics_port is None and "metrics_host" in settings.model_fields_set:
        yield Doubt("needs", {"name": _variable("metrics_host"), "other": _variable("metrics_port")})
    there = platforms(settings)
    for platform, names in _ONLY_WITH.items():
        for name in names:
            if platform not in there and getattr(settings, name):
                yield Doubt("no_platform", {"name": _variable(name), "platform": platform})
    for platform, name, shape, example, guide in _CHANNELS:
        given = getattr(settings, name)
        if platform in there and given and not shape.fullmatch(given):
            yield Doubt("channel_name", {"name": _variable(name), "example": example, "guide": guide})


def _meet(settings: Settings) -> bool:
    """Whether the bot and its metrics would listen on the same address."""
    hosts = {settings.host, settings.metrics_host}
    return len(hosts) == 1 or bool(hosts & EVERY_ADDRESS)


def say_doubts(settings: Settings) -> None:
    """Warns of them in the log, as a process that starts does."""
    for doubt in (*unknown(), *contradictions(settings)):
        warn("a setting is probably not as it was meant; see `evenhand check`", doubt=doubt.text, **doubt.values)


def _variable(name: str) -> str:
    return PREFIX + name.upper()
