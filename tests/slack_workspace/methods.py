"""Every method there is, with the scope it needs."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.slack_workspace import chats, windows
from tests.slack_workspace.state import Refused, Token, Workspace

Arguments = Mapping[str, Any]
Method = Callable[[Workspace, Arguments], dict[str, Any]]


def auth_test(here: Workspace, _: Arguments) -> dict[str, Any]:
    grid = {"enterprise_id": here.enterprise, "is_enterprise_install": here.org_wide} if here.enterprise else {}
    ours = {"team_id": here.team, "team": "Lumen", "user_id": here.bot_user, "bot_id": here.bot_id, "user": "bot"}
    return {"url": f"https://{here.team}.example/", **ours, **grid}


def user_info(here: Workspace, given: Arguments) -> dict[str, Any]:
    user = here.users.get(str(given.get("user")))
    if user is None:
        raise Refused("user_not_found")
    return {"user": user}


def user_by_email(here: Workspace, given: Arguments) -> dict[str, Any]:
    wanted = str(given.get("email", "")).casefold()
    for user in here.users.values():
        if wanted and user["profile"].get("email", "").casefold() == wanted and not user["deleted"]:
            return {"user": user}
    raise Refused("users_not_found")


def users(here: Workspace, given: Arguments) -> dict[str, Any]:
    everyone = list(here.users.values())
    start, size = int(given.get("cursor") or 0), int(given.get("limit") or 100)
    after = str(start + size) if start + size < len(everyone) else ""
    return {"members": everyone[start : start + size], "response_metadata": {"next_cursor": after}}


def profile(here: Workspace, given: Arguments) -> dict[str, Any]:
    return {"profile": user_info(here, given)["user"]["profile"]}


def react(here: Workspace, given: Arguments) -> dict[str, Any]:
    message = chats.place(here, given.get("channel")).message(str(given.get("timestamp")))
    if message is None:
        raise Refused("message_not_found")
    names = message.setdefault("reactions", [])
    if given.get("name") in names:
        raise Refused("already_reacted")
    names.append(given.get("name"))
    return {}


def unreact(here: Workspace, given: Arguments) -> dict[str, Any]:
    message = chats.place(here, given.get("channel")).message(str(given.get("timestamp")))
    if message is None or given.get("name") not in message.get("reactions", []):
        raise Refused("no_reaction")
    message["reactions"].remove(given.get("name"))
    return {}


def upload_url(here: Workspace, given: Arguments) -> dict[str, Any]:
    if not given.get("filename") or not given.get("length"):
        raise Refused("invalid_arguments")
    name = f"F{here.number()}"
    here.uploads[name] = {"filename": given["filename"], "length": int(given["length"]), "done": False}
    return {"file_id": name, "upload_url": f"https://files.example/{name}"}


def uploaded(here: Workspace, given: Arguments) -> dict[str, Any]:
    files = given.get("files") or []
    for each in files:
        if each.get("id") not in here.uploads:
            raise Refused("file_not_found")
        here.uploads[each["id"]]["done"] = True
    return {"files": files}


def team_info(here: Workspace, _: Arguments) -> dict[str, Any]:
    return {"team": {"id": here.team, "name": "Lumen", "enterprise_id": here.enterprise or ""}}


def exchange(here: Workspace, given: Arguments) -> dict[str, Any]:
    if given.get("client_id") != "1.1" or given.get("client_secret") != "client-secret":
        raise Refused("bad_client_secret")
    answer = here.codes.pop(str(given.get("code")), None)
    if answer is None:
        raise Refused("invalid_code")
    here.tokens[answer["access_token"]] = Token(here.team, answer["scope"])
    return answer


METHODS: Mapping[str, tuple[Method, str]] = {
    "auth.test": (auth_test, ""),
    "chat.postMessage": (chats.post_message, "chat:write"),
    "chat.update": (chats.update, "chat:write"),
    "chat.delete": (chats.delete, "chat:write"),
    "chat.postEphemeral": (chats.post_ephemeral, "chat:write"),
    "chat.scheduleMessage": (chats.schedule, "chat:write"),
    "chat.scheduledMessages.list": (chats.scheduled, ""),
    "chat.deleteScheduledMessage": (chats.unschedule, "chat:write"),
    "chat.getPermalink": (chats.permalink, ""),
    "conversations.open": (chats.open_conversation, "im:write"),
    "conversations.list": (chats.conversations, "channels:read"),
    "conversations.info": (chats.conversation, "channels:read"),
    "conversations.members": (chats.members, "channels:read"),
    "conversations.history": (chats.history, "im:history"),
    "views.open": (windows.open_view, ""),
    "views.push": (windows.push_view, ""),
    "views.update": (windows.update_view, ""),
    "views.publish": (windows.publish, ""),
    "blocks.validate": (windows.validate, ""),
    "users.list": (users, "users:read"),
    "users.info": (user_info, "users:read"),
    "users.profile.get": (profile, "users:read"),
    "users.lookupByEmail": (user_by_email, "users:read.email"),
    "reactions.add": (react, "reactions:write"),
    "reactions.remove": (unreact, "reactions:write"),
    "files.getUploadURLExternal": (upload_url, "files:write"),
    "files.completeUploadExternal": (uploaded, "files:write"),
    "team.info": (team_info, "team:read"),
}
NO_TOKEN: Mapping[str, Method] = {"oauth.v2.access": exchange}


def called(here: Workspace, name: str, token: str, given: Arguments) -> dict[str, Any]:
    """The answer of a method; raises `Refused`."""
    if name in NO_TOKEN:
        return {"ok": True, **NO_TOKEN[name](here, given)}
    if not token:
        raise Refused("not_authed")
    held = here.tokens.get(token)
    if held is None:
        raise Refused("invalid_auth")
    if held.revoked:
        raise Refused("token_revoked")
    if name == "auth.revoke":
        held.revoked = not given.get("test")
        return {"ok": True, "revoked": held.revoked}
    if name not in METHODS:
        raise Refused("unknown_method", req_method=name)
    method, scope = METHODS[name]
    require_scope(held, scope)
    answer = method(here, given)
    if isinstance(answer.get("user"), dict) and "users:read.email" not in held.scopes.split():
        shown = {key: value for key, value in answer["user"]["profile"].items() if key != "email"}
        answer = {"user": {**answer["user"], "profile": shown}}
    return {"ok": True, **answer}


def require_scope(held: Token, scope: str) -> None:
    if held.kind == "app" and scope != "connections:write":
        raise Refused("not_allowed_token_type")
    if scope and scope not in held.scopes.split():
        raise Refused("missing_scope", needed=scope, provided=held.scopes.replace(" ", ","))
