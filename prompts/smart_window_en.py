"""English windows of time, "within six weeks", told apart from service levels, "answer within two days"."""

from prompts.smart_words import EN_CARDINAL, EN_FEW, compiled, found

_UNIT = (
    r"(?:(?:calendar|working|business|consecutive|school|trading)[ -])?(?:days?|weekdays?|nights?"
    r"|weekends?|weeks?|fortnights?|months?|quarters?|years?|terms?|semesters?|trimesters?|seasons?"
    r"|sprints?|iterations?|half-years?|cycles?|rotations?|halves)"
)
_WINDOW = compiled(
    rf"\b(?P<how>within|inside|in|over|during|for|after|across|in under|in less than|the|not later "
    rf"than|no later than)"
    rf" (?:a period of |just |at most |max(?:imum)? |no more than |about |around |my |our |the "
    rf"|their )?(?P<next>next |coming |following |first |last |final |past )?"
    rf"(?P<count>{EN_FEW} )?(?:more |full |further |consecutive |straight |successive |or two |to "
    rf"\w+ )?(?P<unit>{_UNIT})\b(?! of an (?:hour|inch))"
)
_WINDOW_NEXT = compiled(rf"\b(?:next|coming|following|upcoming) (?:{EN_FEW} )?(?P<unit>{_UNIT})\b")
_AFTER = compiled(
    rf"(?<!by )\b{EN_FEW} {_UNIT} (?:from now|after (?:the )?(?:start|launch|go-live|joining|hire"
    rf"|kick-?off)|before (?:the )?\w+|into (?:the )?\w+|later)\b"
)
_HYPHEN_WINDOW = compiled(
    rf"\b(?:within|over|in|during|for) (?:a|the|my|our|this|next) (?:\d+|{EN_CARDINAL}|one|half)[- "
    rf"](?:day|week|month|year)(?:-long)? (?:period|window|pilot|trial|cycle|programme|program"
    rf"|timeframe|span|probation)\b"
)

# Work that is turned around case by case: "reply within 2 days" is a service level, not a deadline.
_TURNAROUND = compiled(
    r"\b(?:respon[ds]\w*|repl(?:y|ies|ied)|answer\w*|resol(?:ve|ution)\w*|process(?:ed|es|ing)?"
    r"|return(?:ed|s)?|acknowledge\w*|turn(?:ed|ing)? ?around"
    r"|turnaround|triag\w+|approv\w+|settle\w*|settlement|refund\w*|dispatch\w*|escalat\w+|fulfil\w*"
    r"|follow(?:ed)? up|paid|pay|ship(?:ped)?|close[ds]?|handled?|fix(?:ed)?|contact(?:ed)?"
    r"|assess(?:ed)?|seen|discharg\w+|lead time|cycle time|wait\w*|delivered|issued?|patch(?:ed)?)\b"
)
_RATE = compiled(
    r"%|\bper ?cent\b|\beach\b|\bevery\b|\bper\b|\baverage\b|\bmedian\b|\bout of\b|\bmean\b|\ball\b|\bany\b"
)
_SINCE_EVENT = compiled(
    r"^ (?:of|after|from) (?:\w+ ){0,2}(?:receipt|request|filing|purchase|discharge|admission"
    r"|order\w*|submission|report\w*|referral|arrival|notification|contact|detection|discovery|the "
    r"(?:call|visit|incident|event|meeting|request|order))\b"
)

# "in 45 days or fewer" is a threshold.
_AT_MOST = compiled(r"^ (?:or (?:fewer|less|under|sooner|faster|quicker)|at (?:the )?most|max|tops)\b")


def windows(text: str) -> list[tuple[int, int]]:
    """Where a window of time sets a deadline."""
    ranges = found((_AFTER, _HYPHEN_WINDOW, _WINDOW_NEXT), text)
    for match in _WINDOW.finditer(text):
        counted = (match["count"] or match["next"]) and match["how"].lower() != "the"
        if counted and not _is_turnaround(text, match.start(), match.end(), match["unit"], match["next"]):
            ranges.append(match.span())
    return ranges


def _is_turnaround(text: str, start: int, end: int, unit: str, following: str | None) -> bool:
    if _SINCE_EVENT.match(text[end : end + 50]) or _AT_MOST.match(text[end : end + 20]):
        return True
    unit = unit.lower()
    if following or not ("day" in unit or "night" in unit or "week" in unit):
        return False
    clause = text[max(0, start - 120) : end + 40]
    works, rates = bool(_TURNAROUND.search(clause)), bool(_RATE.search(clause))
    if "working" in unit or "business" in unit:
        return works or rates
    return works and rates
