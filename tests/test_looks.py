"""Whoever asks the database at the same moment shares one look, and nobody is told what was seen before they asked."""

import asyncio

import pytest

from bot.delivery.looks import Looks


class Shop:
    """Something to look at that changes, and takes its time to be looked at."""

    def __init__(self) -> None:
        self.shown = 0
        self.looked_at: list[str] = []
        self.seen = asyncio.Event()

    async def look(self, window: str) -> int:
        self.looked_at.append(window)
        shown = self.shown
        await self.seen.wait()
        return shown


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_those_who_ask_together_share_a_look() -> None:
    async def scene() -> None:
        shop = Shop()
        looks = Looks(shop.look)
        asking = [asyncio.create_task(looks.at(window)) for window in "aabba"]
        await settled()
        shop.seen.set()
        assert await asyncio.gather(*asking) == [0] * 5
        assert shop.looked_at == ["a", "b"]

    asyncio.run(scene())


def test_whoever_comes_during_a_look_is_told_what_the_next_one_finds() -> None:
    async def scene() -> None:
        shop = Shop()
        looks = Looks(shop.look)
        early = asyncio.create_task(looks.at("a"))
        await settled()
        shop.shown = 1
        late = [asyncio.create_task(looks.at("a")) for _ in range(3)]
        await settled()
        shop.seen.set()
        assert await early == 0
        assert await asyncio.gather(*late) == [1, 1, 1]
        assert shop.looked_at == ["a", "a"]

    asyncio.run(scene())


def test_one_who_gives_up_leaves_the_look_to_the_others() -> None:
    async def scene() -> None:
        shop = Shop()
        looks = Looks(shop.look)
        first, second = (asyncio.create_task(looks.at("a")) for _ in range(2))
        await settled()
        first.cancel()
        shop.seen.set()
        assert await second == 0
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(scene())


def test_a_look_that_fails_fails_for_all_and_the_next_is_a_new_one() -> None:
    async def scene() -> None:
        async def look(window: str) -> int:
            if fails:
                raise LookupError(window)
            return 7

        fails = True
        looks = Looks(look)
        found = await asyncio.gather(looks.at("a"), looks.at("a"), return_exceptions=True)
        assert [str(each) for each in found] == ["a", "a"]
        fails = False
        assert await looks.at("a") == 7

    asyncio.run(scene())
