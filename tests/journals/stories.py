"""The stories that journals are recorded from: each plays conversations up to some point, through the dispatcher."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from bot.clock import SetClock
from bot.delivery.in_process import deliver_due
from bot.dispatcher import Dispatcher
from bot.meeting_ticks import remind_due
from bot.web.carrier import WebCarrier
from storage.announcements import Announcement
from storage.columns import table
from storage.goals import Goal
from storage.people import Role, RoleGrant
from tests.hard_flows.traces import settle_all
from tests.player import Player
from tests.team import ANN, BEN, DORA, HANNA, LI_NA

CLEAR = "完成了客户A的对账，剩3笔差异"


@dataclass(frozen=True)
class Scene:
    """The people of a story, and the clock they live by."""

    dispatcher: Dispatcher
    clock: SetClock
    ann: Player
    ben: Player
    li: Player
    hanna: Player

    @classmethod
    def on(cls, dispatcher: Dispatcher, clock: SetClock) -> "Scene":
        return cls(dispatcher, clock, *(Player(dispatcher, each) for each in (ANN, BEN, LI_NA, HANNA)))

    def announced(self) -> list[str]:
        """The announcements there are, by their series."""
        series = table(Announcement).c.series
        with self.dispatcher.database.read() as db:
            return list(db.execute(select(series).distinct()).scalars())


def checkin_begun(scene: Scene) -> None:
    scene.li.calls("checkin")
    scene.li.drafts(highlights="写了一半")


def checkin_clear(scene: Scene) -> None:
    scene.li.calls("checkin")
    scene.li.sends(mood="4", highlights=CLEAR, help_wanted="合同要法务看一下", share="manager")


def checkin_follow_up_open(scene: Scene) -> None:
    scene.li.calls("checkin")
    scene.li.sends(mood="3", highlights="一切正常", share="private")


def checkin_follow_up_answered_and_edited(scene: Scene) -> None:
    checkin_follow_up_open(scene)
    scene.li.sends(more="对账完成了")
    scene.clock.move(timedelta(hours=2))
    scene.li.calls("checkin")
    scene.li.sends(mood="2")


def checkin_taken_up_replied_and_reacted_to(scene: Scene) -> None:
    checkin_clear(scene)
    scene.ann.taps("take")
    scene.ann.taps("reply")
    scene.ann.sends(text="发给我吧，下午看。")
    scene.li.taps("reply")
    scene.li.sends(text="已经发了，谢谢")
    scene.ann.taps("react")
    scene.ann.sends(reaction="thanks")
    scene.ann.taps("meeting")


def miss_disputed_and_talked_about(scene: Scene) -> None:
    scene.ann.calls("miss", "@ben sent the Nordmoor offer two days late")
    scene.ben.taps("respond")
    scene.ben.sends(stance="contest", text="Legal had it for three days.")
    scene.ann.taps("reply")
    scene.ann.sends(text="I did not know that.")
    scene.ann.taps("meeting")
    scene.ann.taps("settle")
    scene.ann.sends(text="Legal signs off within a day from now on.")


def checkin_missed(scene: Scene) -> None:
    scene.li.calls("checkin")
    scene.clock.move(timedelta(days=7))
    settle_all(scene.dispatcher)


def win_with_its_card_and_what_was_said_of_it(scene: Scene) -> None:
    scene.ann.calls("win", "@ben closed the Acme renewal, 120k a year")
    scene.ann.taps("card")
    scene.ann.sends(visibility="line")
    scene.ben.taps("respond")
    scene.ben.sends(stance="context", text="Na prepared the offer.")


def win_without_a_name(scene: Scene) -> None:
    scene.ben.calls("win")


def miss_that_is_not_theirs_to_log(scene: Scene) -> None:
    scene.ben.calls("miss", "@ann the report came late")


def coaching_talk(scene: Scene) -> None:
    scene.ann.calls("coach", "@ben how to open a negotiation")


def praise_in_public(scene: Scene) -> None:
    scene.ben.calls("praise", "@li.na 周末还帮我们看了合同，谢谢")


def evidence_from_a_message(scene: Scene) -> None:
    scene.ann.quotes("evidence", "Thanks for the quick fix on the export!", BEN)


def goal_clear_then_moved_edited_weighed_and_closed(scene: Scene) -> None:
    scene.ben.calls("goal", "Renew 90 % of contracts by 30 June 2026")
    scene.ben.sends(weight="100", indicator="Renewal rate", baseline="82.5", target="90", unit="%")
    scene.ben.calls("progress", "40 half of them")
    scene.ben.calls("goals")
    scene.ben.calls("weights")
    scene.ben.sends()
    series = _first_goal(scene)
    for flow, typed in (
        ("goal_progress", {"percent": "60"}),
        ("goal_edit", {"weight": "80"}),
        ("goal_close", {"outcome": "done", "percent": "100"}),
    ):
        scene.ben.presses(flow, goal=series)
        scene.ben.sends(typed)


def _first_goal(scene: Scene) -> str:
    with scene.dispatcher.database.read() as db:
        return str(db.execute(select(table(Goal).c.series)).scalars().first())


def goal_with_gaps_open(scene: Scene) -> None:
    scene.li.calls("goal", "提升客户满意度")
    scene.li.sends({next(iter(scene.li.values)): "大客户的售后响应"})


def announcement_sent_after_a_second_look(scene: Scene) -> None:
    scene.hanna.calls("announce", "New review cycle")
    scene.hanna.sends(body="It begins on Monday.", acknowledge="yes")
    scene.hanna.sends(verdict="back")
    scene.hanna.sends(body="It begins on Tuesday.")
    scene.hanna.sends(verdict="send")
    scene.li.taps("acknowledge")
    scene.hanna.taps("reach")


def announcement_at_its_preview(scene: Scene) -> None:
    scene.hanna.calls("announce")
    scene.hanna.sends(
        headline="Hello", headline_other="大家好", body="Welcome.", body_other="欢迎。", when="local", hour="8"
    )


def meeting_moved_answered_and_held(scene: Scene) -> None:
    scene.ann.calls("meet", "@li.na 2026-03-09 10:00 Q4 goals")
    scene.li.taps("meeting_answer")
    scene.li.sends(coming="no", words="下午可以")
    scene.ann.taps("meeting_change")
    scene.ann.sends(day="2026-03-10", at="20:00")
    scene.ann.sends(verdict="change")
    scene.ann.sends(at="9:00")
    scene.clock.move(timedelta(days=5, hours=1))
    sum(remind_due(scene.dispatcher))
    scene.ann.opens_what_waits()
    scene.ann.sends(outcome="happened", note="Two goals agreed", evidence=(str(LI_NA),))


def meeting_called_off(scene: Scene) -> None:
    scene.li.calls("meet", "@ann.miller 明天下午三点半 下季度目标")
    scene.ann.taps("meeting_cancel")
    scene.ann.sends(reason="On a train")


def meeting_in_the_night_left(scene: Scene) -> None:
    scene.ann.calls("meet", "@li.na tomorrow 20:00 Q4 goals")
    scene.ann.sends(verdict="discard")


def days_off_named_and_called_off(scene: Scene) -> None:
    scene.ben.calls("away", "9 Mar to 13 Mar")
    scene.ben.calls("away", "off")


def days_off_asked_about(scene: Scene) -> None:
    scene.li.calls("away")


def a_pause_and_its_end(scene: Scene) -> None:
    scene.ben.calls("pause", "until 2026-03-12")
    scene.ben.calls("pause", "off")


def a_question_put_off(scene: Scene) -> None:
    scene.ben.calls("checkin")
    scene.ben.calls("snooze", "tomorrow")
    scene.li.calls("snooze")


def preferences_chosen(scene: Scene) -> None:
    scene.ben.calls("preferences")
    scene.ben.sends(hour="10", quiet_from="18", quiet_until="9", reminders="light")


def a_day_for_the_team_and_one_for_a_department(scene: Scene) -> None:
    scene.ann.calls("weekday")
    scene.ann.sends(weekday="2")
    scene.hanna.calls("weekday")
    scene.hanna.sends(weekday="3", department="1")
    scene.ben.calls("weekday")


def minutes_that_were_asked(scene: Scene) -> None:
    scene.hanna.calls("asked")


def announcement_tried_scheduled_moved_and_changed(scene: Scene) -> None:
    hanna = scene.hanna
    hanna.calls("announce", "Office move")
    hanna.sends(body="We move on Friday.", when="own", day="2026-03-09", hour="15", acknowledge="yes")
    hanna.sends(verdict="try")
    page = hanna.last
    hanna.presses("confirm_trial")
    hanna.last = page
    hanna.sends(verdict="send")
    [series] = scene.announced()
    hanna.presses("reschedule", announcement=series)
    hanna.sends(hour="16")
    scene.clock.move(timedelta(days=5))
    deliver_due(scene.dispatcher.database, WebCarrier(), scene.clock.now())
    scene.ben.presses("acknowledge", announcement=series, version=1)
    hanna.presses("revise", announcement=series)
    hanna.sends(headline_other="搬迁通知", body_other="我们周五搬迁。")
    hanna.sends(again="yes")
    hanna.presses("revise", announcement=series)
    hanna.sends(body="We move on Monday.")
    hanna.sends(verdict="back")
    hanna.sends(body_other="我们周一搬迁。")
    hanna.presses("reach", announcement=series)


def announcement_steered_and_withdrawn(scene: Scene) -> None:
    hanna = scene.hanna
    hanna.calls("announce", "New review cycle")
    hanna.sends(body="It begins on Monday.", acknowledge="yes", remind="3")
    hanna.sends(verdict="send")
    [series] = scene.announced()
    for order in ("hold", "resume", "retry", "extend"):
        hanna.presses(order, announcement=series)
    deliver_due(scene.dispatcher.database, WebCarrier(), scene.clock.now())
    hanna.presses("remind", announcement=series)
    hanna.presses("revise", announcement=series)
    hanna.sends(body="It begins on Tuesday.", body_other="周二开始。", headline_other="新的评估周期")
    hanna.presses("cancel", announcement=series)
    hanna.presses("withdraw", announcement=series)
    hanna.sends(certain="yes")


def win_taken_back(scene: Scene) -> None:
    scene.ann.calls("win", "@ben closed the Acme renewal, 120k a year")
    scene.ann.taps("undo")


def praise_for_two(scene: Scene) -> None:
    scene.ann.calls("praise", "@ben and @li.na for the calm in the Acme talks")


def win_that_names_a_colleague(scene: Scene) -> None:
    scene.ann.calls("win", "Ben closed the Acme renewal")


def a_role_given_and_one_taken_back(scene: Scene) -> None:
    with scene.dispatcher.database.write() as db:
        db.execute(insert(table(RoleGrant)), [{"person_id": DORA, "role": Role.admin, "department_id": None}])
    dora = Player(scene.dispatcher, DORA)
    dora.calls("roles")
    dora.sends(act="grant", who=str(BEN), role="hrbp", department="1", until="2026-12-31", reason="parental leave")
    dora.sends(certain="yes")
    dora.calls("roles")
    dora.sends(act="revoke", who=str(HANNA), role="hrbp")
    dora.sends(certain="no")


def participation_looked_at(scene: Scene) -> None:
    scene.hanna.calls("overview")
    scene.ann.calls("overview")


Story = Callable[[Scene], None]
STORIES: Mapping[str, Story] = {
    story.__name__: story
    for story in (
        checkin_begun,
        checkin_clear,
        checkin_follow_up_open,
        checkin_follow_up_answered_and_edited,
        checkin_missed,
        checkin_taken_up_replied_and_reacted_to,
        miss_disputed_and_talked_about,
        win_with_its_card_and_what_was_said_of_it,
        win_without_a_name,
        miss_that_is_not_theirs_to_log,
        coaching_talk,
        praise_in_public,
        praise_for_two,
        win_taken_back,
        win_that_names_a_colleague,
        evidence_from_a_message,
        goal_clear_then_moved_edited_weighed_and_closed,
        goal_with_gaps_open,
        announcement_sent_after_a_second_look,
        announcement_at_its_preview,
        meeting_moved_answered_and_held,
        meeting_called_off,
        meeting_in_the_night_left,
        days_off_named_and_called_off,
        days_off_asked_about,
        a_pause_and_its_end,
        a_question_put_off,
        preferences_chosen,
        a_day_for_the_team_and_one_for_a_department,
        minutes_that_were_asked,
        announcement_steered_and_withdrawn,
        announcement_tried_scheduled_moved_and_changed,
        a_role_given_and_one_taken_back,
        participation_looked_at,
    )
}
