"""German words for days and times, which people in Munich type into lines of English: `Donnerstag 15 Uhr budget`.

They are read like the English ones; what the grammar has no rule for, such as `halb neun`, is asked about.
"""

import re
from typing import Any

_WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag fr", "samstag sonnabend", "sonntag")
_MONTHS = (
    "januar jänner", "februar", "märz maerz", "", "mai", "juni", "juli", "", "", "oktober okt", "", "dezember dez",
)  # fmt: skip
_REST: tuple[tuple[str, Any, str], ...] = (
    ("r", 0, "heute"), ("r", 1, "morgen"), ("r", 2, "übermorgen"), ("r", -1, "gestern"), ("r", -2, "vorgestern"),
    ("x", "next", "nächste nächsten nächster nächstes"), ("x", "this", "diese diesen dieser"),
    ("x", "coming", "kommende kommenden kommender"), ("x", "last", "letzte letzten letzter"),
    ("u", "day", "tag tage tagen"), ("u", "week", "woche wochen"), ("u", "month", "monat monate monaten"),
    ("h", 60, "stunde stunden std"), ("i", 1, "minuten"), ("F", None, "halbe"), ("a", None, "eine einen einer"),
    ("P", "am", "vormittag vormittags"), ("P", "pm", "nachmittag nachmittags"), ("P", "eve", "abend abends"),
    ("K", "noon", "mittag mittags"), ("E", None, "jeden jede"), ("e", None, "wochenende"),
    ("@", None, "um gegen"),
    ("l", None, "bis"), ("f", None, "ab vom zwischen"), ("&", None, "und"),
    ("v", None, "nach"), ("b", None, "vor"), ("I", None, "binnen"),
    ("s", None, "montags dienstags mittwochs donnerstags freitags weihnachten ostern pfingsten silvester feiertag"),
    ("s", None, "nikolaus nikolaustag advent rosenmontag aschermittwoch gründonnerstag karfreitag"),
    ("s", None, "ostermontag ostersonntag himmelfahrt pfingstmontag pfingstsonntag fronleichnam feiertage"),
    ("s", None, "brückentag werktag werktags"),
)  # fmt: skip


BRIEF = {"mo": 0, "di": 1, "mi": 2, "do": 3, "sa": 5, "so": 6}
"""Weekdays in two letters, which are words of other kinds as well: they count only beside what makes them days."""
DAY_BEFORE = re.compile(
    r"(?:^|(?<![a-zäöüß]))(?:next|last|this|coming|on|am|by|until|till|til|bis|from|ab|vom|since|seit"
    r"|(?:nächste|letzte|diese|kommende)[rns]?|(?:mo|di|mi|do|fr|sa|so)\.?\s?(?:[-+&/,]|u\.))\s?$"
)
DAY_AFTER = re.compile(
    r"\.?,?\s?(?:(?:um |at |@ ?|den |the )?[0-9]{1,2}(?:[:.][0-9]| ?uhr| ?h(?![a-z])| ?[ap]\.?m|\.)"
    r"|(?:[-+&/,]|u\. ?|bis |to |until |und |and |or |oder )\s?(?:mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag|sonntag|mon|tue|wed|thu|fri|sat|sun)(?![a-zäöüß]))"
)


def brief_day(copy: str, start: int, end: int) -> int | None:
    """The weekday that two letters name: `Mo 10:00`, `Di-Do`, `until Mi`. Not the `do` of `to do 3 reviews`."""
    before = copy[max(0, start - 16) : start]
    if before.endswith("to ") or not (DAY_AFTER.match(copy, end) or DAY_BEFORE.search(before)):
        return None
    return BRIEF[copy[start:end]]


def _words() -> dict[str, tuple[str, Any]]:
    rows = [("W", place, names) for place, names in enumerate(_WEEKDAYS)]
    rows += [("M", place, names) for place, names in enumerate(_MONTHS, 1)]
    return {name: (kind, value) for kind, value, names in (*rows, *_REST) for name in names.split()}


GERMAN = _words()
"""Kind and value of every German word that is known, as in `flows.vocabulary`."""
