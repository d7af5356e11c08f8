"""The example in docs/writing-a-flow.md is a real flow: sound, played to its end in both languages, quoted whole."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.app import TEXTS
from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Help, Refused, Said
from bot.visit import Repertoire
from flows.catalog import LANGUAGES, load
from flows.checks import check_flows
from flows.core import Register, discover
from storage.columns import table
from storage.database import Database
from storage.people import Person
from tests.player import Player
from tests.team import ANN, BEN, LI_NA, LI_WEI

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs/examples"
GUIDE = (ROOT / "docs/writing-a-flow.md").read_text("utf-8")
RETRO = import_module("docs.examples.retro").retro
WITH_IT = load(*TEXTS, "docs.examples")

TITLES = {"en": "Looking back at Apollo", "zh": "复盘：Apollo"}
KEEP = {
    "en": ["What to do again after Apollo (2 answers):", "small pilots", "周会"],
    "zh": ["Apollo，收到 2 份回答，值得保留的：", "small pilots", "周会"],
}
KEEP_ONE = {
    "en": "What to do again after Apollo (1 answer):\nsmall pilots",
    "zh": "Apollo，收到 1 份回答，值得保留的：\nsmall pilots",
}
CHANGE = {
    "en": "What to do differently after Apollo:\ntest earlier",
    "zh": "Apollo，下次需要改进的：\ntest earlier",
}
SILENCE = {"en": "No one answered about Apollo.", "zh": "没有人回答关于 Apollo 的复盘。"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stage(database: Database, clock: SetClock, language: str) -> Dispatcher:
    """The bot with the example among its flows, and a team that reads one language."""
    with database.write() as db:
        db.execute(update(table(Person)).values(locale=language))
    register = Register.of(*discover().flows.values(), RETRO)
    return Dispatcher(database, Repertoire.of(register, WITH_IT, {}), clock)


def let_three_days_pass(stage: Dispatcher, clock: SetClock, *late: Player) -> None:
    places = [player.waiting()[0].at for player in late]
    clock.move(timedelta(days=3))
    for at in places:
        stage.settle(at.conversation, at.key)


def test_it_passes_every_check_in_both_languages() -> None:
    assert check_flows(Register.of(RETRO), WITH_IT) == ()


def test_everybody_answers_and_whoever_asked_is_told(stage: Dispatcher, language: str) -> None:
    ann, li, ben = (Player(stage, person) for person in (ANN, LI_NA, BEN))
    assert isinstance(ann.calls("retro", "Apollo"), Said)
    for player, again, better in ((li, "周会", ""), (ben, "small pilots", "test earlier")):
        player.opens_what_waits()
        assert player.page.title == TITLES[language]
        assert "Ann Miller" in player.page.audience
        assert isinstance(player.sends(went="4", keep=again, change=better), Said)
    keep, change = (told.text for told in ann.told())
    heading, *lines = keep.splitlines()
    assert [heading, *sorted(lines)] == KEEP[language]
    assert change == CHANGE[language]


def test_whoever_is_late_is_not_waited_for(stage: Dispatcher, clock: SetClock, language: str) -> None:
    ann, li, ben = (Player(stage, person) for person in (ANN, LI_NA, BEN))
    ann.calls("retro", "Apollo")
    ben.opens_what_waits()
    ben.sends(went="2", keep="small pilots")
    let_three_days_pass(stage, clock, li)
    assert [told.text for told in ann.told()] == [KEEP_ONE[language]]


def test_silence_is_said_too_and_then_it_is_too_late(stage: Dispatcher, clock: SetClock, language: str) -> None:
    ann, li, ben = (Player(stage, person) for person in (ANN, LI_NA, BEN))
    ann.calls("retro", "Apollo")
    li.opens_what_waits()
    let_three_days_pass(stage, clock, li, ben)
    assert [told.text for told in ann.told()] == [SILENCE[language]]
    refused = li.sends(went="4", keep="too late")
    assert isinstance(refused, Refused)
    assert refused.reason == "StageClosed"


def test_a_project_without_a_name_is_asked_for_one_and_nobody_without_a_team_waits(stage: Dispatcher) -> None:
    alone = Player(stage, LI_WEI)
    alone.calls("retro")
    assert [question.key for question in alone.page.questions] == ["name"]
    alone.sends(name="12")
    assert set(alone.errors) == {"name"}
    assert isinstance(alone.sends(name="Apollo"), Said)
    assert len(alone.told()) == 1


def test_it_is_in_the_list_of_commands_by_itself(stage: Dispatcher, language: str) -> None:
    reply = Player(stage, BEN).calls("help", "all")
    assert isinstance(reply, Help)
    assert {each.name: each.about for each in reply.commands}["retro"] == WITH_IT.say(language, "retro.about")


@pytest.mark.parametrize("name", ["retro.py", "retro.en.toml", "retro.zh.toml"])
def test_the_guide_quotes_the_example_as_it_is(name: str) -> None:
    quoted = re.findall(r"^```\w+\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert (EXAMPLE / name).read_text("utf-8") in quoted


def test_the_guide_speaks_of_files_there_are() -> None:
    named = set(re.findall(r"`((?:flows|storage|prompts|bot|tests|docs)/[\w./-]+)`", GUIDE))
    assert named
    assert {name for name in named if not (ROOT / name).exists() and not (EXAMPLE / Path(name).name).exists()} == set()


def test_the_readme_shows_the_flow_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    code, texts = (re.search(rf"```{kind}\n(.*?)```", readme, re.DOTALL) for kind in ("python", "toml"))
    assert code
    assert texts
    assert code[1] in (EXAMPLE / "retro.py").read_text("utf-8")
    assert texts[1] in (EXAMPLE / "retro.en.toml").read_text("utf-8")
