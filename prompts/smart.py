"""The goal clinic: says whether a goal is specific, measurable and bound in time, and points at the words.

Rules only, both languages at once, nothing learned and nothing invented. The order matters: digits that belong to
names are masked, times are found and taken out, and only then is a number left over a measure.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from prompts import smart_deeds_en, smart_deeds_zh, smart_empty_en
from prompts.smart_measure import amounts, metrics
from prompts.smart_names import masked
from prompts.smart_time import times
from prompts.smart_topic import topic, without
from prompts.spans import Folded, Span, blanked, fold

__all__ = ["Clinic", "Finding", "Gap", "Span", "clinic", "sharpened"]


class Gap(StrEnum):
    """What a goal lacks; one question is asked for each."""

    specific = "specific"
    measurable = "measurable"
    time_bound = "time_bound"


@dataclass(frozen=True)
class Finding:
    """One verdict, and the words it rests on: what fulfils it, or else what only seems to (possibly nothing)."""

    ok: bool
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Clinic:
    """The three verdicts on one goal, and the gaps in the order in which to ask about them."""

    specific: Finding
    measurable: Finding
    time_bound: Finding
    gaps: tuple[Gap, ...]


Ranges = list[tuple[int, int]]


def clinic(goal: str) -> Clinic:
    """Examine a goal written in English, Chinese, or both."""
    folded = fold(goal)
    text = masked(folded.text)
    when = times(text)
    text = blanked(text, when.bound)
    counted = amounts(blanked(text, when.past), blanked(folded.text, when.bound + when.past))
    ended = smart_deeds_en.outcomes(text, folded.text) + smart_deeds_zh.outcomes(text)
    if when.recurs:
        ended += smart_deeds_en.repeated(text, folded.text) + smart_deeds_zh.repeated(text)
    named = _named(text, folded.text, counted, ended)

    specific = _finding(folded, named, smart_empty_en.empty(text) + smart_deeds_zh.empty(text))
    measurable = _finding(folded, counted + ended, metrics(text))
    time_bound = _finding(folded, when.bound, when.loose)
    verdicts = {Gap.specific: specific, Gap.measurable: measurable, Gap.time_bound: time_bound}
    return Clinic(specific, measurable, time_bound, tuple(gap for gap, verdict in verdicts.items() if not verdict.ok))


def sharpened(
    goal: str, language: str, answers: Mapping[Gap, str], *, label_gaps: bool = True, dated: bool = False
) -> str:
    """The goal with its answers as one sentence, in the language's natural order.

    The answer to what exactly takes the place of the words that were too general; what the goal is about stays in
    front of it, unless the answer names that itself. Where the goal is `dated`, its day is kept elsewhere, and loose
    words of time go. A gap nobody answered stays as a label and "__", or with `label_gaps` off is left out.
    """
    words = _words()[language]
    seen = clinic(goal)
    said = {gap: answer for gap in Gap if (answer := answers.get(gap, "").strip().rstrip(_ENDINGS))}
    loose = seen.time_bound.spans if dated and not seen.time_bound.ok else ()
    plain = goal.strip().rstrip(_ENDINGS) or goal.strip()
    pieces = {"goal": (without(goal, loose) if loose else "") or plain}
    for gap in Gap:
        if gap in said:
            pieces[gap] = words["given"][_manner(gap, said[gap])].replace("{text}", said[gap])
        elif label_gaps and gap in seen.gaps:
            pieces[gap] = words["open"][gap]
    if Gap.specific in said and not seen.specific.ok:
        vague = (*seen.specific.spans, *(() if seen.time_bound.ok else seen.time_bound.spans))
        about = topic(goal, sorted(vague, key=lambda span: span.start))
        pieces.pop(Gap.specific)
        pieces["goal"] = _focused(words["focused"], about, said[Gap.specific])
        if goal.strip()[:1].isupper():
            pieces["goal"] = pieces["goal"][:1].upper() + pieces["goal"][1:]
    separator: str = words["separator"]
    return separator.join(pieces[part] for part in words["order"] if pieces.get(part))


def _manner(gap: Gap, answer: str) -> str:
    """A change of a number says by itself that it is a measure."""
    return "change" if gap == Gap.measurable and _CHANGE.match(answer) else gap


def _focused(focused: str, about: str, answer: str) -> str:
    """The answer, behind what the goal is about where it does not say so itself."""
    named = set(_WORD.findall(about.casefold()))
    if not about or about.casefold() in answer.casefold() or (named and named <= set(_WORD.findall(answer.casefold()))):
        return answer
    return focused.replace("{topic}", about).replace("{text}", answer)


_WORD = re.compile(r"[a-z][\w'-]*|[\u4e00-\u9fff]+")
_CHANGE = re.compile(
    r"from\b|to\b|at least\b|at most\b|[从由至]|达到?|不低于|不超过|.{0,12}?[从由到至][\d ]|.{0,12}?百分之",
    re.IGNORECASE,
)
_ENDINGS = ".;,。；，、 "


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("prompts") / "sharpened.toml").read_text(encoding="utf-8"))


def _named(text: str, original: str, counted: Ranges, ended: Ranges) -> Ranges:
    """What makes the goal specific: a deed done to a named thing, or an amount of something."""
    if ended:
        return ended
    helps = smart_empty_en.only_helps(text) or smart_deeds_zh.only_helps(text)
    if helps:
        # Supporting two launches is still support; supporting them at 95% on time is a result.
        return counted if any("%" in text[start:end] for start, end in counted) else []
    if counted and (smart_empty_en.subject(text) or smart_deeds_zh.subject(text)):
        return counted
    return smart_deeds_en.acts(text, original) + smart_deeds_zh.acts(text)


def _finding(folded: Folded, fulfils: Ranges, lacks: Ranges) -> Finding:
    return Finding(bool(fulfils), folded.spans(fulfils or lacks))
