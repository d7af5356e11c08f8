"""Whatever arrives in place of an answer, the reply is a clear sentence and nothing is lost or changed."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.answers import Answer, Called, Drafted, Opened, Pressed, Quoted, Submitted, Typed
from bot.dispatcher import Dispatcher
from bot.replies import Refused, Reply, ShowPage, Suggestion
from flows.page import At
from storage.columns import table
from storage.database import Database
from storage.json_values import written
from storage.received import received
from storage.references import EventRef, GoalRef, Option, Who
from storage.refusals import Unreadable
from storage.tables import ALL
from tests.player import Player
from tests.postgres import on_both
from tests.team import BEN, LI_NA

pytestmark = on_both

patiently = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
TAGS = ("Who", "GoalRef", "EventRef", "Option", "date", "datetime", "decimal", "seconds", "audience", "nothing", "")
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=("L", "N", "P", "Cc", "Cs", "So"))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["$", "is", "id", "key", "given", "event"]) | st.text(), inner, max_size=4)
        | st.fixed_dictionaries({"$": st.sampled_from(TAGS), "is": inner})
        | st.fixed_dictionaries({"$": st.sampled_from(TAGS), "id": inner, "given": inner, "family": inner})
    ),
    max_leaves=12,
)
facts = st.sampled_from(["event", "goal", "week", "announcement", "person"])
wild_text = st.text(st.characters(), max_size=60)
places = st.builds(
    At,
    st.integers() | st.sampled_from([0, 1, 2, 3, -1, 2**31, 2**63, 2**64]),
    wild_text | st.sampled_from(["pulse", "more", "response", "pulse\0", "PULSE"]),
    st.integers() | st.sampled_from([0, 1, 2]),
)


@pytest.fixture
def bot(dispatcher: Dispatcher) -> Dispatcher:
    """A bot with an open check-in of Li Na (1), one of Ben's (2) that was answered, and an event about Ben."""
    Player(dispatcher, LI_NA).calls("checkin")
    ben = Player(dispatcher, BEN)
    ben.calls("checkin")
    ben.sends(mood="4", highlights="Closed the Acme renewal: 120,000 EUR a year, signed on Tuesday.", share="private")
    return dispatcher


def kept(database: Database) -> dict[str, list[Any]]:
    """Everything in the database but the audit, which a refusal may add to."""
    with database.read() as db:
        names = [model for model in ALL if model.__tablename__ != "audit"]
        return {str(model.__tablename__): [tuple(row) for row in db.execute(select(table(model)))] for model in names}


def counted(database: Database) -> int:
    """How many rows there are but for the audit, and how often a conversation has moved."""
    tables = " + ".join(f"(SELECT count(*) FROM {each.__tablename__})" for each in ALL if each.__tablename__ != "audit")
    with database.read() as db:
        return int(db.execute(text(f"SELECT {tables} + (SELECT sum(revision) FROM conversation)")).scalar_one())


def refuses(bot: Dispatcher, database: Database, answer: Answer, *reasons: str) -> None:
    """It is refused for one of these reasons, in a sentence, and nothing has changed."""
    before = kept(database)
    reply = bot.handle(answer)
    assert isinstance(reply, Refused), reply
    assert reply.reason in reasons
    assert len(reply.text) > 10
    assert kept(database) == before


def answers(bot: Dispatcher, database: Database, answer: Answer) -> Reply:
    """It is answered without an error; a refusal has added nothing."""
    before = counted(database)
    reply = bot.handle(answer)
    if isinstance(reply, Refused):
        assert counted(database) == before
    return reply


@patiently
@given(place=places, number=st.integers(0, 2))
def test_a_forged_place(bot: Dispatcher, database: Database, place: At, number: int) -> None:
    """Ben sends, types into and opens pages that are not there, not his, or over."""
    values = {"mood": "1", "highlights": "forged", "share": "private"}
    forged: Answer = (
        Submitted(f"forged {place}", BEN, place, values),
        Drafted(f"forged {place}", BEN, place, values),
        Opened(f"forged {place}", BEN, place),
    )[number]
    if place.conversation == 2 and place.key == "pulse":
        answers(bot, database, forged)  # his own: whether it can still be edited is another test's
        return
    reasons = ("NothingOpen", "NotYours") if place.conversation == 1 else ("NothingOpen",)
    refuses(bot, database, forged, *reasons)


@patiently
@given(carried=st.dictionaries(facts | wild_text, anything, max_size=4))
def test_a_button_that_carries_rubbish(bot: Dispatcher, database: Database, carried: dict[str, Any]) -> None:
    startable = [each.name for each in bot.repertoire.register.newest() if each.is_button or each.is_shortcut]
    for number, flow in enumerate([*startable, "checkin", "nothing", "\0"]):
        answers(bot, database, Pressed(f"{carried!r} {number}", BEN, flow, carried))


@patiently
@given(carried=anything)
def test_what_a_button_carried_is_read_or_unreadable(backend: str, carried: Any) -> None:
    del backend
    try:
        read = received({"fact": carried})
    except Unreadable:
        return
    assert received({"fact": written(read["fact"])}) == read


