#!/bin/sh
# holidays 0.109 and chinesecalendar 1.11.0 agree on every working day of China in 2026, and not on 11 days of its holidays.
#
# Guessed: the same days in both, as both follow the State Council's notice. Found: chinesecalendar counts the weekend in
# the middle of a holiday to it; holidays does not name it, so that the week of the National Day (1 to 7 October 2026) has a
# hole on Sunday the 4th, and the Spring Festival three. Whoever draws a holiday from its days draws it in pieces; whoever
# only asks whether people work gets the same from both. For 2027, not announced yet, one raises an error, and the other
# gives the festivals as if they were final: nothing but the lack of any weekend_workdays tells.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check holidays==0.109 chinesecalendar==1.11.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import date, timedelta

import chinese_calendar
import holidays

china = holidays.country_holidays("CN", years=[2026, 2027])
year = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
holes = [str(day) for day in year if chinese_calendar.get_holiday_detail(day)[1] and day not in china and chinese_calendar.is_holiday(day)]
works = [day for day in year if chinese_calendar.is_workday(day) != china.is_working_day(day)]
october = "".join("x" if date(2026, 10, day) in china else "." for day in range(1, 8))
print("holidays of chinesecalendar that holidays does not name:", holes)
print("days on which one works and the other does not:", works)
print("1 to 7 October 2026:", october)
try:
    chinese_calendar.is_workday(date(2027, 2, 8))
    raises = False
except NotImplementedError as unknown:
    raises = True
    print("2027, chinesecalendar:", unknown)
outline = date(2027, 2, 8) in china and not any(day.year == 2027 for day in china.weekend_workdays)
print("2027, holidays: festivals, and no exchanged working day:", outline)
sys.exit(not (len(holes) == 11 and not works and october == "xxx.xxx" and raises and outline))
PY
