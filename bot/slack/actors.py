"""Actors: which Slack user did something, by what Slack says of the actor and not of the place it was done in.

In a channel shared with another company the workspace of an event is ours and the person is not: the team that
counts is the actor's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]
TALK = frozenset({None, "file_share", "thread_broadcast"})
"""Kinds of messages that are somebody saying something; the others are changes, bots, and people coming and going."""
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Actor:
    """A user, and the team Slack says is theirs."""

    user: str
    team: str


def actor_of(body: Body) -> Actor | None:
    """Who did what a payload tells of; None for bots, and where Slack does not say."""
    event = body.get("event")
    if isinstance(event, Mapping):
        return _of_event(body, event)
    user = body.get("user")
    if isinstance(user, Mapping):
        return _actor(user.get("id"), user.get("team_id") or _id(body.get("team")))
    return _actor(body.get("user_id"), body.get("team_id"))


def _of_event(body: Body, event: Body) -> Actor | None:
    if event.get("bot_id") or event.get("bot_profile") or event.get("subtype") not in TALK:
        return None
    team = event.get("user_team") or event.get("source_team") or event.get("team")
    if team is None and not body.get("is_ext_shared_channel"):
        team = body.get("team_id")
    return _actor(event.get("user"), team)


def _actor(user: Any, team: Any) -> Actor | None:
    if not (isinstance(user, str) and user and isinstance(team, str) and team) or user == SLACKBOT:
        return None
    return Actor(user, team)


def _id(team: Any) -> Any:
    return team.get("id") if isinstance(team, Mapping) else team
