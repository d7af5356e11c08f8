"""Digests: what is new from a manager's team, an entry for each person with the buttons that open and answer it."""

from collections.abc import Iterator

from bot.looking import Person
from bot.slack.blocks import LONGEST, message, pressing
from bot.slack.looks import looking
from bot.slack.words import Native, actions, lines, rich, run, runs, small, strong
from flows.message import Digest, Entry

TEN = 10
"""The buttons of an entry are numbered from its own ten on: no two in a message may be alike."""


def digest(said: Digest) -> Native:
    blocks = [rich(said.lead)]
    for number, each in enumerate(said.entries, 1):
        blocks += _entry(each, number * TEN)
    blocks += [small(each) for each in said.notes]
    return message(said.text, blocks)


def _entry(entry: Entry, number: int) -> Iterator[Native]:
    mood = [run(f" · {entry.mood_text}")] if entry.mood_text else []
    said = [[strong(f"{label} "), *runs(text, LONGEST)] for label, text in entry.said]
    course = [[{**run(entry.note), "style": {"italic": True}}]] if entry.note else []
    yield lines([strong(entry.name), *mood], *said, *course)
    answers = (
        pressing(each.flow, each.given, each.label, number + place, says=f"{each.label}: {entry.name}")
        for place, each in enumerate(entry.buttons)
    )
    yield actions(looking(Person(entry.who.id), entry.look, says=entry.look_named), *answers)
