"""The package: the zip that is uploaded to Teams, its manifest made from the flows there are, and a lint of it.

A new command or shortcut is in it by itself. The schema is published as one file on the web
(https://learn.microsoft.com/microsoft-365/extensibility/schema); what matters of it here is the lint's table, because
Teams refuses a whole package for one text that is too long.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from bot.settings import GUID
from bot.teams.gate import HOSTS
from bot.teams.icons import GROUND, color, outline
from bot.teams.messages import DESK
from flows.catalog import LANGUAGES, Catalog
from flows.command_names import HELP, CommandNames
from flows.core import Flow, Register

SCHEMA_VERSION = "1.29"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"
SCOPES = ("personal", "team", "groupChat")
MOST_COMMANDS, MOST_EXTENSIONS = 12, 10
TEXTS: Mapping[str, int] = {
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "developer.name": 32,
}
"""The most characters of each text."""
ICONS = {"color": "color.png", "outline": "outline.png"}


class Faulty(Exception):
    """A manifest that Teams would refuse; carries what is wrong with it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def contents(
    register: Register, texts: Catalog, *, app_id: str, site: str, company: str, prefix: str = ""
) -> dict[str, bytes]:
    """The files of the package, by name; `prefix` is what every command begins with. Raises `Faulty`."""
    made = manifest(register, texts, app_id=app_id, site=site, company=company, prefix=prefix)
    files = {"manifest.json": _json(made), ICONS["color"]: color(), ICONS["outline"]: outline()}
    for language in LANGUAGES[1:]:
        files[f"{language}.json"] = _json(localized(register, texts, language, prefix))
    if faults := tuple(lint(made)):
        raise Faulty(faults)
    return files


