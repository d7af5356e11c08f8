"""Choosing: which of the choices of a question its raw answer means.

Whoever answered by typing may have typed a label, a number or a Chinese digit. A form has to show the same
answer as chosen, so what can be read is turned into the key of the choice; what cannot is left as it is.
"""

import re
from datetime import date

from flows.fields import Many, OneOf, Rating, YesNo
from flows.page import Question
from flows.questions import Raw, as_typed
from flows.reading import Reading, read_one, read_value
from flows.steps import Objection

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_NOBODY = Reading(date(2000, 1, 1), lambda called: Objection("", "NobodyCalled", {"called": called}))
"""Choices depend neither on the day nor on who is who."""


def chosen(question: Question) -> Raw:
    """The raw answer, as keys where it is a choice that can be read."""
    match question.kind:
        case Rating() | YesNo() | OneOf() | Many() if question.value:
            if read_one(question.kind, question.value, _NOBODY, question.choices, required=False) is None:
                return as_typed(read_value(question.kind, question.value, _NOBODY, question.choices))
    return question.value


def is_iso_time(text: str) -> bool:
    """Whether a time picker can show it; what is kept of one has its seconds as well."""
    return bool(_TIME.fullmatch(text))


def is_iso_day(text: str) -> bool:
    """Whether a browser's own day input can show it."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
