"""Connections at hand: open ones that go from one transaction straight to the next.

A pool looks a connection over each time it is handed out, which on PostgreSQL is one more question to the server. Here
that is done only after it has lain idle, in which time the server may have gone away, or after a transaction that did
not end well.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from sqlalchemy import Connection, Engine

MOST = 4
"""Connections kept; the pool has more for those who need more at once."""
IDLE = 1.0
"""Seconds after which it is not taken for granted any more that a connection is there."""


class AtHand:
    def __init__(self, engine: Engine, idle: float = IDLE) -> None:
        self.engine = engine
        self.idle = idle
        self._kept: deque[tuple[Connection, float]] = deque()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block, or not at all."""
        connection = self._taken()
        try:
            with connection.begin():
                yield connection
        except BaseException:
            connection.close()
            raise
        self._put_by(connection)

    def close(self) -> None:
        while self._kept:
            connection, _ = self._kept.pop()
            connection.close()

    def _taken(self) -> Connection:
        try:
            connection, since = self._kept.pop()
        except IndexError:  # others are using them
            return self.engine.connect()
        if monotonic() - since < self.idle:
            return connection
        connection.close()
        return self.engine.connect()

    def _put_by(self, connection: Connection) -> None:
        if len(self._kept) < MOST:
            self._kept.append((connection, monotonic()))
        else:
            connection.close()
