"""Announcements in Teams after they were sent: changed and taken back in every chat, and steered from their card."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.announced import count_under_way
from bot.dispatcher import Dispatcher
from storage.announcements import Announcement, AnnouncementReceipt
from storage.columns import table
from storage.database import Database
from storage.people import Role, RoleGrant
from tests.player import Player
from tests.surfaces.teams.world import ANN_MILLER, BEN_OKAFOR, LI, World
from tests.team import ANN, BEN

Play = Callable[..., None]


def announce(dispatcher: Dispatcher, database: Database) -> str:
    """Ann, who is in Teams and of HR here, announces something."""
    with database.write() as db:
        db.execute(table(RoleGrant).insert(), {"person_id": ANN, "role": Role.hrbp, "department_id": None})
    ann = Player(dispatcher, ANN)
    ann.calls("announce")
    ann.sends({"headline": "Cycle", "body": "It begins on Monday.", "acknowledge": "yes"})
    ann.sends(verdict="send")
    with database.read() as db:
        return str(db.execute(select(table(Announcement).c.series)).scalar_one())


def test_it_is_changed_and_taken_back_where_it_stands(play: Play, speaker: Dispatcher, database: Database) -> None:
    async def scene(world: World) -> None:
        for who in (ANN_MILLER, BEN_OKAFOR, LI):
            await world.installs(who)
        series, ann = announce(speaker, database), Player(speaker, ANN)
        await world.settled()
        assert "It begins on Monday." in world.card(BEN_OKAFOR).shown
        told = len(world.service.said_to(BEN_OKAFOR))
        ann.presses("revise", announcement=series)
        ann.sends(body="It begins on Tuesday.")
        await world.settled()
        card = world.card(BEN_OKAFOR)
        assert "It begins on Tuesday." in card.shown
        await world.presses(BEN_OKAFOR, card, "I have read this")
        ann.presses("withdraw", announcement=series)
        ann.sends(certain="yes")
        await world.settled()
        assert world.service.said_to(BEN_OKAFOR)[-1]["text"] == "Ann Miller withdrew “Cycle”."
        assert world.service.said_to(LI)[-1]["text"] == "Ann Miller 撤回了“Cycle”。"
        assert len(world.service.said_to(BEN_OKAFOR)) == told, "nothing was sent anew"

    play(scene)
    receipt = table(AnnouncementReceipt)
    with database.read() as db:
        assert list(db.execute(select(receipt.c.person_id)).scalars()) == [BEN]


def test_who_confirms_sees_it_in_the_message_and_the_button_is_gone(
    play: Play, speaker: Dispatcher, database: Database
) -> None:
    async def scene(world: World) -> None:
        for who in (ANN_MILLER, BEN_OKAFOR):
            await world.installs(who)
        announce(speaker, database)
        await world.settled()
        card = world.card(BEN_OKAFOR)
        assert "From Ann Miller" in card.shown
        await world.presses(BEN_OKAFOR, card, "I have read this")
        await world.settled()
        await world.settled()
        assert "You confirmed this on" in world.card(BEN_OKAFOR).shown
        assert "acknowledge" not in str(world.service.said_to(BEN_OKAFOR)[-1])

    play(scene)


def test_its_author_sees_how_far_it_is_and_steers_it(play: Play, speaker: Dispatcher, database: Database) -> None:
    async def scene(world: World) -> None:
        for who in (ANN_MILLER, BEN_OKAFOR):
            await world.installs(who)
        announce(speaker, database)
        await world.settled()
        world.clock.move(timedelta(seconds=5))
        assert sum(count_under_way(speaker)) == 1
        await world.settled()
        card = world.card(ANN_MILLER)
        assert "Done: 2 of 6 sent, 0 failed, 4 skipped." in card.shown
        reach = await world.presses(ANN_MILLER, card, "Who has it?")
        assert "not in Slack, or hasn’t added the app in Teams (4)" in reach.shown
        await world.installs(LI)
        again = await world.presses(ANN_MILLER, card, "Try again")
        again.fill({"which": "passing"})
        await world.presses(ANN_MILLER, again)
        await world.settled()
        assert "It begins on Monday." in world.card(LI).shown

    play(scene)
