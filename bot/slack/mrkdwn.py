"""Mrkdwn: what somebody wrote in Slack, as they see it: plain words, with people called by their handles.

Slack sends `&lt;` for `<`, `<@U123>` for a person, `<#C1|name>` for a channel and `<https://…|words>` for a link
(https://docs.slack.dev/messaging/formatting-message-text).
"""

import re
from collections.abc import Callable, Iterable

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
Named = Callable[[str], str]
"""How a Slack user is called; empty for somebody unknown."""


def plain(text: str, named: Named) -> str:
    """The words of a message."""

    def shown(match: re.Match[str]) -> str:
        sign, what, label = match[1], match[2], match[3] or ""
        match sign:
            case "@":
                return "@" + (named(what) or label or what)
            case "#":
                return "#" + (label or what)
            case "!":
                return "@" + (label.lstrip("@") or what.partition("^")[0])
            case _:
                return f"{label} ({what})" if label and label not in what else what

    return _unescaped(_TOKEN.sub(shown, text))


def users_in(text: str) -> Iterable[str]:
    """The Slack users a message mentions."""
    return dict.fromkeys(_USER.findall(text))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
