"""Help lists what somebody can use, and no more; what it does not list is answered all the same."""

import pytest

from bot.dispatcher import Dispatcher
from bot.replies import Help, Refused, Said
from tests.player import Player
from tests.team import ANN, HANNA, LI_NA

FOR_EVERYBODY = {"checkin", "goal", "win", "miss", "praise"}


@pytest.mark.parametrize(("person", "more"), [(LI_NA, set()), (ANN, {"coach"}), (HANNA, {"announce"})])
def test_help_lists_the_commands_that_are_for_the_reader(dispatcher: Dispatcher, person: int, more: set[str]) -> None:
    shown = Player(dispatcher, person).types("/help all")
    assert isinstance(shown, Help)
    listed = {each.name for each in shown.commands}
    assert listed >= FOR_EVERYBODY
    assert listed & {"announce", "coach"} == more


def test_a_command_that_is_not_listed_says_who_it_is_for(dispatcher: Dispatcher) -> None:
    li = Player(dispatcher, LI_NA)
    refused = li.calls("announce")
    assert isinstance(refused, Refused)
    assert refused.reason == "NotYourRole"
    ended = li.calls("coach", "@ann.miller practised calls")
    assert isinstance(ended, Said)
    assert "practised calls" in ended.text
