"""`make eval`: reads the corpus with the product and with libraries, and prints who was right, asked, or wrong.

The first figures, before any rule was changed because of a line of this corpus, were: of 185 lines in English 120 right
and 40 rightly asked, 8 silently wrong; of 186 in Chinese 132 and 38, 5 silently wrong; of 31 amounts in each language
14 and 9, and of the Chinese ones 3 silently wrong. From then on the corpus was known to those who wrote the rules, so
its figures are those of a regression test. The second round, of 60 lines in each language, was written by an author of
the rules after they were mended and before the lines were read: of the English ones 43 right and 15 rightly asked at
first, none silently wrong; of the Chinese ones 43 and 14, 2 silently wrong (休到下周三, 下周一整周),
which are mended too.

The lines about people were written by an author who had not seen the code, and no rule was made from them before they
were first read. The first figures: of 56 lines in English 24 right, 27 asked rightly, 5 asked wrongly, none silently
wrong; of 58 in Chinese 26, 26 and 1, and 5 silently wrong (a family name of two characters alone, a name in pinyin
without its space, and 三月, which is a name and a month). All of these are mended, so that the figures printed now are
those of a regression test.

The libraries run in an environment of their own (`.venv-eval`, pinned in `requirements.lock` beside this file).
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as product_of
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from tests.corpus.amounts import amounts
from tests.corpus.lines import CORPORA, LANGUAGES, Corpus, Language, Line, lines
from tests.corpus.people import Mention, mentions
from tests.eval import people, product
from tests.eval.judging import Verdict, judged, judged_amount, whole
from tests.eval.libraries import AMOUNTS, READERS
from tests.eval.readings import Reading

Typed = TypeVar("Typed")
ROUND_NAMES: dict[Corpus, str] = {"lines": "lines", "second_round": "lines of the second round"}
ROUNDS = 20
"""How often the product reads the corpus while it is timed; a library reads it once more after its first time."""
PYTHON = Path(".venv-eval/bin/python")
LEGEND = (
    "Judged on the day, the last day, the time, and the zone where it moves the time. A day on the wrong side of today "
    "counts as asked, for every reader. “All of it” also has the length right and the topic without scraps; libraries "
    "give no topic. Settings: see the docstrings in tests/eval/libraries.py."
)


@dataclass(frozen=True)
class Result:
    reader: str
    language: Language
    readings: Sequence[Reading]
    seconds: float
    """CPU for each line."""


def main(details: bool) -> int:
    console = Console(width=140)
    table = Table("reader", *Verdict, "all of it", "CPU a line", title="Days and times in typed lines")
    for corpus_name, language in product_of(CORPORA, LANGUAGES):
        corpus = lines(language, corpus_name)
        table.add_row(f"[bold]{len(corpus)} {ROUND_NAMES[corpus_name]}, {language}")
        own = of_product(language, corpus)
        for result in (own, *of_libraries(language, corpus_name, console)):
            verdicts = [judged(line, reading) for line, reading in zip(corpus, result.readings, strict=True)]
            entire = sum(
                verdict in {Verdict.right, Verdict.asked} and whole(line, reading)
                for line, reading, verdict in zip(corpus, result.readings, verdicts, strict=True)
            )
            last = str(entire) if result is own else "", cost(result.seconds, own.seconds)
            table.add_row(result.reader, *counted(verdicts), *last)
            if details and result is own:
                told(console, corpus, result.readings, verdicts)
        table.add_section()
    console.print(table)
    console.print(LEGEND)
    console.print(of_amounts(console, details))
    console.print(of_people(console, details))
    return 0


def of_amounts(console: Console, details: bool) -> Table:
    table = Table("reader", *Verdict, "CPU an amount", title="Amounts in typed fields")
    for language in LANGUAGES:
        corpus = amounts(language)
        table.add_row(f"[bold]{len(corpus)} amounts, {language}")
        values = [product.amount(typed) for typed in corpus]
        verdicts = [judged_amount(typed, value) for typed, value in zip(corpus, values, strict=True)]
        own = each_takes(product.amount, corpus)
        table.add_row("Evenhand", *counted(verdicts), cost(own, own))
        if found := in_own_environment(AMOUNTS, language, console):
            theirs = [None if value is None else Decimal(value) for value in found["values"]]
            judgements = [judged_amount(typed, value) for typed, value in zip(corpus, theirs, strict=True)]
            name = f"{AMOUNTS} ({found['version']})"
            table.add_row(name, *counted(judgements), cost(found["cpu"] / len(corpus), own))
        for typed, value, verdict in zip(corpus, values, verdicts, strict=True):
            if details and verdict not in {Verdict.right, Verdict.asked}:
                console.print(f"{verdict}: {typed.text} → {value}; meant {typed.value}", markup=False, highlight=False)
        table.add_section()
    return table


def of_people(console: Console, details: bool) -> Table:
    table = Table("reader", *people.PeopleVerdict, "all of it", "CPU a line", title="Colleagues in typed lines")
    with people.company() as company:
        for language in LANGUAGES:
            corpus = mentions(language)
            table.add_row(f"[bold]{len(corpus)} lines about people, {language}")
            taken = [company.take(line) for line in corpus]
            verdicts = [people.judged(line, each) for line, each in zip(corpus, taken, strict=True)]
            entire = sum(
                verdict in people.GOOD and line.left in {None, each.left}
                for line, each, verdict in zip(corpus, taken, verdicts, strict=True)
            )
            counts = Counter(verdicts)
            own = each_takes(company.names, corpus)
            table.add_row(
                "Evenhand", *(str(counts[each]) for each in people.PeopleVerdict), str(entire), cost(own, own)
            )
            for line, each, verdict in zip(corpus, taken, verdicts, strict=True):
                if details and verdict not in people.GOOD:
                    console.print(_of_person(line, each, verdict), markup=False, highlight=False, soft_wrap=True)
    return table


def _of_person(line: Mention, taken: people.Taken, verdict: people.PeopleVerdict) -> str:
    asked = f", ask {', '.join(line.ask)}" if line.ask else ""
    got = f"{'asks about ' if taken.asks else ''}{', '.join(taken.people) or 'nobody'}"
    meant = ", ".join(line.about) or "nobody"
    return f"{verdict}: {line.author} /{line.command} {line.text} → {got}; meant {meant}{asked}"


def counted(verdicts: Iterable[Verdict]) -> list[str]:
    counts = Counter(verdicts)
    return [str(counts[verdict]) for verdict in Verdict]


def cost(seconds: float, own: float) -> str:
    return f"{seconds * 1e6:,.0f} µs" + ("" if seconds == own else f" ({seconds / own:,.0f}×)")


def each_takes(read: Callable[[Typed], object], corpus: Sequence[Typed]) -> float:
    """CPU seconds of the product for each, over many rounds."""
    began = process_time()
    for _ in range(ROUNDS):
        for each in corpus:
            read(each)
    return (process_time() - began) / ROUNDS / len(corpus)


def of_product(language: Language, corpus: Sequence[Line]) -> Result:
    return Result("Evenhand", language, [product.read(line) for line in corpus], each_takes(product.read, corpus))


def of_libraries(language: Language, corpus: Corpus, console: Console) -> Iterable[Result]:
    for name, (_, _, languages) in READERS.items():
        if language not in languages or not (found := in_own_environment(name, language, console, corpus)):
            continue
        readings = [Reading.from_json(row) for row in found["readings"]]
        yield Result(f"{name} ({found['version']})", language, readings, found["cpu"] / len(readings))


def in_own_environment(name: str, language: Language, console: Console, corpus: Corpus = "lines") -> dict[str, Any]:
    """What `tests.eval.libraries` writes; nothing where the library did not run, which is said."""
    with console.status(f"{name}, {language}"), TemporaryDirectory() as folder:
        file = Path(folder) / "found.json"
        command = [str(PYTHON), "-W", "ignore", "-m", "tests.eval.libraries", name, language, corpus, str(file)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            console.print(f"{name} did not run: {ran.stderr.strip().splitlines()[-1:]}")
            return {}
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return found


def told(console: Console, corpus: Iterable[Line], readings: Iterable[Reading], verdicts: Iterable[Verdict]) -> None:
    """Each line the product did not read or ask rightly, with what it understood."""
    for line, reading, verdict in zip(corpus, readings, verdicts, strict=True):
        if verdict in {Verdict.right, Verdict.asked} and whole(line, reading):
            continue
        fields = (line.day, line.last, line.at, line.minutes, line.zone, line.left)
        meant = " | ".join(str(each) for each in fields if each is not None)
        asked = f", ask {', '.join(sorted(line.ask))}" if line.ask else ""
        got = " | ".join(str(value) for name, value in vars(reading).items() if value is not None and name != "asked")
        typed = f"{line.now:%a %d %b %H:%M} /{line.command} {line.text}"
        words = f"{verdict}: {typed} → {got}; meant {meant}{asked}"
        console.print(words, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main("--details" in sys.argv[1:]))
