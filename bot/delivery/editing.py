"""Editing: prompts that stand in somebody's chat are made to say what is so, wherever the answer came from.

So a prompt that was answered in Teams is closed in Slack too, and one that ran out says so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping

from bot.delivery.carrying import DATABASE, Carrying
from bot.delivery.courier import NotTaken, Unsure
from bot.logs import went_wrong
from storage import sent


@dataclass(frozen=True)
class Editing:
    carrying: Carrying

    async def edit(self, people: Collection[int] | None = None) -> int:
        """Edits everything that is out of date, or what some people were asked; says how many messages it edited."""
        desk = await self.carrying.desk()
        edited = after = 0
        while rows := await self.carrying.read(sent.outdated, after, people):
            for row in rows:
                after = row["id"]
                if row["place"] in desk.places.get(row["platform"], ()):
                    edited += await self._edit(row)
                if self.carrying.stopping.is_set():
                    return edited
        return edited

    async def _edit(self, row: RowMapping) -> bool:
        courier = self.carrying.couriers[row["platform"]]
        try:
            await courier.edit(row, await self.carrying.read(self._standing, row))
        except Unsure:
            return False  # the same edit again does no harm
        except NotTaken as refusal:
            if refusal.after is not None:
                went_wrong("a message could not be edited yet", refusal, message=row["id"])
                return False
        except DATABASE:
            raise
        except Exception as fault:  # noqa: BLE001  # it stays as it is: worse than a new try every time
            went_wrong("a message that is out of date cannot be put into words", fault, message=row["id"])
        await self.carrying.write(sent.now_shows, row["id"], row["state"])
        return True

    def _standing(self, db: Connection, row: RowMapping) -> Any:
        return self.carrying.couriers[row["platform"]].standing(db, row)
