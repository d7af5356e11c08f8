"""Correct: for a few minutes an author changes whom an entry is about and what it says; those concerned are told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flows.core import Ending, button, ends, flow
from flows.fields import Colleagues, LongText
from flows.steps import Form, Objection, ask, look, minutes, save, tell
from flows.subjects import not_led, one_or_all, subjects_of
from storage.events import UNDO_TIME, EventState, KeyEvent, Kind, Visibility, next_version
from storage.references import EventRef, Phrase, Who

MINUTES = int(UNDO_TIME.total_seconds()) // 60
BY_MANAGERS = (Kind.coaching, Kind.miss)
"""Kinds that only a colleague's managers log about them."""


class Correction(Form):
    people: Colleagues | None
    text: LongText


class CorrectionOfTalk(Form):
    """The same of coaching and of praise, which are never about their author."""

    people: Colleagues
    text: LongText

    def clashes(self, context: Mapping[str, Any]) -> Iterator[Objection]:
        if context["me"].id in self.people:
            yield Objection("people", "not_yourself")


@flow("correct", on=button())
async def correct(me: Who, correctable: EventRef, subjects: tuple[Who, ...]) -> Ending:
    first = correctable
    said = await _corrected(me, first, subjects)
    if said is None:
        return ends("too_late", what=first.text)
    people = await subjects_of(me, said.people)
    standing: tuple[EventRef, ...] = await look("entry_now", event=first.key)
    if not standing:
        return ends("gone", what=said.text)
    known = {each.subject for each in standing}
    added = tuple(each for each in people if each not in known)
    if first.kind in BY_MANAGERS and (others := await not_led([each for each in added if each != me])):
        return ends("not_theirs", person=one_or_all(others), what=said.text)
    kept = tuple(each for each in standing if each.subject in people)
    removed = tuple(each for each in standing if each.subject not in people)
    if not (added or removed or any(each.text != said.text for each in kept)):
        return ends("unchanged")
    await _reword(me, [each for each in kept if each.text != said.text], said.text)
    series = [each.key for each in kept]
    series += [await _add(me, each, standing[0], said.text) for each in added]
    await _take_back(me, removed)
    if added or removed:
        await _say_what_it_is(me, people, series, said.text)
    told = _others(me, (*(each.subject for each in (*kept, *removed)), *added))
    return ends("changed", people=told, count=len(told)) if told else ends("changed_own")


async def _corrected(me: Who, event: EventRef, subjects: tuple[Who, ...]) -> Correction | CorrectionOfTalk | None:
    """What it should have been; a form that was opened in time can be sent for as many minutes again."""
    text, within = event.text, minutes(MINUTES)
    given = {"people": () if subjects == (me,) else tuple(each.id for each in subjects), "text": text}
    if event.kind in (Kind.coaching, Kind.praise):
        return await ask(me, CorrectionOfTalk, key="correction", within=within, given=given, me=me, what=text)
    return await ask(me, Correction, within=within, given=given, what=text)


async def _reword(me: Who, events: Iterable[EventRef], text: str) -> None:
    for each in events:
        own = await _own_words(each)
        await save(next_version(each, me, text=text), key=f"save:reword:{each.key}")
        if each.subject != me:
            said: dict[str, Any] = {"author": me, "before": each.text, "what": text, "own": own}
            respond = [("respond", {"event": each.key})]
            await tell(each.subject, "reworded", key=f"tell:reword:{each.key}", buttons=respond, **said)


async def _add(me: Who, subject: Who, like: EventRef, text: str) -> str:
    """The event of a colleague who was not named before; returns its series."""
    public = like.kind == Kind.praise
    record = KeyEvent(
        saved_by=me.id,
        subject_id=subject.id,
        kind=like.kind,
        text=text,
        happened_on=like.happened_on,
        visibility=Visibility.public if public else Visibility.manager,
        quoted_from=like.quoted_from,
        entry=like.entry or like.key,
    )
    series = await save(record, key=f"save:add:{subject.key}")
    if subject != me:
        manages: bool = await look("manages", key=f"look:manages:{subject.key}", person=subject.id)
        seen = Phrase("correct.seen_by_two" if manages else "correct.seen_by_three", {"author": me})
        said: dict[str, Any] = {"author": me, "what": text, "seen": seen}
        respond, key = [("respond", {"event": series})], f"tell:add:{subject.key}"
        await tell(subject, f"card_{like.kind}", key=key, about=series, buttons=respond, **said)
    return series


async def _take_back(me: Who, events: Iterable[EventRef]) -> None:
    for each in events:
        own = await _own_words(each)
        await save(next_version(each, me, state=EventState.withdrawn), key=f"save:remove:{each.key}")
        if each.subject != me:
            await tell(each.subject, "not_you", key=f"tell:remove:{each.key}", author=me, own=own)


async def _own_words(event: EventRef) -> Phrase | str:
    """What its subject has said of an event, to be given back to them."""
    said: str = await look("said_of_event", key=f"look:said:{event.key}", event=event.key)
    return Phrase("undo.own_words", {"said": said}) if said else ""


async def _say_what_it_is(me: Who, subjects: Sequence[Who], series: Sequence[str], text: str) -> None:
    """The author's own message, in place of the one that names the wrong colleague."""
    details = [("card", {"event": series[0]})] if len(series) == 1 else []
    buttons = [*details, ("correct", {"event": series[0]}), ("undo", {"event": series[0]})]
    now = "now_own" if tuple(subjects) == (me,) else "now"
    await tell(me, now, about=series[0], buttons=buttons, person=one_or_all(subjects), what=text)


def _others(me: Who, people: Iterable[Who]) -> tuple[Who, ...]:
    return tuple(each for each in dict.fromkeys(people) if each != me)
