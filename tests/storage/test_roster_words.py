"""Names, places, dates and headers: what one cell means."""

from datetime import date

import pytest

from storage.roster import names, places
from storage.roster.cells import working_days
from storage.roster.dates import Order, day, order_of
from storage.roster.headers import Field, field_of
from storage.roster.problems import BadCell


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("Ann Mary Lee", "Ann Mary", "Lee"),
        ("Lee, Ann Mary", "Ann Mary", "Lee"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("van der Meer, Joost", "Joost", "van der Meer"),
        ("John Smith Jr.", "John", "Smith Jr."),
        ("Madonna", "Madonna", ""),
        ("李伟", "伟", "李"),
        ("李 伟", "伟", "李"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("司马光", "光", "司马"),
        ("欧阳", "阳", "欧"),
        ("買買提·艾力", "買買提", "艾力"),
        ("山田 太郎", "太郎", "山田"),
        ("김민준", "민준", "김"),
        ("Wei Li (李伟)", "Wei", "Li"),
        ("李伟(Wei Li)", "Wei", "Li"),
        ("Ann Lee (On Leave)", "Ann", "Lee"),
    ],
)
def test_full_names_are_split(full: str, given: str, family: str) -> None:
    found = names.settle(None, None, full)
    assert found
    assert (found.given, found.family) == (given, family)


def test_a_native_name_is_kept_beside_a_latin_one() -> None:
    found = names.settle("Wei", "Li", full="Wei Li (李伟)")
    assert found
    assert (found.given, found.family, found.native) == ("Wei", "Li", "李伟")


def test_a_preferred_name_is_used_and_the_legal_one_still_found() -> None:
    found = names.settle("Robert", "Smith", preferred="Bob Smith")
    assert found == names.Names("Bob", "Smith", also="Robert Smith")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("China", "CN"),
        ("中国大陆", "CN"),
        ("CHN", "CN"),
        ("cn", "CN"),
        ("USA", "US"),
        ("United Kingdom", "GB"),
        ("德国", "DE"),
        ("Hong Kong SAR", "HK"),
        ("中国台湾", "TW"),
        ("Türkiye", "TR"),
        ("-", None),
    ],
)
def test_countries(cell: str, code: str | None) -> None:
    assert places.country(cell) == code


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("America/New York", "America/New_York"),
        ("China Standard Time", "Asia/Shanghai"),
        ("GMT+08:00 China Standard Time (Shanghai)", "Asia/Shanghai"),
        ("(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi", "Asia/Shanghai"),
        ("(GMT-08:00) Pacific Time (Los Angeles)", "America/Los_Angeles"),
        ("北京时间", "Asia/Shanghai"),
        ("", None),
    ],
)
def test_time_zones(cell: str, zone: str | None) -> None:
    assert places.time_zone(cell) == zone


@pytest.mark.parametrize(
    ("location", "country", "zone"),
    [
        ("Berlin, Germany", "DE", "Europe/Berlin"),
        ("US - San Francisco", "US", "America/Los_Angeles"),
        ("Paris, TX", "US", None),
        ("中国-上海", "CN", "Asia/Shanghai"),
        ("深圳（南山）", "CN", "Asia/Shanghai"),
        ("Remote - Germany", "DE", None),
        ("Georgia", None, None),
        ("Remote", None, None),
    ],
)
def test_places(location: str, country: str | None, zone: str | None) -> None:
    found = places.place(location)
    assert (found and found.country, found and found.zone) == (country, zone)


def test_a_country_has_a_time_zone_only_if_all_its_clocks_agree() -> None:
    assert places.zone_of_country("DE") == "Europe/Berlin"
    assert places.zone_of_country("CN") == "Asia/Shanghai"
    assert places.zone_of_country("US") is None
    assert places.zone_of_country("ES") is None


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-01",
        "2024/3/1",
        "2024年3月1日",
        "01.03.2024",
        "3/1/2024",
        "20240301",
        "01-Mar-2024",
        "March 1, 2024",
        "2024-03-01 00:00:00",
    ],
)
def test_dates(cell: str) -> None:
    assert day(cell, Order.month_first) == date(2024, 3, 1)


@pytest.mark.parametrize("cell", ["", "0000-00-00", "00/00/0000", "9999-12-31", "12/31/9999", "-"])
def test_ways_to_write_that_there_is_no_such_day(cell: str) -> None:
    assert day(cell, Order.month_first) is None


def test_the_file_tells_the_day_from_the_month() -> None:
    assert order_of(["03/04/2024", "25/04/2024"]) == (Order.day_first, True)
    assert order_of(["03/04/2024", "04/25/2024"]) == (Order.month_first, True)
    assert order_of(["03/04/2024"]) == (Order.month_first, False)
    assert order_of(["2024-04-03"]) == (None, False)
    with pytest.raises(BadCell):
        day("13/13/2024", Order.day_first)


@pytest.mark.parametrize(
    ("cell", "days"),
    [("12345", "12345"), ("Mon-Fri", "12345"), ("Sun to Thu", "12347"), ("周一至周五", "12345"), ("Mon, Wed", "13")],
)
def test_working_days(cell: str, days: str) -> None:
    assert working_days(cell) == days


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("FIRSTNAME", Field.given_name),
        ("First_Name", Field.given_name),
        ("*姓名", Field.full_name),
        ("邮箱（必填）", Field.email),
        ("Hire Date (yyyy-mm-dd)", Field.joined_on),
        ("Employee #", Field.employee_no),
        ("Employee", Field.full_name),
        ("MANAGER", Field.manager),
        ("Shoe size", None),
    ],
)
def test_headers(header: str, field: Field | None) -> None:
    found = field_of(header)
    assert (found and found[0]) == field
