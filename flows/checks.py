"""Load-time checks: what is wrong with a flow or its texts is said when the program starts, to their author.

A flow that passes has been walked along every path the explorer finds, and every page and message on the way
has been composed in every language. Nothing here is meant for the people who answer: they must never see it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from flows.catalog import LANGUAGES, Catalog, Text
from flows.core import Ending, Flow, Register
from flows.explore import Exploration, explore_all
from flows.message import message
from flows.page import At, Composer, Reader
from flows.replay import FlowError
from flows.steps import Draft, Form, Tell
from flows.walking import Stumble
from storage.facts import FACTS

SAID_OF_A_FLOW = ("title", "about", "waiting", "done")
"""Texts every flow needs, whoever starts it."""
SAID_OF_A_COMMAND = frozenset({"command.names", "command.near", "command.phrases"})
SAID_ELSEWHERE = frozenset(
    {*SAID_OF_A_FLOW, *SAID_OF_A_COMMAND, "usage", "button", "shortcut", "ends.sent_at_local_hour"}
)
"""Texts of a flow that are said outside its pages, or by conversations from before, and so count as used."""
SAID_OF_A_FORM = frozenset(
    {"title", "intro", "intros", "audience", "audiences", "submit", "help", "choices", "also", "done"}
)
"""Texts of a form that are no question's label, so that no field can be called so."""
TAKEN = frozenset({"help"})
"""Commands that the bot answers itself."""


@dataclass(frozen=True)
class Problem:
    """One thing an author has to put right."""

    flow: str
    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.flow}, {self.where}: {self.what}"


class Unsound(FlowError):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{len(problems)} problems in the flows and their texts:\n{listed}")
        self.problems = problems


def require_sound(register: Register, texts: Catalog, tasks: Collection[str] = ()) -> None:
    """Raises one `Unsound` that lists everything that is wrong; `tasks` are the drafting tasks there are."""
    if problems := check_flows(register, texts, tasks):
        raise Unsound(problems)


def check_flows(register: Register, texts: Catalog, tasks: Collection[str] = ()) -> tuple[Problem, ...]:
    """Everything that is wrong with the flows and their texts, without repetition."""
    said = _Noticing(texts.texts)
    found: list[Problem] = [*_colliding_commands(register), *_lopsided_texts(register, texts)]
    wrong = {flow: tuple(_declared_wrongly(flow)) for flow in register.flows.values()}
    explorations = explore_all(flow for flow, problems in wrong.items() if not problems)
    found += [problem for problems in wrong.values() for problem in problems]
    for exploration in explorations:
        found += _on_its_paths(exploration, register, tasks)
        found += _in_its_texts(exploration, said)
    found += _unreachable(explorations)
    found += _unused_texts(explorations, said)
    return tuple(dict.fromkeys(found))


def _colliding_commands(register: Register) -> Iterator[Problem]:
    owners = Counter(name for flow in register.newest() for name in flow.commands)
    for flow in register.newest():
        for name in flow.commands:
            if owners[name] > 1 or name in TAKEN:
                yield Problem(flow.name, f"the command /{name} is taken; name it differently", "@flow(on=...)")


def _lopsided_texts(register: Register, texts: Catalog) -> Iterator[Problem]:
    flows = {flow.name for flow in register.flows.values()}
    keys = {language: set(texts.keys(language)) for language in LANGUAGES}
    for language, own in keys.items():
        for key in sorted(set().union(*keys.values()) - own):
            first = key.partition(".")[0]
            others = ", ".join(other for other in LANGUAGES if key in keys[other])
            what = f"{key!r} is in {others} but not in {language!r}; write it in every language"
            yield Problem(first if first in flows else "texts", what, f"{language} texts")
        for key in sorted(own):
            text = texts.texts[language][key]
            if not isinstance(text, str) and "other" not in text:
                yield Problem("texts", f"{key!r} has plural forms but no 'other'", f"{language} texts")


def _declared_wrongly(flow: Flow) -> Iterator[Problem]:
    for name in flow.facts:
        if name not in FACTS:
            what = f"unknown parameter {name!r}: there is no such fact in storage/facts"
            yield Problem(flow.name, what, "its parameters")
    if flow.offered is not None and flow.offered not in FACTS:
        what = f"offered names {flow.offered!r}: there is no such fact in storage/facts"
        yield Problem(flow.name, what, "@flow(offered=...)")
    for form in flow.forms:
        for field in SAID_OF_A_FORM.intersection(form.model_fields):
            what = f"a field cannot be called {field!r}, which is what the form's own text is called"
            yield Problem(flow.name, what, form.__name__)
    for _, mentioned, _, _ in Formatter().parse(flow.once or ""):
        if mentioned is not None and mentioned not in flow.facts:
            what = f"once mentions {mentioned!r}, which is not one of its parameters"
            yield Problem(flow.name, what, "@flow(once=...)")


