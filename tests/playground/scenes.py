"""The scenes: what Ben and his manager Ann do in Teams, one after the other, and what they see.

    python -m tests.playground.scenes DATABASE FOLDER PLAYGROUND      plays them; a line of JSON for each

A scene that fails leaves a picture and does not keep the next from being played.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, expect
from sqlalchemy import select

from bot.app import TEXTS
from flows.catalog import load
from storage.checkins import CheckIn
from storage.columns import table
from storage.events import KeyEvent
from tests.playground.stage import CHANNEL, GROUP, PERSONAL, Stage, set_up

Scene = Callable[[Stage], None]
SCENES: dict[str, Scene] = {}
DONE = "Renewed the Brunner contract with 3 seats more than last year"


def scene(play: Scene) -> Scene:
    SCENES[play.__name__] = play
    return play


def rows(stage: Stage, model: Any) -> list[Any]:
    with stage.database.read() as db:
        return list(db.execute(select(table(model)).order_by(table(model).c.id)).mappings())


@scene
def whoever_adds_the_bot_is_greeted(stage: Stage) -> None:
    for window, name in ((stage.ben, "Ben Okafor"), (stage.ann, "Ann Miller")):
        window.enter(PERSONAL)
        window.reads(f"Hello {name}, I’m Evenhand.")


@scene
def help_says_what_can_be_done(stage: Stage) -> None:
    stage.ben.say("help")
    stage.ben.reads(stage.words("win.about"))
    expect(stage.ben.card.get_by_role("button", name="/checkin")).to_be_visible()


@scene
def a_card_is_not_sent_before_what_is_needed_is_there(stage: Stage) -> None:
    stage.ben.say("/checkin")
    stage.ben.reads(stage.words("checkin.Pulse.mood"))
    stage.ben.press("Send")
    expect(stage.ben.card.get_by_text(stage.words("teams.required")).first).to_be_visible()
    assert rows(stage, CheckIn) == []


@scene
def a_check_in_is_answered_in_its_card_and_the_next_question_takes_its_place(stage: Stage) -> None:
    cards = stage.ben.page.locator(".ac-adaptiveCard").count()
    private = stage.words("checkin.Pulse.choices.share.private")
    stage.ben.fill(
        {stage.words("checkin.Pulse.highlights"): "fine"}, [stage.words("checkin.Pulse.choices.mood.4"), private]
    )
    stage.ben.press("Send")
    expect(stage.ben.card.get_by_text(stage.words("checkin.More.title"))).to_be_visible()
    stage.ben.page.wait_for_timeout(2000)  # whatever the bot would put in its place has come by then
    expect(stage.ben.card.get_by_text(stage.words("checkin.More.title"))).to_be_visible()
    stage.ben.fill({"Can you name one thing": DONE})
    stage.ben.press("Send")
    expect(stage.ben.card.get_by_role("button", name=stage.words("teams.edit"))).to_be_visible()
    assert stage.ben.page.locator(".ac-adaptiveCard").count() == cards
    assert [(row["version"], row["highlights"], row["more"]) for row in rows(stage, CheckIn)] == [
        (1, "fine", None),
        (2, "fine", DONE),
    ]


@scene
def an_answer_is_edited_in_its_card(stage: Stage) -> None:
    stage.ben.press(stage.words("teams.edit"))
    more = stage.ben.card.get_by_label("Can you name one thing")
    expect(more).to_have_value(DONE)
    more.fill(f"{DONE}, for two years")
    stage.ben.press("Send")
    expect(stage.ben.card.get_by_role("button", name=stage.words("teams.edit"))).to_be_visible()
    assert rows(stage, CheckIn)[-1]["more"] == f"{DONE}, for two years"


@scene
def a_win_is_kept_by_one_line(stage: Stage) -> None:
    stage.ben.say("/win closed the Acme renewal, +120k ARR")
    stage.ben.reads(stage.words("win.ends.own"))
    assert [row["text"] for row in rows(stage, KeyEvent)] == ["closed the Acme renewal, +120k ARR"]


@scene
def whoever_a_win_is_about_is_told_and_answers_in_the_message(stage: Stage) -> None:
    stage.ann.say("/win @ben.okafor won back the Brunner account")
    stage.ben.reads("Ann Miller logged a win for you")
    stage.ben.press(stage.words("respond.title"))
    stage.ben.fill({stage.words("respond.Response.text"): "Li Na did half of it."}, ["Add context"])
    expect(stage.ben.card.get_by_text("Ann Miller logged a win for you")).to_be_visible()
    stage.ben.press("Send")
    stage.ann.reads("Li Na did half of it.")


@scene
def the_desk_shows_what_is_there(stage: Stage) -> None:
    stage.ann.say("desk")
    expect(stage.ann.card.get_by_text("Ben Okafor").first).to_be_visible()


@scene
def a_question_answered_by_typing_closes_its_card(stage: Stage) -> None:
    stage.ann.say("/coach")
    stage.ann.reads(stage.words("key_event.Talk.people"))
    card = stage.ann.page.locator(".ac-adaptiveCard").filter(has_text=stage.words("key_event.Talk.people")).last
    expect(card.get_by_role("button").first).to_be_visible()
    stage.ann.say("ben.okafor")
    stage.ann.reads(stage.words("teams.by_typing"))
    stage.ann.say("How to open the Brunner talks; he writes the first letter this week")
    stage.ann.reads(stage.words("coach.done"))
    expect(card.get_by_role("textbox")).to_have_count(0)


@scene
def a_dialog_from_the_message_box_keeps_what_is_filled_in(stage: Stage) -> None:
    before = len(rows(stage, KeyEvent))
    dialog = stage.ben.open_action("win")
    stage.ben.fill({stage.words("key_event.Entry.text"): "Wrote down how the renewal went"}, card=dialog)
    dialog.get_by_role("button", name="Send", exact=True).click()
    expect(dialog.get_by_text(stage.words("win.ends.own"))).to_be_visible()
    assert [row["text"] for row in rows(stage, KeyEvent)][before:] == ["Wrote down how the renewal went"]
    stage.ben.open()


@scene
def among_others_it_says_how_it_works_and_answers_in_private(stage: Stage) -> None:
    stage.ben.enter(GROUP)
    stage.ben.reads("If it’s about one person, I’ll answer")
    stage.ben.mention("/checkin")
    stage.ben.reads(stage.words("teams.in_private"))
    stage.ben.does_not_read(stage.words("checkin.Pulse.title", week="").strip(", "))
    stage.ben.enter(PERSONAL)
    stage.ben.reads("Your week")


@scene
def among_others_it_hears_only_what_mentions_it(stage: Stage) -> None:
    stage.ben.enter(GROUP)
    before = len(rows(stage, KeyEvent))
    stage.ben.say("/win this is for the others")
    stage.ben.page.wait_for_timeout(2000)  # nothing comes, and nothing says that it will not
    assert len(rows(stage, KeyEvent)) == before


@scene
def in_a_channel_too(stage: Stage) -> None:
    stage.ben.enter(CHANNEL)
    stage.ben.mention("/win told the channel nothing")
    stage.ben.reads(stage.words("teams.in_private"))
    assert rows(stage, KeyEvent)[-1]["text"] == "told the channel nothing"


@scene
def whoever_removes_it_gets_no_more_messages(stage: Stage) -> None:
    stage.ben.enter(PERSONAL)
    stage.ben.mock("Uninstall application")
    stage.ben.page.wait_for_timeout(2000)
    stage.ann.say("/win @ben.okafor answered the last question")
    stage.ann.reads(stage.words("win.done"))
    stage.ben.page.wait_for_timeout(3000)
    stage.ben.does_not_read("answered the last question")


def main(url: str, folder: str, playground: str) -> None:
    home = Path(folder)
    with set_up(url, home, Path(playground), load(*TEXTS)) as stage:
        for name, play in SCENES.items():
            try:
                play(stage)
                failed = ""
            except (AssertionError, Error) as error:
                failed = str(error)[:1500] or type(error).__name__
            for who, window in (("ben", stage.ben), ("ann", stage.ann)):
                window.page.screenshot(path=home / f"{name}.{who}.png")
            sys.stdout.write(json.dumps({"scene": name, "failed": failed}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
