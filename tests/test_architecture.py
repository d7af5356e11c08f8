"""The layers hold, modules stay small, and nothing in the repository names the machine it was written on."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bot
import flows
import prompts
import storage

ROOT = Path(__file__).parent.parent
PACKAGES = (bot, flows, storage, prompts)
INDEX_OR_MACHINE = re.compile(
    r"https?://[^ \"]*(pypi|pythonhosted|npmjs|debian\.org)|(?<![\w.{}~])/(home|root|Users)/\w"
)


def test_every_layer_imports_only_what_lies_below_it() -> None:
    """In a process of its own: the linter switches off every logger that there is (`disable_existing_loggers`)."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", "pyproject.toml", "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_packages_are_this_checkouts_and_nobody_elses() -> None:
    homes = {Path(str(package.__file__)).parent.parent for package in PACKAGES}
    assert homes == {ROOT}


def test_a_module_past_300_lines_is_two_modules() -> None:
    everything = (path for package in PACKAGES for path in (ROOT / package.__name__).rglob("*.py"))
    modules = (path for path in everything if path.parent.name != "versions")  # a migration is as long as its schema
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_no_tracked_file_names_an_index_or_a_machine() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".png", ".md"}:
            continue
        found += [f"{name}: {m.group()}" for m in INDEX_OR_MACHINE.finditer(path.read_text("utf-8", "replace"))]
    assert found == []


def test_no_tick_keeps_a_transaction_open_while_others_take_their_turn() -> None:
    """What a tick yields within a transaction, every other writer waits for, and on SQLite for ever."""
    found = [
        f"{path.relative_to(ROOT)}:{step.lineno}"
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for block in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(block, ast.With) and any(".write()" in ast.unparse(item.context_expr) for item in block.items)
        for step in ast.walk(block)
        if isinstance(step, ast.Yield | ast.YieldFrom)
    ]
    assert found == []
