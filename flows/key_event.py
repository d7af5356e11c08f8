"""Key events: wins, misses, coaching talks and praise, logged in one line and answered by whom they are about.

The line after the command fills the page; when it can stand, the event is saved at once. Its author may then
add the day, the indicator and who sees it; its subject is told, and may add context or dispute it (`flows.dispute`).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import model_validator

from flows.choices import has_dotted_day
from flows.core import Ending, button, command, ends, flow, shortcut
from flows.fields import Colleagues, LongText, Paragraph, PastDay, Pick
from flows.given import Typed
from flows.line import Open, Wanted, read_line
from flows.mentions import as_answer, is_addressed, named_before, people_of, unknown, without
from flows.steps import Form, Objection, ask, look, save, tell
from flows.subjects import keyed, not_led, one_or_all, subjects_of
from storage.events import KeyEvent, Kind, Visibility, next_version
from storage.references import EventRef, GoalRef, Named, Who

LOGGED = ("told", "own")
"""The endings of an event that was saved."""
Sentence = Annotated[str, Paragraph(most=1000)]


def one_colleague(answer: Any) -> Any:
    """An answer from when a form took a single colleague."""
    if not isinstance(answer, Mapping) or "colleague" not in answer:
        return answer
    one = answer["colleague"]
    return {**{name: value for name, value in answer.items() if name != "colleague"}, "people": one and (one,)}


class Entry(Form):
    people: Colleagues | None
    text: Sentence

    _before = model_validator(mode="before")(one_colleague)


class About(Form):
    """An entry that names a colleague, so that it must be said whom it is about."""

    people: Colleagues
    text: Sentence


class Dated(Entry):
    """An entry whose line speaks of a day that is not clear from it."""

    happened_on: PastDay


class AboutDated(About):
    """The same of a line that names a colleague."""

    happened_on: PastDay


class Talk(Form):
    people: Colleagues
    text: Sentence

    _before = model_validator(mode="before")(one_colleague)

    def clashes(self, context: Mapping[str, Any]) -> tuple[Objection, ...]:
        return (Objection("people", "not_yourself"),) if context["me"].id in self.people else ()


class Evidence(Form):
    kind: Literal["win", "miss"]
    people: Colleagues
    text: LongText

    _before = model_validator(mode="before")(one_colleague)


class Card(Form):
    happened_on: PastDay
    goal: Pick | None
    visibility: Literal["manager", "line", "public"]


@flow("win", on=command("win"), menu=20, in_message=LOGGED)
async def win(me: Who, line: str, today: date, named: Named | None = None, mention: str | None = None) -> Ending | None:
    entry, day = await _entry(me, named, line, mention, today)
    subjects = await subjects_of(me, entry.people)
    return await _logged(Kind.win, me, subjects, entry.text, day)


@flow("miss", on=command("miss"), menu=90, in_message=LOGGED)
async def miss(
    me: Who, line: str, today: date, named: Named | None = None, mention: str | None = None
) -> Ending | None:
    entry, day = await _entry(me, named, line, mention, today)
    subjects = await subjects_of(me, entry.people)
    return await _miss(me, subjects, entry.text, day)


@flow("coach", on=command("coach"), offered="has_team", menu=24, in_message=LOGGED)
async def coach(
    me: Who, team: tuple[Who, ...], line: str, today: date, named: Named | None = None, mention: str | None = None
) -> Ending | None:
    about = named or named_before(line, mention)
    if not team:
        return ends("no_team", what=about.line)
    talk = await ask(me, Talk, **_talk(me, about), me=me)
    subjects = await subjects_of(me, talk.people)
    if others := await not_led(subjects):
        return ends("not_theirs", person=others, what=talk.text)
    # a talk names what comes next as well, so that a day ahead or in mid-sentence is no reason to ask
    day = _day(named, today)[0] if named else today
    return await _logged(Kind.coaching, me, subjects, talk.text, day)


@flow("praise", on=command("praise"), menu=30, in_message=("done",))
async def praise(me: Who, line: str, today: date, named: Named | None = None, mention: str | None = None) -> None:
    said = await ask(me, Talk, **_talk(me, named or named_before(line, mention)), me=me)
    subjects = await subjects_of(me, said.people)
    series: list[str] = []
    for each, key in keyed("save:key_event", subjects):
        record = _event(Kind.praise, me, each, said.text, today, visibility=Visibility.public)
        record.entry = series[0] if series else None
        series.append(await save(record, key=key))
    await tell("everyone", "public", about=series[0], person=one_or_all(subjects), author=me, what=said.text)
    for subject, one in zip(subjects, series, strict=True):
        await tell(subject, "card", about=one, buttons=[_respond(one)], author=me, what=said.text)
    if named is not None:  # a conversation begun before has told its author by its reply alone
        who = one_or_all(subjects)
        await tell(me, "saved", about=series[0], buttons=_changes(series[0]), person=who, what=said.text)


@flow("evidence", on=shortcut(), in_message=LOGGED)
async def evidence(me: Who, mention: str | None, quote: str | None, today: date) -> Ending | None:
    kept = await ask(me, Evidence, given=Typed(people=(mention,) if mention else "", text=quote or ""))
    subjects = await subjects_of(me, kept.people)
    if kept.kind == "miss":
        return await _miss(me, subjects, kept.text, today, quote)
    return await _logged(Kind.win, me, subjects, kept.text, today, quote)


@flow("card", on=button())
async def card(me: Who, own_event: EventRef, event_goals: tuple[GoalRef, ...], card_time: timedelta) -> Ending | None:
    event = own_event
    public = ("public",) if event.kind == Kind.win else ()
    known = {"happened_on": event.day, "goal": event.goal, "visibility": event.visibility}
    offer = {"goal": event_goals, "visibility": ("manager", "line", *public)}
    details = await ask(me, Card, within=card_time, offer=offer, given=known, event=event, person=event.subject)
    if details is None:
        return None
    now: EventRef | None = await look("event_now", event=event.key)
    if now is None:
        return ends("gone", what=event.text)
    record = next_version(now, me, happened_on=details.happened_on, visibility=details.visibility)
    record.goal = details.goal
    await save(record)
    if event.subject != me:
        seen = f"seen_by_{details.visibility}"
        two = details.visibility == Visibility.manager and await _manages(event.subject)
        told: dict[str, Any] = {"about": event.key, "author": me, "what": now.text, "day": details.happened_on}
        key = f"tell:{seen}:{event.subject.id}"
        await tell(event.subject, "seen_by_two" if two else seen, key=key, buttons=[_respond(event.key)], **told)
    return None


async def _entry(
    me: Who, named: Named | None, line: str, mention: str | None, today: date
) -> tuple[Entry | About, date]:
    """What happened, to whom, and when: on the day the line says, today where it says none, asked if it is not clear.

    A line that names a colleague is never taken to be about its author alone.
    """
    if named is None:  # begun when a line could mention one colleague, and its day was today
        return await ask(me, Entry, given=Typed(people=(mention,) if mention else "", text=line)), today
    day, unclear = _day(named, today)
    if not (named.mentions or people_of(named)) or (named.own and not named.leading):
        said = Typed(people="", text=named.line, unclear=unclear)
        if unclear:
            dated = await ask(me, Dated, key="entry", given=said)
            return dated, dated.happened_on
        return await ask(me, Entry, given=said), day
    offer: dict[str, tuple[Who, ...]] = {}
    given: Mapping[str, Any]
    if is_addressed(named):
        given = Typed(people=as_answer(named.leading), text=named.rest, unclear=unclear)
    else:
        offer = {"people": (*people_of(named), me)}
        given = {"people": unknown(named), "text": named.line}
    if unclear:
        about = await ask(me, AboutDated, key="about", given=Typed(given, unclear=unclear), offer=offer)
        return about, about.happened_on
    return await ask(me, About, given=given, offer=offer), day


def _day(named: Named, today: date) -> tuple[date, tuple[Objection, ...]]:
    """The day that the words beside the names speak of, and what is not clear about it."""
    words = without(named.line, named.mentions)
    read = read_line(words, today, Wanted(ahead=False, only_days=True, dotted=has_dotted_day(words)))
    if not read.open and not (read.day and (read.is_cut or read.day > today)):
        return read.day or today, ()
    unclear = read.open or (Open("day", "day_mentioned"),)
    return today, tuple(Objection("happened_on", each.text, each.values) for each in unclear)


def _talk(me: Who, named: Named) -> Mapping[str, Any]:
    """How the page of a talk or of praise begins: filled with those who are named beyond doubt."""
    if not (named.mentions or people_of(named)) or is_addressed(named):
        return {"given": Typed(people=as_answer(named.leading), text=named.rest)}
    people = tuple(each for each in people_of(named) if each != me)
    clear = tuple(each.people[0].key for each in named.mentions if len(each.people) == 1 and each.people[0] != me)
    return {"given": {"people": (*clear, *unknown(named)), "text": named.line}, "offer": {"people": people}}


async def _miss(me: Who, subjects: tuple[Who, ...], text: str, day: date, quote: str | None = None) -> Ending | None:
    """A miss of somebody else is for those above them to log."""
    if others := await not_led(tuple(each for each in subjects if each != me)):
        return ends("not_theirs", person=one_or_all(others), what=text)
    return await _logged(Kind.miss, me, subjects, text, day, quote)


async def _logged(
    kind: Kind, me: Who, subjects: tuple[Who, ...], text: str, day: date, quote: str | None = None
) -> Ending | None:
    series: list[str] = []
    managed = []
    for subject, key in keyed("save:key_event", subjects):
        record = _event(kind, me, subject, text, day)
        record.quoted_from, record.entry = quote, series[0] if series else None
        series.append(await save(record, key=key))
    for subject, key in keyed("look:manages", subjects):
        managed.append(await look("manages", key=key, person=subject.id))
    own = subjects == (me,)
    saved = (
        "saved_several" if len(subjects) > 1 else "saved_own" if own else "saved_by_manager" if managed[0] else "saved"
    )
    details = [("card", {"event": series[0]})] if len(subjects) == 1 else []
    buttons = [*details, *_changes(series[0])]
    told: dict[str, Any] = {"person": one_or_all(subjects), "what": text, "day": day}
    await tell(me, saved, key=f"tell:saved:{me.id}", about=series[0], buttons=buttons, **told)
    for subject, one, is_manager in zip(subjects, series, managed, strict=True):
        if subject != me:
            card = "card_by_manager" if is_manager else "card"
            key, respond_to = f"tell:card:{subject.id}", [_respond(one)]
            await tell(subject, card, key=key, about=one, buttons=respond_to, author=me, what=text)
    if own:
        return ends("own")
    others = tuple(each for each in subjects if each != me)
    return ends("told", people=others, count=len(others))


async def _manages(subject: Who) -> bool:
    """Whether the author is the subject's manager, who is not to be named beside themselves."""
    manages: bool = await look("manages", person=subject.id)
    return manages


def _respond(series: str) -> tuple[str, Mapping[str, str]]:
    return "respond", {"event": series}


def _changes(series: str) -> list[tuple[str, Mapping[str, str]]]:
    """What the author can do about an entry for some minutes."""
    return [("correct", {"event": series}), ("undo", {"event": series})]


def _event(kind: Kind, me: Who, subject: Who, text: str, day: date, visibility: str = Visibility.manager) -> KeyEvent:
    return KeyEvent(saved_by=me.id, subject_id=subject.id, kind=kind, text=text, happened_on=day, visibility=visibility)
