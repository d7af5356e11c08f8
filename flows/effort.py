"""Effort: about how long a page takes, from how many questions it has and what kind of answer each wants.

An estimate and no measurement: it is for adding up what a company asks of its people, and errs to the long side. A
question that may be left open counts half.
"""

from flows.fields import Each, FieldOf, Kind, Line, Many, OneOf, Paragraph, PeoplePicker, PersonPicker, fields_of
from flows.steps import Ask

PAGE = 15
"""Seconds to see what a page is about."""


def seconds_for(step: Ask[object]) -> int:
    """The seconds it takes to fill the page of an ask, with as many questions as it offers things to answer for."""
    return PAGE + sum(_seconds(field, len(step.offer.get(field.name, ()))) for field in fields_of(step.form))


def _seconds(field: FieldOf, offered: int) -> int:
    match field.kind:
        case Each(kind=kind):
            whole = _for_one(kind) * offered
        case kind:
            whole = _for_one(kind)
    return whole if field.required else whole // 2


def _for_one(kind: Kind) -> int:
    match kind:
        case Paragraph():
            return 90
        case Line():
            return 30
        case Many() | PersonPicker() | PeoplePicker() | OneOf():
            return 15
        case _:
            return 10