def package(files: Mapping[str, bytes]) -> bytes:
    """The zip to upload; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return packed.getvalue()


def manifest(
    register: Register,
    texts: Catalog,
    *,
    app_id: str,
    site: str,
    company: str,
    language: str = LANGUAGES[0],
    prefix: str = "",
) -> dict[str, Any]:
    """The manifest of a bot registered as `app_id`; `site` is where people read about it and its privacy."""
    names = CommandNames.of(register.by_command(), texts, prefix)
    texts = names.spelt(texts)
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "version": version("evenhand"),
        "id": str(uuid5(NAMESPACE_URL, f"evenhand:{app_id}")),
        "developer": {"name": company, "websiteUrl": site, "privacyUrl": site, "termsOfUseUrl": site},
        "name": {"short": "Evenhand", "full": "Evenhand"},
        "description": {
            "short": texts.say(language, "teams.manifest.short"),
            "full": texts.say(language, "teams.manifest.full"),
        },
        "icons": dict(ICONS),
        "accentColor": "#" + "".join(f"{part:02X}" for part in GROUND),
        "localizationInfo": {
            "defaultLanguageTag": LANGUAGES[0],
            "additionalLanguages": [{"languageTag": each, "file": f"{each}.json"} for each in LANGUAGES[1:]],
        },
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsTargetedMessages": True,
                "commandLists": list(_command_lists(register, texts, names, language)),
            }
        ],
        "composeExtensions": [
            {"botId": app_id, "commands": list(_extensions(register, texts, language))},
        ],
        "validDomains": sorted(HOSTS),
    }


def localized(register: Register, texts: Catalog, language: str, prefix: str = "") -> dict[str, Any]:
    """The texts of the manifest in another language, by their places in it."""
    names = CommandNames.of(register.by_command(), texts, prefix)
    texts = names.spelt(texts)
    said: dict[str, Any] = {
        "$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"),
        "name.short": "Evenhand",
        "name.full": "Evenhand",
        "description.short": texts.say(language, "teams.manifest.short"),
        "description.full": texts.say(language, "teams.manifest.full"),
    }
    for which, listed in enumerate(_command_lists(register, texts, names, language)):
        for number, each in enumerate(listed["commands"]):
            place = f"bots[0].commandLists[{which}].commands[{number}]"
            said |= {f"{place}.{name}": text for name, text in each.items()}
    for number, each in enumerate(_extensions(register, texts, language)):
        place = f"composeExtensions[0].commands[{number}]"
        said |= {f"{place}.title": each["title"], f"{place}.description": each["description"]}
    return said


def lint(made: Mapping[str, Any]) -> Iterator[str]:
    """What Teams would refuse a manifest for."""
    for place, most in TEXTS.items():
        section, _, name = place.partition(".")
        text = made[section][name]
        if not 0 < len(text) <= most:
            yield f"{place} has {len(text)} characters, from 1 to {most} are taken"
    for name, address in made["developer"].items():
        if name.endswith("Url") and not re.match(r"https://[^/\s]+", address):
            yield f"developer.{name} is no https address"
    for name in (made["id"], made["bots"][0]["botId"]):
        if not re.fullmatch(GUID, name):
            yield f"{name!r} is no id of an application"
    if not re.fullmatch(r"\d+\.\d+\.\d+", made["version"]):
        yield "version is not three numbers"
    yield from _lint_commands(made)


def _lint_commands(made: Mapping[str, Any]) -> Iterator[str]:
    lists = [("command", each["commands"], MOST_COMMANDS, 128, 4000) for each in made["bots"][0]["commandLists"]]
    lists.append(("extension", made["composeExtensions"][0]["commands"], MOST_EXTENSIONS, 32, 128))
    for kind, commands, most, title, description in lists:
        if not 0 < len(commands) <= most:
            yield f"there are {len(commands)} {kind}s, from 1 to {most} are taken"
        for each in commands:
            if not 0 < len(each["title"]) <= title:
                yield f"the title of {kind} {each['title']!r} has {len(each['title'])} characters, {title} are taken"
            if not 0 < len(each["description"]) <= description:
                yield f"the description of {kind} {each['title']!r} is empty or too long"
    ids = [each["id"] for each in made["composeExtensions"][0]["commands"]]
    if len(set(ids)) < len(ids):
        yield "two extensions have the same id"


def _command_lists(register: Register, texts: Catalog, names: CommandNames, language: str) -> Iterator[dict[str, Any]]:
    """The commands, for whoever mentions the bot or types a slash; one sent by a slash nobody else can read."""
    for sign, trigger, scopes in (("/", "mention", SCOPES), ("", "slash", ("team", "groupChat"))):
        commands = [
            {"title": sign + name, "description": about} for name, about in _commands(register, texts, names, language)
        ]
        yield {"scopes": list(scopes), "triggers": [trigger], "commands": commands}


def _commands(register: Register, texts: Catalog, names: CommandNames, language: str) -> list[tuple[str, str]]:
    """The commands that are suggested, with what each is for; the others can be typed all the same."""
    desk = names.with_prefix(texts.say(language, "teams.desk_words").split()[0])
    shown = [
        (names.shown_in(language, HELP), texts.say(language, f"teams.manifest.{HELP}")),
        (desk, texts.say(language, f"teams.manifest.{DESK}")),
    ]
    for name, flow in _for_everybody(register):
        shown.append((names.shown_in(language, name), texts.say(language, f"{flow.name}.about")))
    return shown[:MOST_COMMANDS]


def _for_everybody(register: Register) -> list[tuple[str, Flow]]:
    """The commands that everybody has: a menu of the app is the same for managers, HR and everyone else."""
    return [(name, flow) for name, flow in register.by_command().items() if flow.offered is None]


def _extensions(register: Register, texts: Catalog, language: str) -> Iterator[dict[str, Any]]:
    """What the box for a message, and the menu of a message, offer: forms that open as dialogs."""
    made: list[dict[str, Any]] = []
    for name in sorted(register.by_shortcut()):
        key = f"{name}.shortcut" if texts.has(language, f"{name}.shortcut") else f"{name}.title"
        made.append(_extension(name, texts.say(language, key), texts.say(language, f"{name}.about"), ["message"]))
    desk = texts.say(language, "teams.desk"), texts.say(language, f"teams.manifest.{DESK}")
    made.append(_extension(DESK, *desk, ["compose", "commandBox"]))
    for name, flow in _for_everybody(register):
        title, about = texts.say(language, f"{flow.name}.title"), texts.say(language, f"{flow.name}.about")
        made.append(_extension(name, title, about, ["compose", "commandBox"]))
    yield from made[:MOST_EXTENSIONS]


def _extension(name: str, title: str, about: str, context: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "type": "action",
        "title": title,
        "description": about,
        "context": context,
        "fetchTask": True,
    }


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
