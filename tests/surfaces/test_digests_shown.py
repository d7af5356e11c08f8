"""The digest as each surface draws it: names that stand out, an entry for each person, within the limits of each."""

from zoneinfo import ZoneInfo

import pytest

from bot.digest import MOST
from bot.slack.digests import digest as in_slack
from bot.teams.digests import digest as in_teams
from bot.teams.limits import LARGEST, lint, size_of
from bot.web.messages import digest as in_browser
from bot.web.voice import Voice
from flows.message import Digest, Entry, Labelled
from flows.page import Reader
from storage.references import Who
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.test_cards import VOICES

REPLY = Labelled("Reply", "reply", {"checkin": "7:2026-W10"})


def entry(number: int, said: str, *, mood: int | None = 4) -> Entry:
    name = f"Priya *Nair* <{number}>"
    return Entry(
        who=Who(number, "Priya", "Nair"),
        name=name,
        mood=mood,
        mood_text="Good (4 of 5)" if mood else "",
        said=(("Went well:", said),),
        note="Mood in the last 2 check-ins: 3 → 4",
        look="Details",
        look_named=f"{name}: weeks, goals and events",
        buttons=(REPLY,),
        text=f"{name}: Good (4 of 5)\n    Went well: {said}",
    )


def of(count: int, said: str = "Signed <@Acme> & Nordmoor") -> Digest:
    return Digest("New from your team.", tuple(entry(n, said) for n in range(1, count + 1)), ("Not yet: Na Li",))


def test_in_the_browser_it_is_a_list_of_people() -> None:
    voice = Voice(VOICES["en"].texts, Reader("en", ZoneInfo("Europe/Berlin")), 7)
    shown = str(in_browser(of(2), voice))
    assert shown.count("<li>") == shown.count("<strong") == 2
    assert "Priya *Nair* &lt;1&gt;</strong>" in shown
    assert "&lt;@Acme&gt; &amp; Nordmoor" in shown
    assert 'data-look="/as/7/person/1"' in shown
    assert 'aria-label="Reply: Priya *Nair* &lt;1&gt;"' in shown


@pytest.mark.parametrize("said", ["A line.", "周报" * 120])
def test_slack_takes_the_longest_one(said: str) -> None:
    message = in_slack(of(MOST, said))  # raises where Slack would refuse it
    names = [each["elements"][0]["elements"][0] for each in message["blocks"][1 : 1 + 2 * MOST : 2]]
    assert all(each["style"] == {"bold": True} for each in names)
    buttons = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    assert len(buttons) == len({each["action_id"] for each in buttons}) == 2 * MOST
    assert "&lt;@Acme&gt;" in in_slack(of(1))["text"]


def test_in_teams_each_entry_opens_and_answers() -> None:
    form = CardForm(in_teams(of(1), VOICES["en"], 12).card or {})
    assert form.press("Details") | {"event": ""} == {
        "look": "person",
        "of": 1,
        "told": 12,
        "event": "",
        "verb": "look",
    }
    assert form.press("Reply")["given"] == {"checkin": "7:2026-W10"}
    assert form.press("Reply")["told"] == 12


def test_teams_says_how_many_do_not_fit() -> None:
    card = in_teams(of(MOST, "周报" * 120), VOICES["en"], 12).card
    assert card
    assert list(lint(card)) == []
    assert size_of(card) < LARGEST
    shown = CardForm(card).shown
    fitting = shown.count("Went well:")
    assert 3 < fitting < MOST
    assert f"… and {MOST - fitting} more, on your desk" in shown
