"""English deeds: an end state somebody else can check, or a concrete act, each done to something with a name."""

import re

from prompts.smart_words import MASK, compiled, word_set


def _any(words: str) -> str:
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)).replace("_", "[ -]") + ")"


# Done or not done, and another person can tell: the thing is out, signed, moved, opened.
_END = _any(
    "publish launch relaunch release ship sign pass migrate complete finish finali[sz]e submit file "
    "deliver install deploy redeploy"
    " decommission retire relocate hire recruit appoint register win renew acquire graduate "
    "hand_over hand_in roll_out go_live_with"
    " shut_down close close_out open reopen cut_over switch_over switch transition convert "
    "consolidate commission certify recertify"
    " accredit ratify patent archive phase_out sunset conclude sign_off settle purchase procure buy "
    "unveil repay pay_off dispose_of"
    " move fill replace upgrade defend hold host organi[sz]e go_live get_sign-off "
    "complete_and_submit return hand_back turn_in stage"
    " vacate terminate cancel discontinue scrap demolish dismantle erect put_up stand_up rebrand "
    "lodge reinstate"
    " issue send circulate distribute transfer enrol enroll exhibit premiere incorporate list "
    "divest clear eliminate remove resubmit"
)
# Got or not got: only where what is got is a credential or an approval.
_GET = _any(
    "obtain earn get gain receive secure achieve attain become hold acquire qualify qualify_for be "
    "win reach pass renew maintain"
)
_CREDENTIAL = (
    r"(?:certifi(?:ed|cates?|cations?)|recertif\w+|accredit(?:ed|ation)|licen[cs](?:e|es|ed|ing)"
    r"|approvals?|permits?|registrations?|registered|qualifications?"
    r"|qualified|chartered|charter|diploma|degree|patents?|awards?|grants?|funding|sign-off"
    r"|signatures?|clearance|visa|badge|title deed|planning permission"
    r"|contracts?|mandate|tender|membership|rating|grade|mark|status|medal|prize|exam|examination"
    r"|test|assessment|audit|inspection|licen[cs]e)"
)
# Concrete acts: one knows what will be done, though not yet when it is good enough.
_ACT = _any(
    "draft redraft write rewrite review prepare design redesign create build rebuild develop "
    "implement set_up introduce establish document update"
    " revise refactor rework prototype test pilot map interview audit analy[sz]e survey benchmark "
    "train teach present run conduct"
    " schedule facilitate automate integrate add configure translate record film edit negotiate "
    "renegotiate investigate evaluate assess"
    " collect compile catalogu?e inventory digiti[sz]e label repair refurbish renovate inspect "
    "calibrate clean restock reorgani[sz]e restructure"
    " standardi[sz]e visit brief propose define specify produce read attend shadow apply_for "
    "enrol_in sign_up_for merge trial cross-train"
    " forecast reconcile mark grade plan paint plant print sew assemble weld rewire repaint "
    "stocktake transcribe annotate summari[sz]e index"
    " mentor rehearse choreograph compose illustrate render model simulate validate verify check "
    "scope outline storyboard sketch draw"
    " photograph rotate relabel tag centrali[sz]e port wire fix patch rewrite script code localise "
    "localize proofread curate launch"
    " put_together carry_out put_in_place produce lead co-lead chair move replace swap extend "
    "expand_the reduce_the"
)
_DONE = _any(
    "published launched released shipped signed passed migrated completed finished finali[sz]ed "
    "submitted filed delivered installed deployed"
    " decommissioned retired relocated hired recruited appointed registered renewed closed opened "
    "reopened certified recertified accredited"
    " ratified archived approved handed_over rolled_out signed_off in_production in_place live "
    "operational up_and_running commissioned inspected tested certified_to verified refurbished paid_off"
    " moved replaced upgraded converted cleared issued settled returned in_use on_sale on_shelf "
    "in_force transferred onboarded"
)

# Acts that count by themselves once the calendar repeats them: "run a fire drill every quarter".
_REPEATED = _any(
    "run conduct facilitate lead co-lead chair perform carry_out schedule teach present visit "
    "inspect meet_with walk coach"
)

