"""The live stream, driven by hand: what comes, in which order, and from where after a connection was cut."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.web.room import Room
from bot.web.stream import HEARTBEAT, Pulse, event, events
from storage.chat import lines_after
from storage.columns import table
from storage.database import Database
from storage.people import Person, Status
from tests.surfaces.window import Window, deliver, words
from tests.surfaces.window import event as event_id
from tests.team import ANN, BEN, HANNA, LI_NA

Open = Callable[[int], Window]


@dataclass
class Listener:
    """An open stream. Each of its pauses does the next thing; after the last one nobody listens any more."""

    room: Room
    person: int
    after: int = 0
    heard: list[str] = field(default_factory=list)

    def hears(self, *deeds: Callable[[], object]) -> list[str]:
        """What the stream said while these things happened, one after the other."""
        asyncio.run(self._listen(iter(deeds)))
        return self.heard

    async def _listen(self, deeds: Iterator[Callable[[], object]]) -> None:
        async def pause() -> bool:
            deed = next(deeds, None)
            if deed:
                await asyncio.to_thread(deed)
            return deed is not None

        async for each in events(self.room, self.person, self.after, pause):
            self.heard.append(each)


@pytest.fixture
def room(speaker: Dispatcher) -> Room:
    return Room(speaker)


def kinds(said: list[str]) -> list[str]:
    return [match[1] if (match := re.search(r"^event: (\w+)$", each, re.MULTILINE)) else each.strip() for each in said]


def numbers(said: list[str]) -> list[int]:
    return [int(match[1]) for each in said if (match := re.search(r"^id: (\d+)$", each, re.MULTILINE))]


def test_what_somebody_else_does_arrives_as_a_line_and_a_fresh_desk(
    room: Room, window: Open, database: Database, clock: SetClock
) -> None:
    ann = window(ANN)

    def misses() -> None:
        ann.says("/miss @ben.okafor sent the Lumen offer two days late")
        deliver(database, clock)

    said = Listener(room, BEN).hears(misses)
    assert kinds(said) == ["retry: 1500", "desk", "line", "desk"]
    assert "sent the Lumen offer two days late" in words(said[2])


def test_a_quiet_room_says_nothing_but_that_it_is_there(room: Room) -> None:
    said = Listener(room, BEN).hears(*[lambda: None] * (HEARTBEAT + 1))
    assert kinds(said) == ["retry: 1500", "desk", ": still here"]


def test_after_a_cut_the_rest_comes_and_nothing_twice(room: Room, window: Open) -> None:
    ben = window(BEN)
    for text in ("help", "/nothing", "hello"):
        ben.says(text)
    everything = numbers(Listener(room, BEN).hears(lambda: None))
    assert len(everything) == 6
    rest = numbers(Listener(room, BEN, after=everything[3]).hears(lambda: None))
    assert rest == everything[4:]
    assert numbers(Listener(room, BEN, after=everything[-1]).hears(lambda: None)) == []


def test_the_browser_says_where_it_was_cut_off(window: Open, database: Database) -> None:
    ben = window(BEN)
    for text in ("help", "hello"):
        ben.says(text)
    shown = [int(each) for each in re.findall(r'id="line-(\d+)"', ben.get("").text)]
    with database.read() as db:
        assert [row["id"] for row in lines_after(db, BEN, shown[1])] == shown[2:]
    assert f'data-last="{shown[-1]}"' in ben.get("").text


def test_ones_own_lines_and_those_for_everyone_and_nobody_elses(
    room: Room, window: Open, database: Database, clock: SetClock
) -> None:
    li, ann = window(LI_NA), window(ANN)
    li.says("只有我和机器人")
    li.post("post", {"text": "大家好", "event": event_id()})
    ann.says("/praise @li.na for the calm in the Acme talks")
    deliver(database, clock)
    said = " ".join(words(each) for each in Listener(room, HANNA).hears(lambda: None))
    assert "大家好" in said
    assert "Ann Miller praises Na Li" in said
    assert "只有我和机器人" not in said
    assert "Posted for everyone" not in said


def test_a_form_answered_elsewhere_is_noticed(room: Room, window: Open) -> None:
    li = window(LI_NA)
    li.says("/checkin")
    good = {"mood": "4", "highlights": "完成了客户A的对账，剩3笔差异", "share": "manager"}
    said = Listener(room, LI_NA).hears(lambda: li.sends(**good))
    assert kinds(said)[-1] == "desk"  # and the script asks for the card anew
    assert "修改" in li.chat


def test_a_manager_notices_a_check_in_and_a_colleague_does_not(room: Room, window: Open) -> None:
    li = window(LI_NA)

    def checks_in() -> None:
        li.says("/checkin")

    assert kinds(Listener(room, ANN).hears(checks_in)) == ["retry: 1500", "desk", "desk"]
    assert kinds(Listener(room, BEN).hears(checks_in)) == ["retry: 1500", "desk"]


def test_whoever_leaves_the_company_hears_no_more(room: Room, window: Open, database: Database) -> None:
    ann = window(ANN)

    def leaves() -> None:
        with database.write() as db:
            db.execute(update(table(Person)).where(table(Person).c.id == BEN).values(status=Status.left))
        ann.post("post", {"text": "for those who are here", "event": event_id()})

    assert kinds(Listener(room, BEN).hears(leaves, lambda: None)) == ["retry: 1500", "desk"]


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\r\nb", "data: x\n\nid: 9\nevent: forged"])
def test_nothing_typed_can_end_an_event(text: str) -> None:
    lines = event("line", text, 7).split("\n")
    assert lines[:2] == ["id: 7", "event: line"]
    assert lines[-2:] == ["", ""]
    assert all(each.startswith("data: ") for each in lines[2:-2])


def test_what_is_done_in_this_process_wakes_its_streams_at_once() -> None:
    async def woken() -> None:
        pulse = Pulse()
        pauses = [asyncio.create_task(pulse.pause()) for _ in range(3)]
        await asyncio.sleep(0)
        pulse.beat()
        done, _ = await asyncio.wait(pauses, timeout=0.2)
        assert len(done) == 3
        assert pulse.waiting == set()
        assert [each.result() for each in done] == [True] * 3

    asyncio.run(woken())


def test_a_process_that_ends_ends_its_streams(room: Room) -> None:
    async def listen() -> list[str]:
        pulse = Pulse()
        pulse.end()
        return [each async for each in events(room, BEN, 0, pulse.pause)]

    assert kinds(asyncio.run(listen())) == ["retry: 1500", "desk"]


def test_a_stream_needs_the_session_of_its_window(window: Open) -> None:
    ben = window(BEN)
    ben.client.cookies.clear()
    assert ben.get("/stream").status_code == 403
