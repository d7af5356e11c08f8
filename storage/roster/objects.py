"""People as JSON: a list of objects, or the whole answer of a Workday report, which holds the list."""

import re
from typing import Any

import orjson

from storage.roster.decoding import ListSheet, Sheet, decode
from storage.roster.problems import Problem, Reason, Unusable

REPORT = "Report_Entry"
"""Under this key Workday's reports hold their rows."""
BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*[{\]])")
"""No table begins so: a brace, or a bracket before a brace."""


def is_json(data: bytes) -> bool:
    return bool(BEGINS.match(data))


def objects(data: bytes) -> list[Any]:
    """`Unusable` if the bytes are no JSON, or no list is where one should be."""
    try:
        found = orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as fault:
        raise Unusable(Problem(1, Reason.not_a_list)) from fault
    if isinstance(found, dict):
        found = found.get(REPORT)
    if not isinstance(found, list):
        raise Unusable(Problem(1, Reason.not_a_list))
    return found


def sheet_of(data: bytes) -> Sheet:
    """The rows of a file, be it a table or JSON. `Unusable` if it is neither."""
    return ListSheet(objects(data)) if is_json(data) else decode(data)
