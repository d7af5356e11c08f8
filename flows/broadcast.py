"""What can still be done with an announcement that was sent, by its author and HR, each from a button.

What waits can be paused, let go on, or given up; what failed tried again; whoever has come since told as well; whoever
has not acknowledged it reminded; what it says changed or taken back, in every chat where it stands. One that has not
begun can be given another day and hour.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from flows.core import Ending, button, ends, flow
from flows.fields import ComingDay, Hour
from flows.letters import Worded, named, other_language
from flows.steps import Form, Objection, ask, look, save, tell
from storage.announcements import Announcement
from storage.audience import Audience
from storage.orders import Act, AnnouncementOrder
from storage.references import AnnouncementRef, Bilingual, Who
from storage.timing import Timing

Going = Mapping[str, Any]
LIVE = ("on", "paused")
ROUNDS = 12


class Certain(Form):
    certain: bool


class Again(Form):
    which: Literal["passing", "all"]


class Letter(Worded):
    pass


class OneLanguage(Form):
    """Asked where one of two texts was changed alone."""

    verdict: Literal["right", "back"]


class ConfirmAgain(Form):
    """Asked where people have confirmed the text as it was."""

    again: bool


class SendingTime(Form):
    when: Literal["now", "own", "local"]
    day: ComingDay | None
    hour: Hour | None

    def objections(self) -> Iterator[Objection]:
        if self.when != "now" and self.day is None:
            yield Objection("day", "send_day_needed")
        if self.when != "now" and self.hour is None:
            yield Objection("hour", "hour_needed")


@flow("hold", on=button())
async def hold(me: Who, steered: AnnouncementRef, going: Going) -> Ending:
    if going["state"] != "on" or not going["waiting"]:
        return ends("nothing", notice=steered)
    await save(_order(steered, Act.pause, me))
    return ends("held", notice=steered, count=going["waiting"])


@flow("resume", on=button())
async def resume(me: Who, steered: AnnouncementRef, going: Going) -> Ending:
    if going["state"] != "paused":
        return ends("nothing", notice=steered)
    await save(_order(steered, Act.resume, me))
    return ends("goes_on", notice=steered, count=going["waiting"])


@flow("cancel", on=button())
async def cancel(me: Who, steered: AnnouncementRef, going: Going) -> Ending:
    if going["state"] not in LIVE or not going["waiting"]:
        return ends("nothing", notice=steered)
    answer = await ask(me, Certain, notice=steered, count=going["waiting"], sent=going["sent"])
    if not answer.certain:
        return ends("kept", notice=steered)
    await save(_order(steered, Act.cancel, me))
    return ends("given_up", notice=steered)


@flow("retry", on=button())
async def retry(me: Who, steered: AnnouncementRef, going: Going) -> Ending:
    if going["state"] not in LIVE or not going["undelivered"]:
        return ends("nothing", notice=steered)
    which = ("passing", "all") if going["passing"] else ("all",)
    answer = await ask(
        me, Again, offer={"which": which}, notice=steered, passing=going["passing"], count=going["undelivered"]
    )
    again = answer.which == "all"
    await save(_order(steered, Act.retry_all if again else Act.retry, me))
    return ends("tried", notice=steered, count=going["undelivered"] if again else going["passing"])


@flow("extend", on=button())
async def extend(me: Who, steered: AnnouncementRef, going: Going, letter: Mapping[str, Any], newcomers: int) -> Ending:
    if going["state"] not in LIVE:
        return ends("over", notice=steered)
    if not newcomers:
        return ends("nobody_new", notice=steered)
    asks = going["acknowledge"]
    await tell(
        going["audience"],
        "asks_to_confirm" if asks else "announcement",
        buttons=[("acknowledge", {"announcement": steered.key})] if asks else [],
        hour=Timing(**going["timing"]) if "timing" in going else going["hour"],
        about=steered.key,
        binding=asks,
        once=True,
        title=_title(letter),
        body=_body(letter),
    )
    await save(_order(steered, Act.extend, me))
    return ends("told", notice=steered, count=newcomers)


@flow("remind", on=button(), once="{steered}:{today}")
async def remind(steered: AnnouncementRef, today: object, letter: Mapping[str, Any], unconfirmed: int) -> Ending:
    """At most once a day, whoever asks for it and however often."""
    await tell(
        Audience(unconfirmed=steered.key),
        "reminder",
        buttons=[("acknowledge", {"announcement": steered.key})],
        about=f"reminder:{steered.key}",
        binding=True,
        title=_title(letter),
        body=_body(letter),
    )
    return ends("reminded", notice=steered, count=unconfirmed)


@flow("revise", on=button())
async def revise(me: Who, steered: AnnouncementRef, going: Going, letter: Mapping[str, Any]) -> Ending:
    if going["state"] == "withdrawn":
        return ends("over", notice=steered)
    before, kept = _words(letter), letter["kept"]
    now = await _changed(me, steered, going, before, _language(letter))
    if now == before:
        return ends("same", notice=steered)
    confirmed = going.get("confirmed", 0)
    answer = await ask(me, ConfirmAgain, given={"again": True}, notice=steered, count=confirmed) if confirmed else None
    again = answer is not None and answer.again
    if again:
        await tell(
            Audience(confirmed=steered.key),
            "changed",
            buttons=[("acknowledge", {"announcement": steered.key})],
            about=f"reminder:{steered.key}",
            binding=True,
            title=now.title_in(_language(letter)),
            body=now.text_in(_language(letter)),
        )
    await save(
        Announcement(
            series=steered.key,
            saved_by=me.id,
            title=now.headline,
            body=now.body,
            title_other=now.headline_other,
            body_other=now.body_other,
            asks_again=kept["needs_acknowledgement"] and (again or not confirmed),
            **kept,
        )
    )
    return ends("changed", notice=now.title_in(_language(letter)), count=going["sent"])


async def _changed(me: Who, steered: AnnouncementRef, going: Going, before: Letter, language: str) -> Letter:
    """The words as they are from now on; where one language was changed alone, that is pointed out first."""
    names = {"base": named(language), "other": named(other_language(language))}
    context = {"notice": steered, "count": going["sent"], "waiting": going["waiting"], **names}
    now: Letter = await ask(me, Letter, given=before.model_dump(), **context)
    for number in range(2, ROUNDS):
        unchanged = _unchanged(before, now)
        if unchanged is None:
            break
        theirs = named(language if unchanged == "base" else other_language(language))
        key = f"one_language:{number}"
        answer = await ask(me, OneLanguage, key=key, given={}, notice=steered, unchanged=theirs)
        if answer.verdict == "right":
            break
        now = await ask(me, Letter, key=f"letter:{number}", given=now.model_dump(), **context)
    return now


def _unchanged(before: Letter, now: Letter) -> Literal["base", "other"] | None:
    """Which of two texts was left as it was while the other one was changed."""
    if before.headline_other is None or now.headline_other is None:
        return None
    base = (before.headline, before.body) == (now.headline, now.body)
    other = (before.headline_other, before.body_other) == (now.headline_other, now.body_other)
    if base == other:
        return None
    return "base" if base else "other"


@flow("reschedule", on=button())
async def reschedule(me: Who, steered: AnnouncementRef, going: Going, letter: Mapping[str, Any]) -> Ending:
    if going["state"] not in LIVE or going["begun"]:
        return ends("begun", notice=steered)
    plan = await _chosen_time(me, steered, going)
    if plan["is_past"]:
        return ends("past", notice=steered)
    now = Timing(**plan["timing"])
    kept = {**letter["kept"], "local_hour": now.hour, "send_on": now.day, "send_at": now.at}
    words = _words(letter)
    await save(
        Announcement(
            series=steered.key,
            saved_by=me.id,
            title=words.headline,
            body=words.body,
            title_other=words.headline_other,
            body_other=words.body_other,
            **kept,
        )
    )
    await save(_order(steered, Act.reschedule, me))
    return ends("moved", notice=steered)


@flow("withdraw", on=button())
async def withdraw(me: Who, steered: AnnouncementRef, going: Going) -> Ending:
    if going["state"] == "withdrawn":
        return ends("over", notice=steered)
    answer = await ask(me, Certain, notice=steered, count=going["sent"], waiting=going["waiting"])
    if not answer.certain:
        return ends("kept", notice=steered)
    await save(_order(steered, Act.withdraw, me))
    return ends("withdrawn", notice=steered, count=going["sent"])


async def _chosen_time(me: Who, steered: AnnouncementRef, going: Going) -> Mapping[str, Any]:
    """When it is to go out instead; a moment that has passed is asked for once more."""
    given, more = going["chosen"], {"notice": steered, "count": going["waiting"]}
    plan: Mapping[str, Any] = {"is_past": True}
    for number in range(1, ROUNDS):
        chosen = await ask(me, SendingTime, key=f"sending_time:{number}", given=given, **more)
        audience, given = going["audience"], chosen.model_dump()
        plan = await look("sending", key=f"sending:{number}", audience=audience, **given)
        if not plan["is_past"]:
            break
        more["intro"] = "past"
    return plan


def _order(steered: AnnouncementRef, act: Act, by: Who) -> AnnouncementOrder:
    return AnnouncementOrder(announcement=steered.key, act=act, saved_by=by.id)


def _words(letter: Mapping[str, Any]) -> Letter:
    return Letter.model_validate({name: value for name, value in letter.items() if name != "kept"})


def _language(letter: Mapping[str, Any]) -> str:
    """The language its first text is written in."""
    return str(letter["kept"].get("language", "en"))


def _title(letter: Mapping[str, Any]) -> Bilingual:
    return _words(letter).title_in(_language(letter))


def _body(letter: Mapping[str, Any]) -> Bilingual:
    return _words(letter).text_in(_language(letter))
