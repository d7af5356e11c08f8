"""What the bot answers and tells, as a Teams chat shows it, in both languages, with a real bot behind it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.answers import Called, Pressed, Typed
from bot.desk import Desk, EventLine, GoalLine, Goals, Teammate, Week, desk_of
from bot.dispatcher import Dispatcher
from bot.page_state import Card, CardState, card_of
from bot.replies import NextQuestion, Refused, Reply, Said, ShowPage, Waiting
from bot.sent_lines import Sent
from bot.teams import cards, desk_card
from bot.teams.elements import Voice
from bot.teams.messages import Outgoing, press_buttons, replied, spoken, stands, told
from bot.teams.office import answer_of
from bot.visit import Visit
from flows.fields import Paragraph
from flows.message import Labelled, Linked, Message
from flows.page import At, Question
from storage.events import Kind
from storage.references import IsoWeek, Who
from tests.player import Player
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.test_cards import VOICES, page
from tests.team import ANN, BEN, LI_NA

EN, ZH = VOICES["en"], VOICES["zh"]
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def form(sent: Outgoing) -> CardForm:
    assert sent.card is not None
    return CardForm(sent.card)


def voice_of(dispatcher: Dispatcher, person: int) -> Voice:
    with dispatcher.database.read() as db:
        visit = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person)
        return Voice(EN.texts, visit.reader)


def reply(dispatcher: Dispatcher, person: int, text: str) -> Reply:
    return dispatcher.handle(Typed("1", person, text))


def test_a_plain_answer_is_plain_text_so_that_nothing_in_it_is_markup_or_a_mention() -> None:
    activity = replied(Said("**Done**, <at>Ann</at>"), EN).activity()
    assert activity == {"type": "message", "text": "**Done**, <at>Ann</at>", "textFormat": "plain"}
    assert len(spoken("x" * 50_000).text) == 10_000


def test_an_answer_that_can_be_edited_brings_the_button_for_it() -> None:
    shown = form(replied(Said("Saved.", At(7, "pulse", 1)), ZH))
    assert list(shown.buttons) == ["修改"]
    assert cards.at_of(shown.press("修改")) == At(7, "pulse", 1)


def test_help_shows_what_is_open_and_each_command_for_the_reader_as_a_button(dispatcher: Dispatcher) -> None:
    Player(dispatcher, LI_NA).calls("checkin")
    shown = form(replied(reply(dispatcher, LI_NA, "帮助"), voice_of(dispatcher, LI_NA)))
    assert "3月2日至8日" in shown.shown
    assert {"/周报", "/亮点", "/表扬", "全部命令"} <= set(shown.buttons)
    assert shown.press("/周报")["command"] == "checkin"
    assert (shown.press("全部命令")["command"], shown.press("全部命令")["line"]) == ("help", "all")


def test_all_commands_are_a_button_each_for_those_they_are_offered_to(dispatcher: Dispatcher) -> None:
    shown = form(replied(reply(dispatcher, LI_NA, "/help all"), voice_of(dispatcher, LI_NA)))
    known = dispatcher.repertoire
    offered = {f"/{known.names.shown_in('zh', name)}": flow.offered for name, flow in known.commands.items()}
    assert {name for name, fact in offered.items() if fact is None} <= set(shown.buttons)
    assert not {name for name, fact in offered.items() if fact} & set(shown.buttons)


def test_what_may_be_meant_is_a_sentence_with_buttons_that_carry_the_line(dispatcher: Dispatcher) -> None:
    shown = form(replied(reply(dispatcher, LI_NA, "/kudos @ann.miller *thanks*"), voice_of(dispatcher, LI_NA)))
    assert "你是想用“/表扬”吗？" in shown.shown
    [label] = shown.buttons
    pressed = shown.press(label)
    assert (pressed["command"], pressed["line"]) == ("praise", "@ann.miller *thanks*")
    given = answer_of(pressed, LI_NA)
    assert isinstance(given, Called)
    assert (given.command, given.text) == ("praise", "@ann.miller *thanks*")


def test_a_colleague_who_may_be_meant_is_looked_at_by_a_button(dispatcher: Dispatcher) -> None:
    shown = form(replied(reply(dispatcher, ANN, "how is Ben Okafor doing?"), voice_of(dispatcher, ANN)))
    assert (shown.press("Look at Ben Okafor")["look"], shown.press("Look at Ben Okafor")["of"]) == ("person", BEN)


def test_a_question_asked_one_at_a_time_offers_its_choices_as_buttons(dispatcher: Dispatcher) -> None:
    player = Player(dispatcher, LI_NA)
    player.calls("checkin")
    asked = player.types("天气")
    assert isinstance(asked, NextQuestion)
    shown = form(replied(asked, ZH))
    assert list(shown.buttons) == ["很糟", "不太好", "还行", "不错", "非常好"]
    assert shown.press("不错")["text"] == "不错"
    assert asked.problem in shown.shown


def test_a_page_that_fits_no_card_is_asked_one_question_at_a_time() -> None:
    many = tuple(
        Question(f"q{n}", Paragraph(), "Why?", "", "", True, (), "" if n == 3 else "y" * 3000) for n in range(40)
    )
    shown = form(replied(ShowPage(replace(page(), questions=many)), EN))
    assert "too large for Teams" in shown.shown
    assert shown.inputs == {}


def test_what_is_told_carries_its_buttons_and_which_message_it_was() -> None:
    button = Labelled("Respond", "respond", {"event": "abc"})
    sent = told(Message("Ann logged a *win* of yours\nwell done", (button,)), EN, told=12)
    data = form(sent).press("Respond")
    assert (data["verb"], data["flow"], data["given"], data["told"]) == ("press", "respond", {"event": "abc"}, 12)
    assert told(Message("Just so you know", ()), EN).card is None
    assert len({form(told(Message("x", (button,)), EN)).press("Respond")["event"] for _ in range(2)}) == 2
    assert press_buttons([button])[0]["fallback"]["data"]["verb"] == "press"


def test_a_link_is_a_button_where_teams_opens_it_and_a_line_where_it_does_not() -> None:
    link, bare = Linked("Add to calendar", "https://x.example/i?t=1"), Linked("Join", "http://127.0.0.1:1/x")
    sent = told(Message("Planned", (), (link, bare)), EN)
    shown = form(sent)
    assert shown.buttons["Add to calendar"]["url"] == "https://x.example/i?t=1"
    assert list(shown.buttons) == ["Add to calendar"]
    assert "Join: http://127.0.0.1:1/x" in shown.shown
    assert told(Message("Planned", (), (bare,)), EN).card is None


@pytest.mark.parametrize("voice", [EN, ZH])
@pytest.mark.parametrize("state", [*CardState, None])
def test_a_page_says_how_it_stands(voice: Voice, state: CardState | None) -> None:
    card = Card(At(7, "pulse"), state, "Your week", "intro", "due", False, NOON) if state else None
    shown = CardForm(stands(card, voice))
    can_be_opened = state in (CardState.open, CardState.editable)
    assert bool(shown.buttons) == can_be_opened
    assert shown.inputs == {}


def test_a_page_that_was_answered_says_when(dispatcher: Dispatcher) -> None:
    player = Player(dispatcher, LI_NA)
    player.calls("checkin")
    at = player.page.at
    player.sends(mood="4", highlights="完成了客户A的对账，剩3笔差异", share="private")
    with dispatcher.database.read() as db:
        visit = Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), LI_NA)
        state = card_of(visit, at.conversation, at.key)
    assert "2026年3月5日 17:00" in CardForm(stands(state, voice_of(dispatcher, LI_NA))).shown


def test_a_refusal_is_said_in_words() -> None:
    assert replied(Refused("Too late.", "StageClosed"), EN).text == "Too late."


@pytest.mark.parametrize("person", [ANN, LI_NA, BEN])
def test_the_desk_of_everybody_is_a_card(dispatcher: Dispatcher, person: int) -> None:
    dispatcher.handle(Called("1", ANN, "win", "@ben.okafor closed the Acme renewal, +120k ARR"))
    dispatcher.handle(Called("2", LI_NA, "checkin", ""))
    with dispatcher.database.write() as db:
        desk = desk_of(Visit.of(db, dispatcher.repertoire, "", dispatcher.clock.now(), person))
    shown = form(desk_card.render(desk, voice_of(dispatcher, person)))
    assert desk.waiting == () or desk.waiting[0].title in shown.shown
    if person == BEN:
        pressed = shown.press("Respond")
        answer = dispatcher.handle(Pressed("3", BEN, pressed["flow"], pressed["given"]))
        assert isinstance(answer, ShowPage)


def test_a_desk_with_far_too_much_on_it_still_fits_a_card() -> None:
    who = Who(1, "Ann", "Miller")
    long = "长" * 1000
    desk = Desk(
        reader=EN.reader,
        me=who,
        title="",
        waiting=tuple(Waiting(At(n, "k"), long, NOON, "due") for n in range(1, 60)),
        week=Week(IsoWeek("2026-W10"), None, None, shared=False),
        goals=Goals(tuple(GoalLine("s", long, "", 5, 10, NOON.date(), ("target",)) for _ in range(60)), 600),
        events=tuple(EventLine("e", Kind.win, long, NOON.date(), who, who, (), open=True) for _ in range(60)),
        respond="respond",
        team=tuple(Teammate(who, "", checked_in=True, mood=3, help_wanted=long) for _ in range(60)),
        sent=tuple(Sent(long, NOON, True, 60, 50, 40, 30) for _ in range(60)),
        praise=tuple(EventLine("e", Kind.praise, long, NOON.date(), who, who, (), open=False) for _ in range(60)),
    )
    shown = form(desk_card.render(desk, EN)).shown
    assert "60 of 60" in shown
