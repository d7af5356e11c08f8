"""Whether there is a desktop on which a browser could be opened for whoever typed the command."""

import os
import sys


def has_desktop() -> bool:
    """Somebody is looking at this terminal, and the machine in front of them shows windows."""
    if not sys.stdout.isatty() or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
