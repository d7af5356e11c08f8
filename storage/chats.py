"""Chats: what the messages that were sent say about a chat on a platform."""

from sqlalchemy import Connection, and_, exists, select

from storage.columns import table
from storage.sent import SentMessage

message = table(SentMessage)


def promised_as(db: Connection, platform: str, person: int, name: str) -> int | None:
    """The number in the outbox of a message to a person, by what the platform calls it."""
    mine = and_(message.c.platform == platform, message.c.person_id == person, message.c.name == name)
    number = db.execute(select(message.c.outbox_id).where(mine)).scalar()
    return None if number is None else int(number)


def is_their_chat(db: Connection, platform: str, person: int, chat: str) -> bool:
    """Whether a chat is that of a person with the bot, as far as a message to them has shown."""
    there = and_(message.c.platform == platform, message.c.person_id == person, message.c.chat == chat)
    return bool(db.execute(select(exists().where(there))).scalar())
