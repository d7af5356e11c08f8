"""The methods about messages and conversations."""

from collections.abc import Mapping
from typing import Any

from bot.slack.limits import message_problems
from tests.slack_workspace.state import Channel, Refused, Workspace

Arguments = Mapping[str, Any]
MESSAGE = ("text", "blocks", "metadata", "thread_ts", "unfurl_links", "unfurl_media", "mrkdwn", "parse", "link_names")


def post_message(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"), opening=True)
    message = written(given)
    message |= {"type": "message", "user": here.bot_user, "bot_id": here.bot_id, "app_id": here.app, "ts": here.ts()}
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": without_metadata(message)}


def update(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"))
    message = own(here, channel, given)
    message |= {"blocks": [], **written(given), "edited": {"user": here.bot_user, "ts": here.ts()}}
    return {"channel": channel.id, "ts": message["ts"], "text": message.get("text", ""), "message": message}


def delete(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"))
    message = own(here, channel, given)
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"))
    if given.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    here.ephemerals.append({"channel": channel.id, "user": given["user"], **written(given)})
    return {"message_ts": here.ts()}


def schedule(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"), opening=True)
    at = float(given.get("post_at", 0))
    if at <= here.now():
        raise Refused("time_in_past")
    if at > here.now() + 120 * 86_400:
        raise Refused("time_too_far")
    near = [one for one in here.scheduled.values() if one["channel"] == channel.id and abs(one["post_at"] - at) < 300]
    if len(near) >= 30:
        raise Refused("restricted_too_many")
    name = f"Q{here.number()}"
    here.scheduled[name] = {"id": name, "channel": channel.id, "post_at": at, **written(given)}
    return {"scheduled_message_id": name, "channel": channel.id, "post_at": at}


def scheduled(here: Workspace, _: Arguments) -> dict[str, Any]:
    return {"scheduled_messages": list(here.scheduled.values())}


def unschedule(here: Workspace, given: Arguments) -> dict[str, Any]:
    if here.scheduled.pop(str(given.get("scheduled_message_id")), None) is None:
        raise Refused("invalid_scheduled_message_id")
    return {}


def permalink(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"))
    message = channel.message(str(given.get("message_ts")))
    if message is None:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": f"https://{here.team}.example/archives/{channel.id}/p{message['ts']}"}


def open_conversation(here: Workspace, given: Arguments) -> dict[str, Any]:
    user = str(given.get("users", ""))
    if user not in here.users:
        raise Refused("user_not_found")
    return {"channel": {"id": here.dm(user).id}}


def conversations(here: Workspace, _: Arguments) -> dict[str, Any]:
    listed = [{"id": each.id, "name": each.name, "is_im": each.is_im} for each in here.channels.values()]
    return {"channels": listed, "response_metadata": {"next_cursor": ""}}


def conversation(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"), reading=True)
    return {"channel": {"id": channel.id, "name": channel.name, "is_im": channel.is_im}}


def members(here: Workspace, given: Arguments) -> dict[str, Any]:
    return {"members": sorted(place(here, given.get("channel"), reading=True).members)}


def history(here: Workspace, given: Arguments) -> dict[str, Any]:
    channel = place(here, given.get("channel"))
    oldest = float(given.get("oldest") or 0)
    found = [each for each in reversed(channel.messages) if float(each["ts"]) >= oldest][: int(given.get("limit", 100))]
    shown = found if given.get("include_all_metadata") else [without_metadata(each) for each in found]
    return {"messages": shown, "has_more": False}


def place(here: Workspace, name: Any, *, opening: bool = False, reading: bool = False) -> Channel:
    """The channel that is meant: by its id, or by a person's where that opens their direct messages."""
    if opening and name in here.users:
        if here.users[name]["deleted"]:
            raise Refused("user_disabled")
        if here.users[name]["is_bot"]:
            raise Refused("cannot_dm_bot")
        return here.dm(name)
    channel = here.channels.get(name)
    if channel is None:
        raise Refused("channel_not_found")
    if channel.is_archived and not reading:
        raise Refused("is_archived")
    if here.bot_user not in channel.members and not reading:
        raise Refused("not_in_channel")
    return channel


def own(here: Workspace, channel: Channel, given: Arguments) -> dict[str, Any]:
    message = channel.message(str(given.get("ts")))
    if message is None:
        raise Refused("message_not_found")
    if message.get("user") != here.bot_user:
        raise Refused("cant_update_message")
    return message


def written(given: Arguments) -> dict[str, Any]:
    """What a message says, or every reason why it cannot."""
    message = {name: given[name] for name in MESSAGE if given.get(name) is not None}
    problems = list(message_problems(message))
    if problems:
        first = problems[0].code
        error = "invalid_blocks" if first == "invalid_arguments" else first
        raise Refused(error, *(str(problem) for problem in problems))
    return message


def without_metadata(message: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "metadata"}
