"""Refusing: what it means that Teams did not take a message: not now, or never."""

from bot.delivery.courier import NotTaken
from bot.teams.connector import NotSent

BUSY = 10.0
"""Seconds for which a tenant is left alone that says it is too much, but not for how long."""


def refusal(error: NotSent) -> NotTaken:
    reason = error.code or f"status_{error.status}"
    if error.status == 429:
        return NotTaken(reason, after=error.retry_after or BUSY, everybody=True)
    if error.may_be_tried_again:
        return NotTaken(reason, after=error.retry_after or 0)
    return NotTaken(reason, gone=error.is_gone)
