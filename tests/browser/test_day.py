"""A day of three people in a real browser: what one does the others see, without reloading, and without a mouse."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.house import House
from tests.team import ANN, BEN, HANNA, LI_NA

pytestmark = pytest.mark.browser

Enter = Callable[[int], Page]
WEEK = "Closed 3 of 4 renewals with Lumen, <b>worth</b> 120k"


def says(page: Page, text: str) -> None:
    page.get_by_role("textbox", name=re.compile("^(Message|消息)$")).fill(text)
    page.keyboard.press("Enter")


def require_nothing_serious(page: Page) -> None:
    """Nothing that keeps somebody from reading or using the page, once what is still fading in has arrived."""
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    found = Axe().run(page).response["violations"]
    serious = {each["id"]: [node["html"][:120] for node in each["nodes"]] for each in found
               if each["impact"] in {"serious", "critical"}}  # fmt: skip
    assert serious == {}


def test_a_day_of_an_employee_a_manager_and_hr(enter: Enter) -> None:
    ben, ann, hanna = enter(BEN), enter(ANN), enter(HANNA)

    # Ben checks in, and asks for help.
    says(ben, "/checkin")
    form = ben.get_by_role("dialog")
    form.get_by_role("radio", name="Good", exact=True).check(force=True)
    form.get_by_label("What went well? What did you get done?").fill(WEEK)
    form.get_by_label("Where could you use some support?").fill("Legal should look at the Acme contract")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_contain_text("1 answer needs a change")
    expect(form.get_by_role("radio", name="Share with Ann Miller")).to_be_focused()
    form.get_by_role("radio", name="Share with Ann Miller").check()
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(ben.get_by_role("log")).to_contain_text("Your check-in is saved")

    # Ann, his manager, sees it arrive.
    expect(ann.get_by_role("log")).to_contain_text("Ben Okafor would like your support: Legal should look")
    expect(ann.get_by_role("complementary")).to_contain_text("1 of 2 checked in")

    # Ann logs a miss; Ben contests it from his desk; she sees that at once.
    says(ann, "/miss @ben.okafor sent the Lumen offer two days late")
    expect(ben.get_by_role("log")).to_contain_text("sent the Lumen offer two days late")
    ben.get_by_role("complementary").get_by_role("button", name="Respond").click()
    form.get_by_role("radio", name=re.compile("dispute", re.IGNORECASE)).check()
    form.get_by_role("textbox").fill("It was sent on the day; the mail is in the folder.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(ann.get_by_role("log")).to_contain_text("It was sent on the day")

    # Hanna announces; Ben reads and acknowledges; her desk counts it.
    says(hanna, "/announce")
    notice = hanna.get_by_role("dialog")
    notice.get_by_label("Headline", exact=True).fill("The review cycle begins on Monday")
    notice.get_by_label("Text", exact=True).fill("Please look at your goals before.")
    notice.get_by_role("radiogroup", name=re.compile("confirm")).get_by_role("radio", name="Yes").check()
    notice.get_by_role("button", name="Preview").click()
    notice.get_by_role("radio", name="Send it", exact=True).check()
    notice.get_by_role("button", name="Continue").click()
    expect(notice).to_be_hidden()
    expect(ben.get_by_role("log")).to_contain_text("The review cycle begins on Monday")
    expect(hanna.get_by_role("complementary")).to_contain_text("Read")
    ben.get_by_role("log").get_by_role("button", name=re.compile("read|cknowledge", re.IGNORECASE)).last.click()
    reached = hanna.get_by_role("complementary").locator(".announced")
    expect(reached).to_contain_text(re.compile(r"Confirmed\s*1 / 6"))


def test_without_a_mouse(enter: Enter) -> None:
    ben = enter(BEN)
    ben.get_by_role("textbox", name="Message").focus()
    ben.keyboard.type("/ch")
    expect(ben.get_by_role("option", name="/checkin")).to_have_attribute("aria-selected", "true")
    ben.keyboard.press("Enter")
    expect(ben.get_by_role("textbox", name="Message")).to_have_value("/checkin ")
    ben.keyboard.press("Enter")
    form = ben.get_by_role("dialog")
    expect(form.get_by_text("How was your week?")).to_be_focused()
    ben.keyboard.press("Tab")
    expect(form.get_by_role("radio").first).to_be_focused()
    for _ in range(3):
        ben.keyboard.press("ArrowRight")
    ben.keyboard.press("Tab")
    ben.keyboard.type(WEEK)
    ben.keyboard.press("Escape")  # away, with what was typed a moment ago
    expect(form).to_be_hidden()
    expect(ben.get_by_role("textbox", name="Message")).to_be_focused()
    card = ben.get_by_role("log").get_by_role("button", name="Continue")
    card.focus()
    ben.keyboard.press("Enter")
    expect(form.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    expect(form.get_by_label("What went well")).to_have_value(WEEK)
    form.get_by_label("Where could you use some support").focus()
    ben.keyboard.press("Tab")
    ben.keyboard.press("Space")
    ben.keyboard.press("Tab")
    ben.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Send")).to_be_focused()
    ben.keyboard.press("Enter")
    expect(form).to_be_hidden()
    expect(ben.get_by_role("log")).to_contain_text("Your check-in is saved")


def test_two_windows_of_one_person_show_the_same(enter: Enter) -> None:
    first, second = enter(LI_NA), enter(LI_NA)
    says(first, "/checkin")
    first.get_by_role("dialog").get_by_role("button", name="关闭").click()
    expect(second.get_by_role("log").get_by_role("button", name="填写")).to_be_visible()
    says(second, "帮助")
    expect(first.get_by_role("log")).to_contain_text("/亮点")


@pytest.mark.parametrize(("person", "scheme"), [(BEN, "light"), (LI_NA, "dark")])
def test_axe_finds_nothing_serious(browser: Browser, house: House, person: int, scheme: str) -> None:
    dark = scheme == "dark"
    context = browser.new_context(color_scheme="dark" if dark else "light", bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(house.address)
    require_nothing_serious(page)
    page.goto(house.room(person))
    for text in (
        "/praise @ann.miller for the calm in the Acme talks",
        "/win won 3 renewals with Acme",
        "help",
        "/goal",
    ):
        says(page, text)
        page.wait_for_timeout(150)
        if page.get_by_role("dialog").is_visible():
            page.keyboard.press("Escape")
    says(page, "/checkin")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
    require_nothing_serious(page)
    page.keyboard.press("Escape")
    require_nothing_serious(page)
    context.close()


def test_on_a_telephone_everything_fits(browser: Browser, house: House) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    for address in (house.address, house.room(LI_NA)):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="我的工作台").click()
    expect(page.get_by_role("complementary")).to_be_visible()
    expect(page.get_by_role("main")).to_be_hidden()
    page.get_by_role("complementary").get_by_role("button", name=re.compile("填写")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def from_end(page: Page) -> int:
    """Pixels between what one sees of the chat and its end, once what has arrived is laid out."""
    laid_out = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    distance = "(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight)"
    return round(float(page.evaluate(f"{laid_out}.then(() => {distance}(document.querySelector('.scroll')))")))


def test_every_reply_is_where_one_is_looking(enter: Enter) -> None:
    ben = enter(BEN)
    box = ben.get_by_role("textbox", name="Message")
    for number in range(1, 6):
        box.focus()
        ben.keyboard.type("help")
        ben.keyboard.press("Enter")
        expect(ben.locator(".line.help")).to_have_count(number)
        assert from_end(ben) <= 1


def test_what_is_kept_out_of_the_common_chat_is_confirmed_there(enter: Enter) -> None:
    ann, li = enter(ANN), enter(LI_NA)
    li.locator("[data-go=everyone]").click()
    says(li, "Acme 续约签下来了")
    ann.get_by_role("button", name="# everyone").click()
    line = ann.locator(".line.post")
    line.hover()
    line.get_by_role("button", name="Save as evidence").click()
    form = ann.get_by_role("dialog")
    form.get_by_role("radio", name="win").check()
    form.locator("button[type=submit]").click()
    expect(form).to_be_hidden()
    expect(ann.locator("#toast")).to_contain_text("Evenhand: Saved.")
    expect(ann.locator("#toast")).to_be_visible()


def help_columns(page: Page) -> set[int]:
    """Where, from the left, what the commands are about begins."""
    return {round(each["x"]) for about in page.locator(".commands dd").all() if (each := about.bounding_box())}


def test_help_is_a_table_of_two_columns_or_of_one_on_a_telephone(enter: Enter) -> None:
    ann = enter(ANN)
    says(ann, "help")
    expect(ann.locator(".commands")).to_be_visible()
    assert len(help_columns(ann)) == 1
    widths = [about.bounding_box() for about in ann.locator(".commands dd").all()]
    assert all(each and each["width"] > 180 for each in widths)
    ann.set_viewport_size({"width": 390, "height": 844})
    assert len(help_columns(ann)) == 1
    assert ann.evaluate("document.documentElement.scrollWidth") <= 390
    box = ann.get_by_role("textbox", name="Message")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight")  # all of its placeholder is in sight


def test_who_reads_further_up_is_left_there(enter: Enter) -> None:
    ben, ann = enter(BEN), enter(ANN)
    for number in range(1, 4):
        says(ben, "help")
        expect(ben.locator(".line.help")).to_have_count(number)
    ben.locator(".scroll").hover()
    ben.mouse.wheel(0, -500)
    ben.wait_for_function("(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight > 300)"
                          "(document.querySelector('.scroll'))")  # fmt: skip
    says(ann, "/win @ben.okafor won 3 renewals with Acme")
    expect(ben.get_by_role("log")).to_contain_text("won 3 renewals with Acme")
    assert from_end(ben) > 300


def test_what_was_typed_survives_a_lost_connection(enter: Enter) -> None:
    ben = enter(BEN)
    ben.route("**/say", lambda route: route.abort())
    says(ben, "help")
    expect(ben.locator("#toast")).to_contain_text("You’re offline")
    expect(ben.get_by_role("textbox", name="Message")).to_have_value("help")
    ben.unroute("**/say")
    ben.keyboard.press("Enter")
    expect(ben.get_by_role("log")).to_contain_text("Here’s what I can do")
    expect(ben.get_by_role("log").locator(".line.typed")).to_have_count(1)
