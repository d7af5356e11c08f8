"""Load-time checks: a flow that is broken in one way is refused, and the problem says where and what to do."""

import sys
from collections.abc import Callable, Mapping
from types import ModuleType

import pytest

from flows.catalog import LANGUAGES, Catalog, Text, load
from flows.checks import Problem, Unsound, check_flows, require_sound
from flows.core import Flow, Register

SOURCE = """
import asyncio
from typing import Literal
from flows.core import button, command, ends, flow
from flows.fields import LongText, Pick, Scale
from flows.steps import Form, ask, days, draft, gather, look, save, tell
from storage.references import Who

class Mood(Form):
    mood: Scale

class Trouble(Form):
    what: LongText | None
    kind: Literal["person", "work"]

@flow("talk", on=command("talk"), once="{me}")
async def talk(me: Who, manager: Who | None) -> None:
    mood = await ask(me, Mood, me=me)
    if mood.mood == 1:
        await ask(me, Trouble, within=days(2))
        if manager:
            await tell(manager, "trouble", person=me, buttons=[("answer", {})])

@flow("answer", on=button())
async def answer(me: Who) -> None:
    await tell(me, "thanks")
"""

TEXTS: dict[str, Text] = {
    "talk.title": "Talk",
    "talk.about": "A talk",
    "talk.usage": "/talk",
    "talk.waiting": "A talk",
    "talk.done": "Thanks!",
    "talk.Mood.title": "Mood",
    "talk.Mood.mood": "How are you, {me}?",
    "talk.Trouble.title": "Trouble",
    "talk.Trouble.what": "What is it?",
    "talk.Trouble.kind": "What kind?",
    "talk.Trouble.choices.kind.person": "A person",
    "talk.Trouble.choices.kind.work": "Work",
    "talk.tell.trouble": "{person} is in trouble",
    "answer.title": "Answer",
    "answer.about": "An answer",
    "answer.waiting": "An answer",
    "answer.done": "Thanks!",
    "answer.tell.thanks": "Thanks",
}
CHROME = load("flows.texts")

Broken = Callable[..., tuple[Problem, ...]]


def catalog(everywhere: Mapping[str, Text | None], chinese: Mapping[str, Text | None]) -> Catalog:
    """The texts in both languages with changes; None takes a text away."""
    chrome = {key: text for key, text in CHROME.texts["en"].items() if key.startswith("chrome.")}
    whole = {}
    for language in LANGUAGES:
        own: dict[str, Text | None] = {**chrome, **TEXTS, **everywhere, **(chinese if language == "zh" else {})}
        whole[language] = {key: text for key, text in own.items() if text is not None}
    return Catalog(whole)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Register]:
    """The flows of a module written by an author, with `old` in it changed to `new`."""

    def written(old: str = "", new: str = "") -> Register:
        assert old in SOURCE
        module = ModuleType("flows.talk")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(compile(SOURCE.replace(old, new, 1), "flows/talk.py", "exec"), vars(module))
        return Register.of(*(thing for thing in vars(module).values() if isinstance(thing, Flow)))

    return written


def test_a_sound_flow_has_no_problems(register: Callable[..., Register]) -> None:
    assert check_flows(register(), catalog({}, {})) == ()


@pytest.mark.parametrize(
    ("old", "new", "what", "where"),
    [
        ("manager: Who | None", "boss: Who", "unknown parameter 'boss'", "parameters"),
        ('once="{me}"', 'once="{week}"', "once mentions 'week'", "@flow"),
        ('once="{me}"', 'offered="full_moon"', "offered names 'full_moon'", "@flow"),
        ('command("talk")', 'command("help")', "/help is taken", "@flow"),
        ("on=button()", 'on=(button(), command("talk"))', "/talk is taken", "@flow"),
        ("mood.mood == 1", "mood.mood == 7", "no path asks for Trouble", "flows.talk.Trouble"),
        ("if mood.mood == 1:", "for _ in range(2):", "two steps with the key 'trouble'", "'trouble'"),
        (
            "await ask(me, Trouble, within=days(2))",
            "await asyncio.sleep(0)",
            "awaited NoneType, which is not",
            "'mood'",
        ),
        ("await ask(me, Trouble, within=days(2))", "await asyncio.sleep(1)", "no running event loop", "'mood'"),
        ("await ask(me, Trouble, within=days(2))", "await gather([1, 2])", "awaited int, which is not", "'mood'"),
        ("mood = await", 'await look("moon")\n    mood = await', "no fact 'moon'", "look:moon"),
        ("mood = await", 'await draft("poem")\n    mood = await', "no drafting task 'poem'", "draft:poem"),
        ('("answer", {})', '("nowhere", {})', "starts 'nowhere', which is no flow", "tell:trouble"),
        ('("answer", {})', '("talk", {})', "starts 'talk', which is no flow with on=button()", "tell:trouble"),
        ("mood: Scale", "mood: float", "Mood.mood has a type no question can be made of", "'mood'"),
        (
            'kind: Literal["person", "work"]',
            "kind: Pick",
            "no answer that was made up fits the page Trouble",
            "'trouble'",
        ),
        ("kind: Literal[", 'kind: Literal["other", ', "no text 'talk.Trouble.choices.kind.other'", "trouble"),
        ("    mood: Scale", "    mood: Scale\n    why: LongText", "no text 'talk.Mood.why'", "mood"),
        ("    mood: Scale", "    mood: Scale\n    title: LongText", "a field cannot be called 'title'", "Mood"),
        ('tell(me, "thanks")', 'tell(me, "thanks")\n    return ends("well")', "no text 'answer.ends.well'", "'well'"),
        ("ask(me, Mood, me=me)", "ask(me, Mood)", "'talk.Mood.mood' mentions {me}", "mood"),
        ("person=me, buttons", "buttons", "'talk.tell.trouble' mentions {person}", "tell:trouble"),
        ('tell(me, "thanks")', 'tell(me, "sorry")', "no text 'answer.tell.sorry'", "tell:sorry"),
        ('tell(me, "thanks")', 'tell(me, "sorry")', "no page or message says 'answer.tell.thanks'", "texts"),
    ],
)
def test_a_flow_written_wrongly(register: Callable[..., Register], old: str, new: str, what: str, where: str) -> None:
    problems = check_flows(register(old, new), catalog({}, {}))
    assert [each for each in problems if what in each.what and where in each.where], problems


