"""Facts: what a flow may ask for by the name of a parameter, and how each is looked up.

A fact is resolved once, when a conversation starts, and kept with it; a replay sees what was true then. A flow
that needs the present awaits `look`. Each fact brings a sample of itself, so that every path of every flow can
be walked without a database. Facts stand in the modules of this package, by subject.
"""

from storage.facts import (
    announcements,
    broadcasts,
    events,
    goals,
    meetings,
    overview,
    people,
    replies,
    rest,
    roles,
    sending,
    undoing,
    words,
)
from storage.facts.declaring import FACTS, Fact, Start, UnknownFact, fact, resolve, samples, variants

__all__ = [
    "FACTS",
    "Fact",
    "Start",
    "UnknownFact",
    "announcements",
    "broadcasts",
    "events",
    "fact",
    "goals",
    "meetings",
    "overview",
    "people",
    "replies",
    "resolve",
    "rest",
    "roles",
    "samples",
    "sending",
    "undoing",
    "variants",
    "words",
]
