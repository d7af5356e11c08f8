"""Replay: runs a flow from the top, answering its steps from the journal, until one has no entry.

A flow is an ordinary coroutine driven by hand, without an event loop. `advance()` is pure but for the
`perform` it is given: the dispatcher performs steps in its transaction, a test in memory, the path explorer
by making answers up.

Two rules for authors are enforced here, loudly: await only steps (`NotAStep`), and give a key where a step is
awaited more than once, as in a loop (`RepeatedKey`).
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import signature
from typing import Any

from flows.steps import Gather, Step, Unreadable


class FlowError(Exception):
    """A flow is written wrongly; the message tells its author where and how."""


class NotAStep(FlowError):
    def __init__(self, flow: str, awaited: object) -> None:
        super().__init__(
            f"flow {flow!r} awaited {type(awaited).__name__}, which is not a step: a flow may await only "
            "ask, tell, save, draft, look and gather; everything else belongs in a fact or in the dispatcher"
        )


class RepeatedKey(FlowError):
    def __init__(self, flow: str, key: str) -> None:
        super().__init__(
            f"flow {flow!r} awaited two steps with the key {key!r}: give each its own, "
            f"as in ask(person, Form, key=f'{key}:{{person.id}}')"
        )


class Waiting:
    """The step cannot be finished now: somebody has to answer first."""


WAITING = Waiting()


@dataclass(frozen=True)
class Recorded:
    """What the journal keeps of a finished step."""

    value: Any


@dataclass(frozen=True)
class Progress:
    """Where a conversation stands: the asks it waits for, or what its flow returned."""

    waiting: tuple[Step[Any], ...]
    done: bool
    reached: frozenset[str]
    """The keys of all steps that were awaited."""
    result: Any = None


Perform = Callable[[Step[Any]], Recorded | Waiting]
Body = Callable[..., Coroutine[Any, Any, Any]]


def advance(
    name: str, body: Body, params: Mapping[str, Any], journal: Mapping[str, Recorded], perform: Perform
) -> Progress:
    """Drives a flow as far as it goes. `perform` is called once for each step without an entry, in order.

    An entry that no longer fits its form is performed again, so that the page opens anew.
    """
    run = _Run(name, journal, perform)
    taken = _parameters(body)
    outcome = run.drive(body(**{name: value for name, value in params.items() if name in taken}))
    if isinstance(outcome, Waiting):
        return Progress(tuple(run.waiting), done=False, reached=frozenset(run.seen))
    return Progress((), done=True, reached=frozenset(run.seen), result=outcome.value)


@cache
def _parameters(body: Body) -> frozenset[str]:
    """The facts a flow takes; a conversation that was begun before may have kept others."""
    return frozenset(signature(body).parameters)


class _Run:
    def __init__(self, name: str, journal: Mapping[str, Recorded], perform: Perform) -> None:
        self.name = name
        self.journal = journal
        self.perform = perform
        self.seen: set[str] = set()
        self.waiting: list[Step[Any]] = []

    def drive(self, coroutine: Coroutine[Any, Any, Any] | Generator[Any, Any, Any]) -> Recorded | Waiting:
        """Runs one coroutine until it returns (its value) or waits; a part of a `gather` is run the same way."""
        sent = None
        try:
            while True:
                step = coroutine.send(sent)
                outcome = self.result_of(step)
                if isinstance(outcome, Waiting):
                    return outcome
                sent = outcome.value
        except StopIteration as stop:
            return Recorded(stop.value)
        finally:
            coroutine.close()

    def result_of(self, step: object) -> Recorded | Waiting:
        match step:
            case Gather(parts=parts):
                try:
                    outcomes = [self.drive(_coroutine(self.name, part)) for part in parts]
                finally:
                    for part in parts:  # a part that was not come to would warn that it was never awaited
                        if isinstance(part, Coroutine):
                            part.close()
                finished = tuple(outcome.value for outcome in outcomes if isinstance(outcome, Recorded))
                return Recorded(finished) if len(finished) == len(outcomes) else WAITING
            case Step(key=key):
                if key in self.seen:
                    raise RepeatedKey(self.name, key)
                self.seen.add(key)
                return self.finished(step)
            case _:
                raise NotAStep(self.name, step)

    def finished(self, step: Step[Any]) -> Recorded | Waiting:
        entry = self.journal.get(step.key)
        if entry is not None:
            try:
                return Recorded(step.restore(entry.value))
            except Unreadable:
                pass
        outcome = self.perform(step)
        if isinstance(outcome, Waiting):
            self.waiting.append(step)
            return outcome
        return Recorded(step.restore(outcome.value))


def _coroutine(flow: str, part: Awaitable[Any]) -> Coroutine[Any, Any, Any] | Generator[Any, Any, Any]:
    match part:
        case Step():
            return part.__await__()
        case Coroutine():
            return part
        case _:
            raise NotAStep(flow, part)
