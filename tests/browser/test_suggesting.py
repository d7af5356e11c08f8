"""Suggestions in a real browser: what was nearly a command is one press away, in both languages."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.team import ANN, BEN, LI_NA

Enter = Callable[[int], Page]


def says(page: Page, text: str) -> None:
    box = page.locator("#say")
    box.fill(text)
    box.press("Escape")
    page.keyboard.press("Enter")


def test_a_sentence_becomes_a_form_by_one_press_with_its_words_in_it(enter: Enter) -> None:
    ann = enter(ANN)
    says(ann, "I'm off 21 Dec to 3 Jan")
    log = ann.get_by_role("log")
    expect(log).to_contain_text("Did you mean /timeoff?")
    expect(log.locator(".commands")).to_have_count(0)
    log.get_by_role("button", name="/timeoff 21 Dec to 3 Jan").click()
    expect(log).to_contain_text("Saved: you’re off Mon 21 Dec")
    expect(log.locator(".line.typed").last).to_contain_text("/timeoff 21 Dec to 3 Jan")


def test_what_a_line_lacks_is_asked_in_the_form_it_opens(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "/1:1 @ann.miller about <b>Q4</b> goals")
    ben.get_by_role("log").get_by_role("button", name="/meet").click()
    form = ben.locator("#page form")
    expect(form).to_be_visible()
    expect(form.get_by_label("What’s it about?")).to_have_value("<b>Q4</b> goals")


def test_a_manager_opens_the_closer_look_from_a_question(enter: Enter) -> None:
    ann = enter(ANN)
    says(ann, "how is Ben Okafor doing?")
    ann.get_by_role("log").get_by_role("button", name="Look at Ben Okafor").click()
    expect(ann.locator("#page")).to_contain_text("Ben Okafor")


def test_chinese_names_are_completed_after_what_a_chinese_keyboard_types(enter: Enter) -> None:
    li = enter(LI_NA)
    box = li.locator("#say")
    for typed, name in (("、周", "/周报"), ("/表", "/表扬"), ("/wi", "/亮点")):
        box.fill("")
        box.press_sequentially(typed)
        expect(li.locator("#suggestions [role=option]").first).to_contain_text(name)
        box.press("Escape")
    for typed in ("/checkin", "、周报"):  # all of it is typed, so that Enter sends it
        box.fill("")
        box.press_sequentially(typed)
        box.press("Enter")
        expect(li.get_by_role("dialog")).to_be_visible()
        li.keyboard.press("Escape")
        expect(box).to_have_value("")
    says(li, "我明天请假")
    expect(li.get_by_role("log")).to_contain_text("你是想用“/请假”吗？")


def test_help_is_short_and_the_rest_is_one_press_away(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "help")
    log = ben.get_by_role("log")
    expect(log.locator(".commands dt")).to_have_count(5)
    log.get_by_role("button", name="All commands").click()
    expect(log.locator(".line.help").last.locator(".commands dt")).to_have_count(14)


def test_a_language_chosen_in_preferences_holds_for_the_whole_page_at_once(enter: Enter) -> None:
    ben = enter(BEN)
    says(ben, "/preferences")
    form = ben.locator("#page form")
    form.get_by_text("中文 (Chinese)").click()
    form.get_by_role("button", name="Send").click()
    expect(ben.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(ben.locator("#say")).not_to_have_attribute("placeholder", "Message Evenhand, or type /")
