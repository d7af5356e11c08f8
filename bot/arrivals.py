"""Arrivals: notes which answers have arrived in somebody's chat, for all that arrived in the meantime."""

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot import transactions
from bot.logs import went_wrong
from bot.together import Together
from storage import sent
from storage.database import Database
from storage.sent import Arrival


def arrivals(database: Database) -> Together[Arrival, None]:
    async def note(arrived: Sequence[Arrival]) -> Sequence[None]:
        try:
            await transactions.write(database, sent.arrived, arrived)
        except SQLAlchemyError as trouble:  # they have arrived all the same; they are not kept up to date, that is all
            went_wrong("it could not be noted that answers have arrived", trouble)
        return [None] * len(arrived)

    return Together(note)
