"""What a conversation was started with: the line after the command, who it mentions, or a message that was kept."""

from sqlalchemy import Connection

from storage.facts.declaring import Start, fact


@fact(sample="closed the Acme renewal, +120k ARR", others=("", "fine", "off", "closed it after Friday"))
def line(db: Connection, start: Start) -> str:
    """What stood after the command, without the mention it began with."""
    return start.line


@fact(sample="2")
def mention(db: Connection, start: Start) -> str | None:
    """Who the line mentions first, as it was typed."""
    return start.mention


@fact(sample=True)
def addressed(db: Connection, start: Start) -> bool:
    """Whether the line began with the mention, and so is about that person beyond doubt."""
    return start.addressed


@fact(sample=None, others=("Thanks for the quick fix on the export!",))
def quote(db: Connection, start: Start) -> str | None:
    """The words of a chat message that is to be kept."""
    return start.quote
