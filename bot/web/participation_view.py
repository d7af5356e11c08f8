"""How many check in, as a table of the desk: a week a column, a department a row."""

import re

from htpy import Element, Node, caption, div, fragment, span, table, tbody, td, th, thead, tr, wbr

from bot.participation import Participating
from bot.web.voice import Voice
from flows.catalog import written_out
from storage.references import IsoWeek, Option, Phrase

_BETWEEN = re.compile(r"(\s?–\s?)")


def counted(said: Participating, voice: Voice) -> Element:
    return div(".scrolled", role="region", tabindex="0", aria_label=voice.tell("desk.participation.title"))[
        table[
            caption[voice.tell("desk.participation.caption")],
            thead[
                tr[
                    th(scope="col")[voice.tell("desk.participation.department")],
                    (th(scope="col")[_heading(week, voice)] for week in said.weeks),
                ]
            ],
            tbody[
                (
                    tr[
                        th(scope="row", dir="auto")[_department(row.department, voice)],
                        (td[count] for count in row.counts),
                    ]
                    for row in said.rows
                )
            ],
        ]
    ]


def _heading(week: IsoWeek, voice: Voice) -> Node:
    """The days of a week, short enough for a narrow column; the line breaks between them alone."""
    first, last = week.days
    if voice.language == "zh":
        return fragment[f"{first.month}/{first.day}–", wbr, f"{last.month}/{last.day}"]
    begin, joined, end = _BETWEEN.split(written_out(week, voice.language))
    return fragment[span(".at")[begin, joined], wbr, span(".at")[end]]


def _department(named: Option | Phrase, voice: Voice) -> str:
    return voice.tell(named.key) if isinstance(named, Phrase) else named.name(voice.language)
