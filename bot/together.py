"""Together: what several ask of the database at the same moment, or have it note, is done in one transaction.

The batching that is known as a data loader (https://github.com/graphql/dataloader#batching), without its cache: whoever
asks is told what was found by work that began after they had asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass
class Together(Generic[Asked, Told]):
    work: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]]
    """Does it for all of them at once; one result each, in their order."""
    _waiting: list[Asked] = field(default_factory=list)
    _next: "asyncio.Task[Sequence[Told]] | None" = None
    """What will be done for those who wait, and has not begun."""
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def one(self, asked: Asked) -> Told:
        """Raises whatever the work for all raised."""
        if self._next is None:
            self._next = asyncio.create_task(self._all())
        going, number = self._next, len(self._waiting)
        self._waiting.append(asked)
        return (await asyncio.shield(going))[number]

    async def _all(self) -> Sequence[Told]:
        async with self._working:
            asked, self._waiting, self._next = self._waiting, [], None
            return await self.work(asked)
