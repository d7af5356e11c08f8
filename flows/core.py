"""Flows: a declared conversation, how it is started, and the register of those there are.

    @flow("checkin", on=(weekly(), command("checkin")), once="{me}:{week}")
    async def weekly_checkin(me, manager, week): ...

The body is a coroutine that awaits steps (`flows.steps`). Its parameters are facts, looked up by name in
`storage.facts` when the conversation begins. Modules in `flows/` are found by themselves: writing a flow is
one file here and one section in each language's texts.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from types import ModuleType
from typing import Any

from flows.replay import Body, FlowError
from flows.steps import Form


@dataclass(frozen=True)
class Command:
    """Started by a slash command, such as `/win`."""

    name: str


@dataclass(frozen=True)
class Weekly:
    """Started by the clock once a week for everybody who works."""


@dataclass(frozen=True)
class Button:
    """Started by a button on a message; what the button carries are facts."""


@dataclass(frozen=True)
class Shortcut:
    """Started from the menu of a chat message."""


Trigger = Command | Weekly | Button | Shortcut


def command(name: str) -> Command:
    return Command(name)


def weekly() -> Weekly:
    return Weekly()


def button() -> Button:
    return Button()


def shortcut() -> Shortcut:
    return Shortcut()


@dataclass(frozen=True)
class Flow:
    name: str
    body: Body
    version: int = 1
    triggers: tuple[Trigger, ...] = ()
    once: str | None = None
    """What makes a conversation the same one, in terms of its facts; empty: every start is a new one."""
    editable: timedelta | None = None
    """For how long an answer can still be edited after it was sent."""
    offered: str | None = None
    """The fact that says to whom its commands are offered; None: to everybody. It refuses nobody, the body does."""
    menu: int | None = None
    """Where its commands stand in help and menus: the smaller, the earlier. None: after all that have a number."""
    outside: bool = False
    """Its button is also for people who do not take part while the company begins with some of its people."""
    restated: bool = False
    """Whether the line says how things stand, so that a newer one replaces one that was left unfinished."""
    in_message: tuple[str, ...] = ()
    """The endings, or `done`, that repeat what a message of the flow says to the person who acts: in their chat that
    message is answer enough."""

    @property
    def forms(self) -> tuple[type[Form], ...]:
        """The forms its module declares; each must be reachable by one of the module's flows."""
        module = inspect.getmodule(self.body)
        return _forms_of(module) if module else ()

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.body).parameters)

    @property
    def commands(self) -> tuple[str, ...]:
        return tuple(trigger.name for trigger in self.triggers if isinstance(trigger, Command))

    @property
    def is_weekly(self) -> bool:
        return any(isinstance(trigger, Weekly) for trigger in self.triggers)

    @property
    def is_shortcut(self) -> bool:
        return any(isinstance(trigger, Shortcut) for trigger in self.triggers)

    @property
    def is_button(self) -> bool:
        return any(isinstance(trigger, Button) for trigger in self.triggers)


@dataclass(frozen=True)
class Ending:
    """What a flow returns that can end in more than one way; its text is `[flow.ends]`, otherwise `done`."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


def ends(text: str, **values: Any) -> Ending:
    return Ending(text, values)


class UnknownFlow(FlowError):
    def __init__(self, name: str, version: int | None = None) -> None:
        of = f" in version {version}" if version else ""
        super().__init__(f"there is no flow {name!r}{of}; keep the old body until its conversations are done")


def flow(
    name: str,
    *,
    on: Trigger | tuple[Trigger, ...] = (),
    version: int = 1,
    once: str | None = None,
    editable: timedelta | None = None,
    offered: str | None = None,
    menu: int | None = None,
    outside: bool = False,
    restated: bool = False,
    in_message: tuple[str, ...] = (),
) -> Callable[[Body], Flow]:
    """Declares a coroutine as the flow `name`.

    A change of meaning gets a new `version`; the old body stays, under its own version, until no open
    conversation uses it.
    """

    def declare(body: Body) -> Flow:
        return Flow(
            name=name,
            body=body,
            version=version,
            triggers=on if isinstance(on, tuple) else (on,),
            once=once,
            editable=editable,
            offered=offered,
            menu=menu,
            outside=outside,
            restated=restated,
            in_message=in_message,
        )

    return declare


def _forms_of(module: ModuleType) -> tuple[type[Form], ...]:
    return tuple(
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Form)
        and thing is not Form
        and thing.__module__ == module.__name__
    )


@dataclass(frozen=True)
class Register:
    """The flows there are, by name and version, with the newest of each to start."""

    flows: Mapping[tuple[str, int], Flow]

    @classmethod
    def of(cls, *flows: Flow) -> "Register":
        by_version: dict[tuple[str, int], Flow] = {}
        for each in flows:
            if (each.name, each.version) in by_version:
                raise FlowError(f"two flows are called {each.name!r} in version {each.version}")
            by_version[each.name, each.version] = each
        return cls(by_version)

    def running(self, name: str, version: int) -> Flow:
        """The flow an open conversation was started with; raises `UnknownFlow`."""
        try:
            return self.flows[name, version]
        except KeyError:
            raise UnknownFlow(name, version) from None

    def newest(self) -> Iterator[Flow]:
        """Each flow in its newest version, by name."""
        last = dict(sorted(self.flows))
        return (self.flows[name, version] for name, version in sorted(last.items()))

    def named(self, name: str) -> Flow:
        for each in self.newest():
            if each.name == name:
                return each
        raise UnknownFlow(name)

    def by_command(self) -> Mapping[str, Flow]:
        """The commands in the order in which menus and help list them."""
        named = [(name, each) for each in self.newest() for name in each.commands]
        return dict(sorted(named, key=lambda each: (each[1].menu is None, each[1].menu or 0, each[0])))

    def by_shortcut(self) -> Mapping[str, Flow]:
        return {each.name: each for each in self.newest() if each.is_shortcut}


def discover(package: str = "flows") -> Register:
    """Every flow declared in a module of the package."""
    parent = import_module(package)
    modules = [import_module(f"{package}.{module.name}") for module in pkgutil.iter_modules(parent.__path__)]
    found = {id(thing): thing for module in modules for thing in vars(module).values() if isinstance(thing, Flow)}
    return Register.of(*found.values())
