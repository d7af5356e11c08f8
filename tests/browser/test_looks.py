"""A closer look from the desk in a real browser, with the keyboard: it opens, can be read, and gives focus back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_day import require_nothing_serious, says
from tests.team import ANN, BEN

pytestmark = pytest.mark.browser


def test_a_manager_reads_a_week_without_a_mouse(enter: Callable[[int], Page]) -> None:
    ben, ann = enter(BEN), enter(ANN)
    says(ann, "/win @ben.okafor renewed Lumen two weeks early")
    expect(ben.get_by_role("log")).to_contain_text("renewed Lumen two weeks early")
    name = ann.get_by_role("button", name="Ben Okafor: weeks, goals and events")
    name.focus()
    ann.keyboard.press("Enter")
    look = ann.get_by_role("dialog", name="Ben Okafor")
    expect(look).to_contain_text("No check-in has been shared with you yet.")
    expect(look).to_contain_text("renewed Lumen two weeks early")
    require_nothing_serious(ann)
    ann.keyboard.press("Escape")
    expect(look).to_be_hidden()
    expect(name).to_be_focused()


def test_focus_comes_back_to_what_was_drawn_anew_meanwhile(enter: Callable[[int], Page]) -> None:
    ben, ann = enter(BEN), enter(ANN)
    name = ann.get_by_role("button", name="Ben Okafor: weeks, goals and events")
    name.focus()
    before = name.element_handle()
    ann.keyboard.press("Enter")
    look = ann.get_by_role("dialog", name="Ben Okafor")
    expect(look).to_be_visible()
    says(ben, "/win @ann.miller found us a bigger room")
    ann.wait_for_function("button => !button.isConnected", arg=before)
    ann.keyboard.press("Escape")
    expect(look).to_be_hidden()
    expect(name).to_be_focused()

    # A button that sends something is known by what it sends, but for the event, which is another each time.
    says(ann, "/checkin")
    expect(ann.get_by_role("dialog")).to_be_visible()
    ann.keyboard.press("Escape")
    answer = ann.get_by_role("complementary").get_by_role("button", name="Answer")
    answer.focus()
    before = answer.element_handle()
    ann.keyboard.press("Enter")
    expect(ann.get_by_role("dialog")).to_be_visible()
    says(ben, "/win @ann.miller found us a bigger table")
    ann.wait_for_function("button => !button.isConnected", arg=before)
    ann.keyboard.press("Escape")
    expect(answer).to_be_focused()
