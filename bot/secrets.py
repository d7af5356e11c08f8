"""The session secret: given by the settings, or made once and kept where only this user can read it."""

import os
from pathlib import Path
from secrets import token_urlsafe

from bot.settings import Settings

NAME = "session.secret"


def session_secret(settings: Settings) -> str:
    """The secret browser sessions are signed with. Two processes that start at once agree on one."""
    if settings.session_secret:
        return settings.session_secret.get_secret_value()
    settings.folder.mkdir(parents=True, exist_ok=True)
    file = settings.folder / NAME
    if not file.exists():
        _offer(file, token_urlsafe(48))
    return file.read_text("utf-8").strip()


def _offer(file: Path, secret: str) -> None:
    """Puts a whole file in place, unless somebody else was first."""
    own = file.with_name(f"{NAME}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
        made.write(secret)
    try:
        os.link(own, file)
    except FileExistsError:
        pass
    finally:
        own.unlink()
