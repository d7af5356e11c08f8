#!/bin/sh
# recognizers-text 1.0.2a2, English: "21/12 - 3/1", a fortnight off at Christmas, ends on 1 March.
#
# Guessed: the 21 settles that the day comes first, for both ends; or nothing is found. Found: each end is read by itself,
# the first with the day first because there is no month 21, the second with the month first: 70 days instead of 13. So
# it is with both years written. The package for Python has no British English that one could choose.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    recognizers-text==1.0.2a2 recognizers-text-number==1.0.2a2 recognizers-text-number-with-unit==1.0.2a2 \
    recognizers-text-date-time==1.0.2a2 emoji==1.7.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime

from recognizers_date_time import Culture, recognize_datetime

NOW = datetime(2026, 11, 25, 10, 0)
SEEN = {"21/12 - 3/1": "2026-12-21 to 2027-03-01", "21/12/2026 - 3/1/2027": "2026-12-21 to 2027-03-01"}
changed = False
for text, seen in SEEN.items():
    last = recognize_datetime(text, Culture.English, reference=NOW)[0].resolution["values"][-1]
    told = f"{last['start']} to {last['end']}"
    print(f"{text:24} {told}")
    changed |= told != seen
sys.exit(changed)
PY
