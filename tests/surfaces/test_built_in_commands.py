"""No command of ours is one of Slack's or Teams' own, with a prefix or without, and each is one that Slack takes."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.app import TEXTS
from bot.slack.manifest import manifest as slack_manifest
from bot.teams.package import manifest as teams_manifest
from flows.catalog import LANGUAGES, load
from flows.command_names import CommandNames, RepeatedName
from flows.core import Register, command, discover, flow

BUILT_IN = tomllib.loads((Path(__file__).parent / "built_in_commands.toml").read_text("utf-8"))
REGISTER, CATALOG = discover(), load(*TEXTS)
PREFIXES = ("", "eh-", "a", "evenhand-hr1")
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_slacks_own_commands_are_not_among_ours(language: str, prefix: str) -> None:
    made = slack_manifest(REGISTER, CATALOG, language=language, prefix=prefix)
    names = [each["command"] for each in made["features"]["slash_commands"]]
    assert all(name.startswith(f"/{prefix}") for name in names)
    assert {name.removeprefix("/") for name in names} & set(BUILT_IN["slack"]["names"]) == set()
    assert [name for name in names if not re.match(BUILT_IN["slack"]["rule"], name[1:]) or len(name) > 32] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_teams_own_commands_are_not_among_ours(language: str, prefix: str) -> None:
    made = teams_manifest(
        REGISTER, CATALOG, app_id=NOBODY, site="https://x.example", company="X", language=language, prefix=prefix
    )
    titles = [each["title"] for listed in made["bots"][0]["commandLists"] for each in listed["commands"]]
    assert titles
    assert {title.removeprefix("/") for title in titles} & set(BUILT_IN["teams"]["names"]) == set()
    assert all(title.removeprefix("/").startswith(prefix) for title in titles if title.isascii())


def test_the_teams_menu_holds_what_everybody_uses_most_and_nothing_for_hr_alone() -> None:
    made = teams_manifest(REGISTER, CATALOG, app_id=NOBODY, site="https://x.example", company="X")
    listed = [each["title"] for each in made["bots"][0]["commandLists"][0]["commands"]]
    assert listed[:7] == ["/help", "/desk", "/checkin", "/win", "/praise", "/progress", "/meet"]
    assert not {"/announce", "/asked", "/coach", "/weekday"} & set(listed)


def test_texts_name_commands_as_their_readers_type_them() -> None:
    names = CommandNames.of(REGISTER.by_command(), CATALOG, "eh-")
    spelt = names.spelt(CATALOG)
    for language in LANGUAGES:
        for key in CATALOG.keys(language):
            text = spelt.texts[language][key]
            for form in [text] if isinstance(text, str) else text.values():
                plain = [name for name in re.findall(r"(?<![\w/.:])/([a-z]+)(?![\w/])", form) if name in names.known]
                assert plain == [], f"{key} in {language}"


def test_a_name_cannot_stand_for_two_commands() -> None:
    @flow("vacation", on=command("away"))
    async def vacation(me: object) -> None: ...

    register = Register.of(*REGISTER.newest(), vacation)
    with pytest.raises(RepeatedName, match="away"):
        CommandNames.of(register.by_command(), CATALOG)
