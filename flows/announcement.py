"""Announcements: HR writes one, sees what each reader will see and when, and sends it or goes back.

Recipients may be asked to confirm it; who received, read and confirmed it is for its author and HR.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

from flows.core import Ending, button, command, ends, flow
from flows.fields import ComingDay, Hour, PeoplePicker, Picks
from flows.letters import Worded, named, other_language
from flows.steps import Form, Objection, ask, look, save, tell
from storage.announcements import Announcement, AnnouncementReceipt, Receipt
from storage.audience import Audience
from storage.references import AnnouncementRef, Option, Phrase, Who
from storage.timing import Timing

ROUNDS, TRIALS = 12, 3
"""After so many previews one can only send or discard, and after so many trials no more of these are sent."""
Verdict = Literal["send", "beyond", "try", "back", "discard"]
LOOKED_AT: tuple[Verdict, ...] = ("send", "try", "back", "discard")
Several = Annotated[tuple[int, ...], PeoplePicker(most=200)]
Facts = Mapping[str, Any]


class Letter(Worded):
    departments: Picks | None
    role: Literal["everyone", "manager", "employee"]
    locations: Picks | None
    people: Several | None
    when: Literal["now", "own", "local"]
    day: ComingDay | None = None
    hour: Hour | None
    acknowledge: bool
    remind: Literal["no", "1", "3", "7"] | None = None

    def objections(self) -> Iterator[Objection]:
        yield from super().objections()
        if self.when != "now" and self.day is None:
            yield Objection("day", "send_day_needed")
        if self.when != "now" and self.hour is None:
            yield Objection("hour", "hour_needed")

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if not context["wide"] and not self.departments:
            yield Objection("departments", "department_needed")


class Preview(Form):
    verdict: Verdict

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if self.verdict == "send" and context["count"] == 0:
            yield Objection("verdict", "nobody_takes_part" if context.get("outside") else "nobody_there")
        if self.verdict in ("send", "beyond") and context["is_past"]:
            yield Objection("verdict", "moment_has_passed")


@flow("announce", on=command("announce"), offered="announces", menu=15)
async def announce(
    announcer: Who,
    governed: tuple[Option, ...],
    companywide: bool,
    locations: tuple[Option, ...],
    line: str,
    today: date | None = None,
    author_language: str = "en",
) -> Ending:
    offer = {"departments": governed, "locations": locations}
    other = named(other_language(author_language))
    known: Facts = {
        "headline": line,
        "role": "everyone",
        "when": "now",
        "day": today,
        "hour": 9,
        "acknowledge": False,
    }
    number = 0
    while True:
        number += 1
        key = f"letter:{number}"
        letter = await ask(announcer, Letter, key=key, offer=offer, given=known, wide=companywide, other=other)
        plan: Facts = await look(
            "sending",
            key=f"sending:{number}",
            audience=_audience(letter),
            when=letter.when,
            day=letter.day,
            hour=letter.hour,
        )
        match await _verdict(announcer, letter, plan, author_language, number):
            case "send":
                return await _sent(announcer, letter, plan, author_language)
            case "beyond":
                return await _sent(announcer, letter, plan, author_language, beyond=True)
            case "discard":
                return ends("discarded", title=letter.headline, body=letter.body)
            case _:
                known = letter.model_dump()


@flow("acknowledge", on=button(), once="{me}:{notice}:{shown_version}", outside=True)
async def acknowledge(
    me: Who, notice: AnnouncementRef, shown_version: int = 1, confirming: str = "asked"
) -> Ending | None:
    if confirming == "withdrawn":
        return ends("withdrawn", notice=notice)
    if confirming == "confirmed":
        return ends("already", notice=notice)
    await save(
        AnnouncementReceipt(announcement=notice.key, person_id=me.id, kind=Receipt.acknowledged, version=shown_version)
    )
    return ends("earlier", notice=notice) if confirming == "earlier" else None


@flow("confirm_trial", on=button())
async def confirm_trial(me: Who) -> Ending:
    """The button below an announcement that its author sent to nobody but themself."""
    return ends("trial")


@flow("reach", on=button())
async def reach(reached: Mapping[str, Any]) -> Ending:
    if reached.get("earlier"):
        return ends("changed", **{**reached, "reasons": reached["reasons"] or ()})
    return ends("explained" if reached.get("reasons") else "stands", **reached)


async def _verdict(announcer: Who, letter: Letter, plan: Facts, language: str, number: int) -> Verdict:
    """What the announcer decides on seeing what readers of each language will see, how many they are, and when."""
    counted: Facts = await look("audience_now", key=f"audience:{number}", audience=_audience(letter))
    title, body = letter.title_in(language), letter.text_in(language)
    context = {
        **counted,
        "head": (*_moments(letter, plan), *_confirming(letter), *_unlike(letter, counted, language)),
        "beyond": _beyond(counted.get("outside", 0)),
        "is_past": plan["is_past"],
        "title": title.en,
        "body": body.en,
        "native_title": title.name("zh"),
        "native_body": body.name("zh"),
    }
    trials = 0
    while True:
        verdicts = get_args(Verdict) if counted.get("outside") else LOOKED_AT
        choices = [each for each in verdicts if _is_offered(each, number, trials)]
        key = f"preview:{number}:{trials}" if trials else f"preview:{number}"
        preview: Preview = await ask(announcer, Preview, key=key, offer={"verdict": choices}, **context)
        if preview.verdict != "try":
            return preview.verdict
        trials += 1
        for each in (language, other_language(language)) if letter.headline_other else (language,):
            await tell(
                announcer,
                "trial",
                key=f"tell:trial:{number}:{trials}:{each}",
                language=each,
                title=title.name(each),
                body=body.name(each),
                acknowledge=letter.acknowledge,
            )


def _is_offered(verdict: str, number: int, trials: int) -> bool:
    return not (verdict == "back" and number == ROUNDS) and not (verdict == "try" and trials == TRIALS)


def _beyond(outside: int) -> Phrase | str:
    """What is said of those of the audience who do not take part yet."""
    return Phrase("announcement.beyond", {"count": outside}) if outside else ""


def _moments(letter: Letter, plan: Facts) -> Iterator[Phrase]:
    """When it goes out, and whom that does not suit."""
    yield _moment(letter, plan)
    for name in ("off", "quiet", "later"):
        if plan[name]:
            yield Phrase(f"announcement.head.{name}", {"count": plan[name], "hour": letter.hour})


def _moment(letter: Letter, plan: Facts) -> Phrase:
    first, last = plan["first"], plan["last"]
    if first is None:
        return Phrase("announcement.head.now")
    if first == last:
        return Phrase("announcement.head.at", {"at": first})
    return Phrase("announcement.head.local", {"hour": letter.hour, "first": first, "last": last})


def _confirming(letter: Letter) -> Iterator[Phrase]:
    """Whether it is to be confirmed, and who is reminded."""
    if letter.acknowledge:
        reminder = Phrase(f"announcement.Letter.choices.remind.{letter.remind or 'no'}")
        yield Phrase("announcement.head.confirmation", {"reminder": reminder})
    else:
        yield Phrase("announcement.head.no_confirmation")


def _unlike(letter: Letter, counted: Facts, language: str) -> Iterator[Phrase]:
    """A warning where readers of the other language would see the author's."""
    readers = counted["chinese"] if language == "en" else counted["count"] - counted["chinese"]
    if readers and not letter.headline_other:
        languages = {"theirs": named(other_language(language)), "ours": named(language)}
        yield Phrase("announcement.head.unlike", {"count": readers, **languages})


