#!/bin/sh
# recognizers-text 1.0.2a2, Chinese: the hour after a day is its year. "12/4 10:00" is 4 December 2010.
#
# Guessed: 12/4 or 4/12, at ten. Found: "12/4 10" is a date of 2010 and ":00" is left over; at 15:30 the year is 2015. Only
# hours of two digits: at 9:00 the day is right. In English "12/4 10:00" is read as day and time. Of the weeks, 下下周二
# (Tuesday after next) is read as 下周二 (next Tuesday) from its second character on, one week early and with no doubt.
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
SEEN = {
    "12/4 10:00": ("12/4 10", "2010-12-04"),
    "12/4 15:30": ("12/4 15", "2015-12-04"),
    "12/4 9:00": ("12/4 9:00", "2025-12-04 09:00:00"),
    "下周二": ("下周二", "2026-12-01"),
    "下下周二": ("下周二", "2026-12-01"),
}
changed = False
for text, seen in SEEN.items():
    first = recognize_datetime(text, Culture.Chinese, reference=NOW)[0]
    told = first.text.strip(), first.resolution["values"][0]["value"]
    print(f"{text:12} {told}")
    changed |= told != seen
sys.exit(changed)
PY
