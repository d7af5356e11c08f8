"""A mistyped name is looked for only as far as a name begins as it does, and found all the same."""

from hypothesis import example, given
from hypothesis import strategies as st

from storage import name_patterns
from storage.line_names import _one_slip_away

WORDS = st.text("abc", min_size=3, max_size=7)


@given(WORDS, st.sets(WORDS, max_size=30))
@example("pirya", {"priya"})
@example("priy", {"priya"})
def test_no_name_is_missed(word: str, names: set[str]) -> None:
    known = max(
        (size for size in range(len(word) + 1) if any(each.startswith(word[:size]) for each in names)), default=0
    )
    assert names & {*_one_slip_away(word, known)} == names & {*_one_slip_away(word, len(word))}


def test_a_line_that_begins_with_a_day_mistypes_no_name() -> None:
    for line in ("Wednesday 4pm ramp-up", "Monday and Wednesday", "Tomorrow at 3 budget"):
        assert name_patterns.MISTYPED.match(line) is None
    for line in ("Pirya closed the renewal", "Mondo tomorrow 10:00 budget", "Sunna fixed the door"):
        assert name_patterns.MISTYPED.match(line)
