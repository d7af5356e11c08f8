"""`PUT /api/v1/leave`: the days off an HR system knows of, with the bearer token of the REST interface."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from bot.clock import Clock
from bot.leave_words import said
from bot.rest import TEXTS, Language, bearer, body_of
from bot.roster_words import RosterWords
from bot.wording import Language as Spoken
from bot.wording import Wording
from storage.database import Database
from storage.leaves import Outcome, import_leaves
from storage.rest import Told
from storage.roster.dates import Order
from storage.roster.problems import Unusable

SHOWN = 1000


class LeaveImported(BaseModel):
    """What was written or, in a dry run, what would be."""

    dry_run: bool
    added: int
    unchanged: int
    called_off: int
    not_approved: int = Field(description="Lines whose status does not say that the leave was approved: left out.")
    parts_of_days: int = Field(description="Lines of less than a day: left out.")
    former: int = Field(description="Lines about people who have left: left out.")
    strangers: int = Field(description="Lines about people who are not on the list: left out.")
    columns: dict[str, str | None] = Field(description="What each column was taken for; null where it is not used.")


class LeaveProblem(BaseModel):
    line: int = Field(description="Counted from 1; in a JSON list, the place of the object.")
    reason: str = Field(description="The same word in every language.")
    message: str


class LeaveRefused(BaseModel):
    """What is wrong; nothing was written."""

    problem_count: int
    problems: list[LeaveProblem] = Field(description=f"The first {SHOWN}.")


def leave_router(database: Database, token: str, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["leave"])

    @router.put(
        "/leave",
        summary="Import the days on which people are away",
        description="A table (CSV) or a list of objects with an e-mail address or employee number (`employee`), the "
        "first day (`from`) and the last (`to`). All of it is written, or nothing.",
        dependencies=[Depends(bearer(token))],
        responses={200: {"model": LeaveImported}, 422: {"model": LeaveRefused}},
    )
    async def put_leave(
        request: Request,
        dry_run: Annotated[bool, Query(description=TEXTS("api.dry_run"))] = False,
        complete: Annotated[
            bool, Query(description="This is all the leave there is: what HR recorded before and is not over is off.")
        ] = False,
        dates: Annotated[
            Literal["day-first", "month-first"] | None,
            Query(description="How dates such as 03/04/2026 are meant, where none in the table proves it."),
        ] = None,
        language: Annotated[Language, Query(description=TEXTS("api.language"))] = "en",
    ) -> Response:
        say = Wording(Spoken(language))
        try:
            body = await body_of(request, RosterWords(language))
        except Unusable as fault:
            return _refused(Outcome(faults=()), say, fault.problem.reason.value)
        order = Order(dates.replace("-", "_")) if dates else None
        outcome = await run_in_threadpool(_run, database, body, clock, order, complete=complete, dry_run=dry_run)
        if outcome.faults:
            return _refused(outcome, say)
        out = outcome.left_out
        answer = LeaveImported(
            dry_run=dry_run,
            added=outcome.added,
            unchanged=outcome.unchanged,
            called_off=outcome.called_off,
            not_approved=out.not_approved,
            parts_of_days=out.parts_of_days,
            former=out.former,
            strangers=out.strangers,
            columns=dict(outcome.columns),
        )
        return JSONResponse(answer.model_dump(mode="json"))

    return router


def _run(
    database: Database, body: bytes | list[Any], clock: Clock, order: Order | None, *, complete: bool, dry_run: bool
) -> Outcome:
    with database.write() as db:
        return import_leaves(db, body, clock.now(), complete=complete, dry_run=dry_run, dates=order, told_by=Told.api)


def _refused(outcome: Outcome, say: Wording, unusable: str = "") -> Response:
    problems = [
        LeaveProblem(line=fault.line, reason=fault.reason, message=said(fault.reason, fault.value, say))
        for fault in outcome.faults[:SHOWN]
    ]
    if unusable:
        problems = [LeaveProblem(line=1, reason=unusable, message=said(unusable, "", say))]
    refused = LeaveRefused(problem_count=len(outcome.faults) or 1, problems=problems)
    return Response(orjson.dumps(refused.model_dump()), 422, media_type="application/json")
