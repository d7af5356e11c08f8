"""What is asked at the same moment is asked once, and nobody is told what was seen before they asked."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.together import Together


class Shop:
    """Something to look at that changes, and takes its time to be looked at."""

    def __init__(self) -> None:
        self.shown = 0
        self.looked_at: list[str] = []
        self.seen = asyncio.Event()

    async def look(self, windows: Sequence[str]) -> list[str]:
        self.looked_at.append("".join(windows))
        shown = self.shown
        await self.seen.wait()
        return [f"{window}{shown}" for window in windows]


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_those_who_ask_together_share_a_look_and_each_is_told_theirs() -> None:
    async def scene() -> None:
        shop = Shop()
        looks = Together(shop.look)
        asking = [asyncio.create_task(looks.one(window)) for window in "abcba"]
        await settled()
        shop.seen.set()
        assert await asyncio.gather(*asking) == ["a0", "b0", "c0", "b0", "a0"]
        assert shop.looked_at == ["abcba"]

    asyncio.run(scene())


def test_whoever_comes_during_a_look_is_told_what_the_next_one_finds() -> None:
    async def scene() -> None:
        shop = Shop()
        looks = Together(shop.look)
        early = asyncio.create_task(looks.one("a"))
        await settled()
        shop.shown = 1
        late = [asyncio.create_task(looks.one(window)) for window in "abc"]
        await settled()
        shop.seen.set()
        assert await early == "a0"
        assert await asyncio.gather(*late) == ["a1", "b1", "c1"]
        assert shop.looked_at == ["a", "abc"]

    asyncio.run(scene())


def test_one_who_gives_up_leaves_the_look_to_the_others() -> None:
    async def scene() -> None:
        shop = Shop()
        looks = Together(shop.look)
        first, second = (asyncio.create_task(looks.one(window)) for window in "ab")
        await settled()
        first.cancel()
        shop.seen.set()
        assert await second == "b0"
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(scene())


def test_a_look_that_fails_fails_for_all_and_the_next_is_a_new_one() -> None:
    async def scene() -> None:
        broken = True

        async def look(windows: Sequence[str]) -> Sequence[str]:
            if broken:
                raise LookupError("".join(windows))
            return windows

        looks = Together(look)
        found = await asyncio.gather(looks.one("a"), looks.one("b"), return_exceptions=True)
        assert [str(each) for each in found] == ["ab", "ab"]
        broken = False
        assert await looks.one("a") == "a"

    asyncio.run(scene())
