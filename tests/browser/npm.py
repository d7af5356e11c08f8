"""Packages of npm for tests, installed into pytest's cache when they are needed: nothing of them is kept here.

Where there is no npm, or no registry that has the package, the tests that need it say so in one line and are skipped.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PATIENCE = 180


def installed(cache: pytest.Cache, name: str, version: str, integrity: str) -> Path:
    """The folder of a package in exactly this version, with these contents; skips the test where it cannot be had."""
    home = cache.mkdir("npm") / f"{name.replace('/', '+')}-{version}"
    found = home / "node_modules" / name
    if not found.exists():
        _install(home, name, version)
    locked = json.loads((home / "package-lock.json").read_text())["packages"][f"node_modules/{name}"]
    assert (locked["version"], locked["integrity"]) == (version, integrity), "this is another package of that name"
    return found


def _install(home: Path, name: str, version: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"there is no npm on this machine: install it to run what needs its package {name}")
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="unpacking-") as fresh:
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
        command = [npm, "install", *quiet, "--save-exact", f"{name}@{version}"]
        try:
            subprocess.run(command, cwd=fresh, check=True, capture_output=True, timeout=PATIENCE)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip(f"npm could not install {name}@{version} here")
        home.parent.mkdir(parents=True, exist_ok=True)
        try:
            Path(fresh).rename(home)
        except OSError:
            assert home.exists()  # another worker was quicker
            return
        Path(fresh).mkdir()  # for the end of the block to remove
