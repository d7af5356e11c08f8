"""Invoke answers: what a pressed button or a dialog of Teams is answered with, and in which form."""

from typing import Any

from bot.teams.elements import Element, Voice, card, words
from bot.teams.events import Event
from bot.teams.kept_words import not_taken, typed_into
from bot.teams.limits import LONGEST_TITLE
from bot.teams.messages import CARD_TYPE, Outgoing, spoken

ERROR_TYPE = "application/vnd.microsoft.error"
DIALOGS = ("task/fetch", "task/submit", "composeExtension/fetchTask", "composeExtension/submitAction")


def in_card(text: str, voice: Voice) -> Element:
    return card(words(text), [], voice.reader.language, text)


def given_back(event: Event, text: str, voice: Voice) -> dict[str, Any]:
    """What an invoke is answered with that was not dealt with: why, and the words that would be gone with its card."""
    typed = typed_into(event.value)
    if not typed:
        return answered(event, spoken(text), in_card(text, voice))
    out = not_taken(text, typed, voice)
    return answered(event, out, out.card or in_card(text, voice))


def answered(event: Event, out: Outgoing, shown: Element) -> dict[str, Any]:
    """What an invoke is answered with: a card in place of the other, or a dialog."""
    if event.name not in DIALOGS:
        return {"statusCode": 200, "type": CARD_TYPE, "value": shown}
    if out.card is None:
        return {"task": {"type": "message", "value": out.text}}
    value = {
        "title": out.text[:LONGEST_TITLE],
        "height": "large",
        "width": "medium",
        "card": {"contentType": CARD_TYPE, "content": for_dialog(shown)},
    }
    return {"task": {"type": "continue", "value": value}}


def for_dialog(shown: Any) -> Any:
    """A card for a dialog, where buttons are sent as a whole and cannot be executed one by one."""
    match shown:
        case {"type": "Action.Execute", "fallback": dict(submit)}:
            return submit
        case dict():
            return {name: for_dialog(value) for name, value in shown.items()}
        case list():
            return [for_dialog(each) for each in shown]
        case _:
            return shown


def error_answer(code: str, text: str) -> dict[str, Any]:
    return {"statusCode": 403, "type": ERROR_TYPE, "value": {"code": code, "message": text}}
