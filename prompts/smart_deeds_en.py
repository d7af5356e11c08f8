"""English deeds: an end state somebody else can check, or a concrete act, each done to something with a name."""

import re

from prompts.smart_object_en import STOP, is_named, object_after, words_between
from prompts.smart_open_en import imperatives, passives
from prompts.smart_words import compiled


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
    " wrap wrap_up vacate terminate cancel discontinue scrap demolish dismantle erect put_up stand_up rebrand "
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
    r"|approvals?|consents?|permits?|registrations?|registered|qualifications?"
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
    "granted accepted adopted awarded scanned "
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


def outcomes(text: str, original: str) -> list[tuple[int, int]]:
    """Where a named thing reaches an end state. `original` has the capitals and the names unmasked."""
    ranges = _verb_and_object(_END_VERB, text, original, strict=True)
    ranges += [
        match.span()
        for match in _GET_CREDENTIAL.finditer(text)
        if is_named(words_between(text, *match.span("it")), original, lenient=True)
    ]
    for match in _BE_DONE.finditer(text):
        words = words_between(text, *match.span("np"))
        if not any(word.lower() in STOP for word, _ in words[-1:]) and is_named(words, original):
            ranges.append(match.span())
    return ranges + passives(text, original)


def repeated(text: str, original: str) -> list[tuple[int, int]]:
    """Where a named event is held; with a recurrence that makes a count."""
    return _verb_and_object(_REPEATED_VERB, text, original, strict=True)


def acts(text: str, original: str) -> list[tuple[int, int]]:
    """Where something concrete is done to a named thing."""
    return _verb_and_object(_ACT_VERB, text, original, strict=False) + imperatives(text, original)


def _verb_and_object(verbs: re.Pattern[str], text: str, original: str, *, strict: bool) -> list[tuple[int, int]]:
    ranges = []
    for match in verbs.finditer(text):
        if _is_noun(text, match.start()):
            continue
        words = object_after(text, match.end())
        if words and is_named(words, original, strict=strict, beyond=text[words[-1][1] + len(words[-1][0]) :][:60]):
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
