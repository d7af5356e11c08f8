"""The methods about views: windows over windows, and each person's home."""

from collections.abc import Mapping
from typing import Any

from bot.slack.limits import message_problems, view_problems
from bot.slack.shapes import STACKED
from tests.slack_workspace.state import OpenView, Refused, Workspace

Arguments = Mapping[str, Any]


def open_view(here: Workspace, given: Arguments) -> dict[str, Any]:
    view = fit(given, "modal")
    trigger = here.spend(given.get("trigger_id"))
    unique(here, view)
    shown = here.opened(trigger.user, view)
    here.modals[trigger.user] = [shown]
    return {"view": here.public_view(shown)}


def push_view(here: Workspace, given: Arguments) -> dict[str, Any]:
    view = fit(given, "modal")
    trigger = here.spend(given.get("trigger_id"))
    stack = here.modals.get(trigger.user, [])
    if trigger.view is None or trigger.view not in {each.id for each in stack}:
        raise Refused("invalid_trigger_id")
    if len(stack) >= STACKED:
        raise Refused("push_limit_reached")
    unique(here, view)
    shown = here.opened(trigger.user, view, stack[0].id)
    stack.append(shown)
    return {"view": here.public_view(shown)}


def update_view(here: Workspace, given: Arguments) -> dict[str, Any]:
    view = fit(given, "modal")
    shown = here.find_view(given.get("view_id") or given.get("external_id"))
    same_hash(shown, given)
    here.replace(shown, view)
    return {"view": here.public_view(shown)}


def publish(here: Workspace, given: Arguments) -> dict[str, Any]:
    if not here.home_enabled:
        raise Refused("not_enabled")
    view = fit(given, "home")
    user = str(given.get("user_id", ""))
    if user not in here.users:
        raise Refused("invalid_arguments", "invalid user_id [json-pointer:/user_id]")
    shown = here.homes.get(user)
    if shown is None:
        shown = here.homes[user] = here.opened(user, view)
    else:
        same_hash(shown, given)
        here.replace(shown, view)
    return {"view": here.public_view(shown)}


def validate(_: Workspace, given: Arguments) -> dict[str, Any]:
    """Slack's own check of blocks, of a message or of a view."""
    if given.get("view") is not None:
        problems = list(view_problems(given["view"]))
    else:
        message = given.get("message") or {"text": "x", "blocks": given.get("blocks")}
        problems = list(message_problems(message))
    if problems:
        raise Refused("invalid_blocks", *(str(problem) for problem in problems))
    return {}


def fit(given: Arguments, kind: str) -> dict[str, Any]:
    """The view that was sent, or every reason why it is none."""
    view = given.get("view")
    problems = list(view_problems(view))
    if problems:
        first = problems[0].code
        raise Refused(first, *(str(problem) for problem in problems))
    assert isinstance(view, dict)
    if view["type"] != kind:
        raise Refused("invalid_arguments", f"must be {kind} [json-pointer:/view/type]")
    return view


def unique(here: Workspace, view: Mapping[str, Any]) -> None:
    name = view.get("external_id")
    if name and any(name == shown.view.get("external_id") for stack in here.modals.values() for shown in stack):
        raise Refused("duplicate_external_id")


def same_hash(shown: OpenView, given: Arguments) -> None:
    if given.get("hash") not in (None, shown.hash):
        raise Refused("hash_conflict")
