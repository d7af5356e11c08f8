"""An announcement in a real browser: watched while it goes out, held, changed and taken back, without reloading."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_day import require_nothing_serious
from tests.team import BEN, HANNA

pytestmark = pytest.mark.browser

Enter = Callable[[int], Page]


def announces(hanna: Page, headline: str, hour: int | None = None) -> None:
    hanna.get_by_role("textbox", name="Message").fill("/announce")
    hanna.keyboard.press("Enter")
    letter = hanna.get_by_role("dialog")
    letter.get_by_label("Headline", exact=True).fill(headline)
    letter.get_by_label("Text", exact=True).fill("It begins on Monday.")
    if hour is not None:
        letter.get_by_role("radio", name=re.compile("each person’s own time zone")).check()
        letter.locator("[name='q.hour']").fill(str(hour))
    letter.get_by_role("button", name="Preview").click()
    letter.get_by_role("radio", name="Send it", exact=True).check()
    letter.get_by_role("button", name="Continue").click()
    expect(letter).to_be_hidden()


def told(page: Page, words: str) -> Locator:
    return page.get_by_role("log").locator(".line.tell").filter(has_text=words)


def test_who_has_it_renews_itself_while_it_is_open(enter: Enter) -> None:
    hanna = enter(HANNA)
    announces(hanna, "Later today", (datetime.now(UTC).hour + 12) % 24)
    expect(told(hanna, "Your announcement")).to_contain_text("Scheduled for")
    hanna.get_by_role("complementary").get_by_role("button", name="Who has it?").click()
    look = hanna.get_by_role("dialog")
    look.get_by_text("Still to be sent: 6").click()
    expect(look.get_by_text("Ben Okafor")).to_be_visible()
    look.get_by_role("button", name="Pause").click()
    expect(look).to_contain_text("Paused by Hanna Vogel: 0 of 6 sent")
    expect(look.get_by_text("Ben Okafor")).to_be_visible()  # what was unfolded stays so
    require_nothing_serious(hanna)
    look.get_by_role("button", name="Stop sending").click()
    look.get_by_role("radio", name="Yes").check()
    look.get_by_role("button", name="Stop sending").click()
    expect(told(hanna, "Your announcement")).to_contain_text(
        "Stopped by Hanna Vogel: 0 of 6 sent, 0 failed, 6 skipped."
    )


def test_what_is_changed_and_taken_back_is_seen_at_once(enter: Enter) -> None:
    hanna, ben = enter(HANNA), enter(BEN)
    announces(hanna, "Review cycle")
    expect(told(ben, "Review cycle")).to_contain_text("It begins on Monday.")
    mine = told(hanna, "Your announcement")
    mine.get_by_role("button", name="Edit").click()
    letter = hanna.get_by_role("dialog")
    letter.get_by_label("English text", exact=True).fill("It begins on Tuesday.")
    letter.get_by_role("button", name="Save changes").click()
    expect(told(ben, "Review cycle")).to_contain_text("It begins on Tuesday.")
    expect(ben.get_by_role("log")).not_to_contain_text("Monday")
    mine.get_by_role("button", name="Withdraw").click()
    letter.get_by_role("radio", name="Yes").check()
    letter.get_by_role("button", name="Withdraw").click()
    expect(told(ben, "Review cycle")).to_contain_text("Hanna Vogel withdrew “Review cycle”.")
    expect(ben.get_by_role("log")).not_to_contain_text("Tuesday")
    expect(ben.get_by_role("log").locator(".line.tell")).to_have_count(1)
