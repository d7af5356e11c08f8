"""English objects: the words a verb is done to, and whether they name anything anybody could point at."""

import re

from prompts.smart_words import MASK, compiled, word_set

_WORD = re.compile(r"[\w&'/+.\ue000-]+", re.ASCII)
STOP = word_set(
    "by before until till in on at for with to into from across through over within during per via "
    "using so that which while when and or as than without"
    " after about against among around because between if is are was were be been being under upon "
    "where who whose will would should can whenever wherever"
    " every each daily weekly monthly quarterly yearly regularly again back"
)
_DETERMINER = word_set(
    "a an the our my this these those its their your both all another one new remaining last first "
    "final next entire whole full"
)
_FUNCTION = word_set(
    "of more most any some other various several many few own same such i we me us you it they them "
    "he she not no also up out down off away"
)
# Whatever one happens to have been given to do.
_ASSIGNED = word_set(
    "tasks task work duties duty deliverables responsibilities job role goals goal targets "
    "objectives assignments things stuff everything"
)
# Words that praise instead of naming.
_PRAISE = word_set(
    "better best good great strong stronger positive effective effectively efficient efficiently "
    "high-quality quality excellent outstanding world-class smooth"
    " smoother smoothly faster quickly more improved proactive proactively strategic amazing "
    "awesome solid robust clear clearer meaningful impactful innovative"
    " valuable helpful happy healthy healthier nicer closer deeper greater higher lower well "
    "properly consistently accurately timely regularly"
)
# Heads that stay slogans whatever stands before them.
_SLOGAN = word_set(
    "culture mindset attitude spirit atmosphere morale teamwork excellence synergy awareness discipline ethos trust way"
    " ways approach approaches moment day potential power hearts minds needle silos mile tone torch dots horizons"
    " momentum tide puzzle picture"
)
# Heads that could stand in anybody's goal.
_ABSTRACT = word_set(
    "culture relationship relationships skill skills value results result quality communication "
    "communications process processes mindset attitude knowledge awareness"
    " collaboration experience experiences growth trust excellence performance efficiency "
    "productivity environment spirit impact visibility presence brand reputation synergy"
    " improvement improvements initiative initiatives thing things stuff work tasks task issues "
    "issue problems problem projects project solutions solution ideas idea insight"
    " insights support help way ways practice practices opportunity opportunities feedback time "
    "effort efforts change changes difference goals goal targets objectives"
    " deliverables duties responsibilities job role team teams people colleagues customers customer "
    "clients client users stakeholders partners employees staff members"
    " everyone everything others backlog mess workload deals deal sales business confidence "
    "understanding discipline ownership leadership teamwork morale"
    " motivation engagement innovation creativity strategy vision direction priorities questions "
    "standards standard expectations requirements needs features code"
    " software products product services service content documentation docs tools data emails email "
    "tickets meetings meeting reports report files paperwork deadlines"
    " progress career development potential network profile balance life foundation foundations "
    "basis lead example part care use sense effort share doors door gap gaps loop loops"
)


def object_after(text: str, start: int) -> list[tuple[str, int]]:
    end = start
    while end < len(text) and end < start + 120 and text[end] not in ",;:.!?\n()[]":
        end += 1
    if end < len(text) and text[end] == "." and end + 1 < len(text) and text[end + 1].isalnum():
        end = min(len(text), start + 120)
    words: list[tuple[str, int]] = []
    for word, place in words_between(text, start, end):
        # A hole is where a time stood: inside "the FY27 budget" the object goes on, after "the lease" it ends.
        hole = bool(words) and place - words[-1][1] - len(words[-1][0]) > 3
        if word.lower() in STOP or (hole and words[-1][0].lower() not in _DETERMINER):
            break
        words.append((word, place))
    return words[:10]


def words_between(text: str, start: int, end: int) -> list[tuple[str, int]]:
    return [
        (match[0].rstrip("."), match.start()) for match in _WORD.finditer(text, start, end) if match[0].strip(".-'")
    ]


_PLURAL = compiled(r"(?<!s)s$")
_SCOPED = compiled(
    r"^ *(?:of|for|on|in|with|at|to|from|across|into|about) +(?:(?:the|our|a|an|all|my|each|both"
    r"|every|new) +[a-z\ue000]|[\w-]+ +[\w-]+)"
)


def is_named(
    words: list[tuple[str, int]], original: str, *, strict: bool = False, lenient: bool = False, beyond: str = ""
) -> bool:
    lowered = [word.lower() for word, _ in words]
    if any(word in _PRAISE or word.endswith("ier") for word in lowered):
        return False
    content = [(word, place) for word, place in words if word.lower() not in _DETERMINER | _FUNCTION]
    concrete = [word for word, _ in content if word.lower() not in _ABSTRACT]
    if not concrete or content[-1][0].lower() in _SLOGAN:
        return False
    if any(_is_proper(word, place, original) for word, place in content) or _has_proper(beyond):
        return True
    determined = any(word in _DETERMINER for word in lowered)
    head = content[-1][0].lower()
    if head in _ASSIGNED:
        return False
    if head in _ABSTRACT:
        return len(content) > (1 if determined else 2)
    if determined:
        return True
    if len(content) < 2:
        return lenient or (not strict and bool(_SCOPED.match(beyond)))
    return bool(not _PLURAL.search(head) or _SCOPED.match(beyond) or (not strict and len(content) > 2))


def _is_proper(word: str, place: int, original: str) -> bool:
    if MASK in word or (len(word) > 1 and word.isupper()):
        return True
    inside = place > 0 and original[:place].rstrip(" \n")[-1:] not in ("", ".", ":", "!", "?", "-", ")")
    return inside and word[:1].isupper() and word not in ("I", "I'm", "I'll")


def _has_proper(text: str) -> bool:
    """Whether what follows the object names it: "payroll to Workday"."""
    clause = re.split(r"[,;.!?\n]", text, maxsplit=1)[0]
    return any(MASK in word or (word[:1].isupper() and word not in ("I", "I'm")) for word in clause.split()[:7])
