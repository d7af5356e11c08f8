"""The stage for the hard flows: their tables, the facts and the drafting task they need, and a bot that knows them."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlmodel import SQLModel

from bot.clock import Clock
from bot.dispatcher import Dispatcher
from bot.visit import Repertoire
from flows.catalog import load
from flows.core import Register
from storage.columns import table
from storage.database import Database
from storage.directory import someone
from storage.facts import FACTS, Fact, Start
from storage.references import Who
from tests.hard_flows import appeal, survey360
from tests.team import DORA, HANNA, LI_WEI

TABLES = (
    survey360.Survey,
    survey360.PeerReviewRecord,
    survey360.Summary,
    appeal.Appeal,
    appeal.PanelVote,
    appeal.Decision,
)
FLOWS = Register.of(survey360.survey360, appeal.appeal)
TEXTS = load("flows.texts", "tests.hard_flows")


def colleagues(db: Connection, start: Start) -> tuple[Who, ...]:
    return tuple(someone(db, person) for person in start.given["people"])


def reviews_of(db: Connection, start: Start) -> dict[str, int]:
    """How many reviews there are and what they come to; not one word of any."""
    reviews = table(survey360.PeerReviewRecord)
    of_survey = select(func.count(), func.sum(reviews.c.rating)).where(reviews.c.survey == start.given["survey"])
    count, total = db.execute(of_survey).one()
    return {"count": count, "tenths": round(10 * total / count)}


def panel(db: Connection, start: Start) -> tuple[Who, ...]:
    return tuple(someone(db, person) for person in (HANNA, DORA, LI_WEI))


def votes_to_revise(db: Connection, start: Start) -> int:
    votes = table(appeal.PanelVote)
    of_appeal = select(func.count()).where(votes.c.appeal == start.given["appeal"], votes.c.verdict == "revise")
    return int(db.execute(of_appeal).scalar_one())


LI = Who(7, "Wei", "Li", "李伟")
ANN = Who(1, "Ann", "Miller")
BEN = Who(3, "Ben", "Okafor")
KNOWN = {
    "colleagues": Fact(colleagues, (LI, ANN, BEN)),
    "reviews_of": Fact(reviews_of, {"count": 3, "tenths": 43}),
    "panel": Fact(panel, (LI, ANN, BEN)),
    "votes_to_revise": Fact(votes_to_revise, 2, others=(1,)),
}


def drafted(facts: Mapping[str, Any]) -> str:
    """Words a summary from numbers alone."""
    return f"{facts['count']} colleagues, {facts['tenths'] / 10} of 5."


def on_stage(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    """A bot that knows the hard flows and nothing else, on a database with their tables."""
    for name, fact in KNOWN.items():
        monkeypatch.setitem(FACTS, name, fact)
    SQLModel.metadata.create_all(database.engine, tables=[table(model) for model in TABLES])
    return Dispatcher(database, Repertoire.of(FLOWS, TEXTS, {"summary360": drafted}), clock)
