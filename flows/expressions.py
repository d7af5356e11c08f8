"""The grammar of a line: which tokens together say a day, a time, a length or a zone, in both languages at once.

A line becomes a string with one letter for each token (`flows.vocabulary`), and rules are patterns over that string:
`Thursday, 31 December 3pm` is `W,nMnp`, 周四12月31日下午三点 is `WmjPT`. A first pass finds single days, times and
lengths; a second joins what belongs together: 21 Dec `-` 3 Jan, 下午 `+` 三点, `until` Friday.
"""

import re
from collections.abc import Callable
from typing import Any

from flows.calendar_days import Both, Either, Said, Stretch, Two
from flows.interpreting import READERS, Found
from flows.tokens import Token, copied, tokens

_NOT_DAY = "(?![pkhiugqFV%])"
_DATE = f"(?:w?G?[no]O?M(?:,?[Yy])?|M,?G?(?:[jo]|n{_NOT_DAY})(?:,?[Yy])?|(?:[Yy],?)?mG?(?:j|n{_NOT_DAY}))"
_HOUR = "(?:cp?|np|T|K|nk)"
_RULES: dict[str, str] = {
    "listed": "G?[no](?:&|,&?)G?[no]O?M(?:,?[Yy])?|MG?[no]&G?[no](?![pk:])|mj&j",
    "stretch": (
        f"G?[no][t\\-l]G?[no]O?M(?:,?[Yy])?|(?:[Yy],?)?[Mm]G?[jno][t\\-l]G?(?:[jo]|n{_NOT_DAY})(?![Mm])(?:,?Y)?|[no]-d|[nj][t\\-]j"
    ),
    "to": "@?(?:aq|q|ni)tn(?![uhigq])(?:p|IGP)?",
    "week_on": "(?:a|n)uw?[rW](?!')|[rW]u(?=$|[,@cTKf(-]|np)",
    "all": "G?ZO?G?(?:[Mm](?:,?[Yy])?(?![jno])|xu|xe)",
    "pair": "J",
    "past": "@?(?:F|aq|q|ni?)>n(?:p|IGP)?",
    "moment": "I(?:[nN]|a|a?Fa?)g?&?F?[hi]|(?:[nN]g?F?|Fg?)[hi]v",
    "ago": "(?:[na]|Fg?)g?[uq][<b](?!Gr)",
    "overmorrow": "G?u[vb]r",
    "ahead": "I(?:a?nO?|a|aF)g?u|Ing?q|(?:[na]|Fg?)g?[uq]v",
    "minutes": (
        "R?(?:[nN]g?-?hF|[nN]g?-?h&aF|ah&aF|ah&[nN]i"
        "|[na]&aFh|ngFh|[nN]g?-?h&?,?[nN]i|Fah|aFh|Fg?h|[nNa]g?-?h|[nN]-?i|L)"
    ),
    "days": "R?(?:ng?u|au|Fg?u)(?![<b])",
    "weekday": "xuO?,?W|xW|W(?:w|O|I)?G?xu|W",
    "date": f"D|HY?|{_DATE}",
    "range": (
        rf"@?f?@?(?:{_HOUR}|n)[t\-l]@?P?(?:cp?|np|T|K)(?:IGP)?|@?f?@?(?:cp?|np|T|K)[t\-l]@?P?n(?![Mguhiojqp/%\-])"
        rf"|f{_HOUR}&{_HOUR}|fn&np|fn&T|fntn(?!u)"
    ),
    "time": rf"f?[@R]?(?:{_HOUR})(?:IGP)?|@nP|@n(?:IGP)|@n(?![guqhiMmN%\-])|(?<=P)@?n(?![guqhiMm%\-t/])|n(?=rP)",
    "monthday": "w?G?xu[jo]|G?oOG?xu|w?G?j|(?:wG?|G)o(?!O?M)|o(?=[cT@,]|n[pk]|$)",
    "numbers": "d",
    "today": "r",
    "thisday": "x(?=P)",
    "whole": "G?xu|G?xe",
    "zone": "z",
}
_FIRST = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES.items()))
_BESIDE = re.compile(r"W[,(]*A\)?|A,?\(?W\)?")
_SECOND = re.compile(
    r"(?P<every>E[nNXo]?[AUuqPe]|UfA)|(?P<of>A')|(?P<back_after>f?A[tl\-]A;)|(?P<back>!w?A|A;)|(?P<both>w?A&w?A(?!'))|(?P<days>[flbR]?w?G?A[tl\-]w?G?A)|(?P<between>fA&A)|(?P<until>^t?[tl]w?G?A|lA)|(?P<after>vG?A|[fA]?A[vS])"
    r"|(?P<by>b+G?A[bI]?|A[bI])|(?P<since>[fS]A)|(?P<on>wA)|(?P<part>P(?=[A,@IGw(]*B)|(?<=B)(?:IG)?P|P(?=$))"
)


