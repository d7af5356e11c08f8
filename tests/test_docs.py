"""Every setting, every command with its options, and every slash command is documented."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic.fields import FieldInfo
from typer.main import get_command

from bot.cli import COMMANDS
from bot.presence import MAY_DIFFER
from bot.settings import PREFIX, Settings
from bot.wording import Language, Wording
from flows.core import discover
from storage.tables import ALL as ALL_TABLES

ROOT = Path(__file__).parent.parent
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))}
ALL = "\n".join(PAGES.values())
SETTINGS = {f"{PREFIX}{name.upper()}": info for name, info in Settings.model_fields.items()}


@pytest.mark.parametrize("variable", SETTINGS)
def test_every_setting_is_in_the_table_with_its_default(variable: str) -> None:
    row = re.search(rf"^\| `{variable}` \| (.+?) \| (.+) \|$", PAGES["settings.md"], re.MULTILINE)
    assert row, f"docs/settings.md has no row for {variable}"
    default = SETTINGS[variable].default
    if default not in (None, ""):
        assert row[1] == f"`{default}`"
    assert len(row[2]) > 20


def test_no_setting_is_documented_that_is_not_there() -> None:
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", ALL)) <= SETTINGS.keys()


@pytest.mark.parametrize("info", SETTINGS.values(), ids=SETTINGS)
def test_every_setting_describes_itself(info: FieldInfo) -> None:
    assert info.description


def test_every_table_is_on_the_page_that_says_for_how_long() -> None:
    tables = {str(model.__tablename__) for model in ALL_TABLES}
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| .+ \| .+ \|$", PAGES["data.md"], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == tables


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"`evenhand {command}" in ALL


def test_no_command_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"evenhand ([a-z][a-z-]*)", ALL.replace("evenhand is", ""))) <= {*COMMANDS, "in", "and"}


def test_every_option_of_the_demo_is_documented() -> None:
    demo = get_command(COMMANDS["demo"](Wording(Language.en)))
    options = {name for parameter in demo.params for name in parameter.opts}
    assert options
    assert {option for option in options if option not in PAGES["operators.md"]} == set()


@pytest.mark.parametrize("command", sorted(discover().by_command()))
def test_every_slash_command_is_documented(command: str) -> None:
    assert f"/{command}" in ALL


@pytest.mark.parametrize("program", ["people", "leave"])
def test_every_option_of_the_imports_is_documented(program: str) -> None:
    options = {name for each in _import_options(program) for name in each.opts if name.startswith("--")}
    assert options
    assert {name for name in options - {"--database"} if f"`{name}" not in PAGES["people-import.md"]} == set()


def _import_options(program: str) -> list[Any]:
    group: Any = get_command(COMMANDS[program](Wording(Language.en)))
    return list(group.commands["import"].params)


@pytest.mark.parametrize("page", PAGES)
def test_a_link_between_the_pages_leads_somewhere(page: str) -> None:
    folder = ROOT if page == "README.md" else ROOT / "docs"
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", PAGES[page]) if "://" not in link]
    assert [link for link in links if not (folder / link).exists()] == []


def test_every_picture_is_shown_and_every_one_shown_is_there() -> None:
    shown = set(re.findall(r"images/([\w-]+\.png)", ALL))
    assert shown == {path.name for path in (ROOT / "docs" / "images").iterdir()}


def test_the_commands_are_the_programs_typer_knows() -> None:
    assert all(isinstance(program(Wording(Language.en)), typer.Typer) for program in COMMANDS.values())


def test_the_example_environment_file_has_every_setting_with_its_default() -> None:
    file = (ROOT / "deploy" / "evenhand.env.example").read_text("utf-8")
    given = dict(re.findall(rf"^#({PREFIX}[A-Z_]+)=(.*)$", file, re.MULTILINE))
    assert list(given) == list(SETTINGS)
    for variable, default in given.items():
        row = re.search(rf"^\| `{variable}` \| (.+?) \| ", PAGES["settings.md"], re.MULTILINE)
        assert row
        if default:
            assert row[1].strip("`") == default
        else:
            assert SETTINGS[variable].default in (None, "")


def test_the_guide_lists_the_settings_that_may_differ_between_processes() -> None:
    told = PAGES["settings.md"].partition("## Several processes")[2].partition("## ")[0]
    assert set(re.findall(rf"`({PREFIX}[A-Z_]+)`", told)) == {PREFIX + name.upper() for name in MAY_DIFFER}
