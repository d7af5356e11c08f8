#!/bin/sh
# dateparser 1.5.0: "21-25 Dec" is 21 December 2125, "fri 11-1pm" is not on a Friday, "the 10th" is in October.
#
# Guessed: of "21-25 Dec" the 21st or the 25th of this December; of "fri 11-1pm" Friday at 11:00 or at 13:00; "the 10th"
# typed in November is 10 December. Found: the second number of the range is taken for a year of the next century; with a
# range of hours the weekday is dropped and today is taken, with the hour of the end; the 10 of "the 10th" is a month and
# the day of that month is today's. All three lie in the future and pass every check of plausibility.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check dateparser==1.5.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime

from dateparser.search import search_dates

NOW = datetime(2026, 11, 25, 10, 0)  # a Wednesday
SEEN = {
    "21-25 Dec": "2125-12-21 00:00",
    "Dec 21-25": "2125-12-21 00:00",
    "21 Dec": "2026-12-21 00:00",
    "fri 11-1pm": "2026-11-25 13:00",
    "fri 1pm": "2026-11-27 13:00",
    "the 10th at 17:30": "2027-10-25 17:30",
}
changed = False
for text, seen in SEEN.items():
    found = search_dates(text, languages=["en"], settings={"RELATIVE_BASE": NOW, "PREFER_DATES_FROM": "future"})
    told = f"{found[0][1]:%Y-%m-%d %H:%M}" if found else None
    print(f"{text:20} {told}")
    changed |= told != seen
sys.exit(changed)
PY
