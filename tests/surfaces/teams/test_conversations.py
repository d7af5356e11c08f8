"""Conversations in Teams from end to end: installed, asked, answered, edited, told, removed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.answers import Called
from bot.dispatcher import Dispatcher
from storage.accounts import Account
from storage.checkins import CheckIn
from storage.columns import table
from storage.database import Database
from storage.events import KeyEvent
from storage.facts import Start
from storage.journal import Delivery, Outbox
from storage.rest import Leave, Snooze
from tests.surfaces.teams.client import CardForm
from tests.surfaces.teams.service import APP, SERVICE, TENANT
from tests.surfaces.teams.test_activities import recorded
from tests.surfaces.teams.world import ANN_MILLER, BEN_OKAFOR, CHANNEL, GUEST, LI, NOBODY, User, World
from tests.team import ANN, BEN, LI_NA

Play = Callable[..., None]
CLEAR = "完成了客户A的对账，剩3笔差异 *加粗* [链接](https://evil.example)"
GROUP: dict[str, Any] = {
    "id": "19:group@thread.v2",
    "conversationType": "groupChat",
    "isGroup": True,
    "tenantId": TENANT,
}


def rows(database: Database, model: Any) -> list[Any]:
    with database.read() as db:
        return list(db.execute(select(table(model))).mappings())


def test_whoever_adds_the_bot_is_welcomed_once_in_their_language(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        await world.installs(LI)
        await world.event(LI, type="conversationUpdate", membersAdded=[{"id": "28:bot"}])
        assert len(world.service.said_to(LI)) == 1
        assert "李娜" in world.card(LI).shown
        desk = await world.presses(LI, world.card(LI), "我的工作台")
        assert "没有等待" in desk.shown or "本周" in desk.shown

    play(scene)
    (known,) = rows(database, Account)
    assert (known["person_id"], known["place"], known["chat"]) == (LI_NA, TENANT, LI.chat)


def test_a_check_in_from_the_command_to_the_edited_answer(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
        done = await world.presses(LI, form)
        assert "修改" in done.buttons
        again = await world.presses(LI, done, "修改")
        assert again.held["q.highlights"] == CLEAR
        again.fill({"mood": "2"})
        await world.presses(LI, again)
        await world.settled()
        standing = world.card(LI)
        assert standing.inputs == {}
        assert "已于 2026年3月5日" in standing.shown

    play(scene)
    assert [(row["version"], row["mood"], row["highlights"]) for row in rows(database, CheckIn)] == [
        (1, 4, CLEAR),
        (2, 2, CLEAR),
    ]


def test_what_is_wrong_comes_back_in_the_same_card(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill({"mood": "4", "highlights": "12345", "share": "private"})
        wrong = await world.presses(LI, form)
        assert "尚未提交" in wrong.shown
        assert wrong.held["q.highlights"] == "12345"
        wrong.fill({"highlights": CLEAR})
        await world.presses(LI, wrong)

    play(scene)
    assert len(rows(database, CheckIn)) == 1


def test_a_client_that_knows_no_execute_has_its_card_replaced_all_the_same(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
        number = list(world.service.messages[LI.chat])[-1]
        value = form.press(execute=False)
        for _ in range(2):  # Teams may deliver it twice
            await world.event(LI, type="message", id="once", value=value, replyToId=number)
        assert len(world.service.said_to(LI)) == 1
        assert world.card(LI).inputs == {}

    play(scene)
    assert len(rows(database, CheckIn)) == 1


@pytest.mark.parametrize("execute", [True, False])
def test_the_question_that_takes_a_cards_place_stays_there_until_it_is_answered(
    play: Play, database: Database, *, execute: bool
) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form, number = world.card(LI), list(world.service.messages[LI.chat])[-1]
        form.fill({"mood": "4", "highlights": "还行", "share": "private"})
        await world.answers_in_place(LI, number, form, execute=execute)
        await world.settled()
        more = world.card(LI)
        assert list(more.inputs) == ["q.more"]
        more.fill({"more": CLEAR})
        await world.answers_in_place(LI, number, more, execute=execute)
        await world.settled()
        assert world.card(LI).inputs == {}
        assert len(world.service.said_to(LI)) == 1

    play(scene)
    assert [row["more"] for row in rows(database, CheckIn)] == [None, CLEAR]


def test_a_last_look_goes_out_by_its_button(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        for words in ("4", CLEAR, "跳过", "跳过", "共享"):
            await world.says(LI, words)
        looked = world.card(LI)
        assert CLEAR in looked.shown
        await world.presses(LI, looked, "提交")

    play(scene)
    assert [row["shared"] for row in rows(database, CheckIn)] == [True]


def test_a_question_is_put_off_by_the_button_of_its_card(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(ANN_MILLER, "desk")
        dispatcher = world.surface.courier.office.dispatcher
        with database.write() as db:
            flow = dispatcher.repertoire.register.named("checkin")
            dispatcher.start(db, flow, Start(ANN, world.clock.now()))
        await world.settled()
        prompt = world.card(ANN_MILLER)
        assert "q.highlights" in prompt.inputs
        assert "I’ll ask you again" in (await world.presses(ANN_MILLER, prompt, "Remind me tomorrow")).shown

    play(scene)
    assert [row["person_id"] for row in rows(database, Snooze)] == [ANN]


def test_a_card_that_the_bot_has_replaced_is_not_replaced_again(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form, number = world.card(LI), list(world.service.messages[LI.chat])[-1]
        form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
        await world.answers_in_place(LI, number, form, execute=False)
        before = len(world.service.calls)
        await world.settled()
        assert len(world.service.calls) == before
        assert "修改" in world.card(LI).buttons

    play(scene)


def test_a_card_that_could_not_be_replaced_is_put_right_later(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form, number = world.card(LI), list(world.service.messages[LI.chat])[-1]
        form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
        world.service.refuse.append((502, {}, {}))
        await world.answers_in_place(LI, number, form, execute=False)
        assert len(world.service.said_to(LI)) == 2  # the answer came by itself
        await world.settled()
        assert world.card(LI, 0).inputs == {}

    play(scene)


def test_pressing_twice_is_pressing_once(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
        first, second = await world.presses(LI, form), await world.presses(LI, form)
        assert first.shown == second.shown

    play(scene)
    assert [row["version"] for row in rows(database, CheckIn)] == [1]


def test_the_same_message_delivered_twice_is_answered_once(play: Play) -> None:
    async def scene(world: World) -> None:
        for _ in range(3):
            await world.says(LI, "帮助", id="once")
        assert len(world.service.said_to(LI)) == 1

    play(scene)


def test_answering_by_typing_and_by_the_buttons_below_a_question(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        await world.says(LI, "天气")
        question = world.card(LI)
        await world.presses(LI, question, "不错")
        for words in (CLEAR, "跳过", "跳过", "只给自己看"):
            await world.says(LI, words)
        assert "text" in world.service.said_to(LI)[-1] or world.card(LI).inputs == {}

    play(scene)
    assert [(row["mood"], row["shared"]) for row in rows(database, CheckIn)] == [(4, False)]


def test_a_win_is_told_and_answered_below_the_words_it_is_about(
    play: Play, speaker: Dispatcher, database: Database
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        await world.says(ANN_MILLER, "/win @ben.okafor closed the *Acme* renewal, +120k ARR")
        await world.settled()
        told = world.card(BEN_OKAFOR)
        assert "*Acme*" in told.shown
        form = await world.presses(BEN_OKAFOR, told, "Respond")
        assert "*Acme*" in form.shown
        form.fill({"stance": "context", "text": "The whole team did it, not me alone."})
        done = await world.presses(BEN_OKAFOR, form)
        assert "*Acme*" in done.shown

    play(scene)
    assert len(rows(database, KeyEvent)) == 1
    told = {(row["person_id"], row["status"]) for row in rows(database, Outbox)}
    assert (BEN, Delivery.sent) in told


def test_one_message_answers_a_win(play: Play, speaker: Dispatcher) -> None:
    async def scene(world: World) -> None:
        await world.installs(ANN_MILLER)
        await world.settled()
        before = len(world.service.said_to(ANN_MILLER))
        await world.says(ANN_MILLER, "/win @ben.okafor closed the Acme renewal, +120k ARR")
        await world.settled()
        assert len(world.service.said_to(ANN_MILLER)) == before + 1
        shown = world.card(ANN_MILLER)
        assert "Win" in shown.shown
        assert "Ben Okafor has been told" in shown.shown

    play(scene)


def test_nobody_else_can_use_a_card_even_forwarded(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill({"mood": "1", "highlights": "not mine at all", "share": "private"})
        refused = await world.presses(BEN_OKAFOR, form)
        assert refused.inputs == {}
        value = {"action": {"data": form.press()}}
        answer = await world.invokes(LI, "adaptiveCard/action", value, conversation=GROUP)
        assert (answer["statusCode"], answer["type"]) == (403, "application/vnd.microsoft.error")

    play(scene)
    assert rows(database, CheckIn) == []


def test_a_message_of_somebody_else_is_never_shown_above_a_form(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        await world.says(ANN_MILLER, "/win @ben.okafor closed the secret Acme renewal")
        await world.settled()
        told = next(row["id"] for row in rows(database, Outbox) if row["person_id"] == BEN)
        await world.says(LI, "/checkin")
        data = {**world.card(LI).press(careless=True), "told": told}
        answer = await world.invokes(LI, "adaptiveCard/action", {"action": {"data": data}})
        assert "secret" not in str(answer)

    play(scene)


@pytest.mark.parametrize("place", ["channel_mention", "group_message"])
def test_what_is_asked_where_others_read_is_answered_in_private(play: Play, place: str) -> None:
    async def scene(world: World) -> None:
        said = recorded(place)
        public = said["conversation"]["id"]
        same = {"conversation": said["conversation"], "entities": said["entities"], "channelData": said["channelData"]}
        await world.event(LI, type="message", text="<at>Evenhand</at> /checkin", **same)
        assert "为自己添加" in str(world.service.messages[public])
        assert world.service.said_to(LI) == []
        await world.installs(LI)
        await world.event(LI, type="message", text="<at>Evenhand</at> /checkin", **same)
        assert world.card(LI).inputs != {}
        assert "attachments" not in str(world.service.messages[public])

    play(scene)


def test_a_slash_command_in_a_group_is_read_and_answered_by_nobody_else(play: Play) -> None:
    async def scene(world: World) -> None:
        targeted = {"id": f"28:{APP}", "name": "Evenhand", "isTargeted": True}
        await world.event(LI, type="message", text="checkin", conversation=GROUP, recipient=targeted)
        await world.installs(LI)
        await world.event(LI, type="message", text="checkin", conversation=GROUP, recipient=targeted)
        words = list(world.service.messages[GROUP["id"]].values())
        assert [said["recipient"] for said in words] == [{"id": LI.id, "isTargeted": True}] * 2
        assert world.service.targeted == 2
        assert world.card(LI).inputs != {}

    play(scene)


def test_praise_is_public_in_the_one_channel_and_mentions_are_understood(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        said = recorded("channel_mention")
        await world.event(
            LI,
            type="message",
            text=said["text"],
            conversation=said["conversation"],
            entities=[
                said["entities"][0],
                {"type": "mention", "text": "<at>Ben Okafor</at>", "mentioned": {"id": BEN_OKAFOR.id}},
            ],
        )
        await world.settled()
        (public,) = world.service.messages[CHANNEL].values()
        shown = CardForm(public["attachments"][0]["content"])
        assert "for the quick fix" in shown.shown
        assert shown.buttons == {}

    play(scene)


WEEK = "Closed the renewal with Nordmoor, and 14 tickets of the backlog"


@pytest.mark.parametrize("name", ["adaptiveCard/action", "task/submit"])
@pytest.mark.parametrize("who", [NOBODY, GUEST])
def test_a_form_that_is_not_taken_gives_its_words_back(play: Play, who: User, name: str) -> None:
    """Teams puts the answer in the place of the form."""

    async def scene(world: World) -> None:
        data = {"verb": "send", "q.highlights": WEEK, "q.mood": "4"}
        value = {"action": {"data": data}} if name == "adaptiveCard/action" else {"data": data}
        answer = await world.invokes(who, name, value)
        assert WEEK in str(answer)
        assert who.email in str(answer) or "guest" in str(answer)

    play(scene)


def test_a_form_that_cannot_be_read_gives_its_words_back(play: Play) -> None:
    async def scene(world: World) -> None:
        data = {"verb": "send", "q.highlights": WEEK, "q.mood": {"not": "ours"}}
        answer = await world.invokes(LI, "adaptiveCard/action", {"action": {"data": data}})
        assert WEEK in str(answer)

    play(scene)


def test_whoever_is_on_no_list_is_told_so_and_gets_nothing_else(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.says(NOBODY, "/checkin")
        await world.says(GUEST, "/checkin")
        assert "no.body@lumen.example" in world.service.said_to(NOBODY)[-1]["text"]
        assert "guest" in world.service.said_to(GUEST)[-1]["text"]
        answer = await world.invokes(NOBODY, "adaptiveCard/action", {"action": {"data": {"verb": "desk"}}})
        assert "no.body@lumen.example" in str(answer)
        await world.event(NOBODY, type="message", text="x", conversation=GROUP)
        assert GROUP["id"] not in world.service.messages

    play(scene)
    assert rows(database, Account) == []


@pytest.mark.parametrize("home", ["another-tenant", None])
def test_a_member_of_another_tenant_is_nobody_here_whatever_address_it_gives_them(
    play: Play, database: Database, home: str | None
) -> None:
    """Whoever runs a tenant writes the addresses in it."""

    async def scene(world: World) -> None:
        world.service.homes[BEN_OKAFOR.id] = home
        await world.event(BEN_OKAFOR, type="message", text="/win I was here", conversation=GROUP)
        await world.installs(BEN_OKAFOR)
        assert "guest" in world.service.said_to(BEN_OKAFOR)[-1]["text"]
        searched = await world.invokes(BEN_OKAFOR, "application/search", recorded("search_people")["value"])
        assert "results" not in str(searched)
        answer = await world.invokes(BEN_OKAFOR, "adaptiveCard/action", {"action": {"data": {"verb": "desk"}}})
        assert "guest" in str(answer)

    play(scene)
    assert rows(database, Account) == []
    assert rows(database, KeyEvent) == []


def test_a_sender_whom_teams_itself_places_in_another_tenant_is_nobody_here(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        sender = {"id": LI.id, "aadObjectId": LI.object_id, "tenantId": "another-tenant"}
        await world.event(LI, type="message", text="/win I was here", **{"from": sender})

    play(scene)
    assert rows(database, KeyEvent) == []


def test_a_mention_of_a_member_of_another_tenant_means_nobody_here(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        world.service.homes[BEN_OKAFOR.id] = "another-tenant"
        mention = {"type": "mention", "text": "<at>B. O.</at>", "mentioned": {"id": BEN_OKAFOR.id}}
        await world.says(LI, "/win <at>B. O.</at> closed Acme with forty seats", entities=[mention])

    play(scene)
    assert rows(database, KeyEvent) == []


def test_a_mention_without_a_text_of_its_own_is_still_whose_win_it_is(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(ANN_MILLER)
        mention = {"type": "mention", "mentioned": {"id": BEN_OKAFOR.id, "name": "Ben (R&D)"}}
        said = "/win <at>Ben (R&amp;D)</at> closed Acme with forty seats"
        await world.says(ANN_MILLER, said, entities=[mention])

    play(scene)
    (kept,) = rows(database, KeyEvent)
    assert (kept["subject_id"], kept["text"]) == (BEN, "closed Acme with forty seats")


def test_many_mentions_are_looked_up_together_and_not_without_end(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        before = len([path for _, path in world.service.calls if "/members/" in path])
        names = [f"Guest {number}" for number in range(60)]
        listed = [{"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": f"29:{name}"}} for name in names]
        await world.says(LI, " ".join(f"<at>{name}</at>" for name in names), entities=listed)
        assert len([path for _, path in world.service.calls if "/members/" in path]) - before == 20
        assert world.service.asked_at_once > 10

    play(scene)


def test_what_is_no_text_is_answered_in_words(play: Play) -> None:
    voice = {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "note.m4a", "content": {}}

    async def scene(world: World) -> None:
        await world.installs(LI)
        await world.event(LI, type="message", text=None, attachments=[voice])
        assert "文字" in world.service.said_to(LI)[-1]["text"]
        said = len(world.service.said_to(LI))
        await world.event(LI, type="message", text=None, attachments=[voice], conversation=GROUP)
        await world.event(LI, type="message", text="  ")
        assert len(world.service.said_to(LI)) == said
        assert GROUP["id"] not in world.service.messages

    play(scene)


@pytest.mark.parametrize("spelt", ["https://SMBA.trafficmanager.net/emea", "https://smba.trafficmanager.net:443/emea/"])
def test_a_service_address_spelt_otherwise_is_the_same_service(play: Play, database: Database, spelt: str) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        assert (await world.event(LI, type="message", text="帮助", serviceUrl=spelt)).status_code == 200
        assert len(world.service.said_to(LI)) == 2

    play(scene)
    assert [each["service_url"] for each in rows(database, Account)] == [SERVICE]


def test_an_address_is_looked_up_once_and_cannot_be_taken_over(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "帮助")
        await world.says(LI, "帮助")
        lookups = [path for method, path in world.service.calls if method == "GET" and "/members/" in path]
        assert len(lookups) == 1
        impostor = LI.__class__(LI.id, "00000000-0000-0000-0000-00000000dead", LI.email)
        before = len(world.service.said_to(LI))
        await world.says(impostor, "/checkin")
        assert len(world.service.said_to(LI)) == before + 1
        assert "attachments" not in world.service.said_to(LI)[-1]

    play(scene)


def test_who_removes_the_bot_gets_no_more_messages_until_they_add_it_again(
    play: Play, speaker: Dispatcher, database: Database
) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        await world.event(BEN_OKAFOR, type="installationUpdate", action="remove")
        speaker.handle(Called("1", ANN, "win", "@ben.okafor closed it in time"))
        await world.settled()
        assert len(world.service.said_to(BEN_OKAFOR)) == 1
        await world.installs(BEN_OKAFOR)
        assert len(world.service.said_to(BEN_OKAFOR)) == 2

    play(scene)
    reasons = {row["person_id"]: row["reason"] for row in rows(database, Outbox)}
    assert reasons[BEN] == "not_reachable"


def test_a_team_is_greeted_in_public_with_nothing_about_anybody(play: Play) -> None:
    async def scene(world: World) -> None:
        installed = recorded("installed_in_team")
        await world.event(LI, type="installationUpdate", action="add", conversation=installed["conversation"])
        (greeting,) = world.service.messages[installed["conversation"]["id"]].values()
        assert "/praise" in greeting["text"]

    play(scene)


def test_a_command_of_the_message_box_opens_a_dialog_and_its_form_is_sent_from_there(
    play: Play, database: Database
) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        where = {"conversation": recorded("extension_fetch")["conversation"]}
        answer = await world.invokes(
            LI, "composeExtension/fetchTask", {"commandId": "checkin", "commandContext": "compose"}, **where
        )
        dialog = answer["task"]["value"]
        assert "周小结" in dialog["title"]
        form = in_dialog(dialog)
        form.fill({"mood": "4", "highlights": "12345", "share": "private"})
        again = await world.invokes(LI, "composeExtension/submitAction", {"data": form.press()}, **where)
        form = in_dialog(again["task"]["value"])
        assert "尚未提交" in form.shown
        form.fill({"highlights": CLEAR})
        await world.invokes(LI, "task/submit", {"data": form.press()}, **where)
        assert where["conversation"]["id"] not in world.service.messages

    play(scene)
    assert len(rows(database, CheckIn)) == 1


def in_dialog(dialog: dict[str, Any]) -> CardForm:
    assert "Action.Execute" not in str(dialog)
    return CardForm(dialog["card"]["content"])


def test_the_desk_and_a_button_open_as_dialogs_too(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        desk = await world.invokes(LI, "composeExtension/fetchTask", {"commandId": "desk"})
        assert "工作台" in desk["task"]["value"]["title"]
        fetched = await world.invokes(LI, "task/fetch", recorded("task_fetch")["value"])
        assert in_dialog(fetched["task"]["value"]).inputs != {}

    play(scene)


def test_a_message_is_kept_as_evidence_with_who_wrote_it(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(BEN_OKAFOR)
        await world.installs(ANN_MILLER)
        value = recorded("extension_on_message")["value"]
        value["messagePayload"]["from"]["user"]["id"] = BEN_OKAFOR.object_id
        answer = await world.invokes(ANN_MILLER, "composeExtension/fetchTask", value)
        form = in_dialog(answer["task"]["value"])
        assert form.held["q.text"] == "Renewed Acme & signed"
        assert form.held["m.people"] == str(BEN)
        form.fill({"kind": "win"})
        await world.invokes(ANN_MILLER, "composeExtension/submitAction", {"data": form.press()})

    play(scene)
    (event,) = rows(database, KeyEvent)
    assert (event["subject_id"], event["text"]) == (BEN, "Renewed Acme & signed")


def test_people_are_found_while_somebody_types_their_name(play: Play) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        value = {**recorded("search_people")["value"], "queryText": "ben"}
        found = await world.invokes(LI, "application/search", value)
        assert found["value"]["results"] == [{"value": str(BEN), "title": "Ben Okafor · 销售部"}]
        for query in ("", "  ", "\0", "nobody at all", "%"):
            empty = await world.invokes(LI, "application/search", {**value, "queryText": query})
            assert empty["value"]["results"] == []
        other = await world.invokes(LI, "application/search", {**value, "dataset": "graph.microsoft.com/users"})
        assert other["value"]["results"] == []

    play(scene)


def test_what_is_closed_is_refused_and_what_was_typed_can_be_copied(play: Play, clock: Any) -> None:
    async def scene(world: World) -> None:
        await world.says(LI, "/checkin")
        form = world.card(LI)
        form.fill({"mood": "4", "highlights": CLEAR, "share": "private"})
        clock.move(timedelta(days=8))
        refused = await world.presses(LI, form)
        assert CLEAR in refused.shown
        assert refused.inputs == {}

    play(scene)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"action": 5},
        {"action": {"data": "x"}},
        {"action": {"data": {"verb": "send"}}},
        {"action": {"data": {"verb": "send", "at": {"conversation": 10**20, "key": "x", "edition": 0}, "event": "a"}}},
        {"action": {"data": {"verb": "press", "flow": "no such flow", "given": {}, "event": "a"}}},
        {"action": {"data": {"verb": "press", "flow": "respond", "given": {"event": {"x": 1}}, "event": "a"}}},
        {"action": {"data": {"verb": "call", "command": "x" * 5000, "event": "a"}}},
        {"action": {"data": {"verb": "open", "at": {"conversation": 1, "key": "pulse", "edition": 0}, "event": "a"}}},
        {"action": {"data": {"verb": "say", "text": "\0", "event": "a"}}},
        {"action": {"data": {"verb": "nothing"}}},
    ],
)
def test_rubbish_in_a_button_is_answered_in_words_and_changes_nothing(
    play: Play, database: Database, value: Any
) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        answer = await world.invokes(LI, "adaptiveCard/action", value)
        assert answer["statusCode"] == 200
        assert answer["value"]["body"]

    play(scene)
    assert rows(database, CheckIn) == []


def test_when_something_breaks_whoever_pressed_is_told(
    play: Play, speaker: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)

        def broken(_: Any) -> Any:
            raise RuntimeError("a secret of the database")

        monkeypatch.setattr(speaker, "answered", broken)
        answer = await world.invokes(
            LI, "adaptiveCard/action", {"action": {"data": {"verb": "call", "command": "help", "event": "a"}}}
        )
        assert "went wrong" in str(answer)
        assert "secret" not in str(answer)
        said = await world.says(LI, "help")
        assert "went wrong" in said["text"]

    play(scene)


def test_an_answer_that_teams_does_not_take_now_comes_once_when_it_does(play: Play, database: Database) -> None:
    async def scene(world: World) -> None:
        await world.installs(LI)
        before = len(world.service.said_to(LI))
        event: dict[str, Any] = {"id": "late", "type": "message", "text": "/away 2026-03-12"}
        world.service.refuse = [(429, {"error": {"code": "Busy"}}, {"Retry-After": "30"})]
        assert (await world.event(LI, **event)).status_code == 200
        assert len(rows(database, Leave)) == 1
        assert len(world.service.said_to(LI)) == before, "and nobody says that nothing was changed"
        await world.settled()
        assert len(world.service.said_to(LI)) == before
        world.clock.move(timedelta(seconds=31))
        for _ in range(2):
            assert (await world.event(LI, **event)).status_code == 200
            await world.settled()
        assert sum("3月12日" in str(each) for each in world.service.said_to(LI)[before:]) == 1
        world.service.refuse = [(503, {}, {})]
        await world.event(LI, type="message", text="/checkin")
        world.clock.move(timedelta(seconds=31))
        await world.settled()
        assert "q.mood" in world.card(LI).inputs

    play(scene)
