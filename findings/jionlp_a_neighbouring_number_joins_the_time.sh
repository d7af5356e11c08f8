#!/bin/sh
# jionlp 1.5.31: "12/31 9:00" is 19:00, and "周五下午3点 45分钟" (Friday 3 pm, 45 minutes) begins at 15:45.
#
# Guessed: 9:00, and 15:00 with a length. Found: the 1 of the 31st is read once more before the 9; on the 30th the time is
# right, and with 09:00 as well. A length after a full hour and a space is taken for its minutes, and 半小时 (half an hour)
# for 半 (half past), so that the meeting moves; a comma between them keeps them apart, as does a time with a colon. A
# range loses its afternoon: 下午两点到三点半 (2 pm to 3:30) ends at 03:30, before it begins.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check jionlp==1.5.31
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime

import jionlp as jio

NOW = datetime(2026, 11, 25, 10, 0).timestamp()
SEEN = {
    "12/31 9:00": "2026-12-31 19:00:00",
    "12/30 9:00": "2026-12-30 09:00:00",
    "12/31 09:00": "2026-12-31 09:00:00",
    "周五下午3点 45分钟": "2026-11-27 15:45:00",
    "周五下午3点，45分钟": "2026-11-27 15:00:00",
    "周五下午三点 半小时": "2026-11-27 15:30:00",
}
changed = False
for text, seen in SEEN.items():
    told = jio.ner.extract_time(text, time_base=NOW)[0]["detail"]["time"][0]
    print(f"{text:16} {told}")
    changed |= told != seen
ends = jio.ner.extract_time("周五下午两点到三点半", time_base=NOW)[0]["detail"]["time"]
print("周五下午两点到三点半", ends)
changed |= not ends[1] < ends[0]
sys.exit(changed)
PY
