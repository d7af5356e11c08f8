"""Replay: a flow finds its answers by key and never by position, so that it may change while people are inside it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core import Register, UnknownFlow, flow
from flows.fields import Scale, ShortText
from flows.replay import WAITING, Body, FlowError, NotAStep, Progress, Recorded, RepeatedKey, Waiting, advance
from flows.steps import ANSWERED, Answered, Ask, Form, Step, ask, days, draft, gather, look, save, tell
from storage.checkins import CheckIn
from storage.references import Who

ANN = Who(1, "Ann", "Miller")
PANEL = tuple(Who(number, "Judge", str(number)) for number in (11, 12, 13))


class Word(Form):
    word: ShortText


class Rate(Form):
    rate: Scale


def questions(*keys: str) -> Body:
    """A flow that asks for a word under each of the keys and returns the words."""

    async def body() -> list[str]:
        return [(await ask(ANN, Word, key=key)).word for key in keys]

    return body


def answered(*keys: str) -> dict[str, Recorded]:
    return {key: Recorded({"word": f"word {key}"}) for key in keys}


def run(body: Body, journal: Mapping[str, Recorded] | None = None, **given: Any) -> Progress:
    """As far as the flow goes when nothing new is answered; every step but an ask is finished at once."""

    def perform(step: Step[Any]) -> Recorded | Waiting:
        return WAITING if isinstance(step, Ask) else Recorded(None)

    return advance("trial", body, given, journal or {}, perform)


def waiting(progress: Progress) -> list[str]:
    return [step.key for step in progress.waiting]


# Results by key


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.data())
def test_a_changed_flow_asks_only_for_what_is_new(keys: list[str], data: st.DataObject) -> None:
    """Insert, move and drop: whatever order the questions come in later, no answer is asked for twice."""
    done = data.draw(st.integers(0, len(keys)))
    journal = answered(*keys[:done])
    later = data.draw(st.permutations(sorted({*keys, "new"})))
    later = [key for key in later if data.draw(st.booleans())]
    progress = run(questions(*later), journal)
    unanswered = [key for key in later if key not in journal]
    assert waiting(progress) == unanswered[:1]
    assert progress.done == (not unanswered)
    if progress.done:
        assert progress.result == [f"word {key}" for key in later]


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        (("first", "second", "third"), ["third"]),
        (("first", "inserted", "second", "third"), ["inserted"]),
        (("second", "first", "third"), ["third"]),
        (("second", "third"), ["third"]),
        (("first", "second"), []),
    ],
)
def test_a_half_full_journal_reopens_at_most_one_question(now: tuple[str, ...], asked: list[str]) -> None:
    assert waiting(run(questions(*now), answered("first", "second"))) == asked


def test_a_step_with_an_entry_is_not_performed_again() -> None:
    async def body() -> None:
        await tell(ANN, "hello")
        await ask(ANN, Word)

    performed: list[str] = []

    def perform(step: Step[Any]) -> Recorded | Waiting:
        performed.append(step.key)
        return WAITING

    advance("trial", body, {}, {"tell:hello:1": Recorded(None)}, perform)
    assert performed == ["word"]


@pytest.mark.parametrize(
    "entry", [{"word": 5}, {"word": "a", "gone": "b"}, {"gone": "b"}, {}, "text", 7, [], {"word": None}]
)
def test_an_answer_that_no_longer_fits_its_form_is_asked_for_again(entry: Any) -> None:
    assert waiting(run(questions("first", "second"), {"first": Recorded(entry), **answered("second")})) == ["first"]


# Deadlines and sealed answers


def test_a_deadline_gives_none_and_a_sealed_answer_only_that_it_was_given() -> None:
    def sealed(form: Word) -> CheckIn:
        raise AssertionError("a replay makes no record")

    async def body() -> tuple[Word | None, Answered | None, Answered | None]:
        late = await ask(ANN, Word, within=days(1))
        given = await ask(ANN, Word, within=days(1), sealed=sealed, key="given")
        never = await ask(ANN, Word, within=days(1), sealed=sealed, key="never")
        return late, given, never

    journal = {"word": Recorded(None), "given": Recorded(True), "never": Recorded(None)}
    assert run(body, journal).result == (None, ANSWERED, None)


def test_a_deadline_that_a_flow_no_longer_has_reopens_the_question() -> None:
    assert waiting(run(questions("first"), {"first": Recorded(None)})) == ["first"]


# Many at once


def judged(panel: Sequence[Who]) -> Body:
    async def body() -> tuple[int | None, ...]:
        votes = await gather(ask(each, Rate, key=f"vote:{each.key}", within=days(7)) for each in panel)
        return tuple(vote.rate if vote else None for vote in votes)

    return body


@given(st.sets(st.sampled_from([each.id for each in PANEL])))
def test_gather_waits_for_exactly_those_who_have_not_answered(late: set[int]) -> None:
    journal = {f"vote:{each.id}": Recorded({"rate": 3}) for each in PANEL if each.id not in late}
    progress = run(judged(PANEL), journal)
    assert waiting(progress) == [f"vote:{each.id}" for each in PANEL if each.id in late]
    assert progress.done == (not late)


def test_gather_keeps_the_order_of_its_parts_and_takes_none_for_a_missed_deadline() -> None:
    journal = {"vote:13": Recorded({"rate": 5}), "vote:12": Recorded(None), "vote:11": Recorded({"rate": 1})}
    assert run(judged(PANEL), journal).result == (1, None, 5)


def test_gather_of_nobody_is_done_at_once() -> None:
    assert run(judged(())).result == ()


async def _reviewed(person: Who) -> str:
    word = await ask(person, Word, key=f"word:{person.key}")
    rate = await ask(person, Rate, key=f"rate:{person.key}")
    return f"{word.word} {rate.rate}"


def test_gather_takes_whole_pieces_of_a_flow_and_each_goes_on_by_itself() -> None:
    async def body() -> tuple[str, str]:
        return await gather(_reviewed(PANEL[0]), _reviewed(PANEL[1]))

    half = {"word:11": Recorded({"word": "good"})}
    assert waiting(run(body, half)) == ["rate:11", "word:12"]
    whole = {**half, "rate:11": Recorded({"rate": 4}), **answered("word:12"), "rate:12": Recorded({"rate": 2})}
    assert run(body, whole).result == ("good 4", "word word:12 2")


def test_gather_within_gather() -> None:
    async def pair(person: Who) -> tuple[Any, ...]:
        one = ask(person, Word, key=f"one:{person.key}")
        return await gather([one, ask(person, Word, key=f"two:{person.key}")])

    async def body() -> tuple[Any, ...]:
        return await gather(pair(each) for each in PANEL[:2])

    assert waiting(run(body)) == ["one:11", "two:11", "one:12", "two:12"]


# The two rules for authors


def refused_with(error: type[FlowError], body: Body, journal: Mapping[str, Recorded] | None = None) -> str:
    with pytest.raises(error) as refused:
        run(body, journal)
    return str(refused.value)


def test_a_key_awaited_twice_is_refused_even_when_it_has_an_entry() -> None:
    said = refused_with(RepeatedKey, questions("again", "again"), answered("again"))
    assert "'trial'" in said
    assert "key=f'again:{person.id}'" in said


def test_the_same_form_asked_of_many_without_keys_is_refused_and_no_part_is_left_unawaited() -> None:
    async def one(person: Who) -> Word:
        return await ask(person, Word)

    async def body() -> None:
        await gather(one(each) for each in PANEL)

    refused_with(RepeatedKey, body)  # a part that was never awaited would be a RuntimeWarning, and so an error here


async def _sleeps() -> None:
    await asyncio.sleep(0)


async def _awaits_a_value() -> None:
    await gather([7])  # type: ignore[arg-type]


async def _awaits_a_future() -> None:
    class Odd:
        def __await__(self) -> Any:
            yield "not a step"

    await Odd()


@pytest.mark.parametrize("body", [_sleeps, _awaits_a_value, _awaits_a_future])
def test_awaiting_anything_but_a_step_is_refused(body: Callable[[], Awaitable[None]]) -> None:
    assert "which is not a step" in refused_with(NotAStep, body)  # type: ignore[arg-type]


# What is awaited, in one place: every kind of step is performed once and in order


def test_every_kind_of_step_is_performed_in_order_and_gets_its_result() -> None:
    record = CheckIn(person_id=1, week="2026-W10", mood=3, highlights="x", saved_by=1)

    async def body() -> tuple[Any, ...]:
        saved = await save(record)
        worded = await draft("summary", within=days(1), week="2026-W10")
        counted = await look("votes", review=7)
        await tell(ANN, "hello", buttons=[("checkin", {})])
        return saved, worded, counted

    results: dict[str, Any] = {"save:check_in": "s1", "draft:summary": None, "look:votes": [1, 2]}
    performed: list[str] = []

    def perform(step: Step[Any]) -> Recorded | Waiting:
        performed.append(step.key)
        return Recorded(results.get(step.key))

    progress = advance("trial", body, {}, {}, perform)
    assert progress.result == ("s1", None, (1, 2))
    assert performed == ["save:check_in", "draft:summary", "look:votes", "tell:hello:1"]
    assert progress.reached == set(performed)


def test_what_a_flow_raises_is_not_swallowed_and_its_coroutines_are_closed() -> None:
    closed: list[str] = []

    async def part() -> None:
        try:
            await ask(ANN, Word)
        finally:
            closed.append("part")

    async def fails() -> None:
        raise ZeroDivisionError

    async def body() -> None:
        await gather(part(), fails())

    with pytest.raises(ZeroDivisionError):
        run(body)
    assert closed == ["part"]


# Versions


def test_an_open_conversation_keeps_the_version_it_was_started_with() -> None:
    old, new = flow("talk")(questions("a")), flow("talk", version=2)(questions("b"))
    register = Register.of(old, new)
    assert register.running("talk", 1) is old
    assert register.named("talk") is new
    assert list(register.newest()) == [new]
    with pytest.raises(UnknownFlow, match="'talk' in version 3; keep the old body"):
        register.running("talk", 3)
    with pytest.raises(FlowError, match="two flows are called 'talk' in version 1"):
        Register.of(old, flow("talk")(questions("c")))


@given(
    st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=4)
)
def test_whatever_a_journal_holds_a_question_is_answered_or_open(entry: dict[str, Any]) -> None:
    progress = run(questions("first"), {"first": Recorded(entry)})
    assert progress.done or waiting(progress) == ["first"]
