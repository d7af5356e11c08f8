"""Amounts as they are typed, `amounts.toml`, as typed rows. Standard library only."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from tests.corpus.lines import Language, WrongCorpus


@dataclass(frozen=True)
class TypedAmount:
    language: Language
    field: Literal["value", "percent"]
    text: str
    value: Decimal | None
    """None where one has to ask."""


def amounts(language: Language) -> tuple[TypedAmount, ...]:
    """All amounts of a language. Raises WrongCorpus for a field that there is not."""
    rows = tomllib.loads((Path(__file__).parent / "amounts.toml").read_text("utf-8"))[language]
    if strange := [row["line"] for row in rows if row["in"] not in {"value", "percent"}]:
        raise WrongCorpus(f"{strange} are typed into no field")
    return tuple(
        TypedAmount(language, row["in"], row["line"], Decimal(row["value"]) if "value" in row else None) for row in rows
    )
