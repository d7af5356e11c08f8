"""Cards: a page as one Adaptive Card, and what the card sends back as an answer.

A card carries where its page stands and what tells this showing of it from the next; the bot looks up everything
else, because what a card sends can be made up. Whose it is, too: it may have been forwarded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson

from bot.answers import Submitted
from bot.teams import inputs
from bot.teams.elements import Element, Voice, button, card, heading, minted, note, problem, words
from bot.teams.inputs import Called
from bot.teams.limits import TooLarge, require_fit
from flows.fields import Line, Paragraph
from flows.page import At, Page, Question
from flows.questions import Values
from storage.columns import is_id
from storage.received import is_text
from storage.refusals import Unreadable

SEND, OPEN, DROP = "send", "open", "drop"
LONGEST_KEY = 200
MOST_EDITIONS = 10**6


def render(page: Page, voice: Voice, called: Called = str, head: Sequence[Element] = (), **more: Any) -> Element:
    """The card of a page, below whatever message it was opened from. `more` goes with what it sends.

    Raises `TooLarge` for a page that no card can hold, even without the answers that are too long to stand.
    """
    try:
        return _fitting(page, voice, called, head, more)
    except TooLarge:
        return _fitting(_without_overlong(page, voice), voice, called, head, more)


def parse(sent: Mapping[str, Any], person: int) -> Submitted:
    """What a card sent of a page; raises `Unreadable` for what no card of ours can have sent."""
    values = inputs.read(sent)
    return Submitted(event_of(sent, values), person, at_of(sent), values)


def at_of(sent: Mapping[str, Any]) -> At:
    """Where a page stands, from what its card carries; raises `Unreadable`."""
    match sent.get("at"):
        case {"conversation": int(conversation), "key": str(key), "edition": int(edition)} if (
            is_id(conversation)
            and is_text(key)
            and len(key) <= LONGEST_KEY
            and type(edition) is int
            and 0 <= edition < MOST_EDITIONS
        ):
            return At(conversation, key, edition)
        case _:
            raise Unreadable


def event_of(sent: Mapping[str, Any], values: Values | None = None) -> str:
    """The event that pressing a button of a card is.

    The same showing sent again with the same answers is the same event; with other answers it is another one,
    because a card that could not be replaced is put right and sent once more.
    """
    match sent.get("event"):
        case str(event) if event.isascii() and event.isalnum() and len(event) <= 64:
            told = sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16] if values else ""
            return f"teams:{event}:{told}"
        case _:
            raise Unreadable


def where(at: At) -> dict[str, Any]:
    """What `at_of` reads."""
    return {"at": {"conversation": at.conversation, "key": at.key, "edition": at.edition}}


def open_button(title: str, at: At, *, says: str = "", **more: Any) -> Element:
    """A button that shows a page in place of the card it stands on."""
    return button(title, OPEN, {**where(at), **more}, says=says)


def _fitting(page: Page, voice: Voice, called: Called, head: Sequence[Element], more: Mapping[str, Any]) -> Element:
    made = card(
        [*head, *_body(page, voice, called)],
        _buttons(page, voice, more),
        page.language,
        page.title,
    )
    require_fit(made)
    return made


def _buttons(page: Page, voice: Voice, more: Mapping[str, Any]) -> list[Element]:
    send = button(page.submit, SEND, {**where(page.at), "event": minted(), **more}, sends=True)
    if not page.unsent_text:
        return [send]
    return [send, button(voice.say("discard_changes"), DROP, {**where(page.at), "event": minted()})]


def _body(page: Page, voice: Voice, called: Called) -> list[Element]:
    body = [heading(page.title)]
    if page.has_errors:
        body += problem(voice.say("wrong"))
    for text in (page.intro, page.due_text, page.unsent_text):
        body += words(text) if text else []
    if page.audience:
        body += note(page.audience)
    for question in page.questions:
        body += inputs.render(question, voice, called)
    return body


def _without_overlong(page: Page, voice: Voice) -> Page:
    return replace(page, questions=tuple(_shortened(each, voice) for each in page.questions))


def _shortened(question: Question, voice: Voice) -> Question:
    """A question without an answer that could not be sent anyway, and with a word about it."""
    match question.kind:
        case Line(most=most) | Paragraph(most=most) if len(question.value) > most:
            said = voice.say("too_long_to_show", given=len(question.value))
            return replace(question, value="", error=said)
        case _:
            return question
