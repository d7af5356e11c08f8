#!/bin/sh
# icalendar 7.3.2: whether a VTIMEZONE holds the five weeks of Ramadan in Casablanca depends on the day it begins with.
#
# Guessed: Timezone.from_tzinfo() finds every change between first_date and last_date. Found: it looks at the zone in steps
# of about two months, and where the clocks go there and back between two of them it sees nothing. Of 300 ranges that all
# hold 7 February to 14 March 2027, beginning on 300 days in a row, 125 lack it: an invitation made on one day is
# right, and one made a month later an hour off. With tzdata 2026.1; Morocco has since given the change up.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2 tzdata==2026.1
PYTHONTZPATH= "$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone

zone = ZoneInfo("Africa/Casablanca")
offsets = [datetime(2027, month, 20, tzinfo=zone).utcoffset() for month in (1, 2, 3)]
print("January, February, March 2027:", *offsets)
lacking = []
for day in (date(2026, 3, 25) + timedelta(n) for n in range(300)):
    written = Timezone.from_tzinfo(zone, first_date=day, last_date=date(2027, 6, 1)).to_ical().decode()
    if "DTSTART:20270207" not in written:
        lacking.append(day)
print(len(lacking), "of the 300 ranges lack the change of 7 February 2027, the first from", lacking[0])
sys.exit(not (len(set(offsets)) == 2 and 100 < len(lacking) < 230))
PY
