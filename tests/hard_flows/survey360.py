"""A 360 survey: nominate, approve within three days, gather sealed reviews, and a summary a person edits."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Field, SQLModel

from flows.core import command, flow
from flows.fields import Colleagues, LongText, Picks, Scale
from flows.steps import Answered, Form, Objection, Step, ask, days, draft, gather, hours, look, save, tell
from storage.columns import SEALED_KEY, UtcDateTime
from storage.references import Who
from storage.versions import Versioned, states_of

FEWEST = 3


class Survey(Versioned, table=True):
    __tablename__ = "test_survey"
    __table_args__ = (states_of("test_survey"),)

    person_id: int = Field(foreign_key="person.id")


class PeerReviewRecord(SQLModel, table=True):
    """What somebody said of somebody, without who said it."""

    __tablename__ = "test_peer_review"

    id: int | None = Field(default=None, primary_key=True, sa_type=SEALED_KEY)
    survey: str
    rating: int
    strengths: str
    wish: str | None = None
    saved_at: Any = Field(default=None, sa_type=UtcDateTime)


class Summary(Versioned, table=True):
    __tablename__ = "test_summary"
    __table_args__ = (states_of("test_summary"),)

    person_id: int = Field(foreign_key="person.id")
    text: str


class Nominations(Form):
    peers: Colleagues

    def clashes(self, context: Mapping[str, Any]) -> tuple[Objection, ...]:
        return (Objection("peers", "not_yourself"),) if context["me"].id in self.peers else ()


class Approval(Form):
    leave_out: Picks | None


class PeerReview(Form):
    rating: Scale
    strengths: LongText
    wish: LongText | None


class Summary360(Form):
    summary: LongText


@flow("survey360", on=command("360"), once="{me}:{week}", editable=hours(48))
async def survey360(me: Who, manager: Who | None, week: str) -> None:
    lead = manager or me
    wish = await ask(me, Nominations, me=me)
    nominated = await look("colleagues", people=wish.peers)
    approval = None
    if manager:
        approval = await ask(
            manager, Approval, within=days(3), offer={"leave_out": nominated}, person=me, peers=nominated
        )
    left_out = approval.leave_out or () if approval else ()
    survey = await save(Survey(saved_by=me.id, person_id=me.id))
    reviews = await gather(_review(peer, me, survey) for peer in nominated if peer.key not in left_out)
    count = sum(review is not None for review in reviews)
    if count < FEWEST:
        return await tell(lead, "too_few", person=me, count=count)
    picture = await look("reviews_of", survey=survey)
    text = await draft("summary360", **picture)
    final = await ask(lead, Summary360, given={"summary": text}, person=me, count=count)
    await save(Summary(saved_by=lead.id, person_id=me.id, text=final.summary))
    return await tell(me, "ready", person=me)


def _review(peer: Who, about: Who, survey: str) -> Step[Answered | None]:
    def record(form: PeerReview) -> PeerReviewRecord:
        return PeerReviewRecord(survey=survey, rating=form.rating, strengths=form.strengths, wish=form.wish)

    return ask(peer, PeerReview, key=f"review:{peer.id}", within=days(14), sealed=record, person=about)
