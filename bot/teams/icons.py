"""Icons: our sign as the two pictures a Teams app needs, drawn here so that no picture has to be kept.

`color` is 192 by 192 with the sign on its ground, `outline` 32 by 32 with the sign alone, white on nothing
(https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package#app-icons). The sign is that
of `bot/web/static/sign.svg`: two equal bars.
"""

import struct
import zlib
from collections.abc import Callable
from math import hypot

GROUND = (15, 118, 110)
COLOR, OUTLINE = 192, 32
FINE = 4
"""Points looked at in each pixel, both ways, so that edges are smooth."""


def color() -> bytes:
    """The sign on its ground, to the edge: Teams cuts the corners itself."""

    def pixel(cover: float) -> tuple[int, ...]:
        return (*(round(part + (255 - part) * cover) for part in GROUND), 255)

    return _png(COLOR, pixel)


def outline() -> bytes:
    """The sign alone."""
    return _png(OUTLINE, lambda cover: (255, 255, 255, round(255 * cover)))


def _sign(x: float, y: float) -> bool:
    """Whether a point of the sign's 24 by 24 lies on one of its bars, which end round."""
    near = max(6.0, min(18.0, x))
    return any(hypot(x - near, y - bar) <= 1.3 for bar in (9.0, 15.0))


def _png(size: int, pixel: Callable[[float], tuple[int, ...]]) -> bytes:
    step = 24 / size
    places = [(place + 0.5) / FINE for place in range(FINE)]
    rows = bytearray()
    for row in range(size):
        rows.append(0)  # each row is written as it is
        for column in range(size):
            hits = sum(_sign((column + right) * step, (row + down) * step) for down in places for right in places)
            rows += bytes(pixel(hits / FINE**2))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