async def _sent(announcer: Who, letter: Letter, plan: Facts, language: str, *, beyond: bool = False) -> Ending:
    audience, timing = _audience(letter, beyond=beyond), Timing(**plan["timing"])
    hour = letter.hour if letter.when == "local" else None
    record = Announcement(
        saved_by=announcer.id,
        language=language,
        title=letter.headline,
        body=letter.body,
        title_other=letter.headline_other,
        body_other=letter.body_other,
        audience=audience.written(),
        local_hour=hour,
        send_on=timing.day,
        send_at=timing.at,
        needs_acknowledgement=letter.acknowledge,
        remind_after=int(letter.remind) if letter.acknowledge and letter.remind not in (None, "no") else None,
    )
    series = await save(record)
    about = {"announcement": series}
    title = letter.title_in(language)
    await tell(
        audience,
        "asks_to_confirm" if letter.acknowledge else "announcement",
        buttons=[("acknowledge", {**about, "version": 1})] if letter.acknowledge else [],
        hour=timing,
        about=series,
        binding=letter.acknowledge,
        once=True,
        title=title,
        body=letter.text_in(language),
    )
    await tell(announcer, "sent", buttons=[("reach", about)], about=f"progress:{series}", title=title)
    counted = await look("audience_now", key="audience:sent", audience=audience)
    if letter.when != "now" and letter.day is not None:
        return ends("scheduled", count=counted["count"], moment=_moment(letter, plan))
    return ends("sent_at_local_hour" if hour is not None else "sent", count=counted["count"], hour=hour)


def _audience(letter: Letter, *, beyond: bool = False) -> Audience:
    return Audience(
        beyond=beyond,
        departments=tuple(int(key) for key in letter.departments or ()),
        role=None if letter.role == "everyone" else letter.role,
        locations=letter.locations or (),
        people=letter.people or (),
    )
