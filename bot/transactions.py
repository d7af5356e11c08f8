"""Transactions from the event loop: a query or a change in a thread, so that the loop never waits for the database."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from storage.database import Database

T = TypeVar("T")


async def read(database: Database, query: Callable[..., T], *arguments: Any) -> T:
    """What a query finds; it is called with a connection and the arguments."""

    def work() -> T:
        with database.read() as db:
            return query(db, *arguments)

    return await asyncio.to_thread(work)


async def write(database: Database, change: Callable[..., T], *arguments: Any) -> T:
    """A change, committed when this returns, on a writer thread."""

    def work() -> T:
        with database.write() as db:
            return change(db, *arguments)

    return await asyncio.wrap_future(database.submit(work))
