"""Announcements: HR writes one, sees what each reader will see and how many they are, and sends it or goes back.

Whoever gets it may be asked to acknowledge it; who received, read and acknowledged it is for its author and HR.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from flows.core import Ending, button, command, ends, flow
from flows.fields import Hour, LongText, PeoplePicker, Picks, ShortText
from flows.steps import Form, Objection, ask, look, save, tell
from storage.announcements import Announcement, AnnouncementReceipt, Receipt
from storage.audience import Audience
from storage.references import AnnouncementRef, Bilingual, Option, Phrase, Who

ROUNDS = 12
"""After so many previews one can only send or discard; what was written stays in the journal."""
Verdict = Literal["send", "beyond", "back", "discard"]
Several = Annotated[tuple[int, ...], PeoplePicker(most=200)]


class Letter(Form):
    headline: ShortText
    body: LongText
    headline_zh: ShortText | None
    body_zh: LongText | None
    departments: Picks | None
    role: Literal["everyone", "manager", "employee"]
    locations: Picks | None
    people: Several | None
    when: Literal["now", "local"]
    hour: Hour | None
    acknowledge: bool
    remind: Literal["no", "1", "3", "7"] | None = None

    def objections(self) -> Iterator[Objection]:
        if self.when == "local" and self.hour is None:
            yield Objection("hour", "hour_needed")
        if (self.headline_zh is None) != (self.body_zh is None):
            yield Objection("body_zh" if self.headline_zh else "headline_zh", "twin_needed")

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if not context["wide"] and not self.departments:
            yield Objection("departments", "department_needed")


class Preview(Form):
    verdict: Verdict

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if self.verdict == "send" and context["count"] == 0:
            yield Objection("verdict", "nobody_takes_part" if context.get("outside") else "nobody_there")


@flow("announce", on=command("announce"), offered="announces", menu=15)
async def announce(
    announcer: Who, governed: tuple[Option, ...], companywide: bool, locations: tuple[Option, ...], line: str
) -> Ending:
    offer = {"departments": governed, "locations": locations}
    known: Mapping[str, Any] = {"headline": line, "role": "everyone", "when": "now", "hour": 9, "acknowledge": False}
    number = 0
    while True:
        number += 1
        letter = await ask(announcer, Letter, key=f"letter:{number}", offer=offer, given=known, wide=companywide)
        match await _verdict(announcer, letter, number):
            case "send":
                return await _sent(announcer, letter)
            case "beyond":
                return await _sent(announcer, letter, beyond=True)
            case "discard":
                return ends("discarded", title=letter.headline, body=letter.body)
            case "back":
                known = letter.model_dump()


@flow("acknowledge", on=button(), once="{me}:{notice}", outside=True)
async def acknowledge(me: Who, notice: AnnouncementRef) -> None:
    await save(AnnouncementReceipt(announcement=notice.key, person_id=me.id, kind=Receipt.acknowledged))


@flow("reach", on=button())
async def reach(reached: Mapping[str, Any]) -> Ending:
    return ends("explained" if reached.get("reasons") else "stands", **reached)


async def _verdict(announcer: Who, letter: Letter, number: int) -> Verdict:
    """What the announcer decides on seeing what readers of each language will see, and how many there are."""
    counted: Mapping[str, Any] = await look("audience_now", key=f"audience:{number}", audience=_audience(letter))
    context = {
        **counted,
        "title": letter.headline,
        "body": letter.body,
        "beyond": _beyond(counted.get("outside", 0)),
        "native_title": letter.headline_zh or letter.headline,
        "native_body": letter.body_zh or letter.body,
    }
    choices = ["send", "beyond"] if counted.get("outside") else ["send"]
    choices += ["back", "discard"] if number < ROUNDS else ["discard"]
    preview: Preview = await ask(announcer, Preview, key=f"preview:{number}", offer={"verdict": choices}, **context)
    return preview.verdict


def _beyond(outside: int) -> Phrase | str:
    """What is said of those of the audience who do not take part yet."""
    return Phrase("announcement.beyond", {"count": outside}) if outside else ""


async def _sent(announcer: Who, letter: Letter, *, beyond: bool = False) -> Ending:
    audience = _audience(letter, beyond=beyond)
    hour = letter.hour if letter.when == "local" else None
    record = Announcement(
        saved_by=announcer.id,
        title=letter.headline,
        body=letter.body,
        title_zh=letter.headline_zh,
        body_zh=letter.body_zh,
        audience=audience.written(),
        local_hour=hour,
        needs_acknowledgement=letter.acknowledge,
        remind_after=int(letter.remind) if letter.acknowledge and letter.remind not in (None, "no") else None,
    )
    series = await save(record)
    named = {"announcement": series}
    title = Bilingual(letter.headline, letter.headline_zh)
    await tell(
        audience,
        "asks_to_confirm" if letter.acknowledge else "announcement",
        buttons=[("acknowledge", named)] if letter.acknowledge else [],
        hour=hour,
        about=series,
        binding=letter.acknowledge,
        once=True,
        title=title,
        body=Bilingual(letter.body, letter.body_zh),
    )
    await tell(announcer, "sent", buttons=[("reach", named)], about=f"progress:{series}", title=title)
    counted = await look("audience_now", key="audience:sent", audience=audience)
    return ends("sent_at_local_hour" if hour is not None else "sent", count=counted["count"], hour=hour)


def _audience(letter: Letter, *, beyond: bool = False) -> Audience:
    return Audience(
        beyond=beyond,
        departments=tuple(int(key) for key in letter.departments or ()),
        role=None if letter.role == "everyone" else letter.role,
        locations=letter.locations or (),
        people=letter.people or (),
    )