@pytest.mark.parametrize(
    "fact",
    [
        Who(1, "Ann", "Miller", None),
        GoalRef("g1", "Renew", 40, 60, None),
        EventRef("e1", 1, "win", "closed it", Who(1, "A", "M"), Who(2, "B", "N", "李")),
        (Option("1", "Sales", "销售部"), "words", 3, None, True),
    ],
)
def test_what_we_wrote_on_a_button_comes_back_as_it_was(backend: str, fact: Any) -> None:
    del backend
    assert received({"fact": written(fact)}) == {"fact": fact}


NOBODY_WROTE: tuple[dict[str, Any], ...] = (
    {"event": {"$": "Who"}},
    {"event": {"$": "Who", "id": "1", "given": 2, "family": [], "native": {}}},
    {"event": {"$": "__class__", "is": "x"}},
    {"event": {"$": "date", "is": "31 February"}},
    {"event": {"$": "decimal", "is": "many"}},
    {"event": {"$": "seconds", "is": 1e300}},
    {"event": {"$": "audience", "is": {"departments": ["'; drop table person"]}}},
    {"event": {"$": "audience", "is": 5}},
    {"event": 10**30},
    {"event": float("nan")},
    {"event": "x" * 100_000},
    {"event": "\0"},
    {"event": "\ud800"},
    {"event": [[[[[[[[[[]]]]]]]]]]},
    {"event": [0] * 10_000},
    {"\ud800": 1},
)


def test_a_button_nobody_wrote_is_unreadable(bot: Dispatcher, database: Database) -> None:
    flow = next(flow for flow in bot.repertoire.register.newest() if flow.is_button)
    for carried in NOBODY_WROTE:
        refuses(bot, database, Pressed(f"forged {flow.name}", BEN, flow.name, carried), "Unreadable")


def test_a_button_that_names_something_that_is_not_there(bot: Dispatcher, database: Database) -> None:
    naming = {"key_event", "own_event", "own_goal", "notice"}
    flows = [flow.name for flow in bot.repertoire.register.newest() if flow.is_button and naming & {*flow.facts}]
    reasons = ("NotYours", "NothingOpen", "NobodyCalled", "NotYourRole", "Unreadable")
    for series in ("e1' or '1'='1", "../../x", "", "None", "%", "🙂" * 300):
        carried = {"event": series, "goal": series, "announcement": series, "week": series}
        for flow in flows:
            refuses(bot, database, Pressed(f"{flow} {series}", BEN, flow, carried), *reasons)
    assert flows


def test_a_button_cannot_start_what_has_no_button(bot: Dispatcher, database: Database) -> None:
    for name in ("checkin", "win", "", "nothing", "__class__", "x" * 10_000, "\0"):
        refuses(bot, database, Pressed("forged", BEN, name, {}), "NothingOpen", "Unreadable")


raws = wild_text | st.tuples(wild_text, wild_text) | st.sampled_from(["5", "private", "x" * 5000, "\0", "\ud83d"])
fields = st.sampled_from(["mood", "highlights", "share", "progress:g1", "?skipped", "blockers"])


@patiently
@given(typed=st.dictionaries(fields | wild_text, raws, max_size=6), sends=st.booleans())
def test_a_page_filled_with_rubbish(bot: Dispatcher, database: Database, typed: dict[str, Any], sends: bool) -> None:
    kind = Submitted if sends else Drafted
    answers(bot, database, kind(f"{typed!r}", LI_NA, At(1, "pulse"), typed))
    assert isinstance(bot.handle(Opened("look", LI_NA, At(1, "pulse"))), ShowPage)
    bot.handle(Typed(f"typed {typed!r}", LI_NA, "4"))


def test_values_no_surface_sends_are_unreadable(bot: Dispatcher, database: Database) -> None:
    wrong: tuple[Any, ...] = (5, None, {"a": "b"}, b"bytes", [1, 2], ("a", 5), True)
    for raw in wrong:
        refuses(bot, database, Submitted("sent", LI_NA, At(1, "pulse"), {"mood": raw}), "Unreadable")
        refuses(bot, database, Drafted("typed", LI_NA, At(1, "pulse"), {"mood": raw}), "Unreadable")


@patiently
@given(words=wild_text | st.sampled_from(["/checkin \0", "/win @\ud83d done", "/360", "@" * 50, "/" + "x" * 9000]))
def test_any_message_is_answered(bot: Dispatcher, database: Database, words: str) -> None:
    answers(bot, database, Typed(f"typed {words!r}", BEN, words))
    answers(bot, database, Called(f"called {words!r}", BEN, words, words))
    for each in bot.repertoire.commands:
        answers(bot, database, Called(f"{each} {words!r}", BEN, each, words))
    for flow in bot.repertoire.register.by_shortcut():
        answers(bot, database, Quoted(f"quoted {flow} {words!r}", BEN, flow, words, None))


def test_a_message_quoted_from_nobody(bot: Dispatcher, database: Database) -> None:
    for author in (0, -1, 4, 99, 10**12, 2**63):
        for flow in bot.repertoire.register.by_shortcut():
            answers(bot, database, Quoted(f"{flow} {author}", BEN, flow, "Thanks!", author))


def test_rubbish_is_answered_in_one_sentence(bot: Dispatcher, database: Database) -> None:
    reply = answers(bot, database, Typed("rubbish", BEN, "x" * 40_000))
    assert isinstance(reply, Suggestion)
    assert len(reply.text) < 100
