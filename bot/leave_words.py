"""What is wrong with a table of leaves, in words, for the command line and the REST interface."""

from bot.wording import Wording


def said(reason: str, value: str, say: Wording) -> str:
    """What is wrong with a line; what is wrong with the file as such has one text for all of it."""
    known = ("no_who", "no_first", "no_last", "ragged_row", "unknown_person", "no_day", "ends_before")
    return say(f"leave.faults.{reason if reason in known else 'unreadable'}", value=value)
