"""A person in Slack: types, presses, opens windows, fills and sends them, and sees what Slack would show."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.slack.limits import message_problems, view_problems
from flows.questions import Raw
from tests.slack_workspace.modal import Modal
from tests.slack_workspace.outbound import Ack, Outbound
from tests.slack_workspace.state import OpenView, Workspace


class Trouble(AssertionError):
    """Slack shows "We had some trouble connecting" or the like: the app did not answer as it must."""


@dataclass
class Person:
    here: Workspace
    slack: Outbound
    id: str
    errors: dict[str, str] = field(default_factory=dict)
    """What stands under the fields of the window in front."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What only they see, in answer to a command."""
    held: Modal | None = None

    # what they see

    @property
    def window(self) -> OpenView:
        stack = self.here.modals.get(self.id) or []
        assert stack, "no window is open"
        return stack[-1]

    @property
    def is_window_open(self) -> bool:
        return bool(self.here.modals.get(self.id))

    @property
    def view(self) -> dict[str, Any]:
        return self.window.view

    @property
    def home(self) -> dict[str, Any]:
        return self.here.homes[self.id].view

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What the bot has written to them."""
        return [each for each in self.here.dm(self.id).messages if each["user"] == self.here.bot_user]

    @property
    def told(self) -> list[str]:
        return [each["text"] for each in self.messages]

    async def sees_a_window(self) -> None:
        """Waits until a window opens."""
        while not self.is_window_open:  # noqa: ASYNC110  # it is opened by a request to a server of this loop
            await asyncio.sleep(0.01)

    # what they do

    async def types(self, text: str, **more: Any) -> Ack:
        self.here.clock.move(timedelta(seconds=2))  # nobody types quicker
        return await self.slack.event(self.typed(text), **more)

    def typed(self, text: str) -> dict[str, Any]:
        """The event of a message to the bot, written down but not sent."""
        message = {"type": "message", "user": self.id, "text": text, "ts": self.here.ts()}
        self.here.dm(self.id).messages.append(message)
        return {**message, "channel": self.here.dm(self.id).id, "channel_type": "im", "team": self._team}

    async def commands(self, line: str, *, in_own_chat: bool = False) -> Ack:
        name, _, text = line.partition(" ")
        trigger = self.here.trigger(self.id)
        form = {
            "token": "t",
            "team_id": self._team,
            "team_domain": "lumen",
            "channel_id": self.here.dm(self.id).id if in_own_chat else "C1",
            "channel_name": "directmessage" if in_own_chat else "general",
            "user_id": self.id,
            "user_name": self.id.lower(),
            "command": name,
            "text": text,
            "api_app_id": self.here.app,
            "is_enterprise_install": str(self.here.org_wide).lower(),
            "response_url": "https://hooks.slack.com/commands/T1/1/x",
            "trigger_id": trigger,
        }
        if self.here.enterprise:
            form["enterprise_id"] = self.here.enterprise
        ack = await self.slack.command(form)
        if not ack.ok:
            raise Trouble(f"{name} failed because the app did not respond ({ack.status})")
        if ack.body:
            answer = ack.body if isinstance(ack.body, dict) else {"text": ack.body}
            shown = {key: answer[key] for key in ("text", "blocks") if key in answer}
            assert not list(message_problems(shown)), list(message_problems(shown))
            self.answers.append(answer)
        return ack

    async def opens_home(self) -> Ack:
        return await self.slack.event({"type": "app_home_opened", "user": self.id, "tab": "home", "channel": "D0"})

    async def uses_shortcut(self, callback: str, message: Mapping[str, Any] | None = None, channel: str = "C1") -> Ack:
        payload = self._from(trigger_id=self.here.trigger(self.id), callback_id=callback, type="shortcut")
        if message is not None:
            payload |= {"type": "message_action", "message": dict(message), "message_ts": message["ts"]}
            payload |= {"channel": {"id": channel, "name": "x"}, "response_url": "https://hooks.slack.com/app/T1/1/x"}
        return self._fine(await self.slack.interaction(payload))

    async def presses(self, label: str, message: Mapping[str, Any] | None = None) -> Ack:
        """Presses a button of a message, by default the last one that has it."""
        for each in [message] if message else reversed(self.messages):
            for block, button in buttons(each.get("blocks", ())):
                if label in (button["text"]["text"], button.get("accessibility_label")):
                    return await self.slack.interaction(self.press_on_message(each, block, button))
        raise AssertionError(f"nobody has offered {label!r}")

    def press_on_message(
        self, message: Mapping[str, Any], block: Mapping[str, Any], button: Mapping[str, Any]
    ) -> dict[str, Any]:
        dm = self.here.dm(self.id)
        payload = self._from(type="block_actions", trigger_id=self.here.trigger(self.id))
        payload |= {"container": {"type": "message", "message_ts": message["ts"], "channel_id": dm.id}}
        payload |= {"channel": {"id": dm.id, "name": "directmessage"}, "message": dict(message)}
        payload |= {"response_url": "https://hooks.slack.com/actions/T1/1/x", "state": {"values": {}}}
        return payload | {"actions": [self._action(block, button)]}

    async def presses_at_home(self, label: str) -> Ack:
        return await self._press_in_view(self.here.homes[self.id], label, {})

    async def presses_in_window(self, label: str, values: Mapping[str, Raw] | None = None) -> Ack:
        modal = self.form
        modal.fill(values or {})
        return await self._press_in_view(self.window, label, modal.state())

    async def fills(self, values: Mapping[str, Raw]) -> None:
        """Types into the window in front, without sending it."""
        modal = self.form
        modal.find = await self._finder(modal, values)
        modal.fill(values)

    async def sends(self, values: Mapping[str, Raw] | None = None) -> Ack:
        """Fills the window in front and sends it; the client insists on required fields."""
        await self.fills(values or {})
        modal = self.form
        assert not modal.missing(), f"the client asks for {modal.missing()}"
        return await self.submits(self.submission(modal))

    def submission(self, modal: Modal) -> dict[str, Any]:
        shown = self.here.public_view(self.window) | {"state": {"values": modal.state()}}
        trigger = self.here.trigger(self.id, self.window.id)
        return self._from(type="view_submission", trigger_id=trigger, view=shown, response_urls=[])

    async def submits(self, payload: dict[str, Any]) -> Ack:
        ack = self._fine(await self.slack.interaction(payload))
        self.errors = {}
        self._apply(ack.body or {})
        return ack

    async def closes(self) -> Ack:
        """Closes the window; what was typed is gone."""
        shown = self.here.public_view(self.window)
        self.here.modals[self.id] = []
        self.held = None
        if not shown.get("notify_on_close"):
            return Ack(200)
        return self._fine(await self.slack.interaction(self._from(type="view_closed", view=shown, is_cleared=True)))

    async def looks_for(self, words: str, block_id: str = "b", action_id: str = "person") -> list[dict[str, Any]]:
        """What a menu that asks the app offers."""
        payload = self._from(type="block_suggestion", action_id=action_id, block_id=block_id, value=words)
        view = self.here.public_view(self.window)
        payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        ack = self._fine(await self.slack.interaction(payload))
        return list((ack.body or {}).get("options", []))

    async def _press_in_view(self, shown: OpenView, label: str, state: Mapping[str, Any]) -> Ack:
        for block, button in buttons(shown.view["blocks"]):
            if label in (button["text"]["text"], button.get("accessibility_label")):
                payload = self._from(type="block_actions", trigger_id=self.here.trigger(self.id, shown.id))
                payload |= {"container": {"type": "view", "view_id": shown.id}}
                payload |= {"view": self.here.public_view(shown) | {"state": {"values": state}}}
                return await self.slack.interaction(payload | {"actions": [self._action(block, button)]})
        raise AssertionError(f"there is no button {label!r} in the view")

    async def _finder(self, modal: Modal, values: Mapping[str, Raw]) -> Any:
        """Looks people up through the app, as the client does while one types."""
        found: list[dict[str, Any]] = []
        for name, block in modal.inputs.items():
            if "external" in block["element"]["type"] and name.partition("/")[2] in values:
                wanted = values[name.partition("/")[2]]
                for each in (wanted,) if isinstance(wanted, str) else wanted:
                    found += await self.looks_for(each, name, block["element"]["action_id"])
        return lambda _: found

    @property
    def form(self) -> Modal:
        """The window in front with what was typed into it."""
        if self.held is None or self.held.view is not self.view:
            self.held = Modal(self.view)
        return self.held

    def _apply(self, answer: Mapping[str, Any]) -> None:
        stack = self.here.modals[self.id]
        match answer.get("response_action"):
            case None:
                stack.pop()
            case "clear":
                stack.clear()
            case "errors":
                fields = {block.get("block_id") for block in self.view["blocks"] if block["type"] == "input"}
                if not answer["errors"] or not set(answer["errors"]) <= fields:
                    raise Trouble("errors for fields that are not there")
                self.errors = dict(answer["errors"])
            case "update" | "push" as action:
                problems = list(view_problems(answer["view"]))
                if problems:
                    raise Trouble(str(problems))
                if action == "update":
                    self.here.replace(stack[-1], answer["view"])
                else:
                    stack.append(self.here.opened(self.id, answer["view"], stack[0].id))
            case unknown:
                raise Trouble(f"no such response_action: {unknown}")

    def _fine(self, ack: Ack) -> Ack:
        if not ack.ok:
            raise Trouble(f"the app did not answer: {ack.status}")
        return ack

    @property
    def _team(self) -> str:
        return str(self.here.users[self.id]["team_id"])

    def _from(self, **more: Any) -> dict[str, Any]:
        team = None if self.here.org_wide else {"id": self.here.team, "domain": "lumen"}
        grid = {"id": self.here.enterprise, "name": "Lumen"} if self.here.enterprise else None
        user = {"id": self.id, "username": self.id.lower(), "name": self.id.lower(), "team_id": self._team}
        common = {"user": user, "team": team, "enterprise": grid, "is_enterprise_install": self.here.org_wide}
        return {**common, "api_app_id": self.here.app, "token": "t", **more}

    def _action(self, block: Mapping[str, Any], button: Mapping[str, Any]) -> dict[str, Any]:
        return {**button, "block_id": block.get("block_id", "auto"), "action_ts": self.here.ts()}


def buttons(blocks: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every button of some blocks, with the block it stands in."""
    found = []
    for block in blocks:
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]
        found += [(block, element) for element in elements if element.get("type") == "button"]
    return found