def _on_its_paths(exploration: Exploration, register: Register, tasks: Collection[str]) -> Iterator[Problem]:
    flow = exploration.flow
    stumbles = {(each.after, str(each.error)): each for each in reversed(exploration.stumbles)}
    yield from (_stumbled(flow, each) for each in stumbles.values())
    for path in exploration.paths:
        for step in path.steps:
            match step:
                case Draft(task=task) if task not in tasks:
                    yield Problem(flow.name, f"there is no drafting task {task!r} in prompts", step.key)
                case Tell(buttons=buttons):
                    for name, _ in buttons:
                        if not any(each.name == name and each.is_button for each in register.newest()):
                            what = f"its button starts {name!r}, which is no flow with on=button()"
                            yield Problem(flow.name, what, step.key)
                case _:
                    pass


def _stumbled(flow: Flow, stumble: Stumble) -> Problem:
    samples = {name: FACTS[name].sample for name in flow.facts}
    unusual = [f"{name} is {value!r}" for name, value in stumble.facts.items() if value != samples[name]]
    when = f" when {' and '.join(unusual)}" if unusual else ""
    error = stumble.error
    said = str(error) if isinstance(error, FlowError) else f"{type(error).__name__}: {error}"
    return Problem(flow.name, f"{said}{when}", f"after {stumble.after!r}")


def _in_its_texts(exploration: Exploration, said: "_Noticing") -> Iterator[Problem]:
    """Composes whatever the flow can show, in every language."""
    flow, composer = exploration.flow, Composer(said)
    for language in LANGUAGES:
        reader = Reader(language, ZoneInfo("UTC"))
        for met in exploration.pages():
            composer.page(flow.name, met.ask, At(0, met.ask.key), reader)
            composer.done_text(flow.name, met.ask, reader)
            intros = composer.text_key(language, flow.name, met.ask, "intros.")
            for key in [each for each in said.keys(language) if each.startswith(intros)]:
                said.say(language, key, met.ask.context, reader.zone)  # which one is said may depend on what is typed
            yield from said.problems(flow, met.ask.key)
        for tell in exploration.messages():
            message(said, reader, flow.name, tell.text, tell.values, tell.buttons)
            yield from said.problems(flow, tell.key)
        for ending in (path.ending for path in exploration.paths if isinstance(path.ending, Ending)):
            said.say(language, f"{flow.name}.ends.{ending.text}", ending.values, reader.zone)
            yield from said.problems(flow, f"its ending {ending.text!r}")
        for facts in _distinct(path.facts for path in exploration.paths):
            for key in (*SAID_OF_A_FLOW, *(("usage",) if flow.commands else ())):
                said.say(language, f"{flow.name}.{key}", facts, reader.zone)
            yield from said.problems(flow, "the flow itself")


def _distinct(facts: Iterable[Mapping[str, Any]]) -> Collection[Mapping[str, Any]]:
    return {repr(each): each for each in facts}.values()


def _unreachable(explorations: Collection[Exploration]) -> Iterator[Problem]:
    """Forms of a module that none of its flows reaches."""
    reached = frozenset[type[Form]]().union(*(each.forms() for each in explorations))
    owners = {form: each.flow for each in explorations for form in each.flow.forms if form not in reached}
    for form, flow in owners.items():
        what = f"no path asks for {form.__name__}: an answer must lead to it, or it can go"
        yield Problem(flow.name, what, f"{form.__module__}.{form.__name__}")


def _unused_texts(explorations: Iterable[Exploration], said: "_Noticing") -> Iterator[Problem]:
    flows = [each.flow for each in explorations]
    sections = {section for flow in flows for section in (flow.name, flow.body.__module__.rpartition(".")[2])}
    for key in sorted({key for language in LANGUAGES for key in said.keys(language)} - said.noticed):
        section, _, rest = key.partition(".")
        if section in sections and rest not in SAID_ELSEWHERE:
            yield Problem(section, f"no page or message says {key!r}; it can go", "its texts")


class _Noticing(Catalog):
    """The texts, remembering which were said and what was wrong with them, so that it is all listed at once."""

    def __init__(self, texts: Mapping[str, Mapping[str, Text]]) -> None:
        super().__init__(texts)
        self.noticed: set[str] = set()
        self.wrong: list[FlowError] = []

    def say(self, language: str, key: str, values: Mapping[str, Any] | None = None, zone: tzinfo | None = None) -> str:
        self.noticed.add(key)
        try:
            return super().say(language, key, values, zone)
        except FlowError as problem:
            self.wrong.append(problem)
            return key

    def problems(self, flow: Flow, where: str) -> Iterator[Problem]:
        """What was wrong since this was asked last."""
        wrong, self.wrong = self.wrong, []
        return (Problem(flow.name, str(problem), where) for problem in wrong)
