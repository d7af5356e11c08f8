"""German words for days and times, which people in Munich type into lines of English: `Donnerstag 15 Uhr budget`.

They are read like the English ones; what the grammar has no rule for, such as `halb neun`, is asked about.
"""

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
    ("@", None, "um"),
    ("l", None, "bis"), ("f", None, "ab vom"), ("v", None, "nach"), ("b", None, "vor"), ("I", None, "binnen"),
    ("s", None, "montags dienstags mittwochs donnerstags freitags weihnachten ostern pfingsten silvester feiertag"),
)  # fmt: skip


def _words() -> dict[str, tuple[str, Any]]:
    rows = [("W", place, names) for place, names in enumerate(_WEEKDAYS)]
    rows += [("M", place, names) for place, names in enumerate(_MONTHS, 1)]
    return {name: (kind, value) for kind, value, names in (*rows, *_REST) for name in names.split()}


GERMAN = _words()
"""Kind and value of every German word that is known, as in `flows.vocabulary`."""
