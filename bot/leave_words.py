"""What is wrong with a table of leaves, in words, for the command line and the REST interface."""

from bot.wording import Wording
from storage.leaves import Outcome

OF_LINES = ("no_who", "no_first", "no_last", "ragged_row", "no_person", "no_day", "ends_before", "dates_unproven")
OF_WORKBOOKS = ("locked_workbook", "too_large_workbook", "hidden_sheets", "no_sheet_known", "several_sheets")
KNOWN = frozenset({*OF_LINES, *OF_WORKBOOKS})


def said(reason: str, value: str, say: Wording) -> str:
    """What is wrong with a line; what is wrong with the file as such has one text for all of it."""
    return say(f"leave.faults.{reason if reason in KNOWN else 'unreadable'}", value=value)


def left_out(outcome: Outcome, say: Wording) -> list[str]:
    """What the table holds besides, one line for each kind, and how its dates were read."""
    out = outcome.left_out
    counts = {"parts_of_days": out.parts_of_days, "former": out.former, "strangers": out.strangers}
    lines = [say(f"leave.left_out.{kind}", count=count) for kind, count in counts.items() if count]
    if out.not_approved:
        lines.insert(0, say("leave.left_out.not_approved", count=out.not_approved, states=", ".join(out.states)))
    if outcome.order:
        lines.append(say(f"leave.order.{outcome.order}"))
    return lines


def columns(outcome: Outcome, say: Wording) -> str:
    """How each column of the table was understood, in one line."""
    understood = [(header, say(f"leave.column.{column or 'unused'}")) for header, column in outcome.columns]
    return say("leave.columns", columns="; ".join(f"{header} → {means}" for header, means in understood))
