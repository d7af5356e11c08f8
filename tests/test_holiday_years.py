"""From November on `evenhand check` says for which places next year's public holidays are not known."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from bot.clock import SetClock
from bot.commands.findings import findings
from bot.commands.findings_company import next_holidays
from bot.finding import Finding, State
from bot.settings import Settings
from bot.wording import Language, Wording
from storage import holiday_years
from storage.calendar import public_holidays
from storage.columns import table
from storage.database import Database
from storage.holiday_years import Lacking, lacking
from storage.people import Person, Status
from tests.team import ANN, BEN

person = table(Person)
NOTHING: frozenset[date] = frozenset()


def lives_in(database: Database, who: int, country: str | None, region: str | None = None, **more: object) -> None:
    with database.write() as db:
        db.execute(update(person).where(person.c.id == who).values(country=country, region=region, **more))


def everybody_lives_in(database: Database, country: str | None) -> None:
    with database.write() as db:
        db.execute(update(person).values(country=country, region=None))


def by_text(database: Database, today: date) -> dict[str, Finding]:
    return {each.text: each for each in next_holidays(database, today)}


@pytest.mark.parametrize("region", [None, "BY", "BE", "NW", "SN", "no such part"])
@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_holidays_of_germany_follow_from_its_laws(region: str | None, year: int) -> None:
    assert lacking("DE", region, year) is None


def test_a_country_nobody_keeps_a_calendar_of_and_a_year_beyond_it_are_not_known() -> None:
    assert lacking("ZZ", None, 2027) is Lacking.holidays
    assert lacking("DE", "BY", 2300) is Lacking.holidays


def test_days_in_lieu_are_expected_where_they_were_announced_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def announced_until(last: int) -> None:
        def known(country: str | None, region: str | None, year: int) -> tuple[frozenset[date], frozenset[date]]:
            worked = {date(each, 2, 14) for each in (2024, 2025, 2026, 2027) if each <= last}  # of all years, as in CN
            return frozenset({date(year, 10, 1)}), frozenset(worked)

        monkeypatch.setattr(holiday_years, "public_holidays", known)

    announced_until(2026)
    assert lacking("CN", None, 2026) is None
    assert lacking("CN", None, 2027) is Lacking.days_in_lieu
    announced_until(2025)
    assert lacking("CN", None, 2027) is Lacking.days_in_lieu
    announced_until(2027)
    assert lacking("CN", None, 2027) is None


def test_china_of_2026_is_known_with_its_weekends_that_are_worked() -> None:
    assert date(2026, 2, 14) in public_holidays("CN", None, 2026)[1]
    assert lacking("CN", None, 2026) is None


def test_nothing_is_said_before_november(database: Database) -> None:
    lives_in(database, BEN, "ZZ")
    assert by_text(database, date(2026, 10, 31)) == {}
    assert by_text(database, date(2026, 11, 1))["holidays_holidays"].values["year"] == 2027


def test_the_places_of_people_who_are_here_are_named_once(database: Database) -> None:
    everybody_lives_in(database, "DE")
    lives_in(database, ANN, "ZZ", "X1")
    found = by_text(database, date(2026, 12, 31))
    assert list(found) == ["holidays_holidays"]
    assert (found["holidays_holidays"].state, found["holidays_holidays"].values["places"]) == (State.odd, "ZZ-X1")
    lives_in(database, ANN, "ZZ", "X1", status=Status.left)
    assert by_text(database, date(2026, 12, 31))["holidays_ok"].values["places"] == "DE"


def test_without_a_country_there_is_nothing_to_say(database: Database) -> None:
    everybody_lives_in(database, None)
    assert by_text(database, date(2026, 12, 1)) == {}


@pytest.mark.parametrize("language", Language)
def test_it_is_a_remark_with_what_follows_and_no_error(database: Database, language: Language) -> None:
    lives_in(database, BEN, "ZZ")
    settings = Settings(database=database.url.render_as_string(hide_password=False))
    clock = SetClock(datetime(2026, 11, 29, 9, tzinfo=UTC))
    (found,) = (each for each in findings(settings, clock) if each.text == "holidays_holidays")
    assert found.state is State.odd
    sentence = Wording(language)(f"check.{found.text}", **found.values)
    for words in ("2027", "ZZ", holiday_years.calendar_release()):
        assert words in sentence
