"""Refusals: facts that keep somebody from what they wanted, each named for the fact.

The class's name is the key of its text under `[refusals]`, which says what was refused and what to do next;
the values are what the text may mention.
"""

from typing import Any


class Refusal(Exception):
    def __init__(self, **values: Any) -> None:
        super().__init__(type(self).__name__)
        self.values = values


class NotYours(Refusal):
    """Somebody asked for what belongs to another person."""

    def __init__(self, viewer: int, owner: int | None, what: str) -> None:
        super().__init__()
        self.viewer = viewer
        self.owner = owner
        self.what = what


class NotShared(NotYours):
    """The check-in is private by now, or always was."""


class NotYourRole(Refusal):
    """The command is for people with a role the person does not hold; `whom` can give it to them."""


class OnlyAdministrators(Refusal):
    """Roles are given and taken by administrators, who are `whom`."""


class OwnRole(Refusal):
    """A person wanted to give themself a role, or to take one from themself."""


class LastAdministrator(Refusal):
    """Without the role of `person` the company would have no administrator whose role has no end."""


class ManyPeoplesWords(Refusal):
    """A message that sums up what several people said is evidence of nothing as a whole."""


class OutsidePilot(Refusal):
    """The company has begun with some of its people, and the person is not among them; `whom` can be asked."""


class StageClosed(Refusal):
    """The time to answer has passed."""


class TimeOver(Refusal):
    """What was to be opened could be filled in or changed until then; unlike with `StageClosed`, nothing was typed."""


class CardClosed(Refusal):
    """The author of a key event can no longer add to it."""


class TooLateToUndo(Refusal):
    """The minutes are over in which an author can take back what they logged."""


class AlreadyUndone(Refusal):
    """Its author has taken it back."""


class ResponseClosed(Refusal):
    """The subject of a key event can no longer respond to it."""


class MeetingOver(Refusal):
    """The meeting has ended, so that it cannot be changed or cancelled any more."""


class MeetingCancelled(Refusal):
    """The meeting was cancelled before."""


class AlreadyAnswered(Refusal):
    """The form was sent before, and what is sent now differs."""


class NothingOpen(Refusal):
    """The page belongs to no open question: the conversation is over, or never was."""


class NobodyToRemind(Refusal):
    """Everybody who has an announcement has acknowledged it, or nobody was asked to."""


class CannotDiscard(Refusal):
    """Something has come of the conversation: a record, or a message to somebody else."""


class NobodyCalled(Refusal):
    """A mention names nobody."""


class HasLeft(NobodyCalled):
    """A mention names somebody who has left the company."""


class SeveralCalled(Refusal):
    """A mention could be one of several people."""


class ManyCalled(SeveralCalled):
    """The same, of more people than can be listed."""


class TooBusy(Refusal):
    """Three tries met other answers to the same conversation; nothing was kept, and sending again will do."""


class NothingKept(Refusal):
    """The database takes nothing at the moment, as when its disk is full; trying again later will do."""


class NoLongerHere(Refusal):
    """The person has left the company."""


class Unreadable(Refusal):
    """What arrived cannot be read as a message or a form."""
