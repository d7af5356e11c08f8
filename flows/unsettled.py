"""Unsettled: the names that stand in a form and can mean several people."""

import re
from typing import Any

from flows.fields import PeoplePicker, PersonPicker
from flows.page import WHICH
from flows.questions import Values, expanded, raw_values
from flows.reading import Reading, read_one
from flows.steps import Ask, Objection

_NAME = re.compile(r"[^\W\d_]")


def unsettled(ask: Ask[Any], typed: Values, reader: tuple[Any, Reading] | None) -> tuple[Objection, ...]:
    """An objection for each question in which a name can mean several people; it names them."""
    if reader is None:
        return ()
    found = []
    values = {**raw_values(ask), **typed}
    for field, key, kind, _ in expanded(ask):
        raw = values.get(key, "")
        names = (raw,) if isinstance(raw, str) else raw
        if isinstance(kind, PersonPicker | PeoplePicker) and any(map(_NAME.search, names)):
            objection = read_one(kind, raw, reader[1], (), field.required)
            if objection and objection.text in WHICH:
                found.append(Objection(key, objection.text, objection.values))
    return tuple(found)
