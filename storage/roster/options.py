"""What an import may do besides what the file says."""

from dataclasses import dataclass

FEW = 10
PERCENT = 5
"""No import closes more than so many people and so much of the company without being told how many."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for everybody of whom the file does not say it, and where it follows from nothing else."""

    country: str | None = None
    locale: str | None = None
    time_zone: str | None = None


NO_DEFAULTS = Defaults()


@dataclass(frozen=True, slots=True)
class Options:
    close_missing: bool = False
    """The file is the whole company: whoever is not in it has left."""
    closing: int | None = None
    """As many people may be closed, however large a part of the company they are."""
    skip_unread: bool = False
    """Rows that cannot be read are left out, and the rest is imported."""
    defaults: Defaults = NO_DEFAULTS

    def allow(self, closing: int, here: int) -> bool:
        """Whether so many people may be closed, of so many who are here."""
        few = closing <= FEW or 100 * closing <= PERCENT * here
        return few or (self.closing is not None and closing <= self.closing)


PLAINLY = Options()
