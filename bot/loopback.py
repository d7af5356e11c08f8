"""Loopback: whether a request asks for this very machine, by the name it gives the server.

A page elsewhere could make its own host name point here (DNS rebinding) and would then be of the same origin; the
`Host` header tells.
"""

import re

_THIS_MACHINE = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


def asks_for_this_machine(host: str) -> bool:
    """Whether a `Host` header is a loopback name, with or without a port."""
    return _THIS_MACHINE.fullmatch(host) is not None
