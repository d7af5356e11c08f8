"""Abandoning: how a process ends that others take for dead, and whose work they have taken over."""

import os

LOST = 75
"""What it ends with: whoever looks after it must start it again (EX_TEMPFAIL of sysexits.h)."""


def abandon() -> None:
    """Ends the process where it stands: whatever it would still say or send, somebody else does by now."""
    os._exit(LOST)
