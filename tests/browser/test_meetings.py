"""A meeting between two browsers: planned in the form, seen by the other at once, and saved to a calendar."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.test_day import require_nothing_serious, says
from tests.team import ANN, LI_NA

pytestmark = pytest.mark.browser

Enter = Callable[[int], Page]


def test_a_meeting_is_planned_moved_and_put_into_a_calendar(enter: Enter, tmp_path: Path) -> None:
    ann, li = enter(ANN), enter(LI_NA)
    monday = datetime.now(UTC).date() + timedelta(days=14 - datetime.now(UTC).weekday())
    says(ann, "/meet @li.na Q4 goals")
    form = ann.get_by_role("dialog")
    form.get_by_label("Which day?").fill(monday.isoformat())
    form.get_by_label("What time?").fill("09:00")
    require_nothing_serious(ann)
    form.get_by_role("button", name="Schedule").click()
    expect(form).to_be_hidden()

    # Li Na reads of it in her own time, and finds it on her desk.
    log, desk = li.get_by_role("log"), li.get_by_role("complementary")
    expect(log).to_contain_text("Ann Miller 邀请你参加：“Q4 goals”")
    expect(log).to_contain_text(re.compile("（周一）1[56]:00"))
    expect(desk).to_contain_text("即将召开的会议")
    require_nothing_serious(li)
    with li.expect_download() as download:
        log.get_by_role("link", name="加入日历").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    event: Any = Calendar.from_ical(file.read_bytes()).walk("VEVENT")[0]
    assert (file.name, event["summary"], event["dtstart"].dt.hour) == ("invitation.ics", "Q4 goals", 9)

    # She moves it from her desk; Ann sees it at once.
    desk.get_by_role("button", name="修改时间或内容").click()
    li.get_by_role("dialog").get_by_label("几点？").fill("16:30")
    li.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(li.get_by_role("dialog")).to_be_hidden()
    expect(ann.get_by_role("log")).to_contain_text("Na Li moved “Q4 goals”")
