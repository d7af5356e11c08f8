"""Mrkdwn: what somebody wrote in Slack, as they see it: plain words, with people called by their handles.

Slack sends `&lt;` for `<`, `<@U123>` for a person, `<#C1|name>` for a channel and `<https://…|words>` for a link
(https://docs.slack.dev/messaging/formatting-message-text).
"""

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_BY_CLIENT = re.compile(r"\A(?:mailto:|tel:)", re.IGNORECASE)
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
            case "!" if what.startswith("date^"):
                return label
            case "!":
                return "@" + (label.lstrip("@") or what.partition("^")[0])
            case _ if label and _bare(label) != _bare(what):
                return f"{label} ({what})"
            case _:
                return label or _BY_CLIENT.sub("", what)

    return _unescaped(_TOKEN.sub(shown, text))


def _bare(address: str) -> str:
    """An address without what Slack's client adds to it as it makes a link of typed text."""
    kind = _SCHEME.match(address)
    bare = unquote(address[kind.end() :] if kind else address).rstrip("/")
    return "".join(bare.split()).lower()


def users_in(text: str) -> Iterable[str]:
    """The Slack users a message mentions."""
    return dict.fromkeys(_USER.findall(text))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
