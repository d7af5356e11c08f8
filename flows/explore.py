"""The path explorer: every path of a flow, and every page and message that is met on one of them.

The load-time checks, the preview and the every-path test all look at flows through this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flows.core import Flow
from flows.page import choice_keys
from flows.questions import Values, expanded
from flows.steps import Ask, Form, Tell
from flows.walking import Path, Stumble, Walker, likeness

T = TypeVar("T")

MOST = 120
"""Paths of one flow that combine answers already seen. Each answer on its own is always tried."""
MOST_THOROUGH = 3000
"""The same, when a page has not been reached otherwise."""


@dataclass(frozen=True)
class Met:
    """A page, with everything that was typed into it on one path or another."""

    ask: Ask[Any]
    typed: tuple[Values, ...]


@dataclass(frozen=True)
class Exploration:
    flow: Flow
    paths: tuple[Path, ...]
    stumbles: tuple[Stumble, ...]

    def pages(self) -> tuple[Met, ...]:
        """Every distinct page met."""
        found: dict[str, tuple[Ask[Any], list[Values]]] = {}
        for path in self.paths:
            for ask in path.asks:
                _, typed = found.setdefault(likeness(ask), (ask, []))
                if ask.key in path.typed and path.typed[ask.key] not in typed:
                    typed.append(path.typed[ask.key])
        return tuple(Met(ask, tuple(typed)) for ask, typed in found.values())

    def messages(self) -> tuple[Tell, ...]:
        """Every distinct message met."""
        met = {f"{tell.text} {tell.values} {tell.buttons}": tell for path in self.paths for tell in path.tells}
        return tuple(met.values())

    def kinds_of_pages(self) -> tuple[Met, ...]:
        """One page of each kind: of those that differ only in the words they repeat, the first."""
        return _first_of_each((_kind_of_page(met.ask), met) for met in self.pages())

    def kinds_of_messages(self) -> tuple[Tell, ...]:
        return _first_of_each((_kind_of_message(tell), tell) for tell in self.messages())

    def forms(self) -> frozenset[type[Form]]:
        """Every form that is asked for, be it on a path that stumbles later."""
        walked: tuple[Path | Stumble, ...] = (*self.paths, *self.stumbles)
        return frozenset(step.form for each in walked for step in each.steps if isinstance(step, Ask))


def explore(flow: Flow, *, most: int = MOST, thorough: bool = False) -> Exploration:
    """Walks the flow; a thorough walk varies two answers of a page at a time.

    Raises `UnknownFact` for a parameter that is none.
    """
    walker = Walker(flow, most, thorough)
    walker.walk()
    return Exploration(flow, tuple(walker.paths), tuple(walker.stumbles))


def explore_all(flows: Iterable[Flow]) -> tuple[Exploration, ...]:
    """Walks all flows; thoroughly those whose module declares a form that nothing has asked for."""
    first = tuple(explore(flow) for flow in flows)
    reached = frozenset[type[Form]]().union(*(each.forms() for each in first))
    return tuple(each if reached.issuperset(each.flow.forms) else _thoroughly(each) for each in first)


def _thoroughly(exploration: Exploration) -> Exploration:
    return explore(exploration.flow, most=MOST_THOROUGH, thorough=True)


def _kind_of_page(ask: Ask[Any]) -> str:
    choices = choice_keys(ask)
    questions = [(key, choices.get(key)) for _, key, *_ in expanded(ask)]
    return f"{ask.form.__name__} {questions} {_filled(ask.context)} {_filled(ask.given)}"


def _kind_of_message(tell: Tell) -> str:
    return f"{tell.text} {_filled(tell.values)} {[name for name, _ in tell.buttons]}"


def _filled(values: Mapping[str, Any]) -> list[tuple[str, bool]]:
    return sorted((name, value not in (None, "", ())) for name, value in values.items())


def _first_of_each(things: Iterable[tuple[str, T]]) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for kind, thing in things:
        found.setdefault(kind, thing)
    return tuple(found.values())
