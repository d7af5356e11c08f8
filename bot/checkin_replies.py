"""What was said about a check-in, as one of its readers sees it, with the buttons to reply and to react."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from bot.visit import Visit
from flows.message import Labelled
from storage.access import View
from storage.checkin_replies import Reaction, taken_by
from storage.directory import someone
from storage.references import Who

RECENT = 2
"""Check-ins of a person that can be reacted to with one press; any can be replied to."""
NONE = "none"
"""What a button carries that takes a reaction back."""


@dataclass(frozen=True)
class ReplyLine:
    author: Who
    text: str


@dataclass(frozen=True)
class ReactionLine:
    person: Who
    reaction: str
    """As the reader calls it: 👍 Thanks."""


@dataclass(frozen=True)
class Thread:
    replies: tuple[ReplyLine, ...] = ()
    reactions: tuple[ReactionLine, ...] = ()
    buttons: tuple[Labelled, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.replies or self.reactions)


@dataclass(frozen=True)
class HelpCall:
    """What a manager can do about a call for help."""

    note: str = ""
    """Who takes it, once somebody does."""
    buttons: tuple[Labelled, ...] = ()


NO_THREAD, NO_CALL = Thread(), HelpCall()


def threads_of(visit: Visit, view: View, checkins: Sequence[RowMapping]) -> Mapping[str, Thread]:
    """What was said about some check-ins of one person, the newest first, by their series."""
    series = [row["series"] for row in checkins]
    replies, reactions = view.replies(series), view.reactions(series)
    found = {}
    for number, row in enumerate(checkins):
        said = [each for each in replies if each["check_in"] == row["series"]]
        given = {each["saved_by"]: str(each["reaction"]) for each in reactions if each["check_in"] == row["series"]}
        mine = given.get(visit.person)
        buttons = _buttons(visit, view, row["series"], mine, is_recent=number < RECENT) if row["shared"] else ()
        found[row["series"]] = Thread(
            tuple(ReplyLine(someone(visit.db, each["saved_by"]), each["text"]) for each in said),
            tuple(ReactionLine(someone(visit.db, who), _reaction(visit, name)) for who, name in given.items()),
            tuple(buttons) if said or not view.is_self else (),
        )
    return found


def help_call(visit: Visit, checkin: RowMapping) -> HelpCall:
    """Who takes the call for help of a check-in that the manager reads, and what they can do about it."""
    series = checkin["series"]
    taker = taken_by(visit.db, series)
    names = [("reply", "reply.title"), ("meeting", "checkin.buttons.meeting")]
    if taker is None:
        names.insert(0, ("take", "take.title"))
    buttons = (Labelled(_say(visit, label), flow, {"checkin": series}) for flow, label in names)
    return HelpCall(_taken(visit, taker) if taker else "", tuple(buttons))


def _taken(visit: Visit, taker: int) -> str:
    key = "told.taken_by_you" if taker == visit.person else "told.taken"
    return visit.repertoire.texts.say(visit.reader.language, key, {"person": someone(visit.db, taker)})


def _buttons(visit: Visit, view: View, series: str, mine: str | None, *, is_recent: bool) -> Iterator[Labelled]:
    """An employee replies to what was said; a manager replies, and reacts to what is recent."""
    yield Labelled(_say(visit, "reply.title"), "reply", {"checkin": series})
    if not view.is_self:
        others = [each for each in Reaction if each != mine] if is_recent else []
        for name in (*others, *((NONE,) if mine else ())):
            yield Labelled(_reaction(visit, name), "react", {"checkin": series, "reaction": str(name)})


def _reaction(visit: Visit, name: str) -> str:
    return _say(visit, f"react.Choice.choices.reaction.{name}")


def _say(visit: Visit, key: str) -> str:
    return visit.repertoire.texts.say(visit.reader.language, key)
