"""Soundness: every flow is checked before anybody meets it, once for each state of the program.

Walking every path of every flow in every language takes about as long as the rest of a start. So what was found
sound is remembered by a fingerprint of the program's own files, and walked again as soon as one of them differs.
"""

import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from flows.catalog import Catalog
from flows.checks import require_sound
from flows.core import Register

PROGRAM = Path(__file__).parent.parent
PARTS = ("bot/texts", "flows", "prompts", "storage")
"""What the outcome of the check depends on."""
STAMP = "sound"


def require_sound_once(register: Register, texts: Catalog, folder: Path) -> None:
    """Raises `Unsound` as `flows.checks.require_sound` does; the folder keeps what was found sound."""
    stamp, now = folder / STAMP, fingerprint()
    with suppress(OSError):
        if stamp.read_text("ascii") == now:
            return
    require_sound(register, texts)
    with suppress(OSError):  # a folder that cannot be written costs a second check, nothing else
        folder.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now, "ascii")


def fingerprint() -> str:
    """The same for the same program on the same Python."""
    found = sha256(sys.version.encode())
    for file in _files():
        found.update(str(file.relative_to(PROGRAM)).encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def _files() -> Iterator[Path]:
    for part in PARTS:
        yield from sorted(file for file in (PROGRAM / part).rglob("*") if file.suffix in (".py", ".toml", ".md"))