def expressions(line: str, dotted: bool = True) -> tuple[list[Found], list[Token]]:
    """What the line says of days, times and lengths, and every token of it that stands in none of these.

    Without `dotted` 12.4 is a number, and no day.
    """
    words = tokens(line, copied(line))
    if not dotted:
        words = [
            each._replace(kind="N") if each.kind == "d" and "." in line[each.start : each.end - 1] else each
            for each in words
        ]
    shape = "".join(word.kind for word in words)
    items: list[Found] = []
    done = 0
    for match in _FIRST.finditer(shape):
        taken = words[match.start() : match.end()]
        found = READERS[match.lastgroup or ""](taken, line)
        if found is None:
            continue
        items += (_plain(word) for word in words[done : match.start()])
        items.append(found._replace(start=taken[0].start, end=taken[-1].end))
        done = match.end()
    items += (_plain(word) for word in words[done:])
    return _joined(items)


def _plain(word: Token) -> Found:
    return Found(word.kind, word.start, word.end, word.value)


def _joined(items: list[Found]) -> tuple[list[Found], list[Token]]:
    items = _with_weekdays(items)
    shape = "".join(item.kind for item in items)
    found: list[Found] = []
    left: list[Token] = []
    done = 0

    def pass_over(until: int) -> None:
        for item in items[done:until]:
            if item.kind in "ABCUVz":
                found.append(item)
            else:
                left.append(Token(item.kind, item.start, item.end, item.value))

    for match in _SECOND.finditer(shape):
        taken = items[match.start() : match.end()]
        pass_over(match.start())
        done = match.end()
        found += _JOINERS[match.lastgroup or ""](taken)
    pass_over(len(items))
    return _with_parts(found), left


def _with_weekdays(items: list[Found]) -> list[Found]:
    """Each date with the weekday beside it; a weekday that stands alone is a day like any other."""
    joined: list[Found] = []
    done = 0
    for match in _BESIDE.finditer("".join(item.kind for item in items)):
        taken = items[match.start() : match.end()]
        joined += items[done : match.start()]
        weekday = next(each.value.weekday for each in taken if each.kind == "W")
        day = next(each.value for each in taken if each.kind == "A")
        joined.append(Found("A", taken[0].start, taken[-1].end, Both(day, weekday)))
        done = match.end()
    joined += items[done:]
    return [each._replace(kind="A") if each.kind == "W" else each for each in joined]


def _with_parts(found: list[Found]) -> list[Found]:
    """Each time with the part of the day that stands beside it."""
    parts = [each for each in found if each.kind == "P"]
    times = [each for each in found if each.kind == "B"]
    rest = [each for each in found if each.kind not in "PB"]
    for part in parts:
        nearest = min(times, key=lambda each: abs(each.start - part.start), default=None)
        if nearest is None:
            rest.append(part)
            continue
        times.remove(nearest)
        times.append(nearest._replace(value=nearest.value.with_part(part.value)))
        rest.append(part._replace(kind="+"))
    return sorted(times + rest, key=lambda each: each.start)


def _spread(taken: list[Found], **changes: Any) -> list[Found]:
    """The day of what was joined, reaching over all of it."""
    day = next(each for each in taken if each.kind == "A")
    return [day._replace(start=taken[0].start, end=taken[-1].end, **changes)]


def _between(taken: list[Found]) -> list[Found]:
    first, last = (each.value for each in taken if each.kind == "A")
    return _spread(taken, value=Stretch(_inner(first, 0), _inner(last, 1)))


def _inner(day: Said, end: int) -> Said:
    return (day.first, day.last)[end] if isinstance(day, Stretch) else day


_JOINERS: dict[str, Callable[[list[Found]], list[Found]]] = {
    "days": _between,
    "between": _between,
    "until": lambda taken: _spread(taken, bound="until"),
    "after": lambda taken: _spread(taken, bound="from" if taken[-1].kind == "S" else "after"),
    "by": lambda taken: _spread(taken, bound="by"),
    "since": lambda taken: _spread(taken, bound="from"),
    "every": lambda taken: (
        [taken[0], taken[2]._replace(start=taken[1].start, bound="from")]
        if taken[0].bound == "for" and taken[-1].kind == "A"
        else [Found("A", taken[0].start, taken[-1].end, Either(()), "every")]
    ),
    "of": lambda taken: [taken[0]._replace(bound="of")],
    "back_after": lambda taken: [
        each._replace(bound="back" if each is taken[-2] else "from") for each in taken if each.kind == "A"
    ],
    "back": lambda taken: [next(each for each in taken if each.kind == "A")._replace(bound="back")],
    "both": lambda taken: _spread(taken, value=Two(*(each.value for each in taken if each.kind == "A"))),
    "on": _spread,
    "part": lambda taken: [taken[-1]._replace(start=taken[0].start)],
}
