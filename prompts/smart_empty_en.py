"""English words that sound like a goal and name nothing: slogans, traits, help, and "30% more" of no one knows what."""

import re

from prompts.smart_words import EN_CARDINAL, compiled, found

# Leads that promise attention, not a result.
_EMPTY = tuple(
    compiled(pattern)
    for pattern in (
        (
            r"\b(?:improve|enhance|strengthen|support|help|learn|understand|grow|participate|engage"
            r"|focus|continue|stay|keep (?:up|on|an eye)|drive|foster|promote|contribute|work (?:on"
            r"|towards|with)"
            r"|follow|handle|manage|assist|increase|reduce|raise|boost|decrease|cut|lower|minimi[sz]e"
            r"|maximi[sz]e|optimi[sz]e|streamline|encourage|embrace|champion|leverage|explore|try|aim"
            r"|strive|get better"
            r"|be(?:come)?|make|deliver|do|speak up|step up|take (?:on|more)|collaborate|communicate"
            r"|think|act|own|develop|build|maintain|monitor|provide|ensure|sort out|clean up|look "
            r"(?:into|after)|be more)\b"
        ),
        (
            r"\b(?:more|better|best|great|good|excellence|proactive\w*|strategic\w*|synerg\w+"
            r"|world-class|value)\b"
        ),
    )
)
_HELPING = compiled(
    r"^\W*(?:(?:i|we|to|will|would|like|want|continue|keep|actively|proactively|goal|please|try"
    r"|going|am|i'm|i'll|this|my|is)\W+){0,5}"
    r"(?:support|help|assist|learn|understand|study|participate|contribute|engage|collaborate|know"
    r"|explore|familiari[sz]e|be involved|get involved|take part|follow)(?:s|ing)?\b"
)
# What a number says nothing about: "do 30% more", "improve by 10%".
_NOTHING = compiled(
    r"\b(?:(?:be|do|get|make|have|go|try|aim|give|gain|show|see|keep|stay|take|hit|reach|achieve"
    r"|attain|exceed|meet|improve|increase|reduce|raise|boost|grow|decrease|cut|lower|deliver|work"
    r"|perform|enhance"
    r"|become|drive|push|maintain|double|triple|halve|learn|help|support|ensure|finish|complete|want"
    r"|will|would|like|need|going|should|can|must|continue)(?:s|es|d|ed|ing|ting)?"
    r"|more|better|best|less|fewer|least|most|than|from|to|by|up|down|at|in|on|of|for|with|and|or"
    r"|the|an?|my|our|i|we|it|is|are|this|that|as|per|over|under|above|below|within|about|around|out"
    r"|off|into"
    r"|things?|stuff|work|tasks?|results?|performance|improvements?|growth|goals?|targets?"
    r"|objectives?|progress|value|effort|output|productivity|efficiency|good|great|new|faster|harder"
    r"|quicker|level|levels|skills?|personal|everything|something"
    r"|team|people|colleagues|all|every|each|times?|points?|percent|good|overall|job|quality|hard"
    r"|dozen|hundred|thousand|million|half|third|zero|twice|"
    + EN_CARDINAL
    + r"|i'm|i'll|not|no|so|also|just|really|very|much)\b"
)


def empty(text: str) -> list[tuple[int, int]]:
    """The words that sound like a goal and name nothing."""
    return found(_EMPTY, text)


def only_helps(text: str) -> bool:
    """Whether the goal is to support, help or learn: those are not specific whatever they count."""
    return bool(_HELPING.match(text.strip()))


def subject(text: str) -> bool:
    """Whether any word is left that says what a number is about."""
    return bool(re.search(r"[A-Za-z]{3,}", _NOTHING.sub(" ", text)))
