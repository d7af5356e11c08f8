"""Whether a person works here: by a status word, by yes or no, by its opposite, or by the kind of an account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from storage.people import Status
from storage.roster.cells import NOTHING
from storage.roster.problems import BadCell, Reason, shown
from storage.roster.words import WORDS

YES = frozenset(WORDS["yes_no"]["yes"])
NO = frozenset(WORDS["yes_no"]["no"])
GUEST = frozenset(WORDS["account_kind"]["guest"])
EMPLOYED = {word: Status(status) for status, words in WORDS["status"].items() for word in words}


def by_yes(cell: str) -> Status | None:
    """Below `Is active` or `是否在职`: a yes works here. A status word is understood as well."""
    return _answer(cell, yes=Status.active, no=Status.left)


def by_no(cell: str) -> Status | None:
    """Below `Terminated` or `已离职`: a yes has left."""
    return _answer(cell, yes=Status.left, no=Status.active)


def _answer(cell: str, *, yes: Status, no: Status) -> Status | None:
    word = " ".join(cell.casefold().split())
    if not word or word in NOTHING:
        return None
    if word in YES:
        return yes
    if word in NO:
        return no
    if word in EMPLOYED:
        return EMPLOYED[word]
    raise BadCell(Reason.unknown_status, value=shown(cell))


def is_guest(cell: str) -> bool:
    return cell.casefold().strip() in GUEST


def together(said: Sequence[Status | None]) -> Status | None:
    """What several columns say of one person: having left decides, then being away."""
    if len(said) == 1:
        return said[0]
    found = set(said) - {None}
    return next((status for status in (Status.left, Status.leave, Status.active) if status in found), None)


@dataclass
class YesNoColumns:
    """Unused columns that hold nothing but yes and no: worth a look, because they may say who has left."""

    open: dict[int, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Iterable[int]) -> "YesNoColumns":
        return cls({index: set() for index in columns})

    def look(self, cells: list[str]) -> None:
        for index in [*self.open]:
            word = cells[index].strip().casefold() if index < len(cells) else ""
            if not word:
                continue
            if word in YES or word in NO:
                self.open[index].add(word)
            else:
                del self.open[index]

    def found(self) -> list[int]:
        """Digits alone are an answer only where both come up: a column of ones may count something."""
        return [index for index, words in self.open.items() if words - {"1", "0"} or words == {"1", "0"}]
