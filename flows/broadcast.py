"""What can still be done with an announcement that was sent, by its author and HR, each from a button.

What waits can be paused, let go on, or given up; what failed tried again; whoever has come since told as well; whoever
has not acknowledged it reminded; what it says changed or taken back, in every chat where it stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from flows.core import Ending, button, ends, flow
from flows.fields import LongText, ShortText
from flows.steps import Form, Objection, ask, save, tell
from storage.announcements import Announcement
from storage.audience import Audience
from storage.orders import Act, AnnouncementOrder
from storage.references import AnnouncementRef, Bilingual, Who

Going = Mapping[str, Any]
LIVE = ("on", "paused")


class Certain(Form):
    certain: bool


class Again(Form):
    which: Literal["passing", "all"]


class Letter(Form):
    headline: ShortText
    body: LongText
    headline_zh: ShortText | None
    body_zh: LongText | None

    def objections(self) -> Iterator[Objection]:
        if (self.headline_zh is None) != (self.body_zh is None):
            yield Objection("body_zh" if self.headline_zh else "headline_zh", "twin_needed")


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
        hour=going["hour"],
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
    before = {name: letter[name] for name in Letter.model_fields}
    now = await ask(me, Letter, given=before, notice=steered, count=going["sent"], waiting=going["waiting"])
    if now.model_dump() == before:
        return ends("same", notice=steered)
    await save(
        Announcement(
            series=steered.key,
            saved_by=me.id,
            title=now.headline,
            body=now.body,
            title_zh=now.headline_zh,
            body_zh=now.body_zh,
            **letter["kept"],
        )
    )
    return ends("changed", notice=Bilingual(now.headline, now.headline_zh), count=going["sent"])


@flow("withdraw", on=button())
async def withdraw(me: Who, steered: AnnouncementRef, going: Going) -> Ending:
    if going["state"] == "withdrawn":
        return ends("over", notice=steered)
    answer = await ask(me, Certain, notice=steered, count=going["sent"], waiting=going["waiting"])
    if not answer.certain:
        return ends("kept", notice=steered)
    await save(_order(steered, Act.withdraw, me))
    return ends("withdrawn", notice=steered, count=going["sent"])


def _order(steered: AnnouncementRef, act: Act, by: Who) -> AnnouncementOrder:
    return AnnouncementOrder(announcement=steered.key, act=act, saved_by=by.id)


def _title(letter: Mapping[str, Any]) -> Bilingual:
    return Bilingual(letter["headline"], letter["headline_zh"])


def _body(letter: Mapping[str, Any]) -> Bilingual:
    return Bilingual(letter["body"], letter["body_zh"])
