"""Zones: which time zone data is read, the system's or that of the pinned `tzdata` package; the newer one wins.

Python reads the system's first and the package's only where the system has none
(https://docs.python.org/3/library/zoneinfo.html#data-sources), so a machine that is not kept up to date would put
everybody in a country with new rules an hour off, whatever is installed here.
"""

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

_RELEASE = re.compile(r"# version (\d{4}[a-z]*)")
"""The first line of `tzdata.zi` (https://data.iana.org/time-zones/tz-link.html)."""


@dataclass(frozen=True)
class Source:
    """Time zone data of one release, such as `2026f`; `folder` is empty for the package's."""

    release: str
    folder: str = ""


def package() -> Source:
    return Source(_release(Path(str(files("tzdata"))) / "zoneinfo"))


def system(folders: Sequence[str]) -> Source | None:
    """The system's data that Python would read; None where there is none, or none that says its release."""
    for folder in folders:
        if not (Path(folder) / "Europe").is_dir():
            continue
        release = _release(Path(folder))
        return Source(release, folder) if release else None
    return None


def newer(ours: Source, theirs: Source | None) -> Source:
    """Releases of one kind are in the order of their names: a year and a letter, after `z` two letters."""
    return theirs if theirs and _order(theirs.release) > _order(ours.release) else ours


def read_from(source: Source) -> None:
    """Makes Python read its time zones from here, whatever it has read before."""
    zoneinfo.reset_tzpath(to=(source.folder,) if source.folder else ())
    zoneinfo.ZoneInfo.clear_cache()


def _release(folder: Path) -> str:
    """The release of a system's data; empty where it does not say."""
    try:
        with (folder / "tzdata.zi").open(encoding="ascii", errors="replace") as file:
            found = _RELEASE.match(file.readline(80))
            return found[1] if found else ""
    except OSError:
        return ""


def _order(release: str) -> tuple[int, int, str]:
    return int(release[:4] or 0), len(release), release


SYSTEM = system(zoneinfo.TZPATH)
"""What the machine has, looked at before anything is changed."""
USED = newer(package(), SYSTEM)
