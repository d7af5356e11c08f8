"""Leaves in words, for the command line and the REST interface: what is wrong with a table of them, and who is off."""

from bot.wording import Wording
from flows.catalog import written_out
from storage.leave_list import Absence
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


def absence_line(each: Absence, say: Wording) -> str:
    """Who is off, from when to when, and where that came from."""
    name = f"{each.who.name(say.language)} <{each.email}>"
    source = say(f"leave.source.{each.source}")
    if each.first is None or each.last is None:
        return say("leave.off_until_back", name=name, source=source)
    days = {"first": written_out(each.first, say.language), "last": written_out(each.last, say.language)}
    return say("leave.off_for_a_day" if each.first == each.last else "leave.off", name=name, source=source, **days)
