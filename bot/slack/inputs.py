"""Inputs: each kind of question as the control Slack has for it.

A control can hold only what fits it: a date picker no "next Friday", a menu no name that is not on it. Where
something else was typed before, on another surface or with a command, the question is put as a text box with
just that, so that nothing typed is lost.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import assert_never

from bot import choosing
from bot.slack.words import Native, Words, cut, plain, rest
from flows.fields import (
    Amount,
    DayInput,
    Line,
    Many,
    OneOf,
    Paragraph,
    PeoplePicker,
    PersonPicker,
    Rating,
    TimeInput,
    YesNo,
)
from flows.page import Choice, Question
from flows.questions import Raw

Called = Callable[[str], str]
"""What a person, given by their id, is shown as; empty where there is nobody."""
ANSWER, PERSON = "answer", "person"
"""The action of every control, and of those that look for people as one types."""
NONE = "·none·"
"""What stands in a menu for leaving an answer out: neither radio buttons nor menus can be emptied again."""
FEW, MOST, LONGEST = 6, 100, 3000
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def control(question: Question, words: Words, called: Called) -> Native:
    """The control a question is answered with, filled with its answer so far."""
    value = question.value
    match question.kind:
        case Line(most=most):
            return text_box(value, most, multiline=False)
        case Paragraph(most=most):
            return text_box(value, most, multiline=True)
        case Amount() as amount:
            return _number(amount, value)
        case DayInput():
            return _day(value)
        case TimeInput():
            return _time(value)
        case Rating() | YesNo() | OneOf():
            return _one_of(question, words)
        case Many():
            return _several(question, words)
        case PersonPicker():
            return _people(value, called, words, 1)
        case PeoplePicker(most=most):
            return _people(value, called, words, most)
        case never:
            assert_never(never)


def text_box(value: Raw, most: int, *, multiline: bool) -> Native:
    """A box that takes as much as the question does, and more when more has been typed already."""
    typed = value if isinstance(value, str) else ", ".join(value)
    box: Native = {"type": "plain_text_input", "action_id": ANSWER, "multiline": multiline or "\n" in typed}
    if typed:
        box["initial_value"] = cut(typed, LONGEST)
    if len(typed) <= most <= LONGEST:
        box["max_length"] = most
    return box


def _number(amount: Amount, value: Raw) -> Native:
    typed = value if isinstance(value, str) else ""
    if typed and not (_PLAIN_NUMBER.fullmatch(typed) and _within(Decimal(typed), amount)):
        return text_box(value, LONGEST, multiline=False)
    box: Native = {"type": "number_input", "action_id": ANSWER, "is_decimal_allowed": not amount.whole}
    bounds = {"min_value": amount.least, "max_value": amount.most}
    box |= {name: format(bound, "f") for name, bound in bounds.items() if bound is not None}
    if typed:
        box["initial_value"] = typed
    return box


def _within(number: Decimal, amount: Amount) -> bool:
    low = amount.least is None or number >= amount.least
    whole = not amount.whole or number == int(number)
    return low and whole and (amount.most is None or number <= amount.most)


def _day(value: Raw) -> Native:
    if value and not (isinstance(value, str) and _DAY.fullmatch(value)):
        return text_box(value, LONGEST, multiline=False)
    picker: Native = {"type": "datepicker", "action_id": ANSWER}
    if value:
        picker["initial_date"] = value
    return picker


def _time(value: Raw) -> Native:
    if value and not (isinstance(value, str) and choosing.is_iso_time(value)):
        return text_box(value, LONGEST, multiline=False)
    picker: Native = {"type": "timepicker", "action_id": ANSWER}
    if value:
        picker["initial_time"] = value[:5]
    return picker


def _one_of(question: Question, words: Words) -> Native:
    """Radio buttons for a few, a menu for more, a text box where not even a menu has room."""
    options = [option(choice) for choice in question.choices]
    chosen = _by_key(question.choices, choosing.chosen(question))
    if question.value and chosen is None:
        return text_box(question.value, LONGEST, multiline=False)
    if not question.required:
        options.append({"text": plain(words("no_answer"), 75), "value": NONE})
    if len(options) > MOST * MOST or not options:
        return text_box(question.value, LONGEST, multiline=False)
    kind = "radio_buttons" if len(options) <= FEW else "static_select"
    menu: Native = {"type": kind, "action_id": ANSWER, **listed(options)}
    if chosen:
        menu["initial_option"] = option(chosen)
    if kind == "static_select":
        menu["placeholder"] = plain(words("choose"), 150)
    return menu


def _several(question: Question, words: Words) -> Native:
    value = choosing.chosen(question)
    chosen = [_by_key(question.choices, each) for each in ((value,) if isinstance(value, str) else value) if each]
    options = [option(choice) for choice in question.choices]
    if None in chosen or len(options) > MOST * MOST or not options:
        return text_box(question.value, LONGEST, multiline=False)
    kind = "checkboxes" if len(options) <= 10 else "multi_static_select"
    menu: Native = {"type": kind, "action_id": ANSWER, **listed(options)}
    if chosen:
        menu["initial_options"] = [option(choice) for choice in chosen if choice]
    if kind == "multi_static_select":
        menu["placeholder"] = plain(words("choose"), 150)
    return menu


def _people(value: Raw, called: Called, words: Words, most: int) -> Native:
    """A menu that looks for people in our own directory: nobody from outside can be chosen, nor a bot."""
    values = [each for each in ((value,) if isinstance(value, str) else value) if each]
    people = [person_option(each, called(each)) for each in values if each.isdecimal() and called(each)]
    if len(people) < len(values):
        return text_box(value, LONGEST, multiline=False)
    kind = "external_select" if most == 1 else "multi_external_select"
    menu: Native = {"type": kind, "action_id": PERSON, "min_query_length": 1, "placeholder": plain(words("find"), 150)}
    if most == 1 and people:
        menu["initial_option"] = people[0]
    elif people:
        menu["initial_options"] = people
    if most > 1:
        menu["max_selected_items"] = most
    return menu


def person_option(person: str, name: str, about: str = "") -> Native:
    """Somebody who can be chosen."""
    made: Native = {"text": plain(name, 75), "value": person}
    return made | ({"description": plain(about, 75)} if about else {})


def option(choice: Choice) -> Native:
    """A choice; what its label has no room for goes into the line below it."""
    made: Native = {"text": plain(choice.label, 75), "value": choice.key}
    more = rest(choice.label, 75)
    return made | ({"description": plain(more, 75)} if more else {})


def listed(options: Sequence[Native]) -> Native:
    """The options of a menu, in groups of a hundred where there are more; a group is called by its first and last."""
    if len(options) <= MOST:
        return {"options": list(options)}
    return {"option_groups": [_group(options[start : start + MOST]) for start in range(0, len(options), MOST)]}


def _group(options: Sequence[Native]) -> Native:
    ends = (cut(str(each["text"]["text"]), 35) for each in (options[0], options[-1]))
    return {"label": plain(" – ".join(ends), 75), "options": list(options)}


def _by_key(choices: Iterable[Choice], key: Raw) -> Choice | None:
    return next((choice for choice in choices if choice.key == key), None)
