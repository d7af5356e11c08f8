"""Payloads: the form of what Slack sends. Only Slack can sign it; even so, nothing behind here may stumble over it."""

from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]
_TEXTS = (
    "type command text user_id team_id enterprise_id trigger_id callback_id action_id block_id value event_id "
    "api_app_id response_url"
)
_PARTS = "event view team enterprise container message channel state"
_EVENT_TEXTS = (
    "type subtype text team user_team source_team channel_type bot_id tab ts event_ts app_id enterprise_id team_id"
)
_VIEW_TEXTS = "id type private_metadata callback_id hash team_id app_installed_team_id previous_view_id root_view_id"
_USER_TEXTS = "id team_id enterprise_id"


class Misshapen(Exception):
    """A payload in which something is of another type than Slack's documentation says."""


def require_shape(body: Body) -> None:
    """Raises `Misshapen` where a part that is read here has a type it cannot have."""
    _require(body, _TEXTS, str)
    _require(body, _PARTS, Mapping)
    _require_list(body, "actions", Mapping)
    _require_list(body, "authorizations", Mapping)
    user = body.get("user")
    if not isinstance(user, Mapping | None):
        raise Misshapen("user")
    for part in (user, body.get("team"), body.get("enterprise"), *(body.get("authorizations") or ())):
        _require(part or {}, _USER_TEXTS, str)
    _require_event(body.get("event") or {})
    for holder in (body, body.get("event") or {}):
        _require_view(holder.get("view") or {})
    _require_message(body.get("message") or {})
    container = body.get("container") or {}
    _require(container, "type message_ts channel_id view_id", str)
    for action in body.get("actions") or ():
        _require(action, "action_id block_id type value action_ts", str)


def _require_event(event: Body) -> None:
    _require(event, _EVENT_TEXTS, str)
    _require(event, "view tokens bot_profile metadata message", Mapping)
    for name in ("files", "attachments", "blocks"):
        _require_list(event, name, Mapping)
    for name in ("user", "channel"):
        if not isinstance(event.get(name), str | Mapping | None):
            raise Misshapen(name)


def _require_view(view: Any) -> None:
    if not isinstance(view, Mapping):
        raise Misshapen("view")
    _require(view, _VIEW_TEXTS, str)
    _require(view, "state title submit close", Mapping)
    _require_list(view, "blocks", Mapping)
    values = (view.get("state") or {}).get("values")
    if not isinstance(values, Mapping | None):
        raise Misshapen("values")
    for controls in (values or {}).values():
        if not isinstance(controls, Mapping) or not all(isinstance(each, Mapping) for each in controls.values()):
            raise Misshapen("values")


def _require_message(message: Body) -> None:
    _require(message, "type subtype text user team user_team ts bot_id", str)
    for name in ("files", "attachments", "blocks"):
        _require_list(message, name, Mapping)


def _require(part: Body, names: str, kind: type) -> None:
    for name in names.split():
        if not isinstance(part.get(name), kind | None):
            raise Misshapen(name)


def _require_list(part: Body, name: str, kind: type) -> None:
    listed = part.get(name)
    if listed is None:
        return
    if not isinstance(listed, list) or not all(isinstance(each, kind) for each in listed):
        raise Misshapen(name)
