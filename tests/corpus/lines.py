"""The lines about days and times, `lines.en.toml` and `lines.zh.toml`, as typed rows. Standard library only."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

Language = Literal["en", "zh"]
Command = Literal["meet", "away", "pause", "snooze", "milestone", "event"]
Field = Literal["day", "last", "at", "zone"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS = frozenset(
    {
        "relative day",
        "weekday",
        "next weekday",
        "date",
        "numeric date",
        "weekday and date",
        "contradiction",
        "gone by",
        "time",
        "time range",
        "length",
        "zone",
        "range",
        "until",
        "period",
        "several days",
        "holiday",
        "no day",
        "words with numbers",
    }
)
"""The kinds of phrasing; each is there in both languages."""


class WrongCorpus(ValueError):
    """A line that contradicts itself: the message names it and says why."""


@dataclass(frozen=True)
class Line:
    """One line as it was typed, and the right reading of it."""

    language: Language
    now: datetime
    """The writer's clock and zone as the line is typed."""
    command: Command
    kind: str
    text: str
    day: date | None = None
    last: date | None = None
    or_last: date | None = None
    at: time | None = None
    minutes: int | None = None
    zone: str | None = None
    left: str | None = None
    """What remains as topic; None where that is not judged."""
    ask: frozenset[Field] = frozenset()


Corpus = Literal["lines", "second_round"]
CORPORA: tuple[Corpus, ...] = get_args(Corpus)
"""The second round was written after rules had been mended because of lines of the first."""


def lines(language: Language, corpus: Corpus = "lines") -> tuple[Line, ...]:
    """All lines of a language. Raises WrongCorpus for a row that is not well formed."""
    tables = tomllib.loads((Path(__file__).parent / f"{corpus}.{language}.toml").read_text("utf-8"))
    return tuple(_lines(language, tables["moment"]))


def dated(written: str) -> date:
    """`Wed 2026-11-25`: the weekday must be that of the day."""
    day = date.fromisoformat(written[-10:])
    if written != f"{day:%a} {day.isoformat()}":
        raise WrongCorpus(f"{written!r} is {day:%a}")
    return day


def _lines(language: Language, moments: list[dict[str, Any]]) -> Iterator[Line]:
    for moment in moments:
        day, clock = dated(moment["now"][:14]), time.fromisoformat(moment["now"][15:])
        now = datetime.combine(day, clock, ZoneInfo(moment["zone"]))
        for row in moment["lines"]:
            yield _line(language, now, row)


def _line(language: Language, now: datetime, row: Mapping[str, Any]) -> Line:
    known = {"in", "kind", "line", "day", "last", "or_last", "at", "minutes", "zone", "left", "ask"}
    if unknown := row.keys() - known:
        raise WrongCorpus(f"{row['line']!r} has {sorted(unknown)}")
    days = {name: dated(row[name]) for name in ("day", "last", "or_last") if name in row}
    asked = frozenset(row.get("ask", ()))
    if row["in"] == "away" and "day" in days and "last" not in asked:
        days.setdefault("last", days["day"])
    line = Line(
        language,
        now,
        row["in"],
        row["kind"],
        row["line"],
        at=time.fromisoformat(row["at"]) if "at" in row else None,
        minutes=row.get("minutes"),
        zone=row.get("zone"),
        left=row.get("left"),
        ask=asked,
        **days,
    )
    if fault := _fault(line):
        raise WrongCorpus(f"{line.text!r} {fault}")
    return line


def _fault(line: Line) -> str | None:
    """What is wrong with a row, beyond what its types say."""
    today = line.now.date()
    if line.command not in get_args(Command) or line.kind not in KINDS:
        return f"is {line.command}, {line.kind}"
    if line.ask - frozenset(get_args(Field)):
        return f"asks for {sorted(line.ask)}"
    if any(getattr(line, name) is not None for name in line.ask):
        return "answers what is to be asked"
    if line.zone:
        ZoneInfo(line.zone)
    needed = {"meet": {"day", "at"}, "away": {"day", "last"}, "event": set()}.get(line.command, {"day"})
    if missing := {name for name in needed - line.ask if getattr(line, name) is None}:
        return f"gives no {sorted(missing)}"
    if line.day and (line.day > today if line.command == "event" else line.day < today):
        return "lies on the wrong side of today"
    if line.day and line.last and line.last < line.day:
        return "ends before it begins"
    if line.left is not None and line.left not in line.text and line.kind != "words with numbers":
        return f"does not contain {line.left!r}"
    return None
