"""English deeds without a list of verbs: grammar says that something is done, and only the empty verbs are listed."""

from prompts.smart_object_en import STOP, is_named, object_after, words_between
from prompts.smart_words import compiled, word_set

# Verbs that promise attention, attitude or direction: an object alone does not make them a deed.
_EMPTY_VERB = word_set(
    "improve enhance strengthen support help assist aid learn understand know grow participate engage focus continue "
    "stay keep drive foster promote contribute work follow handle manage increase reduce raise boost decrease cut "
    "lower minimise minimize maximise maximize optimise optimize streamline encourage embrace champion leverage "
    "explore try aim strive get be become make deliver do speak step take collaborate communicate think act own "
    "develop build maintain monitor provide ensure look love respect live trust value show inspire motivate feel "
    "enjoy watch remember listen have see find use put bring treat care guide serve advance lift elevate deepen widen "
    "broaden sharpen accelerate speed ease balance nurture cultivate master discover join represent protect respond "
    "adapt adopt change challenge transform modernise modernize unlock empower enable tackle address meet match exceed "
    "shorten trim slash shrink limit curb deal push pull want need wish hope plan believe apply study practise "
    "practice tell ask answer say share give offer lead run live carry bear mind honour honor celebrate recognise "
    "recognize appreciate consider prioritise prioritize simplify stabilise stabilize secure achieve reach attain "
    "hit beat gain earn win start begin stop avoid prevent fight face solve resolve cover span spread fuel spark shape "
    "steer uphold safeguard preserve demonstrate exhibit display live breathe walk talk play rock crush smash nail "
    "own influence align partner connect network interact involve include expand extend scale evolve mature progress "
    "advocate sponsor back defend rely depend commit dedicate devote strengthen reinforce consolidate ramp level "
    "track measure check test review assess analyse analyze evaluate observe note notice register receive accept "
    "allow let leave hold set go come move turn pay read write draw sell buy ship pass fill clear close open"
)
_NOT_VERB = word_set(
    "the this that these those our my your their its his her both all each every any some no not one what which who "
    "me you us them him it we they there here just only also please then more most less least much many few lots "
    "today tomorrow weekly monthly daily across despite given including except beyond"
)
# "Greet the guests warmly" says how, and no more.
_NOT_MANNER = word_set("family daily weekly monthly quarterly yearly assembly supply reply early fly jelly july italy")
_IMPERATIVE = compiled(
    r"(?:^|[\n.;:]|, (?:and |then )?|\b(?:and|then|will|i'll|we'll|i want to|to) )[\s*-]{0,6}(?P<it>[a-z]{3,15})"
    r"(?: (?:out|up|down|off|over|back|in|away))? (?=(?:the|an?|our|my|all|both|its|their|two|three|four) )"
)
# A participle after "get" or after "every ... is" that says how somebody feels or how much, not that a thing is done.
_SOFT = (
    r"(?!(?:improv|motivat|engag|interest|excit|involv|organi[sz]|focus|align|start|need|relat|advanc|experienc"
    r"|increas|reduc|enhanc|optimi[sz]|streamlin|appreciat|valu|respect|satisfi|pleas|delight|empower|includ|inspir"
    r"|lov|car|support|encourag|challeng|prepar|inform|commit|energi[sz]|relax|embedd|streamlin|strengthen)\w{0,2}ed\b)"
)
_DONE = (
    rf"(?:{_SOFT}[a-z]{{3,14}}(?<!hundr)(?<!e)ed|built|rebuilt|made|sold|sent|drawn|written|rewritten|paid|hung|laid|cut|bought|done"
    r"|put (?:up|in|away|back)|taken (?:down|away|out)|met|held|lit|dug|sewn|sown|shot|cast|bound|wound|spun|torn down"
    r"|thrown out|given out|brought (?:in|back)|read|fed|set up|run|shut|let|seen|taught|up and running|live)"
)
_THEN = r"(?=\s*(?:$|[.,;:!)\n]|\b(?:by|before|for|in|on|at|with|to|and|from|under|until|within|the same)\b|  ))"
_CAUSED = compiled(
    rf"\b(?:get|gets|getting|have|having) (?P<np>(?:[\w&'/.+\ue000-]+ ){{1,8}}?)(?:fully |re-?)?{_DONE}{_THEN}"
)
_EVERY_DONE = compiled(
    r"\b(?:every|each|all(?: of)?(?: the| our| my)?|the|our|my) (?P<np>(?:[\w&'/+\ue000-]+ ){1,7}?)"
    rf"(?:is|are|gets?|has been|have been|goes) (?:fully |always )?{_DONE}{_THEN}"
)


def imperatives(text: str, original: str) -> list[tuple[int, int]]:
    """Where a clause opens with a verb that is not empty, done to a determined thing: "Prune the apple trees"."""
    ranges = []
    for match in _IMPERATIVE.finditer(text):
        verb = match["it"].lower()
        if (
            (verb == "sort" and text.startswith(" out", match.end("it")))
            or verb in _EMPTY_VERB
            or verb in _NOT_VERB
            or verb in STOP
            or verb.endswith(("ing", "ly"))
        ):
            continue
        words = object_after(text, match.end())
        if any(word.endswith("ly") and word.lower() not in _NOT_MANNER for word, _ in words):
            continue
        if words and is_named(words, original, beyond=text[words[-1][1] + len(words[-1][0]) :][:60]):
            ranges.append((match.start("it"), words[-1][1] + len(words[-1][0])))
    return ranges


def passives(text: str, original: str) -> list[tuple[int, int]]:
    """Where a named thing is to be got done: "have the lift recommissioned", "every note is scanned"."""
    return [
        match.span()
        for pattern in (_CAUSED, _EVERY_DONE)
        for match in pattern.finditer(text)
        if is_named(words_between(text, *match.span("np")), original, lenient=pattern is _EVERY_DONE)
    ]
