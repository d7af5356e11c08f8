#!/usr/bin/env bash
# icalendar 7.3.2: Timezone.from_tzinfo leaves out a change of the clocks there and back within 64 days.
# Morocco put its clocks back for Ramadan 2025 (23 February to 6 April) and forward again; by the file that is made of
# its zone, a meeting in March 2025 is an hour off. Valid input, no error, no warning.
# Exits 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2 tzdata==2026.6
said=$(PYTHONTZPATH="" "$folder/venv/bin/python" - <<'PYTHON'
from datetime import date, datetime
from zoneinfo import ZoneInfo
from icalendar import Timezone

zone = ZoneInfo("Africa/Casablanca")
clocks = Timezone.from_tzinfo(zone, zone.key, date(2024, 12, 1), date(2025, 12, 1))
said = datetime(2025, 3, 12, 10)
changes = []
for part in clocks.subcomponents:
    begins = [part["DTSTART"].dt]
    listed = part.get("RDATE", [])
    for each in listed if isinstance(listed, list) else [listed]:
        begins += [day.dt for day in each.dts]
    changes += [(begin, part["TZOFFSETTO"].td) for begin in begins]
offset = [to for begins, to in sorted(changes) if begins <= said][-1]
print(zone.utcoffset(said), offset)
PYTHON
)
echo "offset on 12 March 2025 by the zone, and by the file: $said"
[ "$said" = "0:00:00 1:00:00" ]
