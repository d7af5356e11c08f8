"""A form without a connection, with a slow one, and across a reload: nothing is claimed that is not so."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.test_day import says
from tests.team import BEN

Enter = Callable[[int], Page]
WEEK = "Closed 14 tickets of the Nordmoor backlog, and the audit is booked"
WELL = "What went well? What did you get done?"


def filled(page: Page) -> None:
    """The check-in, ready to be sent."""
    form = page.get_by_role("dialog")
    form.get_by_role("radio", name="Good", exact=True).check(force=True)
    form.get_by_label(WELL).fill(WEEK)
    form.get_by_role("radio", name="Share with Ann Miller").check()


def test_a_form_says_itself_that_there_is_no_connection_and_can_be_sent_after(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "/checkin")
    form = ben.get_by_role("dialog")
    filled(ben)
    expect(form.locator("[data-kept]")).not_to_be_empty()
    ben.context.set_offline(True)
    form.get_by_label(WELL).press_sequentially(" too")
    expect(form.get_by_role("alert")).to_contain_text("You’re offline")
    expect(form.get_by_role("alert")).to_be_in_viewport()
    expect(form.locator("[data-kept]")).to_be_empty()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("button", name="Send")).to_be_enabled()
    expect(form.get_by_label(WELL)).to_have_value(f"{WEEK} too")
    ben.context.set_offline(False)
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(ben.get_by_role("log")).to_contain_text("Your check-in is saved")


def test_a_slow_send_says_so_and_cannot_be_pressed_again(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "/checkin")
    form = ben.get_by_role("dialog")
    filled(ben)
    held: list[Route] = []
    ben.route("**/submit", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the function it is given
    send = form.locator("button[type=submit]")
    send.click()
    expect(send).to_be_disabled()
    expect(send).to_have_text("Sending…")
    held[0].continue_()
    expect(form).to_be_hidden()
    expect(ben.get_by_role("log")).to_contain_text("Your check-in is saved")


def test_what_was_typed_just_before_a_reload_is_kept(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "/checkin")
    ben.get_by_role("dialog").get_by_label(WELL).fill(WEEK)
    ben.reload()
    ben.get_by_role("log").get_by_role("button", name="Continue").click()
    expect(ben.get_by_role("dialog").get_by_label(WELL)).to_have_value(WEEK)
    ben.keyboard.press("Escape")


def test_an_optional_choice_is_unset_and_no_choice_looks_chosen_at_first(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "/checkin")
    form = ben.get_by_role("dialog")
    first = form.get_by_role("radio").first
    expect(form.get_by_text("How was your week?")).to_be_focused()
    assert first.evaluate("radio => getComputedStyle(radio.closest('.choices')).outlineStyle") == "none"
    ben.keyboard.press("Tab")
    expect(first).to_be_focused()
    ring = "radio => getComputedStyle(radio.closest('.choice')).outlineStyle"
    assert first.evaluate(ring) == "none"
    assert first.evaluate("radio => getComputedStyle(radio.closest('.choices')).outlineStyle") == "solid"
    ben.keyboard.press("Space")
    assert first.evaluate(ring) == "solid"
