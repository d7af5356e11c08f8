"""Ten moments of a day with the bot, in the order in which they are lived through. Each leaves a picture or two."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect

from flows.catalog import Catalog


class Camera(Protocol):
    def room(self, person: int, *, telephone: bool = False) -> AbstractContextManager[Page]: ...

    def shoot(self, page: Page, name: str) -> None: ...


@dataclass(frozen=True)
class Stage:
    """Who is in the pictures, what they say, and in which language."""

    camera: Camera
    texts: Catalog
    language: str
    words: Mapping[str, Any]
    employee: int
    manager: int
    hr: int
    handle: str
    """How the employee is mentioned."""

    def says(self, key: str) -> str:
        """A text of the bot, as it is on a button or at a field."""
        return self.texts.say(self.language, key)

    def shoot(self, page: Page, name: str) -> None:
        self.camera.shoot(page, f"{name}-{self.language}")


def first_visit(stage: Stage) -> None:
    with stage.camera.room(stage.employee) as page:
        expect(page.locator(".card.open")).to_be_visible()
        stage.shoot(page, "first-visit")


def manager_digest(stage: Stage) -> None:
    with stage.camera.room(stage.manager) as page:
        head_of(page.locator(".line", has=page.locator(".digest")).last)
        stage.shoot(page, "digest")


def check_in(stage: Stage) -> None:
    with stage.camera.room(stage.employee) as page:
        page.locator(".card.open button.main").first.click()
        form = form_of(page)
        form.get_by_role("radio", name=stage.says("checkin.Pulse.choices.mood.4"), exact=True).check(force=True)
        for field, words in (("highlights", "went"), ("blockers", "blocked"), ("help_wanted", "support")):
            form.get_by_label(stage.says(f"checkin.Pulse.{field}")).fill(stage.words[words])
        form.locator("[name='q.share'][value=manager]").check(force=True)
        head_of(form.locator(".field", has=page.locator("[name='q.highlights']")))
        stage.shoot(page, "check-in")
        send(form)
        expect(form).to_be_hidden()


def call_for_help(stage: Stage) -> None:
    with stage.camera.room(stage.manager) as page:
        call = told(page, stage.words["support"])
        call.get_by_role("button", name=stage.says("reply.title"), exact=True).click()
        form = form_of(page)
        form.locator("textarea").fill(stage.words["reply"])
        send(form)
        expect(form).to_be_hidden()
        expect(page.locator(".line.said")).to_have_count(1)
        call.locator("button:focus").evaluate_all("pressed => pressed.forEach(each => each.blur())")
        stage.shoot(page, "help")
        call.get_by_role("button", name=stage.says("take.title"), exact=True).click()
        expect(page.locator(".line.said")).to_have_count(2)
    with stage.camera.room(stage.employee) as page:
        expect(told(page, stage.words["reply"])).to_be_visible()
        stage.shoot(page, "help-answered")


def win(stage: Stage) -> None:
    with stage.camera.room(stage.manager) as page:
        say(page, f"{stage.words['win_command']} @{stage.handle} {stage.words['win']}")
        expect(told(page, stage.words["win"]).get_by_role("button", name=stage.says("undo.title"))).to_be_visible()
        stage.shoot(page, "win")


def ambiguous_day(stage: Stage) -> None:
    with stage.camera.room(stage.manager) as page:
        say(page, f"/meet @{stage.words['colleague']} {stage.words['meeting']}")
        expect(form_of(page)).to_be_visible()
        stage.shoot(page, "which-day")


def colleagues(stage: Stage) -> None:
    with stage.camera.room(stage.manager) as page:
        page.locator("#say").press_sequentially(stage.words["typed"])
        expect(page.locator("#suggestions [role=option]").first).to_be_visible()
        stage.shoot(page, "colleagues")


def goal(stage: Stage) -> None:
    with stage.camera.room(stage.employee) as page:
        say(page, f"/goal {stage.words['goal']}")
        form = form_of(page)
        for asked, answer in zip(("Specific", "Measurable", "TimeBound"), stage.words["answers"], strict=True):
            expect(form.locator("#page-title")).to_have_text(stage.says(f"goal.{asked}.title"))
            form.locator("[name='q.answer'], [name='q.due']").fill(answer)
            send(form)
        expect(form.locator("#page-title")).to_have_text(stage.says("goal.Details.title"))
        stage.shoot(page, "goal")


def announcement(stage: Stage) -> None:
    with stage.camera.room(stage.hr) as page:
        say(page, "/announce")
        form = form_of(page)
        for field in ("headline", "body", "headline_other", "body_other"):
            form.locator(f"[name='q.{field}']").fill(stage.words[field])
        form.locator("[name='q.acknowledge'][value=yes]").check(force=True)
        send(form)
        verdict = form.locator("[name='q.verdict'][value=send]")
        expect(verdict).to_be_attached()
        stage.shoot(page, "announcement")
        verdict.check(force=True)
        send(form)
        expect(form).to_be_hidden()
        expect(page.locator(".announced").first).to_contain_text("120 / 120", timeout=60_000)
    for reader in (stage.employee, stage.manager):
        with stage.camera.room(reader) as page:
            notice = told(page, stage.words["headline"])
            notice.get_by_role("button", name=stage.says("acknowledge.title"), exact=True).click()
            page.wait_for_timeout(400)  # what stands on the screen counts as read
    with stage.camera.room(stage.hr) as page:
        announced = page.locator(".announced").first
        expect(announced).to_contain_text("3 / 120")
        expect(announced).to_contain_text("2 / 120")
        announced.get_by_role("button").first.click()
        form_of(page).locator("summary").nth(1).click()
        stage.shoot(page, "who-has-it")


def telephone(stage: Stage) -> None:
    with stage.camera.room(stage.employee, telephone=True) as page:
        page.locator("[data-go=desk]").click()
        stage.shoot(page, "phone")


MOMENTS: tuple[Callable[[Stage], None], ...] = (
    first_visit,
    manager_digest,
    check_in,
    call_for_help,
    win,
    ambiguous_day,
    colleagues,
    goal,
    announcement,
    telephone,
)


def form_of(page: Page) -> Locator:
    form = page.get_by_role("dialog")
    expect(form).to_be_visible()
    return form


def head_of(part: Locator) -> None:
    """Scrolls until a part is at the head of what is seen."""
    part.evaluate("part => part.scrollIntoView({block: 'start'})")


def send(form: Locator) -> None:
    form.locator("button[type=submit]").click()


def say(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.keyboard.press("Enter")


def told(page: Page, words: str) -> Locator:
    return page.locator(".line.tell").filter(has_text=words).last
