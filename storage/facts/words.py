"""What a conversation was started with: the line after the command, who it mentions, or a message that was kept."""

from sqlalchemy import Connection

from storage.facts.declaring import Start, fact
from storage.facts.people import LI
from storage.references import Mention, Named


@fact(sample="closed the Acme renewal, +120k ARR", others=("", "fine", "off", "closed it after Friday"))
def line(db: Connection, start: Start) -> str:
    """What stood after the command, without the mention it began with."""
    return start.line


@fact(sample="2")
def mention(db: Connection, start: Start) -> str | None:
    """Who the line mentions first, as it was typed; of a message that is kept, its author."""
    return start.mention


_LI = Mention("li.na", (LI,), 0, 6, sign=True, full=True, first=True)
_PRIYA = Mention("Na", (LI,), 0, 2, sign=False, full=False, first=True)
_FURTHER = Mention("li.na", (LI,), 20, 26, sign=True, full=True)


@fact(
    sample=Named((_LI,), "closed the Acme renewal", "@li.na closed the Acme renewal"),
    others=(
        Named(),
        Named((_PRIYA,), "closed it", "Na closed it"),
        Named((_LI, _FURTHER), "closed it with @li.na", "@li.na closed it with @li.na"),
        Named((), "closed it after Friday", "closed it after Friday"),
        Named((_LI,), "closed it after Friday", "@li.na closed it after Friday"),
    ),
)
def named(db: Connection, start: Start) -> Named:
    """Everybody whom the line names."""
    return start.named


@fact(sample=None, others=("Thanks for the quick fix on the export!",))
def quote(db: Connection, start: Start) -> str | None:
    """The words of a chat message that is to be kept."""
    return start.quote
