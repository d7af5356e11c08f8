"""The package for Teams: everything there is in it, nothing Teams refuses, and the pictures are pictures."""

import io
import zipfile
import zlib
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from bot.app import TEXTS
from bot.commands.teams_package import program
from bot.teams.package import ICONS, MOST_COMMANDS, Faulty, contents, lint, localized, manifest, package
from bot.wording import Language, Wording
from flows.catalog import LANGUAGES, load
from flows.command_names import CommandNames
from flows.core import Register, discover
from tests.surfaces.teams.service import APP

ROOT = Path(__file__).parents[3]
KEPT = ROOT / "deploy/teams"
REGISTER, CATALOG = discover(), load(*TEXTS)
SITE = "https://intranet.lumen.example/evenhand"
MADE = manifest(REGISTER, CATALOG, app_id=APP, site=SITE, company="Lumen")


def packed(**more: Any) -> zipfile.ZipFile:
    known = {"app_id": APP, "site": SITE, "company": "Lumen", **more}
    return zipfile.ZipFile(io.BytesIO(package(contents(REGISTER, CATALOG, **known))))


def test_the_package_holds_what_its_manifest_names_and_is_the_same_every_time() -> None:
    archive = packed()
    made = orjson.loads(archive.read("manifest.json"))
    named = {"manifest.json", *made["icons"].values()}
    named |= {each["file"] for each in made["localizationInfo"]["additionalLanguages"]}
    assert set(archive.namelist()) == named
    known = {"app_id": APP, "site": SITE, "company": "Lumen"}
    assert package(contents(REGISTER, CATALOG, **known)) == package(contents(REGISTER, CATALOG, **known))


def test_the_files_in_the_repository_are_todays() -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    site = "https://evenhand.example.com"
    made = contents(REGISTER, CATALOG, app_id=nobody, site=site, company="Example")
    run = f"evenhand teams-package --app-id {nobody} --site {site} --company Example --folder {KEPT.relative_to(ROOT)}"
    assert {path.name for path in KEPT.iterdir()} == set(made), f"run: {run}"
    for name, content in made.items():
        kept = (KEPT / name).read_bytes()
        if name in ICONS.values():
            assert _rows(kept) == _rows(content), f"run: {run}"
        else:
            assert kept.decode() == content.decode(), f"run: {run}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_shortcut_is_in_it_and_teams_takes_it(language: str) -> None:
    made = manifest(REGISTER, CATALOG, app_id=APP, site=SITE, company="Lumen", language=language)
    assert list(lint(made)) == []
    mentioned, slashed = made["bots"][0]["commandLists"]
    names = CommandNames.of(REGISTER.by_command(), CATALOG)
    everybodys = [name for name, flow in REGISTER.by_command().items() if flow.offered is None]
    desk = {"en": "desk", "zh": "工作台"}[language]
    expected = [names.shown_in(language, "help"), desk, *(names.shown_in(language, each) for each in everybodys)]
    expected = expected[:MOST_COMMANDS]
    assert [each["title"] for each in mentioned["commands"]] == [f"/{name}" for name in expected]
    assert [each["title"] for each in slashed["commands"]] == expected
    assert "personal" not in slashed["scopes"]
    ids = [each["id"] for each in made["composeExtensions"][0]["commands"]]
    assert {"desk", *REGISTER.by_shortcut()} <= set(ids)


def test_chinese_has_a_text_for_every_place_and_no_other() -> None:
    chinese = localized(REGISTER, CATALOG, "zh")
    for place, text in chinese.items():
        if place != "$schema":
            assert text
            assert _at(MADE, place)
    assert any("一" <= letter <= "鿿" for letter in str(chinese["description.short"]))


def _at(made: Any, place: str) -> Any:
    for part in place.replace("]", "").replace("[", ".").split("."):
        made = made[int(part)] if part.isdecimal() else made[part]
    return made


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        ("name.short", "x" * 31, "name.short has 31"),
        ("name.full", "", "name.full has 0"),
        ("description.short", "x" * 81, "description.short"),
        ("developer.name", "x" * 33, "developer.name"),
        ("developer.privacyUrl", "http://x.example", "developer.privacyUrl"),
        ("developer.websiteUrl", "https://", "developer.websiteUrl"),
        ("id", "evenhand", "no id"),
        ("version", "1.0", "version"),
        ("bots[0].botId", "x", "no id"),
        ("bots[0].commandLists[0].commands", [{"title": "x", "description": "x"}] * 13, "13 commands"),
        ("bots[0].commandLists[0].commands[0].title", "x" * 129, "title of command"),
        ("composeExtensions[0].commands[0].title", "x" * 33, "title of extension"),
        ("composeExtensions[0].commands[0].description", "", "description of extension"),
        ("composeExtensions[0].commands[0].id", "desk", "same id"),
        ("composeExtensions[0].commands", [], "0 extensions"),
    ],
)
def test_what_teams_would_refuse_is_found(place: str, value: Any, fault: str) -> None:
    made = deepcopy(MADE)
    section, _, name = place.rpartition(".")
    (_at(made, section) if section else made)[name] = value
    assert any(fault in each for each in lint(made)), list(lint(made))


def test_more_commands_than_fit_leave_a_package_that_fits() -> None:
    flows = [flow for flow in REGISTER.newest() if flow.commands]
    assert flows
    few = manifest(Register.of(flows[0]), CATALOG, app_id=APP, site=SITE, company="Lumen")
    assert list(lint(few)) == []


@pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
def test_the_icons_are_pictures_of_the_size_teams_wants(name: str, size: int) -> None:
    content = packed().read(name)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content[16:24] == size.to_bytes(4, "big") * 2
    rows = _rows(content)
    pixels = {rows[place : place + 4] for row in range(size) for place in _places(row, size)}
    if name == "outline.png":
        assert {pixel[:3] for pixel in pixels} == {b"\xff\xff\xff"}
        assert {0, 255} <= {pixel[3] for pixel in pixels}
    else:
        assert {pixel[3] for pixel in pixels} == {255}
        assert len(pixels) > 2


def _rows(png: bytes) -> bytes:
    """The picture, however tightly it was packed."""
    return zlib.decompress(png[png.index(b"IDAT") + 4 :])


def _places(row: int, size: int) -> range:
    start = row * (4 * size + 1) + 1
    return range(start, start + 4 * size, 4)


def test_the_command_writes_the_package_or_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENHAND_TEAMS_APP_ID", raising=False)
    app, file = program(Wording(Language.en)), tmp_path / "out" / "teams.zip"
    plain = ["--site", SITE, "--company", "Lumen", "--out", str(file)]
    done = CliRunner().invoke(app, [*plain, "--app-id", APP])
    assert done.exit_code == 0, done.output
    assert orjson.loads(zipfile.ZipFile(file).read("manifest.json"))["bots"][0]["botId"] == APP
    unpacked = CliRunner().invoke(app, [*plain, "--app-id", APP, "--folder", str(tmp_path / "files")])
    assert unpacked.exit_code == 0, unpacked.output
    assert {path.name for path in (tmp_path / "files").iterdir()} == set(zipfile.ZipFile(file).namelist())
    assert CliRunner().invoke(app, plain).exit_code == 1
    refused = CliRunner().invoke(app, [*plain, "--app-id", "not-an-id"])
    assert refused.exit_code == 1
    assert file.exists()


def test_a_faulty_package_is_never_made() -> None:
    with pytest.raises(Faulty, match="privacyUrl"):
        packed(site="http://x.example")
