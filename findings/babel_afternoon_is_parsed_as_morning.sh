#!/bin/sh
# Babel 2.18.0: parse_time() reads back the afternoon that format_time() wrote as the morning, in Canada and in Hong Kong.
#
# Guessed: what a locale writes it can read, or it refuses. Found: only the letters "pm" are looked for, so "3:30 p.m." of
# en_CA, "下午3:30" of zh_Hant, zh_Hans_SG and zh_Hans_HK, and "3:30 μ.μ." of el come back as 03:30, with no error. That is
# more than 160 of the locales; en_US, en_GB, de and zh (24 hours) are right, which is where one tries it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check Babel==2.18.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import time

from babel.dates import format_time, parse_time
from babel.localedata import locale_identifiers

afternoon = time(15, 30)
wrong = []
for name in locale_identifiers():
    if parse_time(format_time(afternoon, "short", locale=name), locale=name) == time(3, 30):
        wrong.append(name)
for name in ("en_US", "zh", "en_CA", "zh_Hant", "zh_Hans_SG", "el"):
    written = format_time(afternoon, "short", locale=name)
    print(f"{name:12} {written!r} is read as {parse_time(written, locale=name)}")
print(len(wrong), "locales read their own afternoon as the morning")
sys.exit(not ({"en_CA", "zh_Hant", "zh_Hans_SG", "el"} <= set(wrong) and not {"en_US", "zh"} & set(wrong) and len(wrong) > 150))
PY
