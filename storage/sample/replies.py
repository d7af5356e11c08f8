"""What managers said lately about the check-ins of their teams: replies, reactions, and calls for help they took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.checkin_replies import Reaction
from storage.sample.chance import Deck, stream
from storage.sample.people import Colleague, Company
from storage.sample.phrases import Phrasebook
from storage.sample.weeks import Week

Row = dict[str, Any]
WEEKS = 6
"""The weeks before this one in which managers replied."""
REPLIES, REACTS = 0.2, 0.35


@dataclass
class Answers:
    replies: list[Row] = field(default_factory=list)
    reactions: list[Row] = field(default_factory=list)
    taken: list[Row] = field(default_factory=list)


def answer(company: Company, checkins: Sequence[Row], weeks: tuple[Week, ...]) -> Answers:
    """What was said about the shared check-ins of the last weeks, in the order in which it was saved."""
    people = {person.id: person for person in company.people}
    lately = {week.name: week for week in weeks[-WEEKS:]}
    found = Answers()
    decks: dict[int, Deck[str]] = {}
    for row in checkins:
        person, week = people[row["person_id"]], lately.get(row["week"])
        manager = people[person.manager] if person.manager else None
        if not (week and manager and row["current"] and row["shared"] and manager.at_work(week.monday)):
            continue
        if manager.id not in decks:
            sentences = Phrasebook(manager.locale).all_of("common", "reply")
            decks[manager.id] = Deck(sentences, stream("replies", manager.id))
        _about(row, manager, decks[manager.id], found)
    for rows in (found.replies, found.reactions, found.taken):
        rows.sort(key=lambda each: (each["saved_at"], each.get("check_in") or each["series"]))
    return found


def _about(row: Row, manager: Colleague, deck: Deck[str], found: Answers) -> None:
    random = stream("replied", row["series"])
    series, by = row["series"], manager.id

    def later(most: int) -> datetime:
        at: datetime = row["saved_at"] + timedelta(minutes=random.randint(6, most))
        return at

    if random.random() < REPLIES:
        found.replies.append({"check_in": series, "text": deck.deal(), "saved_by": by, "saved_at": later(90)})
    first = {"version": 1, "current": True, "saved_by": by}
    if random.random() < REACTS:
        chosen = {
            "check_in": series,
            "reaction": random.choices(tuple(Reaction), (5, 3 if row["mood"] > 2 else 0, 4))[0],
        }
        found.reactions.append({**first, **chosen, "series": f"{series}:{by}", "saved_at": later(120)})
    if row["help_wanted"] and random.random() < REPLIES * 3:
        found.taken.append({**first, "series": series, "saved_at": later(120)})
