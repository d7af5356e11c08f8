"""Roles in chat: who may give them, what both sides are told, and what each change leaves behind."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.dispatcher import Dispatcher
from bot.replies import Help, Refused, Said
from storage.columns import table
from storage.database import Database
from storage.directory import roles_of
from storage.journal import Audit
from storage.people import RoleGrant
from storage.roles import RoleChange
from tests.player import Player
from tests.postgres import on_both
from tests.team import ANN, BEN, DORA, HANNA, LI_NA

pytestmark = on_both


@pytest.fixture(autouse=True)
def administrators(database: Database) -> None:
    with database.write() as db:
        db.execute(insert(table(RoleGrant)), [{"person_id": DORA, "role": "admin", "department_id": None}])


def held(database: Database, person: int, now: datetime) -> frozenset[tuple[str, int | None]]:
    with database.read() as db:
        return roles_of(db, person, now)


def gives(player: Player, who: int, role: str, **more: str) -> None:
    player.calls("roles")
    player.sends({"act": "grant", "who": str(who), "role": role, **more})
    if "certain" in player.values:
        player.sends(certain="yes")


def test_both_sides_are_told_in_their_language(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    dora = Player(dispatcher, DORA)
    dora.calls("roles")
    assert "Hanna Vogel: HR partner, the whole company" in dora.page.intro
    dora.sends(act="grant", who=str(LI_NA), role="hrbp", department="1", until="2026-03-06", reason="Anna is away")
    assert "Na Li will be HR partner" in dora.page.intro
    assert "Sales" in dora.page.intro
    assert held(database, LI_NA, clock.now()) == frozenset()  # looking at it has changed nothing
    dora.sends(certain="yes")
    assert isinstance(dora.last, Said)
    assert "Na Li is now HR partner (Sales)" in dora.last.text
    assert held(database, LI_NA, clock.now()) == {("hrbp", 1)}
    (message,) = Player(dispatcher, LI_NA).told()
    for part in ("Dora Weiss", "HRBP", "销售部", "2026年3月6日", "Anna is away"):
        assert part in message.text
    with database.read() as db:
        change, audit = table(RoleChange), table(Audit)
        assert db.execute(select(change.c.saved_by, change.c.reason, change.c.granted)).all() == [
            (DORA, "Anna is away", True)
        ]
        rows = db.execute(select(audit.c.viewer_id, audit.c.owner_id, audit.c.what)).all()
        assert (DORA, LI_NA, "role:granted:hrbp") in [tuple(row) for row in rows]


def test_a_role_ends_with_its_last_day_where_its_holder_is(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    gives(Player(dispatcher, DORA), LI_NA, "hrbp", until="2026-03-06")
    late_in_shanghai = datetime(2026, 3, 6, 15, 59, tzinfo=UTC)
    assert held(database, LI_NA, late_in_shanghai) == {("hrbp", None)}
    assert held(database, LI_NA, late_in_shanghai.replace(hour=16)) == frozenset()  # the 7th there
    clock.at = late_in_shanghai.replace(hour=16)
    assert isinstance(Player(dispatcher, LI_NA).calls("announce", "Hello"), Refused)


def test_a_role_is_taken_back(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    dora = Player(dispatcher, DORA)
    dora.calls("roles")
    dora.sends(act="revoke", who=str(HANNA), role="hrbp", department="2")
    assert "role" in dora.errors  # hers is for the whole company
    dora.sends(department="")
    dora.sends(certain="no")
    assert held(database, HANNA, clock.now()) == {("hrbp", None)}
    dora.calls("roles")
    dora.sends(act="revoke", who=str(HANNA), role="hrbp")
    dora.sends(certain="yes")
    assert held(database, HANNA, clock.now()) == frozenset()
    (message,) = Player(dispatcher, HANNA).told()
    assert message.text.startswith("Dora Weiss took back your role as HR partner")


@pytest.mark.parametrize("person", [ANN, BEN, HANNA])
def test_others_are_refused_and_told_who_can(dispatcher: Dispatcher, person: int) -> None:
    player = Player(dispatcher, person)
    refused = player.calls("roles")
    assert isinstance(refused, Refused)
    assert "Dora Weiss" in refused.text
    shown = player.calls("help")
    assert isinstance(shown, Help)
    assert "roles" not in {each.name for each in shown.commands}


def test_who_may_not_announce_learns_who_gives_the_role(dispatcher: Dispatcher) -> None:
    refused = Player(dispatcher, BEN).calls("announce", "Party")
    assert isinstance(refused, Refused)
    assert "Dora Weiss" in refused.text


def test_nobody_changes_their_own_roles(dispatcher: Dispatcher, database: Database, clock: SetClock) -> None:
    dora = Player(dispatcher, DORA)
    gives(dora, DORA, "hrbp")
    assert set(dora.errors) == {"who"}
    assert held(database, DORA, clock.now()) == {("admin", None)}


def test_an_administrator_is_one_for_the_whole_company(dispatcher: Dispatcher) -> None:
    dora = Player(dispatcher, DORA)
    gives(dora, BEN, "admin", department="1")
    assert set(dora.errors) == {"department"}


def test_the_last_administrator_without_an_end_stays(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    dora, hanna = Player(dispatcher, DORA), Player(dispatcher, HANNA)
    gives(dora, HANNA, "admin", until="2026-03-31")
    hanna.calls("roles")
    hanna.sends(act="revoke", who=str(DORA), role="admin")
    refused = hanna.sends(certain="yes")
    assert isinstance(refused, Refused)
    assert refused.reason == "LastAdministrator"
    assert held(database, DORA, clock.now()) == {("admin", None)}
    gives(dora, HANNA, "admin")
    hanna.calls("roles")
    hanna.sends(act="revoke", who=str(DORA), role="admin")
    hanna.sends(certain="yes")
    assert held(database, DORA, clock.now()) == frozenset()


def test_an_administrator_who_is_one_no_more_gives_nothing(
    dispatcher: Dispatcher, database: Database, clock: SetClock
) -> None:
    dora, hanna = Player(dispatcher, DORA), Player(dispatcher, HANNA)
    gives(dora, HANNA, "admin")
    dora.calls("roles")
    dora.sends(act="grant", who=str(BEN), role="hrbp")  # she looks at it, and meanwhile
    hanna.calls("roles")
    hanna.sends(act="revoke", who=str(DORA), role="admin")
    hanna.sends(certain="yes")
    refused = dora.sends(certain="yes")
    assert isinstance(refused, Refused)
    assert refused.reason == "OnlyAdministrators"
    assert held(database, BEN, clock.now()) == frozenset()