def test_a_flow_that_fails_only_for_somebody_without_a_manager(register: Callable[..., Register]) -> None:
    problems = check_flows(register("if manager:", "if manager.id:"), catalog({}, {}))
    assert [each.what for each in problems] == [
        "AttributeError: 'NoneType' object has no attribute 'id' when manager is None"
    ]


@pytest.mark.parametrize(
    ("everywhere", "chinese", "what"),
    [
        ({"talk.Mood.title": None}, {}, "no text 'talk.Mood.title' in 'en'"),
        ({"talk.Mood.title": None}, {}, "no text 'talk.Mood.title' in 'zh'"),
        ({"talk.done": None}, {}, "no text 'talk.done'"),
        ({"talk.usage": None}, {}, "no text 'talk.usage'"),
        ({}, {"talk.Mood.title": None}, "'talk.Mood.title' is in en but not in 'zh'"),
        ({}, {"talk.Mood.help.mood": "说说看"}, "'talk.Mood.help.mood' is in zh but not in 'en'"),
        ({}, {"talk.Mood.mood": "{whom}好吗？"}, "'talk.Mood.mood' mentions {whom}"),
        ({"talk.Mood.help.moood": "A typo"}, {}, "no page or message says 'talk.Mood.help.moood'"),
        ({"talk.Mood.mood": {"one": "Only {me}?"}}, {}, "'talk.Mood.mood' has plural forms but no 'other'"),
        ({"talk.done": "See you in {week}"}, {}, "'talk.done' mentions {week}"),
    ],
)
def test_texts_written_wrongly(
    register: Callable[..., Register], everywhere: dict[str, Text | None], chinese: dict[str, Text | None], what: str
) -> None:
    problems = check_flows(register(), catalog(everywhere, chinese))
    assert [each for each in problems if what in each.what], problems


def test_a_page_behind_two_answers_at_once_is_reached(register: Callable[..., Register]) -> None:
    twice = register(
        "if mood.mood == 1:\n        await ask(me, Trouble, within=days(2))",
        'if mood.mood == 1:\n        again = await ask(me, Mood, key="again", me=me)\n'
        "        if again.mood == 5:\n            await ask(me, Trouble)",
    )
    assert check_flows(twice, catalog({}, {})) == ()


def test_forms_of_one_file_may_share_their_texts(register: Callable[..., Register]) -> None:
    shared = register('    await tell(me, "thanks")', '    await ask(me, Mood, me=me)\n    await tell(me, "thanks")')
    own: dict[str, Text | None] = {"answer.Mood.mood": "And how are you now, {me}?"}
    assert check_flows(shared, catalog(own, {})) == ()


def test_a_known_drafting_task_is_no_problem(register: Callable[..., Register]) -> None:
    drafting = register("mood = await", 'await draft("poem")\n    mood = await')
    assert check_flows(drafting, catalog({}, {}), tasks={"poem"}) == ()


def test_everything_wrong_is_said_in_one_error_that_names_the_places(register: Callable[..., Register]) -> None:
    broken = register("manager: Who | None", "boss: Who")
    with pytest.raises(Unsound) as refused:
        require_sound(broken, catalog({"answer.title": None}, {"talk.Mood.title": None}))
    assert len(refused.value.problems) > 2
    for said in ("talk, its parameters: unknown parameter 'boss'", "answer.title", "talk.Mood.title"):
        assert said in str(refused.value)
