"""Reporting lines: whom each row names as the manager, and whether any line comes back to where it began."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from storage.roster import cells, names
from storage.roster.matching import Company
from storage.roster.naming import folded
from storage.roster.places import IN_BRACKETS
from storage.roster.problems import Notes, Param, Problem, Reason, Remark, shown
from storage.roster.rows import KEEP, Keep, ManagerRef

CANDIDATES_SHOWN = 3
LOOP_SHOWN = 12

Managers = Sequence[int | Keep | None]
"""Row by row: the manager as a number of the company, nobody, or whoever it was."""


QUOTED = re.compile(r"[\"“'‘(]([^\"”'’)]+)[\"”'’)]")
"""The nickname in `Ann "Annie" Lee`."""
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


def _loose(name: str) -> set[str]:
    """A name without accents, in the two ways in which they are left out, and without what stands in the middle."""
    words = QUOTED.sub("", name).replace("-", " ").casefold().split()
    if not words:
        return set()
    ways = [" ".join(words), f"{words[0]} {words[-1]}"]
    return {key for way in ways for key in (folded(way), folded(way.translate(GERMAN)))}


class Nobody(Exception):
    """No person is called that."""


class Several(Exception):
    """More than one person is called that."""

    def __init__(self, candidates: Sequence[int]) -> None:
        super().__init__(candidates)
        self.candidates = candidates


@dataclass(frozen=True)
class _Directory:
    company: Company
    by_spelling: set[ManagerRef] = field(default_factory=set)
    """Managers who were found although their name is written a little differently."""

    @cached_property
    def by_loose_name(self) -> dict[str, set[int]]:
        """Without accents, and by the first and the last word alone."""
        found: dict[str, set[int]] = {}
        for who in range(len(self.company)):
            given, family, _ = self.company.names(who)
            row = self.company.row(who)
            nicknames = [given, *QUOTED.findall(given), (row and row.also) or ""]
            for first in filter(None, nicknames):
                for key in _loose(f"{first} {family}"):
                    found.setdefault(key, set()).add(who)
        return found

    @cached_property
    def by_email(self) -> dict[str, int]:
        """By the address somebody has, and by the one they had until now."""
        company = self.company
        now = {company.email(who): who for who in reversed(range(len(company)))}
        before = {known.email: who for who, known in enumerate(company.known) if known}
        return before | now

    @cached_property
    def by_number(self) -> dict[str, int]:
        company = self.company
        return {number: who for who in reversed(range(len(company))) if (number := company.number(who))}

    @cached_property
    def by_bare_number(self) -> dict[str, int]:
        times = Counter(map(cells.bare, self.by_number))
        return {key: who for number, who in self.by_number.items() if times[key := cells.bare(number)] == 1}

    @cached_property
    def by_name(self) -> dict[str, tuple[int, ...]]:
        """Given name first, family name first, the native name, and what else a row says people are called."""
        company = self.company
        found: dict[str, tuple[int, ...]] = {}
        for who in range(len(company)):
            given, family, native = company.names(who)
            row = company.row(who)
            called = {given + family, family + given, native or "", (row and row.also) or ""}
            for key in {names.key(name) for name in called} - {""}:
                found[key] = (*found.get(key, ()), who)
        return found

    @cached_property
    def by_own_number(self) -> dict[str, int]:
        numbers = ((row.managers_number, who) for who, row in enumerate(self.company.rows))
        return {number: who for number, who in reversed([*numbers]) if number}

    def find(self, ref: ManagerRef) -> int:
        if not ref.by_own_number:
            return self.look_up(ref.text)
        if ref.text not in self.by_own_number:
            raise Nobody
        return self.by_own_number[ref.text]

    def look_up(self, text: str) -> int:
        spellings = (text, *IN_BRACKETS.findall(text), text.rpartition("<")[2].rstrip("> "))
        for spelling in spellings:
            address = spelling.strip().lower()
            if cells.is_address(address):
                if address in self.by_email:
                    return self.by_email[address]
                raise Nobody
        for number in map(str.strip, spellings[:-1]):
            if number in self.by_number:
                return self.by_number[number]
        for number in spellings[:-1]:
            if (who := self.by_bare_number.get(cells.bare(number.strip()))) is not None:
                return who
        for name in (text, IN_BRACKETS.sub("", text), *spellings[1:-1]):
            if candidates := self.by_name.get(names.key(name)):
                here = [who for who in candidates if not self.company.has_left(who)] or candidates
                if len(here) > 1:
                    raise Several(here)
                return here[0]
        raise Nobody

    def look_up_loosely(self, text: str) -> int:
        """The one person whose name differs only in accents, a middle name or a nickname."""
        family, comma, given = text.partition(",")
        plain = f"{given} {family}" if comma else text
        found = {who for key in _loose(IN_BRACKETS.sub("", plain)) for who in self.by_loose_name.get(key, ())}
        here = [who for who in found if not self.company.has_left(who)] or sorted(found)
        if len(here) == 1:
            return here[0]
        raise Several(sorted(here)) if here else Nobody


def resolve(company: Company, notes: Notes) -> tuple[Managers, list[Problem]]:
    directory = _Directory(company)
    problems: list[Problem] = []
    found: list[int | Keep | None] = []
    asked: dict[ManagerRef, int | Problem] = {}
    for who, row in enumerate(company.rows):
        ref = row.manager
        if not isinstance(ref, ManagerRef):
            found.append(ref)
            continue
        if ref not in asked:
            asked[ref] = _asked(directory, ref)
        match asked[ref]:
            case Problem(_, reason, column, params):
                problems.append(Problem(row.line, reason, column, params))
                found.append(None)
            case manager if manager == who:
                notes.add(Remark.own_manager, row.line, name=company.name(who))
                found.append(None)
            case manager:
                found.append(manager)
                if ref in directory.by_spelling:
                    notes.add(Remark.manager_by_spelling, row.line, value=shown(ref.text), name=company.name(manager))
                if company.has_left(manager) and not company.has_left(who):
                    notes.add(Remark.manager_left, row.line, name=company.name(manager))
    return found, problems


def _asked(directory: _Directory, ref: ManagerRef) -> int | Problem:
    params: dict[str, Param] = {"value": shown(ref.text)}
    try:
        return directory.find(ref)
    except Nobody:
        try:
            who = directory.look_up_loosely(ref.text)
        except (Nobody, Several):
            return Problem(0, Reason.unknown_manager, ref.column, params)
        directory.by_spelling.add(ref)
        return who
    except Several as several:
        addresses = map(directory.company.email, several.candidates[:CANDIDATES_SHOWN])
        params |= {"count": len(several.candidates), "candidates": ", ".join(addresses)}
        return Problem(0, Reason.ambiguous_manager, ref.column, params)


def above(company: Company, managers: Managers) -> Callable[[int], int | None]:
    """Whom a person reports to after the import."""

    def manager_of(who: int) -> int | None:
        if who < len(managers) and (stated := managers[who]) is not KEEP:
            return stated
        known = company.remembered(who)
        return company.by_id.get(known.manager_id) if known and known.manager_id else None

    return manager_of


def loops(company: Company, managers: Managers) -> list[Problem]:
    """One problem for each loop that this file closes, at the first line that has a part in it."""
    manager_of = above(company, managers)
    seen_from = [-1] * len(company)
    problems = []
    for start in range(len(company)):
        who: int | None = start
        while who is not None and seen_from[who] < 0:
            seen_from[who] = start
            who = manager_of(who)
        if who is not None and seen_from[who] == start:
            loop = _around(who, manager_of)
            if problem := _problem(company, loop):
                problems.append(problem)
    return problems


def _around(who: int, manager_of: Callable[[int], int | None]) -> list[int]:
    loop = [who]
    while (above_last := manager_of(loop[-1])) is not None and above_last != who:
        loop.append(above_last)
    return loop


def _problem(company: Company, loop: list[int]) -> Problem | None:
    refs = {who: row.manager for who in loop if (row := company.row(who)) and isinstance(row.manager, ManagerRef)}
    if not refs:
        return None
    first = min(refs)
    turned = loop[loop.index(first) :] + loop[: loop.index(first)]
    named = [company.name(who) for who in islice(turned, LOOP_SHOWN)] + ["…"] * (len(loop) > LOOP_SHOWN)
    params: dict[str, Param] = {"people": " → ".join([*named, company.name(first)]), "count": len(loop)}
    return Problem(company.rows[first].line, Reason.manager_loop, refs[first].column, params)
