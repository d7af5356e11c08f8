"""Arrivals: notes which answers have arrived in somebody's chat, for all that arrived in the meantime."""

from collections.abc import Sequence

from bot import transactions
from bot.together import Together
from storage import sent
from storage.database import Database, noted_if_it_can_be
from storage.sent import Arrival


def arrivals(database: Database) -> Together[Arrival, None]:
    async def note(arrived: Sequence[Arrival]) -> Sequence[None]:
        with noted_if_it_can_be():
            await transactions.write(database, sent.arrived, arrived)
        return [None] * len(arrived)

    return Together(note)
