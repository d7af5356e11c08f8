#!/bin/sh
# dateparser 1.5.0: told that a text is Chinese, "12月31日" (31 December) is twelve months and thirty-one days from now.
#
# Guessed: right, or not found, as parse() has it. Found: search_dates() adds 12 months and 31 days to the moment it is
# given, so that every Chinese date without a year is a plausible day of another month. With the year it is right, and
# without languages=["zh"] it is right as well when the date stands alone; glued to a time (12月31日15:00) it is not.
# Whoever knows the language and says so gets the wrong day.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime

from dateparser.search import search_dates

NOW = datetime(2026, 11, 25, 10, 0)
SEEN = {
    ("12月31日", "zh"): "2027-12-26",
    ("12月4日", "zh"): "2027-11-29",
    ("1月4日", "zh"): "2026-12-29",
    ("2026年12月31日", "zh"): "2026-12-31",
    ("12月31日", None): "2026-12-31",
    ("12月31日15:00", None): "2027-12-26",
}
changed = False
for (text, language), seen in SEEN.items():
    settings = {"RELATIVE_BASE": NOW, "PREFER_DATES_FROM": "future"}
    found = search_dates(text, languages=[language] if language else None, settings=settings)
    day = str(found[0][1].date()) if found else None
    print(f"{text:16} languages={language}: {day}")
    changed |= day != seen
sys.exit(changed)
PY
