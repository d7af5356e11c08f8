"""Reasons: what is meant by the codes kept with messages that were not delivered, and whether trying again may help.

A code is what we noted ourselves, or what a platform answered: Slack's errors of `chat.postMessage`
(https://docs.slack.dev/reference/methods/chat.postMessage#errors), and Teams' of sending an activity
(https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-code-responses).
The code is kept as it came, for whoever operates the bot; people read the reason.
"""

from collections.abc import Iterable
from enum import StrEnum


class Reason(StrEnum):
    """Each has its words under `[reasons]` in the texts."""

    left = "left"
    not_started = "not_started"
    outside = "outside"
    on_leave = "on_leave"
    day_off = "day_off"
    holiday = "holiday"
    paused = "paused"
    quiet = "quiet"
    budget = "budget"
    over = "over"
    cancelled = "cancelled"
    withdrawn = "withdrawn"
    not_reachable = "not_reachable"
    no_channel = "no_channel"
    account_closed = "account_closed"
    app_removed = "app_removed"
    refused = "refused"
    busy = "busy"
    unavailable = "unavailable"
    no_access = "no_access"
    faulty = "faulty"
    unknown = "unknown"


PASSING = frozenset(
    {
        Reason.outside,
        Reason.not_reachable,
        Reason.no_channel,
        Reason.busy,
        Reason.unavailable,
        Reason.no_access,
        Reason.faulty,
    }
)
"""What may be over by now, so that trying again may help and cannot double anything."""
HOPELESS = frozenset({Reason.left, Reason.cancelled, Reason.withdrawn, Reason.over})
"""What trying again cannot change, or was wanted."""

_CODES = {
    Reason.account_closed: (
        "user_not_found",
        "user_disabled",
        "account_inactive_user",
        "cannot_dm_bot",
        "UserDisabled",
    ),
    Reason.app_removed: (
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "message_not_found",
        "messages_tab_disabled",
        "not_installed",
        "BotNotInConversationRoster",
        "BotDisabledByAdmin",
        "ConversationBlockedByUser",
        "MessageWritesBlocked",
        "ConversationNotFound",
        "InvalidConversation",
        "ForbiddenOperationException",
        "status_403",
        "status_404",
    ),
    Reason.busy: (
        "ratelimited",
        "rate_limited",
        "message_limit_exceeded",
        "Throttled",
        "TooManyRequests",
        "status_429",
    ),
    Reason.unavailable: (
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "unreachable",
        "ServiceError",
        "ServiceUnavailable",
        "BadGateway",
        "ClientConnectorError",
        "ConnectionTimeoutError",
        "status_0",
        "status_408",
        "status_412",
    ),
    Reason.no_access: (
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "org_login_required",
        "no token",
        "status_401",
    ),
}
_MEANT = {code: reason for reason, codes in _CODES.items() for code in codes} | {each.value: each for each in Reason}


def reason_of(code: str) -> Reason:
    """What is meant by a code; one that nobody knows is a refusal."""
    if code in _MEANT:
        return _MEANT[code]
    if code.startswith("status_5"):
        return Reason.unavailable
    if code.startswith("no token"):
        return Reason.no_access
    if code.endswith(("Error", "Exception")) or code in ("MissingText", "MissingValue", "OverLimit", "TooLarge"):
        return Reason.faulty
    return Reason.refused


def worth_another_try(codes: Iterable[str], *, whatever: bool = False) -> list[str]:
    """Those of some codes that are passing, or with `whatever` all that are not hopeless."""
    known = {code: reason_of(code) for code in codes}
    return [code for code, reason in known.items() if (reason not in HOPELESS if whatever else reason in PASSING)]
