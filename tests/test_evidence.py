"""Nothing outside storage reads evidence about people: who may see it is decided in `storage.access` alone."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import isclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage import tables
from storage.columns import table

ROOT = Path(__file__).parent.parent
MODULES = frozenset({"checkin_replies", "checkins", "events", "goals"})
EVIDENCE = frozenset(model for model in tables.ALL if model.__module__.split(".")[1] in MODULES)
KEPT_TO_ITSELF = frozenset(table(model) for model in EVIDENCE)


def test_nothing_outside_storage_reads_evidence_but_through_access() -> None:
    """Above storage a record may be made, to be saved; its class and its table are for nothing else there."""
    assert len(EVIDENCE) >= 5
    found = [
        f"{path.relative_to(ROOT)}:{line} uses {name}"
        for package in ("bot", "flows", "prompts")
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, name in _uses_of_evidence(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def test_the_search_for_such_uses_finds_them() -> None:
    guilty = """
from storage.checkins import CheckIn
from storage.access import goal
import storage.events
rows = select(table(CheckIn))
made = CheckIn(person_id=1)
db.execute(text("select * from key_event"))
"""
    assert [name for _, name in _uses_of_evidence(ast.parse(guilty))] == ["goal", "storage.events", "CheckIn", "SQL"]


def _uses_of_evidence(tree: ast.Module) -> Iterator[tuple[int, str]]:
    classes: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "storage":
            for alias in node.names:
                thing = getattr(import_module(str(node.module)), alias.name, None)
                if isinstance(thing, Table) and thing in KEPT_TO_ITSELF:
                    yield node.lineno, alias.name
                if isclass(thing) and issubclass(thing, SQLModel) and thing in EVIDENCE:
                    classes[alias.asname or alias.name] = thing
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names if each.name.startswith("storage."))
    made = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    said = {id(node.annotation) for node in ast.walk(tree) if isinstance(node, ast.arg | ast.AnnAssign)}
    said |= {id(node.returns) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    names = {str(each.name) for each in KEPT_TO_ITSELF}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in classes and id(node) not in made | said:
            yield node.lineno, node.id
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value, names):
            yield node.lineno, "SQL"


def _is_sql(text: str, names: set[str]) -> bool:
    parts = text.casefold().split()
    pairs = pairwise(parts)
    return any(one in {"from", "join", "update", "into"} and other.strip('";,)') in names for one, other in pairs)
