"""An appeal: a claim, the manager's answer within five days, and a panel of three that votes at once."""

from typing import Any, Literal

from sqlmodel import Field, SQLModel

from flows.core import command, flow
from flows.fields import LongText
from flows.steps import Answered, Form, Step, ask, days, gather, look, save, tell
from storage.columns import SEALED_KEY, UtcDateTime
from storage.references import Who
from storage.versions import Versioned, states_of


class Appeal(Versioned, table=True):
    __tablename__ = "test_appeal"
    __table_args__ = (states_of("test_appeal"),)

    person_id: int = Field(foreign_key="person.id")
    story: str


class PanelVote(SQLModel, table=True):
    __tablename__ = "test_panel_vote"

    id: int | None = Field(default=None, primary_key=True, sa_type=SEALED_KEY)
    appeal: str
    verdict: str
    reasons: str
    saved_at: Any = Field(default=None, sa_type=UtcDateTime)


class Decision(Versioned, table=True):
    __tablename__ = "test_decision"
    __table_args__ = (states_of("test_decision"),)

    appeal: str
    outcome: str


class Claim(Form):
    story: LongText


class ManagerAnswer(Form):
    verdict: Literal["revise", "uphold"]
    note: LongText


class Escalate(Form):
    to_panel: bool


class Vote(Form):
    verdict: Literal["revise", "uphold"]
    reasons: LongText


@flow("appeal", on=command("appeal"))
async def appeal(me: Who, manager: Who | None, panel: tuple[Who, ...]) -> None:
    claim = await ask(me, Claim)
    case = await save(Appeal(saved_by=me.id, person_id=me.id, story=claim.story))
    answer = await ask(manager, ManagerAnswer, within=days(5), person=me, story=claim.story) if manager else None
    outcome = answer.verdict if answer else "uphold"
    if outcome == "uphold":
        note = answer.note if answer else "–"
        wish = await ask(me, Escalate, within=days(5), note=note)
        if wish and wish.to_panel:
            votes = await gather(_vote(juror, me, case, claim.story) for juror in panel)
            cast = sum(vote is not None for vote in votes)
            outcome = "revise" if 2 * (await look("votes_to_revise", appeal=case)) > cast else "uphold"
    await save(Decision(saved_by=me.id, appeal=case, outcome=outcome))
    await tell(me, outcome, person=me)


def _vote(juror: Who, about: Who, case: str, story: str) -> Step[Answered | None]:
    def record(form: Vote) -> PanelVote:
        return PanelVote(appeal=case, verdict=form.verdict, reasons=form.reasons)

    return ask(juror, Vote, key=f"vote:{juror.id}", within=days(7), sealed=record, person=about, story=story)
