"""`evenhand try` and `evenhand preview`, called as somebody at a terminal calls them."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands import preview, try_flow
from bot.wording import Language, Wording
from flows.core import discover
from flows.explore import explore_all

FLOWS = tuple(discover().newest())


def tried(*arguments: str, typed: str | bytes = "", language: Language = Language.en) -> Result:
    return CliRunner().invoke(try_flow.program(Wording(language)), arguments, input=typed)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.en,
            ["You are ", "If you share it, ", "No one answered.", "No one is asked anything else. That’s the end."],
        ),
        (Language.zh, ["现在你是", "选择共享后", "没有人回答", "没有需要提问的人了，流程结束。"]),
    ],
)
def test_a_check_in_can_be_tried_from_a_script(language: Language, said: list[str]) -> None:
    done = tried("checkin", typed="?\n4\n!\n", language=language)
    assert done.exit_code == 0, done.output
    assert [each for each in said if each not in done.output] == []


def test_a_script_that_ends_early_and_bytes_that_are_no_text_leave_cleanly() -> None:
    left = tried("checkin", typed=b"\xff\xfe\n4\n")
    assert left.exit_code == 0
    assert "There’s a character here that can’t be shown (U+DCFF" in left.output
    assert left.output.rstrip().endswith("You’ve left. Nothing was saved.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "There’s no conversation called “nowhere”. Conversations:"),
        (("respond",), "“respond” starts only from a button"),
        (("checkin", "--as", "nobody at all"), "The sample company has no one called “nobody at all”"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    done = tried(*arguments)
    assert done.exit_code == 1
    assert said in " ".join(done.stderr.split())


class Document(HTMLParser):
    """Which parts of a page can be gone to, and which addresses it asks for."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.looks: list[tuple[str, str]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in {"section", "article"} and "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag in {"link", "script", "img", "iframe"}:
            self.fetched.append(given.get("href") or given.get("src") or tag)
        if "data-surface" in given:
            self.looks.append((given["data-surface"], given["lang"]))


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    file = tmp_path_factory.mktemp("preview") / "new folder" / "preview.html"
    done = CliRunner().invoke(preview.program(Wording(Language.en)), ["--out", str(file)])
    assert done.exit_code == 0, done.output
    markup = file.read_text("utf-8")
    styles = "".join(re.findall(r"<style>(.*?)</style>", markup, re.DOTALL))
    assert len(styles) > 1000
    assert set(re.findall(r"url\(\"?([a-z]+:|/)", styles)) <= {"data:"}
    return Document(markup)


def test_every_page_and_message_is_shown_on_each_surface_in_each_language(document: Document) -> None:
    shown = sum(len(each.kinds_of_pages()) + len(each.kinds_of_messages()) for each in explore_all(FLOWS))
    assert shown > len(FLOWS)
    for look in [("web", "en"), ("web", "zh"), ("terminal", "en"), ("terminal", "zh")]:
        assert document.looks.count(look) == shown


def test_every_conversation_is_in_the_contents_and_every_link_leads_somewhere(document: Document) -> None:
    assert len(document.ids) == len(set(document.ids))
    assert {flow.name for flow in FLOWS} <= set(document.ids)
    assert {link.removeprefix("#") for link in document.links if link.startswith("#")} <= set(document.ids)


def test_the_file_is_whole_in_itself(document: Document) -> None:
    assert document.fetched == []


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(preview.program(Wording(Language.en)), ["--out", str(tmp_path / "file" / "preview.html")])
    assert done.exit_code == 1
    assert "Can’t write" in " ".join(done.stderr.split())
