"""A last look: what was typed one answer at a time, shown once more before somebody else can read it.

It is for pages that ask who may see them: a typed answer goes out with the last word of a line, and cannot be
looked over as a form can.
"""

from bot.choosing import chosen
from bot.replies import Proposal, Say, Suggestion
from bot.visit import Visit
from flows.fields import Amount, OneOf
from flows.page import Page, Question
from flows.steps import Ask
from storage.references import Who

LOOKED = "?looked"
"""Where a draft keeps that the last look was shown; no question can be called so."""
SHARE, PRIVATE, MANAGER = "share", "private", "manager"
SEND, CHANGE = "send", "change"
ANSWERS = (SEND, CHANGE, PRIVATE)


def is_shared(page: Page) -> bool:
    """Whether the page asks who may see it, and others may."""
    share = next((each for each in page.questions if each.key == SHARE and isinstance(each.kind, OneOf)), None)
    return share is not None and chosen(share) not in ("", PRIVATE)


def last_look(visit: Visit, page: Page, ask: Ask[object]) -> Suggestion:
    """What goes out, line by line, with what the person can do about it."""
    reader = ask.context.get(MANAGER)
    head = (
        visit.say("chrome.last_look.named", person=reader)
        if isinstance(reader, Who)
        else visit.say("chrome.last_look.title")
    )
    lines = [f"{each.label} {_said(each)}" for each in page.questions if each.key != SHARE and each.value]
    proposals = (visit.say(f"chrome.last_look.{name}") for name in ANSWERS)
    text = "\n".join([head, *lines, visit.say("chrome.last_look.how")])
    return Suggestion(text, tuple(Proposal(label, Say(label)) for label in proposals))


def answer_to_it(visit: Visit, text: str) -> str:
    """What somebody says to their last look: one of `ANSWERS`, or empty for anything else."""
    plain = text.strip().casefold().rstrip("!！.。~～ ")
    texts = visit.repertoire.texts
    for name in ANSWERS:
        label = visit.say(f"chrome.last_look.{name}").casefold()
        if plain == label or plain in texts.phrases(f"chrome.last_look_words.{name}"):
            return name
    return ""


def _said(question: Question) -> str:
    raw = chosen(question)
    keys = (raw,) if isinstance(raw, str) else raw
    named = {choice.key: choice.label for choice in question.choices}
    unit = question.kind.unit if isinstance(question.kind, Amount) else ""
    return ", ".join(f"{named.get(key, key)}{unit}" for key in keys)