_LEAD = r"(?<![A-Za-z-])"
_END_VERB = compiled(rf"{_LEAD}{_END}(?:s|es|ed|d|ing)?(?![A-Za-z-])")
_GET_CREDENTIAL = compiled(
    rf"{_LEAD}{_GET}(?:s|es|ed|d|ting|ing|ning)? (?P<it>(?:[\w&'/.+\ue000-]+ ){{0,8}}{_CREDENTIAL})\b"
)
_ACT_VERB = compiled(rf"{_LEAD}{_ACT}(?:s|es|ed|d|ing)?(?![A-Za-z-])")
_REPEATED_VERB = compiled(rf"{_LEAD}{_REPEATED}(?:s|es|ed|d|ing|ning)?(?![A-Za-z-])")
_BE_DONE = compiled(
    rf"(?P<np>(?:[\w&'/+\ue000-]+ ){{1,8}}?)(?:is |are |to be |be |gets? |has been |have been "
    rf"|fully |goes |go |all )*(?:\w+ed and )?(?P<done>{_DONE})\b(?!-)"
)

_WORD = re.compile(r"[\w&'/+.\ue000-]+", re.ASCII)
_STOP = word_set(
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


def outcomes(text: str, original: str) -> list[tuple[int, int]]:
    """Where a named thing reaches an end state. `original` has the capitals and the names unmasked."""
    ranges = _verb_and_object(_END_VERB, text, original, strict=True)
    ranges += [
        match.span()
        for match in _GET_CREDENTIAL.finditer(text)
        if _is_named(_words(text, *match.span("it")), original, lenient=True)
    ]
    for match in _BE_DONE.finditer(text):
        words = _words(text, *match.span("np"))
        if not any(word.lower() in _STOP for word, _ in words[-1:]) and _is_named(words, original):
            ranges.append(match.span())
    return ranges


def repeated(text: str, original: str) -> list[tuple[int, int]]:
    """Where a named event is held; with a recurrence that makes a count."""
    return _verb_and_object(_REPEATED_VERB, text, original, strict=True)


def acts(text: str, original: str) -> list[tuple[int, int]]:
    """Where something concrete is done to a named thing."""
    return _verb_and_object(_ACT_VERB, text, original, strict=False)


def _verb_and_object(verbs: re.Pattern[str], text: str, original: str, *, strict: bool) -> list[tuple[int, int]]:
    ranges = []
    for match in verbs.finditer(text):
        if _is_noun(text, match.start()):
            continue
        words = _object(text, match.end())
        if words and _is_named(words, original, strict=strict, beyond=text[words[-1][1] + len(words[-1][0]) :][:60]):
            last, place = words[-1]
            ranges.append((match.start(), place + len(last)))
    return ranges


_BEFORE_NOUN = compiled(
    r"(?:\b(?:a|an|the|our|my|this|that|each|every|of|in|new|on|better|more|good|for|at|by|with|per"
    r"|product|first|next|last|customer|code|peer|annual)|[\w]+'s) $"
)


def _is_noun(text: str, start: int) -> bool:
    """Whether the verb-like word is a noun here: "the release", "on review"."""
    return bool(_BEFORE_NOUN.search(text[max(0, start - 12) : start]))


def _object(text: str, start: int) -> list[tuple[str, int]]:
    end = start
    while end < len(text) and end < start + 120 and text[end] not in ",;:.!?\n()[]":
        end += 1
    if end < len(text) and text[end] == "." and end + 1 < len(text) and text[end + 1].isalnum():
        end = min(len(text), start + 120)
    words: list[tuple[str, int]] = []
    for word, place in _words(text, start, end):
        # A hole is where a time stood: inside "the FY27 budget" the object goes on, after "the lease" it ends.
        hole = bool(words) and place - words[-1][1] - len(words[-1][0]) > 3
        if word.lower() in _STOP or (hole and words[-1][0].lower() not in _DETERMINER):
            break
        words.append((word, place))
    return words[:10]


def _words(text: str, start: int, end: int) -> list[tuple[str, int]]:
    return [
        (match[0].rstrip("."), match.start()) for match in _WORD.finditer(text, start, end) if match[0].strip(".-'")
    ]


_PLURAL = compiled(r"(?<!s)s$")
_SCOPED = compiled(
    r"^ *(?:of|for|on|in|with|at|to|from|across|into|about) +(?:(?:the|our|a|an|all|my|each|both"
    r"|every|new) +[a-z\ue000]|[\w-]+ +[\w-]+)"
)


def _is_named(
    words: list[tuple[str, int]], original: str, *, strict: bool = False, lenient: bool = False, beyond: str = ""
) -> bool:
    lowered = [word.lower() for word, _ in words]
    if any(word in _PRAISE or word.endswith("ier") for word in lowered):
        return False
    content = [(word, place) for word, place in words if word.lower() not in _DETERMINER | _FUNCTION]
    concrete = [word for word, _ in content if word.lower() not in _ABSTRACT]
    if not concrete:
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
