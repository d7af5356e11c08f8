"""Time zone data: the newer of the machine's and the package's is read, and `check` says which."""

import os
import shutil
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from bot.commands import findings
from storage import zones
from storage.calendar import Habit, at_hour
from storage.zones import Source

PACKAGE = Source("2026f")


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("America/Vancouver", 16), ("America/Edmonton", 15), ("America/Winnipeg", 14), ("Africa/Casablanca", 9)],
)
def test_rules_that_changed_lately_are_known_whatever_the_machine_has(zone: str, hour: int) -> None:
    assert at_hour(date(2026, 12, 1), 9, zone) == datetime(2026, 12, 1, hour, tzinfo=UTC)


def test_quiet_hours_are_those_of_the_clock_on_the_wall() -> None:
    assert Habit("America/Vancouver").closed(datetime(2026, 12, 2, 2, 30, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    ("system", "used"),
    [
        (None, PACKAGE),
        (Source("2025b", "/usr"), PACKAGE),
        (Source("2026f", "/usr"), PACKAGE),
        (Source("2026g", "/usr"), Source("2026g", "/usr")),
        (Source("2027a", "/usr"), Source("2027a", "/usr")),
        (Source("2026za", "/usr"), Source("2026za", "/usr")),
    ],
)
def test_the_newer_release_is_used(system: Source | None, used: Source) -> None:
    assert zones.newer(PACKAGE, system) == used


def a_machine(folder: Path, first_line: str) -> Path:
    """A machine on which it is always Los Angeles time in Vancouver, as it was before its rules changed."""
    data = files("tzdata").joinpath("zoneinfo")
    for name in ("America/Vancouver", "Europe/Berlin"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data.joinpath("America", "Los_Angeles").read_bytes())
    (folder / "tzdata.zi").write_text(first_line + "\n")
    return folder


@pytest.mark.parametrize(("first_line", "hour"), [("# version 2025b", 16), ("# version 2099a", 17), ("# other", 16)])
def test_a_process_reads_the_newer_one_whatever_python_would_find_first(
    tmp_path: Path, first_line: str, hour: int
) -> None:
    code = (
        "from datetime import *; from storage.calendar import at_hour;"
        "print(at_hour(date(2026, 12, 1), 9, 'America/Vancouver').hour)"
    )
    told = {**os.environ, "PYTHONTZPATH": str(a_machine(tmp_path, first_line))}
    told.pop("PYTHONHOME", None)
    ran = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(hour)


def test_data_without_a_release_and_folders_without_data_are_not_taken_for_newer(tmp_path: Path) -> None:
    assert zones.system([]) is None
    assert zones.system([str(tmp_path)]) is None
    machine = a_machine(tmp_path / "a", "# version 2025b")
    assert zones.system([str(tmp_path), str(machine)]) == Source("2025b", str(machine))
    (machine / "tzdata.zi").unlink()
    assert zones.system([str(machine)]) is None
    shutil.rmtree(machine)


def test_the_check_warns_where_the_machine_has_another_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "SYSTEM", Source("1999a", "/usr/share/zoneinfo"))
    (found,) = findings._zone_releases()
    assert (found.text, found.values["system"], found.values["package"]) == (
        "zones_package",
        "1999a",
        zones.package().release,
    )
    newer = Source("2999a", "/usr/share/zoneinfo")
    monkeypatch.setattr(zones, "SYSTEM", newer)
    monkeypatch.setattr(zones, "USED", newer)
    (found,) = findings._zone_releases()
    assert found.text == "zones_system"
    monkeypatch.setattr(zones, "SYSTEM", None)
    assert list(findings._zone_releases()) == []


def test_zones_read_before_are_not_remembered() -> None:
    assert not zoneinfo.TZPATH or zones.USED.folder
