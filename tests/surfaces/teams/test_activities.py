"""Activities as Teams documents them, read as the Bot Framework reads them, and everything that is none."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from botbuilder.core import TurnContext
from botbuilder.schema import Activity
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.activities import read_event
from bot.teams.events import Event, Place
from bot.teams.mentions import Mention
from storage.refusals import Unreadable
from tests.surfaces.teams.service import APP, MISSING, TENANT, activity

RECORDED = Path(__file__).parent.parent.parent / "recorded" / "teams"


def recorded(name: str) -> Any:
    """An activity written after Microsoft's documentation; the file says which page."""
    return orjson.loads((RECORDED / f"{name}.json").read_bytes())["activity"]


def test_a_message_is_read_with_who_where_and_what() -> None:
    assert read_event(activity(text="  /win closed it ")) == Event(
        id="1741165200000",
        type="message",
        tenant=TENANT,
        place=Place.personal,
        conversation="a:li-and-the-bot",
        service_url="https://smba.trafficmanager.net/emea/",
        channel_id="msteams",
        bot=f"28:{APP}",
        user="29:li",
        object_id="00000000-0000-0000-0000-0000000000c2",
        text="/win closed it",
    )


def test_the_mention_of_the_bot_is_not_part_of_what_was_said_and_that_of_others_is() -> None:
    event = read_event(recorded("channel_mention"))
    assert (event.place, event.text) == (Place.channel, "/praise @BenOkafor for the quick fix")
    assert event.mentions == (Mention(8, 18, "29:ben"),)
    assert event.team == "19:team-sales@thread.tacv2"


@pytest.mark.parametrize("name", sorted(file.stem for file in RECORDED.glob("*.json")))
def test_every_recorded_activity_is_read(name: str) -> None:
    event = read_event(recorded(name))
    assert event.type
    assert event.tenant == TENANT
    assert event.channel_id == "msteams"


@pytest.mark.parametrize("name", sorted(file.stem for file in RECORDED.glob("*.json")))
def test_what_is_read_is_what_the_library_reads(name: str) -> None:
    event, theirs = read_event(recorded(name)), Activity().deserialize(recorded(name))
    assert (event.type, event.id, event.name) == (theirs.type, theirs.id or "", theirs.name or "")
    assert (event.service_url, event.channel_id) == (theirs.service_url, theirs.channel_id)
    assert (event.conversation, event.bot) == (theirs.conversation.id, theirs.recipient.id)
    assert (event.user, event.object_id) == (theirs.from_property.id, theirs.from_property.aad_object_id or "")
    assert event.reply_to == (theirs.reply_to_id or "")
    assert event.value == (theirs.value or {})
    assert event.added == tuple(each.id for each in theirs.members_added or ())
    said = (TurnContext.remove_recipient_mention(theirs) or "").strip()
    assert event.text == re.sub(r"<at>(.*?)</at>", lambda mark: "@" + mark[1].replace(" ", ""), said)


def test_the_name_of_the_bot_stays_where_it_is_no_mention() -> None:
    bot, marker = f"28:{APP}", "<at>Evenhand (test)</at>"
    mention = {"type": "mention", "text": marker, "mentioned": {"id": bot, "name": "Evenhand (test)"}}
    said = f"{marker} /win Evenhand (test) runs in Berlin too"
    assert read_event(activity(text=said, entities=[mention])).text == "/win Evenhand (test) runs in Berlin too"


def test_the_tenant_the_library_drops_is_read_all_the_same() -> None:
    assert read_event(activity(channelData=MISSING)).tenant == TENANT
    assert read_event(activity(conversation={"id": "a:x"})).tenant == TENANT
    assert read_event(activity(conversation={"id": "a:x"}, channelData={"tenant": TENANT})).tenant == ""
    assert read_event(activity(channelData={"tenant": {"id": [TENANT]}})).tenant == ""
    assert (
        read_event(activity(channelData={"tenant": {"id": "another"}}, conversation={"tenantId": TENANT})).tenant == ""
    )


def test_a_conversation_that_does_not_say_what_it_is_counts_as_one_others_read() -> None:
    assert read_event(activity(conversation={"id": "a:x"})).place == Place.group
    assert read_event(activity(conversation={"id": "a:x", "conversationType": "new"})).place == Place.group


BROKEN: list[Any] = [
    None,
    5,
    "x",
    [],
    [activity()],
    {},
    activity(type=5),
    activity(type=""),
    activity(type=MISSING),
    activity(text={}),
    activity(text=["x"]),
    activity(text="x" * 40_001),
    activity(id=["x"]),
    activity(id="x" * 600),
    activity(serviceUrl=5),
    activity(channelId={}),
    activity(conversation="a:x"),
    activity(conversation=[]),
    activity(conversation={"id": 5}),
    activity(channelData="x"),
    activity(recipient=[1]),
    activity(membersAdded={"id": "x"}),
    activity(membersAdded=["x"]),
    activity(membersAdded=[{"id": 5}]),
    activity(entities="x"),
    activity(name=5),
    activity(**{"from": {"id": "29:x", "aadObjectId": 5}}),
]


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_activity_is_unreadable_and_nothing_else(body: Any) -> None:
    with pytest.raises(Unreadable):
        read_event(body)


def test_nesting_without_end_is_unreadable() -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = {"x": [deep]}
    with pytest.raises(Unreadable):
        read_event(activity(value=deep))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*activity(), "value", "membersAdded", "entities", "replyToId", "name"]), JSON)
def test_whatever_stands_in_an_activity_it_is_read_or_unreadable(name: str, value: Any) -> None:
    try:
        event = read_event(activity(**{name: value}))
    except Unreadable:
        return
    assert isinstance(event, Event)
    assert isinstance(event.text, str)
    assert isinstance(event.type, str)
