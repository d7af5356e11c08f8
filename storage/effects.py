"""Effects: records that change something else in the transaction in which they are remembered."""

from datetime import datetime

from sqlalchemy import Connection


class Effective:
    def take_effect(self, db: Connection, at: datetime) -> None:
        """What follows from the record, once it has been inserted."""
        raise NotImplementedError
