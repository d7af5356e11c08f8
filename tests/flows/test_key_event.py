"""Wins, misses, coaching talks and praise: logged in one line, seen and answered by whom they are about."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.desk import desk_of
from bot.dispatcher import Dispatcher
from bot.replies import NextQuestion, Refused, Said, ShowPage
from bot.visit import Visit
from flows.steps import hours
from storage.columns import table
from storage.database import Database
from storage.events import EventResponse, KeyEvent
from storage.goals import Goal
from storage.people import Person
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA, LI_WEI

WIN = "closed the Acme renewal, +120k ARR"


@pytest.fixture
def ann(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, ANN)


@pytest.fixture
def ben(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, BEN)


@pytest.fixture
def li(dispatcher: Dispatcher) -> Player:
    return Player(dispatcher, LI_NA)


def events(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    rows = table(KeyEvent)
    names = columns or ("kind", "subject_id", "saved_by", "text")
    with database.read() as db:
        return [tuple(row) for row in db.execute(select(*(rows.c[name] for name in names)).order_by(rows.c.id))]


def responses(database: Database) -> list[tuple[Any, ...]]:
    rows = table(EventResponse)
    query = select(rows.c.event_version, rows.c.stance, rows.c.text, rows.c.saved_by).order_by(rows.c.id)
    with database.read() as db:
        return [tuple(row) for row in db.execute(query)]


def said(reply: object) -> str:
    assert isinstance(reply, Said), reply
    return reply.text


def test_one_line_saves_the_win_and_tells_its_subject_in_their_language(
    ann: Player, li: Player, database: Database
) -> None:
    assert isinstance(ann.calls("win", f"@li.na {WIN}"), Said)
    assert events(database, "kind", "subject_id", "saved_by", "text", "visibility", "happened_on") == [
        ("win", LI_NA, ANN, WIN, "manager", date(2026, 3, 5))
    ]
    [card] = li.told()
    assert card.text.startswith(f"Ann Miller 记录了你的一个亮点：“{WIN}”")
    assert [button.label for button in card.buttons] == ["回应"]
    [saved] = ann.told()
    assert WIN in saved.text
    assert [button.label for button in saved.buttons] == ["Add details", "Change", "Undo"]


LOGGING = ("win", "miss", "coach")


def reports_to(database: Database, person: int, manager: int) -> None:
    """Moves somebody under somebody else."""
    rows = table(Person)
    with database.write() as db:
        db.execute(rows.update().where(rows.c.id == person).values(manager_id=manager))


@pytest.mark.parametrize("command", LOGGING)
def test_a_manager_who_logs_is_named_once_among_those_who_see_it(
    ann: Player, ben: Player, li: Player, database: Database, command: str
) -> None:
    ann.calls(command, f"@ben {WIN}")
    assert "visible to Ben Okafor and you." in ann.told()[-1].text
    assert "You and Ann Miller can see it." in ben.told()[-1].text
    ann.calls(command, f"@li.na {WIN}")
    assert "你和 Ann Miller 可以看到。" in li.told()[-1].text
    reports_to(database, BEN, LI_NA)
    li.calls(command, f"@ben {WIN}")
    assert "Ben Okafor 和你可以看到。" in li.told()[-1].text


@pytest.mark.parametrize("command", ["win", "miss"])
def test_whoever_logs_their_own_is_named_once_among_those_who_see_it(ben: Player, li: Player, command: str) -> None:
    ben.calls(command, WIN)
    assert "visible to you and your manager." in ben.told()[-1].text
    assert "Ben" not in ben.told()[-1].text
    li.calls(command, WIN)
    assert "你和你的直属上级可以看到。" in li.told()[-1].text
    assert "李娜" not in li.told()[-1].text


def test_a_message_kept_by_the_manager_names_them_once(ann: Player, ben: Player) -> None:
    for author in (BEN, ANN):
        ann.quotes("evidence", "thanks for the quick fix on the export", author)
        ann.sends(kind="win")
    mine, theirs = ann.told()[-1], ann.told()[-2]
    assert "visible to Ben Okafor and you." in theirs.text
    assert "visible to you and your manager." in mine.text
    assert "You and Ann Miller can see it." in ben.told()[-1].text


def test_somebody_who_is_not_the_manager_is_named_beside_them(ben: Player, li: Player, dispatcher: Dispatcher) -> None:
    ben.calls("win", f"@li.na {WIN}")
    assert "visible to Na Li, their manager and you." in ben.told()[-1].text
    assert "你、你的直属上级和 Ben Okafor 可以看到。" in li.told()[-1].text
    dora = Player(dispatcher, DORA)  # above their manager
    dora.calls("miss", f"@ben {WIN}")
    assert "visible to Ben Okafor, their manager and you." in dora.told()[-1].text
    assert "You, your manager and Dora Weiss can see it." in ben.told()[-1].text


def test_details_added_by_the_manager_do_not_name_them_as_somebody_else(ann: Player, ben: Player, li: Player) -> None:
    for subject, says in ((ben, "Only the two of you can see it."), (li, "只有你们两人可以看到。")):
        ann.calls("win", f"@{'ben' if subject is ben else 'li.na'} {WIN}")
        ann.taps("card")
        assert [each.label for each in ann.page.questions][-1] == "Who else can see it?"
        ann.sends(happened_on="yesterday")
        assert says in subject.told()[-1].text


def test_today_is_the_authors_own_day(li: Player, database: Database, clock: SetClock) -> None:
    clock.move(hours(8))  # 17:00 UTC is already tomorrow in Shanghai
    li.calls("win", "完成了迁移")
    assert events(database, "happened_on") == [(date(2026, 3, 6),)]


def test_a_line_that_mentions_nobody_is_a_win_of_ones_own(ben: Player, ann: Player, database: Database) -> None:
    assert "your win" in said(ben.calls("win", WIN))
    assert events(database) == [("win", BEN, BEN, WIN)]
    assert len(ben.told()) == 1, "the card, to add details, and nothing to respond to"
    assert ann.told() == []


def test_the_command_alone_opens_a_page(ann: Player, database: Database) -> None:
    ann.calls("win")
    assert ann.errors == {}
    ann.sends(people=str(LI_NA), text=WIN)
    assert events(database) == [("win", LI_NA, ANN, WIN)]


@pytest.mark.parametrize(
    ("line", "problem", "text"),
    [
        ("@nobody.here closed it", "I can’t find anyone called “nobody.here”", "closed it"),
        ("@wang.fang closed it", "Fang Wang has left the company", "closed it"),
    ],
)
def test_a_mention_that_names_nobody_loses_nothing(
    ben: Player, database: Database, line: str, problem: str, text: str
) -> None:
    ben.calls("win", line)
    assert problem in ben.errors["people"]
    assert ben.values["text"] == text
    assert events(database) == []
    ben.sends(people="li.na")
    assert events(database) == [("win", LI_NA, BEN, text)]


@pytest.mark.parametrize("line", ["@Na Li closed it", "@li na, closed it", "@li.na closed it", "@李娜 closed it"])
def test_a_full_name_after_the_mention_is_no_part_of_what_was_done(ben: Player, database: Database, line: str) -> None:
    ben.calls("win", line)
    assert events(database) == [("win", LI_NA, BEN, "closed it")]


def labels(player: Player, key: str = "people") -> list[str]:
    """What there is to choose from at a question of the page shown last."""
    [question] = [each for each in player.page.questions if each.key == key]
    return [choice.label for choice in question.choices]


def test_a_name_of_several_people_is_a_choice_and_no_error(ben: Player, database: Database) -> None:
    ben.calls("win", "@li closed it")
    assert (ben.errors, ben.values["text"]) == ({}, "closed it")
    assert labels(ben) == ["Na Li (@li.na) · Sales", "Wei Li (@li.wei) · Engineering", "Someone else"]
    ben.sends()
    assert ben.errors == {"people": "This one needs an answer."}
    assert events(database) == []
    ben.sends(people=(str(LI_WEI),))
    assert events(database) == [("win", LI_WEI, BEN, "closed it")]


def test_somebody_who_is_not_among_the_choices_can_be_named(ben: Player, database: Database) -> None:
    ben.calls("win", "@li closed it")
    ben.sends(people=("?else",))
    assert ben.errors == {"people": "Type their name, their e-mail address or the part after the @."}
    assert labels(ben) == []
    assert ben.values == {"people": "", "text": "closed it"}
    ben.sends(people="Hanna Vogel")
    assert events(database) == [("win", HANNA, BEN, "closed it")]


@pytest.mark.parametrize("answer", ["1", "na", "Na Li", "@li.na", "李娜"])
def test_in_chat_a_number_or_more_of_the_name_says_who_is_meant(ben: Player, database: Database, answer: str) -> None:
    ben.calls("win", "@li closed it")
    ben.types(answer)
    assert events(database) == [("win", LI_NA, BEN, "closed it")]


def test_in_chat_more_of_the_name_can_still_mean_several(ben: Player, database: Database) -> None:
    ben.calls("win", "@li closed it")
    reply = ben.types("li")
    assert isinstance(reply, NextQuestion)
    assert [each.label for each in reply.question.choices][:2] == [
        "Na Li (@li.na) · Sales",
        "Wei Li (@li.wei) · Engineering",
    ]
    ben.types("hanna vogel")
    assert events(database) == [("win", HANNA, BEN, "closed it")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("@li.na, @ben both shipped 3.2", "both shipped 3.2"),
        ("@li.na and @ben shipped 3.2", "shipped 3.2"),
        ("@li.na @ben shipped 3.2", "shipped 3.2"),
        ("@李娜和@ben 发布了 3.2", "发布了 3.2"),
        ("@李娜、@ben：发布了 3.2", "发布了 3.2"),
        ("@Na Li and Ben Okafor: shipped 3.2", "shipped 3.2"),
        ("Na Li & Ben Okafor shipped 3.2", "shipped 3.2"),
    ],
)
@pytest.mark.parametrize("command", ["win", "miss", "coach", "praise"])
def test_several_people_have_a_card_each(
    ann: Player, ben: Player, li: Player, database: Database, command: str, line: str, text: str
) -> None:
    reply = ann.calls(command, line)
    kind = "coaching" if command == "coach" else command
    assert events(database) == [(kind, LI_NA, ANN, text), (kind, BEN, ANN, text)]
    assert [len(each.told()) for each in (li, ben)] == [1, 1]
    if command == "praise":
        [public] = ann.told("channel")
        assert public.text == f"Ann Miller praises Na Li and Ben Okafor: “{text}”"
    else:
        assert said(reply) == (
            "Saved. Na Li and Ben Okafor have been told and have 7 days to add context or dispute it."
        )
        [saved] = ann.told()
        assert "Na Li and Ben Okafor" in saved.text


@pytest.mark.parametrize(
    "line",
    ["The best team ever!! @ben @li.na", "Great launch with @ben and @li.na", "@ben for covering the shift of @li.na"],
)
@pytest.mark.parametrize("command", ["coach", "praise"])
def test_several_people_further_on_are_all_put_to_the_author(
    ann: Player, database: Database, command: str, line: str
) -> None:
    ann.calls(command, line)
    assert events(database) == []
    assert ann.values == {"people": (str(BEN), str(LI_NA)), "text": line}
    ann.sends()
    assert [row[1] for row in events(database)] == [BEN, LI_NA]


@pytest.mark.parametrize(
    "line",
    [
        "Ben closed the Acme renewal, +120k ARR",
        "ben closed the Acme renewal",
        "Ben's pitch won the Acme renewal",
        "Well done Ben for the Acme renewal",
        "Thanks to Ben, Acme renewed",
        "Closed the Acme renewal with Ben Okafor",
        "Acme renewed, thanks to @ben",
    ],
)
@pytest.mark.parametrize("command", ["win", "miss"])
def test_a_line_that_names_a_colleague_is_asked_about(ann: Player, database: Database, command: str, line: str) -> None:
    ann.calls(command, line)
    assert events(database) == []
    assert labels(ann) == ["Ben Okafor", "Ann Miller", "Someone else"]
    assert ann.values == {"people": (), "text": line}
    ann.sends(people=(str(BEN),))
    assert [row[1:] for row in events(database)] == [(BEN, ANN, line)]


@pytest.mark.parametrize("line", ["I closed Acme with Ben Okafor", "我和李娜一起签下了 Acme", "I shipped it with @ben"])
def test_a_line_that_begins_with_its_author_is_about_them(ann: Player, database: Database, line: str) -> None:
    ann.calls("win", line)
    assert events(database) == [("win", ANN, ANN, line)]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Ben Okafor closed it", "closed it"),
        ("Okafor Ben closed it", "closed it"),
        ("ben.okafor@lumen.example closed it", "closed it"),
        ("ben.okafor closed it", "closed it"),
        ("李娜昨天签下了续约", "昨天签下了续约"),
        ("李娜 昨天签下了续约", "昨天签下了续约"),
        ("李娜的方案通过了", "方案通过了"),
        ("@李娜昨天签下了续约", "昨天签下了续约"),
        ("@李娜的方案通过了", "方案通过了"),
    ],
)
def test_a_line_that_begins_with_a_whole_name_is_about_that_colleague(
    ann: Player, database: Database, line: str, text: str
) -> None:
    ann.calls("win", line)
    person = LI_NA if "李娜" in line else BEN
    assert events(database) == [("win", person, ANN, text)]


def test_a_full_width_slash_is_a_command_as_well(ben: Player, database: Database) -> None:
    ben.types("／win　closed Acme")
    assert events(database) == [("win", BEN, BEN, "closed Acme")]
    ben.calls("／win", "closed it again")
    assert len(events(database)) == 2


def test_an_unclear_mention_is_a_choice_in_chinese_for_a_chinese_reader(li: Player) -> None:
    li.calls("win", "@li 签下了续约")
    assert labels(li) == ["李伟（@li.wei） · 研发部", "李娜（@li.na） · 销售部", "其他人"]
    assert li.values["text"] == "签下了续约"


def test_a_mention_further_on_is_for_the_author_to_confirm(ben: Player, database: Database) -> None:
    ben.calls("win", "closed Acme with @li.na at my side")
    assert events(database) == []
    assert ben.values == {"people": (), "text": "closed Acme with @li.na at my side"}
    ben.sends(people=(str(BEN),))
    assert events(database) == [("win", BEN, BEN, "closed Acme with @li.na at my side")]


LONG = "x" * 40_000


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (LONG, "40,000 characters, and this box takes 1,000", "40,000 个字符，此处最多 1,000 个"),
        ("closed \x1b[2Jit", "U+001B, at position 8", "U+001B，第 8 个字符"),
        ("closed \u202eit", "U+202E", "U+202E"),
        ("120000", "in words", "用文字"),
        ("!!! ???", "in words", "用文字"),
    ],
)
def test_what_cannot_stand_is_said_at_its_question_and_kept(
    ann: Player, li: Player, database: Database, text: str, english: str, chinese: str
) -> None:
    for player, words in ((ann, english), (li, chinese)):
        player.calls("win", f"@ben {text}")
        assert words in player.errors["text"]
        assert player.values == {"people": (str(BEN),), "text": text}
        player.sends()
        assert words in player.errors["text"]
        assert player.values["text"] == text
    assert events(database) == []


def test_an_empty_page_asks_for_what_is_needed(li: Player, database: Database) -> None:
    li.calls("win", " \u200b ")
    li.sends(text=" \u200b ")
    assert li.errors == {"text": "此项必填。"}
    assert events(database) == []


def test_markup_is_kept_as_it_was_typed(ann: Player, li: Player, database: Database) -> None:
    text = "<b>closed</b> *it* [now](http://x) & “more” {person}"
    ann.calls("win", f"@li.na {text}")
    assert events(database, "text") == [(text,)]
    assert text in li.told()[0].text


def test_the_card_adds_day_indicator_and_visibility_and_keeps_what_it_said_before(
    ann: Player, li: Player, database: Database
) -> None:
    with database.write() as db:
        goal = {"series": "g", "version": 1, "current": True, "person_id": LI_NA, "saved_by": LI_NA, "weight": 40}
        words = {"title": "90 % renewed", "indicator": "Renewal rate", "milestones": [], "state": "active"}
        db.execute(insert(table(Goal)), {**goal, **words, "saved_at": ann.dispatcher.clock.now()})
    ann.calls("win", f"@li.na {WIN}")
    ann.taps("card")
    questions = {question.key: question for question in ann.page.questions}
    assert [choice.label for choice in questions["goal"].choices] == ["90 % renewed (Renewal rate)"]
    assert questions["visibility"].value == "manager"
    ann.sends(happened_on="yesterday", goal="g", visibility="line")
    assert events(database, "version", "current", "happened_on", "goal", "visibility") == [
        (1, False, date(2026, 3, 5), None, "manager"),
        (2, True, date(2026, 3, 4), "g", "line"),
    ]
    assert "2026年3月4日" in li.told()[-1].text


def test_the_card_offers_only_goals_its_author_may_see(ben: Player, database: Database) -> None:
    with database.write() as db:
        goal = {"series": "g", "version": 1, "current": True, "person_id": LI_NA, "saved_by": LI_NA, "weight": 40}
        rest = {"title": "Secret plan", "milestones": [], "state": "active", "saved_at": ben.dispatcher.clock.now()}
        db.execute(insert(table(Goal)), {**goal, **rest})
    ben.calls("win", f"@li.na {WIN}")
    ben.taps("card")
    assert [question.key for question in ben.page.questions] == ["happened_on", "visibility"]


def test_a_miss_is_never_made_public(ann: Player, database: Database) -> None:
    ann.calls("miss", "@ben sent the offer two days late")
    ann.taps("card")
    visibility = ann.page.questions[-1]
    assert [choice.key for choice in visibility.choices] == ["manager", "line"]
    ann.sends(visibility="public")
    assert set(ann.errors) == {"visibility"}
    assert events(database, "version", "visibility") == [(1, "manager")]


def test_a_day_to_come_is_refused_on_the_card(ann: Player, database: Database) -> None:
    ann.calls("win", f"@li.na {WIN}")
    ann.taps("card")
    ann.sends(happened_on="2027-01-01")
    assert "still to come" in ann.errors["happened_on"]
    assert len(events(database)) == 1


def test_details_can_be_added_for_a_day_and_by_the_author_alone(
    ann: Player, li: Player, database: Database, clock: SetClock
) -> None:
    ann.calls("win", f"@li.na {WIN}")
    series = str(events(database, "series")[0][0])
    assert getattr(li.presses("card", event=series), "reason", "") == "NotYours"
    clock.move(timedelta(hours=25))
    late = ann.taps("card")
    assert isinstance(late, Refused)
    assert (late.reason, "6 Mar 2026" in late.text) == ("CardClosed", True)
    assert len(events(database)) == 1


def test_a_contested_event_keeps_both_versions_and_its_author_is_told(
    ann: Player, li: Player, database: Database
) -> None:
    ann.calls("miss", "@li.na sent the offer two days late")
    li.taps("respond")
    assert "Ann Miller" in li.page.audience
    li.sends(stance="contest", text="报价是法务放行之后当天发的")
    assert responses(database) == [(1, "contest", "报价是法务放行之后当天发的", LI_NA)]
    assert events(database) == [("miss", LI_NA, ANN, "sent the offer two days late")]
    assert "Na Li disputes “sent the offer two days late”: “报价是法务放行之后当天发的”" in ann.told()[-1].text


def test_a_response_belongs_to_the_version_its_subject_has_seen(ann: Player, li: Player, database: Database) -> None:
    ann.calls("win", f"@li.na {WIN}")
    ann.taps("card")
    ann.sends(visibility="public")
    li.taps("respond")
    li.sends(stance="context", text="小王也出了很大的力")
    li.taps("respond")
    li.sends(stance="context", text="还有法务")
    assert [row[:2] for row in responses(database)] == [(2, "context"), (2, "context")]


def test_responding_ends_after_seven_days_for_the_button_and_for_an_open_page(
    ann: Player, li: Player, database: Database, clock: SetClock
) -> None:
    ann.calls("win", f"@li.na {WIN}")
    clock.move(timedelta(days=6, hours=23))
    li.taps("respond")
    clock.move(timedelta(hours=2))
    late = li.sends(stance="context", text="晚了一步")
    assert isinstance(late, Refused)
    assert late.reason == "StageClosed"
    late = li.taps("respond")
    assert isinstance(late, Refused)
    assert (late.reason, "Ann Miller" in late.text) == ("ResponseClosed", True)
    assert responses(database) == []


def test_only_the_subject_responds(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("win", f"@li.na {WIN}")
    series = str(events(database, "series")[0][0])
    for event in (series, "no such event", ""):
        refused = ben.presses("respond", event=event)
        assert isinstance(refused, Refused)
        assert refused.reason == "NotYours"


def test_a_miss_of_a_peer_is_refused_with_what_to_do_and_the_words_are_given_back(
    ben: Player, li: Player, database: Database
) -> None:
    answer = said(ben.calls("miss", "@li.na forgot the minutes"))
    assert "Only Na Li’s managers can log a miss" in answer
    assert "“forgot the minutes”" in answer
    assert "只能由 Ben Okafor 的上级记录" in said(li.calls("miss", "@ben 忘了会议纪要"))
    assert (events(database), li.told()) == ([], [])


@pytest.mark.parametrize("leader", [ANN, DORA])
def test_a_miss_is_logged_by_those_above(dispatcher: Dispatcher, database: Database, leader: int) -> None:
    Player(dispatcher, leader).calls("miss", "@ben sent the offer late")
    assert events(database) == [("miss", BEN, leader, "sent the offer late")]


def test_anybody_logs_a_miss_of_their_own(ben: Player, database: Database) -> None:
    ben.calls("miss", "@ben sent the offer late")
    assert events(database) == [("miss", BEN, BEN, "sent the offer late")]


def test_a_coaching_talk_is_logged_by_whoever_leads(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("coach", "@ben practised discovery calls")
    assert events(database) == [("coaching", BEN, ANN, "practised discovery calls")]
    assert "logged coaching with you" in ben.told()[0].text


@pytest.mark.parametrize(
    ("line", "days_ago"), [("estimating, yesterday", 1), ("estimating, vorgestern", 2), ("estimating", 0)]
)
def test_a_coaching_talk_is_dated_by_its_line(ann: Player, database: Database, line: str, days_ago: int) -> None:
    ann.calls("coach", f"@ben {line}")
    with database.read() as db:
        row = db.execute(select(table(KeyEvent).c.happened_on, table(KeyEvent).c.saved_at)).one()
    assert (row.saved_at.date() - row.happened_on).days == days_ago


def test_a_coaching_talk_with_somebody_else_is_not(dispatcher: Dispatcher, ben: Player, database: Database) -> None:
    answer = said(ben.calls("coach", "@li.na practised calls"))
    assert "no one reports to you" in answer
    assert "/coach @li.na practised calls" in answer
    assert said(ben.calls("coach", "on calls with @li.na")).endswith("/coach on calls with @li.na")
    answer = said(Player(dispatcher, ANN).calls("coach", "@hanna.vogel talked about hiring"))
    assert "Only Hanna Vogel’s managers" in answer
    assert "“talked about hiring”" in answer
    assert events(database) == []


def test_a_coaching_talk_needs_somebody_else(ann: Player) -> None:
    ann.calls("coach", "talked about hiring")
    assert ann.values["text"] == "talked about hiring"
    ann.sends()
    assert set(ann.errors) == {"people"}
    ann.sends(people="@ann.miller")
    assert ann.errors == {"people": "That’s you. Please name a colleague."}


def test_praise_is_said_in_public_and_kept(ben: Player, li: Player, database: Database) -> None:
    ben.calls("praise", "thanks to @li.na for the calm in the Acme talks")
    text = "thanks to @li.na for the calm in the Acme talks"
    assert events(database, "kind", "subject_id", "visibility", "text") == [("praise", LI_NA, "public", text)]
    assert [message.text for message in ben.told("channel")] == [f"Ben Okafor praises Na Li: “{text}”"]
    assert "公开表扬了你" in li.told()[0].text


def test_praising_oneself_is_not_possible(li: Player, database: Database) -> None:
    li.calls("praise", "@李娜 干得好")
    assert li.errors == {"people": "这是你自己，请填写一位同事。"}
    assert events(database) == []


def test_a_chat_message_is_kept_word_for_word(ann: Player, li: Player, database: Database) -> None:
    ann.quotes("evidence", "Fixed the export, customer confirmed", LI_NA)
    assert ann.values == {"kind": "", "people": (str(LI_NA),), "text": "Fixed the export, customer confirmed"}
    assert ann.errors == {}
    ann.sends(kind="win", text="Fixed the export")
    kept = events(database, "kind", "subject_id", "text", "quoted_from")
    assert kept == [("win", LI_NA, "Fixed the export", "Fixed the export, customer confirmed")]
    assert "留作依据" in li.told()[0].text


def test_a_chat_message_is_no_way_around_who_logs_a_miss(ben: Player, database: Database) -> None:
    ben.quotes("evidence", "I forgot the minutes", LI_NA)
    assert "Only Na Li’s managers" in said(ben.sends(kind="miss"))
    assert events(database) == []


def test_a_very_long_chat_message_is_to_be_shortened(ann: Player) -> None:
    ann.quotes("evidence", LONG, None)
    assert set(ann.errors) == {"text"}
    assert ann.values["text"] == LONG


def test_the_same_line_delivered_twice_is_one_event(ann: Player, database: Database) -> None:
    ann.calls("win")
    page = ann.last
    ann.sends(people="ben", text=WIN, event="once")
    ann.last = page
    assert isinstance(ann.sends(people="ben", text=WIN, event="once"), Said)
    ann.last = page
    other_tab = ann.sends(people="ben", text="something else")
    assert isinstance(other_tab, Refused)
    assert other_tab.reason == "AlreadyAnswered"
    assert len(events(database)) == 1


def test_somebody_elses_page_is_refused(ann: Player, ben: Player, database: Database) -> None:
    ann.calls("win")
    ben.last = ann.last
    refused = ben.sends(text=WIN)
    assert isinstance(refused, Refused)
    assert refused.reason == "NotYours"
    assert events(database) == []
    assert isinstance(ann.sends(people="", text=WIN), Said)


def test_a_win_by_typing_one_answer_at_a_time(li: Player, database: Database) -> None:
    li.calls("win")
    assert not isinstance(li.types("跳过"), ShowPage)
    li.types("12345")
    assert events(database) == []
    li.types("完成了数据迁移")
    assert events(database) == [("win", LI_NA, LI_NA, "完成了数据迁移")]


def test_hr_and_other_departments_log_wins_as_well(dispatcher: Dispatcher, database: Database) -> None:
    Player(dispatcher, HANNA).calls("win", "@李伟 上线了新版本")
    assert events(database) == [("win", LI_WEI, HANNA, "上线了新版本")]


def test_an_event_has_the_day_of_whoever_wrote_it_for_readers_everywhere(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    """At 17:00 UTC it is the 6th in Shanghai already, and still the 5th in Berlin."""
    clock.move(hours(8))
    li, ben = Player(dispatcher, LI_NA), Player(dispatcher, BEN)
    li.calls("win", "@ben.okafor closed the audit")
    assert "3月6日" in li.told()[-1].text
    assert "today" not in ben.told()[-1].text
    with database.write() as db:
        events = desk_of(Visit.of(db, dispatcher.repertoire, "", clock.now(), BEN)).events
    assert [event.day for event in events] == [date(2026, 3, 6)]
