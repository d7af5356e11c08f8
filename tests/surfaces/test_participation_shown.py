"""Who checks in: a table with headings in the browser, and a line for each department elsewhere."""

import re
from zoneinfo import ZoneInfo

import pytest

from bot.app import TEXTS
from bot.participation import Participating, Row
from bot.web.participation_view import counted
from bot.web.voice import Voice
from flows.catalog import load
from flows.page import Reader
from storage.references import IsoWeek, Option, Phrase

WEEKS = (IsoWeek("2026-W44"), IsoWeek("2026-W45"))
SAID = Participating(
    WEEKS,
    (Row(Option("1", "Sales", "销售部"), ("10/12", "9/12")), Row(Phrase("overview.others"), ("5/6", "–"))),
)


@pytest.mark.parametrize(
    ("language", "columns", "rows"),
    [
        ("en", ["Department", "26 Oct – 1 Nov", "2–8 Nov"], ["Sales", "Smaller departments together"]),
        ("zh", ["部门", "10/26–11/1", "11/2–11/8"], ["销售部", "较小的部门合计"]),
    ],
)
def test_a_week_is_a_column_and_a_department_a_row(language: str, columns: list[str], rows: list[str]) -> None:
    table = str(counted(SAID, Voice(load(*TEXTS), Reader(language, ZoneInfo("UTC")), 7)))
    assert cells(table, 'th scope="col"') == columns
    assert cells(table, 'th scope="row"') == rows
    assert cells(table, "td") == ["10/12", "9/12", "5/6", "–"]
    assert len(cells(table, "caption")) == 1


def cells(table: str, tag: str) -> list[str]:
    """The words of each cell of a kind."""
    found = re.findall(rf"<{tag}[^>]*>(.*?)</{tag.split(maxsplit=1)[0]}>", table)
    return [" ".join(re.sub("<[^>]+>", "", each).split()) for each in found]


def test_without_a_table_each_department_is_a_line_with_the_newest_week_first() -> None:
    texts = load(*TEXTS)
    assert [texts.say("en", line.key, line.values) for line in SAID.lines][1:] == [
        "Sales: 9/12, before that 10/12",
        "Smaller departments together: –, before that 5/6",
    ]
