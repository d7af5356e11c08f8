"""Looks: one question to the database for all who ask the same thing at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Matter = TypeVar("Matter", bound=Hashable)
Found = TypeVar("Found")


@dataclass
class Looks(Generic[Matter, Found]):
    """What is looked up as late as possible: whoever asks is told what was found by a look that began after that."""

    look: Callable[[Matter], Awaitable[Found]]
    _next: dict[Matter, asyncio.Task[Found]] = field(default_factory=dict)
    """The looks that have not begun."""
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def at(self, matter: Matter) -> Found:
        if matter not in self._next:
            self._next[matter] = asyncio.create_task(self._look(matter))
        return await asyncio.shield(self._next[matter])

    async def _look(self, matter: Matter) -> Found:
        async with self._looking:
            del self._next[matter]
            return await self.look(matter)
