"""The product on the corpus: what is meant is read or asked, and no line of it is silently taken for something else."""

from collections.abc import Iterator

import pytest

from tests.corpus.amounts import amounts
from tests.corpus.lines import CORPORA, LANGUAGES, Corpus, Language, lines
from tests.corpus.people import mentions
from tests.eval import people, product
from tests.eval.judging import Verdict, judged, judged_amount

PERIODS_BY_CHOICE = {"first customer in March", "12月中旬签合同"}
"""The product takes a milestone "in March" to be due on its last day and one in 中旬 on the 15th, and says so."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("corpus", CORPORA)
def test_no_line_is_silently_taken_for_something_else(corpus: Corpus, language: Language) -> None:
    verdicts = {line.text: judged(line, product.read(line)) for line in lines(language, corpus)}
    wrong = {text for text, verdict in verdicts.items() if verdict in {Verdict.silent, Verdict.form}}
    assert wrong <= PERIODS_BY_CHOICE
    unread = [text for text, verdict in verdicts.items() if verdict is Verdict.unread]
    assert len(unread) <= len(verdicts) // 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_amount_is_taken_for_another(language: Language) -> None:
    verdicts = {typed.text: judged_amount(typed, product.amount(typed)) for typed in amounts(language)}
    assert [text for text, verdict in verdicts.items() if verdict is Verdict.silent] == []
    assert [text for text, verdict in verdicts.items() if verdict is Verdict.unread] in ([], ["1,234"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_round_has_lines_of_its_own(language: Language) -> None:
    second = {line.text for line in lines(language, "second_round")}
    assert len(second) == 60
    assert len(second & {line.text for line in lines(language)}) < 5


@pytest.fixture(scope="module")
def company() -> Iterator[people.Company]:
    with people.company() as company:
        yield company


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_colleague_is_taken_for_another_or_for_the_writer(company: people.Company, language: Language) -> None:
    taken = {line.text: (line, company.take(line)) for line in mentions(language)}
    verdicts = {text: people.judged(line, each) for text, (line, each) in taken.items()}
    assert {text for text, verdict in verdicts.items() if verdict not in people.GOOD} == set()
    assert {text for text, (line, each) in taken.items() if line.left not in {None, each.left}} == set()
