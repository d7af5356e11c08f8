#!/usr/bin/env bash
# zoneinfo (Python 3.9 and later) reads the machine's time zone data before the tzdata package, however new that is.
# Seen with tzdata 2026.6 (IANA 2026f) beside data of an older release: 09:00 on 1 December 2026 in Vancouver is 17:00
# UTC by the folder that is searched first, and 16:00 UTC by the package.
# The older data is stood in for by a folder in which Vancouver has the rules of Los Angeles, as it had until 2026.
# Exits 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check tzdata==2026.6
mkdir -p "$folder/zones/America"
said=$("$folder/venv/bin/python" - "$folder/zones" <<'PYTHON'
import pathlib, shutil, sys, zoneinfo, tzdata
from datetime import UTC, datetime

def nine() -> str:
    zoneinfo.ZoneInfo.clear_cache()
    there = zoneinfo.ZoneInfo("America/Vancouver")
    return f"{datetime(2026, 12, 1, 9, tzinfo=there).astimezone(UTC):%H:%M}"

package = pathlib.Path(tzdata.__file__).parent / "zoneinfo" / "America"
shutil.copy(package / "Los_Angeles", pathlib.Path(sys.argv[1]) / "America" / "Vancouver")
zoneinfo.reset_tzpath(to=(sys.argv[1],))
searched_first = nine()
zoneinfo.reset_tzpath(to=())
print(tzdata.IANA_VERSION, searched_first, nine())
PYTHON
)
echo "release, by the machine's folder, by the package: $said"
[ "$said" = "2026f 17:00 16:00" ]
