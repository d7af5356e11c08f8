"""Walking: one flow driven by the same `advance()` as the dispatcher, in memory and with made-up answers.

Each answer is varied one at a time around a plain first one, and each fact around its sample; the answers that
turn the conversation elsewhere are then combined, up to a stated number of paths.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.core import Flow
from flows.made_up import CLEAR, Filled, fillings, reading_on
from flows.questions import Values
from flows.replay import Recorded, Waiting, advance
from flows.steps import Ask, Draft, Look, Save, Step, Tell
from storage.facts import samples, variants
from storage.json_values import written
from storage.versions import Versioned

TODAY = date(2026, 3, 5)

Choices = Mapping[str, int]
"""Which of its possible results each step got, by key; the first one where nothing is said."""
Shape = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Path:
    """One way through a flow, from its first step to its end."""

    facts: Mapping[str, Any]
    steps: tuple[Step[Any], ...]
    journal: Mapping[str, Recorded]
    typed: Mapping[str, Values]
    """What was typed into each page; one that is missing here was left unanswered until its time was over."""
    ending: Any = None
    """What the flow returned."""

    @property
    def asks(self) -> Iterator[Ask[Any]]:
        return (step for step in self.steps if isinstance(step, Ask))

    @property
    def tells(self) -> Iterator[Tell]:
        return (step for step in self.steps if isinstance(step, Tell))


@dataclass(frozen=True)
class Stumble:
    """A path on which the flow raised instead of coming to its end."""

    facts: Mapping[str, Any]
    steps: tuple[Step[Any], ...]
    """Those that were reached."""
    error: Exception

    @property
    def after(self) -> str:
        return self.steps[-1].key if self.steps else "its start"


class NobodyCanAnswer(Exception):
    def __init__(self, ask: Ask[Any]) -> None:
        super().__init__(
            f"no answer that was made up fits the page {ask.form.__name__}: is there something to choose from for "
            "each required question, and can its objections be met?"
        )


@dataclass(frozen=True)
class _Branch:
    """A walk to be made: its choices, the shape of the walk it branches from, and the result it tries."""

    choices: Choices
    before: Shape
    result: str


@dataclass
class Walker:
    flow: Flow
    most: int
    thorough: bool
    paths: list[Path] = field(default_factory=list)
    stumbles: list[Stumble] = field(default_factory=list)
    results: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    """Every result that some path has had, of every form, draft and look."""
    tried_at: set[tuple[str, int]] = field(default_factory=set)
    """The same by the key of the step."""
    idle: set[str] = field(default_factory=set)
    """Results that led nowhere else than the plainest one."""
    turns: list[Choices] = field(default_factory=list)
    """Choices that led elsewhere."""

    def walk(self) -> None:
        facts = samples(self.flow.facts)
        self._spread(facts, {}, self.most)
        turns = [turn for turn in self.turns if len(turn) == 1]
        for name in self.flow.facts:
            for value in variants(name):
                for choices in ({}, *turns):
                    self._spread({**facts, name: value}, choices, 0)

    def _spread(self, facts: Mapping[str, Any], start: Choices, spare: int) -> None:
        """Tries every result not tried before, then up to `spare` combinations of those that turn the talk.

        A form that is asked again under another key, as in a loop, gets only the results that made a difference
        the first time, unless the walk is a thorough one.
        """
        fresh, again, rest = deque([_Branch(start, (), "")]), deque[_Branch](), deque[_Branch]()
        known: set[frozenset[tuple[str, int]]] = set()
        while fresh or again or (rest and spare > 0):
            is_new, is_rest = bool(fresh), not fresh and not again
            branch = (fresh or again or rest).popleft()
            mark = frozenset(branch.choices.items())
            if mark in known or (branch.result in self.idle and not is_new):
                continue
            known.add(mark)
            spare -= is_rest
            walk = self._run(facts, branch.choices)
            shape = walk.shape
            turned = shape != branch.before
            if turned:
                self.turns.append(branch.choices)
            elif is_new:
                self.idle.add(branch.result)
            for step, count in walk.open:
                for index in range(1, count):
                    result = f"{step.key if self.thorough else _family(step)} {index}"
                    child = _Branch({**branch.choices, step.key: index}, shape, result)
                    if result not in self.tried:
                        self.tried.add(result)
                        fresh.append(child)
                    elif (step.key, index) not in self.tried_at:
                        again.append(child)
                    elif turned:
                        rest.append(child)
                    self.tried_at.add((step.key, index))

    def _run(self, facts: Mapping[str, Any], choices: Choices) -> "_Walk":
        walk = _Walk(self, choices)
        try:
            progress = advance(self.flow.name, self.flow.body, facts, {}, walk.perform)
        except Exception as error:  # noqa: BLE001  # whatever a flow raises is what the explorer is to report
            self.stumbles.append(Stumble(facts, tuple(walk.steps), error))
        else:
            self.paths.append(Path(facts, tuple(walk.steps), walk.journal, walk.typed, progress.result))
        return walk

    def results_of(self, step: Step[Any]) -> tuple[Any, ...]:
        """What may come of a step, the plainest first."""
        alike = likeness(step)
        if alike not in self.results:
            self.results[alike] = tuple(self._results(step))
        return self.results[alike]

    def _results(self, step: Step[Any]) -> Iterator[Any]:
        match step:
            case Ask(within=within):
                filled = tuple(fillings(step, reading_on(TODAY), pairwise=self.thorough))
                if not filled:
                    raise NobodyCanAnswer(step)
                yield from filled
                if within:
                    yield None
            case Draft():
                yield from (CLEAR, None)
            case Look(fact=fact):
                yield from (written(value) for value in (samples((fact,))[fact], *variants(fact)))
            case Save(record=record):
                yield (record.series or "s1") if isinstance(record, Versioned) else "1"
            case _:
                yield None


@dataclass
class _Walk:
    explorer: Walker
    choices: Choices
    steps: list[Step[Any]] = field(default_factory=list)
    journal: dict[str, Recorded] = field(default_factory=dict)
    typed: dict[str, Values] = field(default_factory=dict)
    open: list[tuple[Step[Any], int]] = field(default_factory=list)
    """The steps of this walk that got their plainest result, and how many results there were."""

    @property
    def shape(self) -> Shape:
        """What makes two paths the same whatever the words were."""
        return tuple((type(step).__name__, step.key) for step in self.steps)

    def perform(self, step: Step[Any]) -> Recorded | Waiting:
        self.steps.append(step)
        results = self.explorer.results_of(step)
        index = self.choices.get(step.key, 0)
        if step.key not in self.choices:
            self.open.append((step, len(results)))
        result = results[min(index, len(results) - 1)]
        if isinstance(step, Ask) and isinstance(result, Filled):
            self.typed[step.key] = result.typed
            result = self._sent(step, result)
        self.journal[step.key] = Recorded(result)
        return self.journal[step.key]

    def _sent(self, step: Ask[Any], filled: Filled) -> Any:
        if step.sealed is None:
            return filled.form.model_dump(mode="json")
        step.sealed(filled.form)
        return True


def _family(step: Step[Any]) -> str:
    """Equal for steps whose results are likely to matter in the same way."""
    return step.form.__qualname__ if isinstance(step, Ask) else f"{type(step).__name__} {step.key}"


def likeness(step: Step[Any]) -> str:
    """Equal for steps that look the same to whoever meets them."""
    match step:
        case Ask():
            shown = (step.offer, step.given, step.context, bool(step.within), bool(step.sealed))
            return f"{step.key} {step.form.__qualname__} {shown}"
        case Save(record=record):
            return f"{step.key} {getattr(record, 'series', '')}"
        case _:
            return f"{type(step).__name__} {step.key}"
