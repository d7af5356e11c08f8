"""Check-in answers that say nothing, and those that must be let through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.vague import vague, vague_spans

VAGUE = [
    "fine",
    "Busy week.",
    "worked on stuff",
    "made progress",
    "ok 👍",
    "All good!",
    "Same as usual",
    "Just the usual meetings and emails.",
    "Lots of things going on",
    "Still working on it",
    "Everything is going well, on track.",
    "It was a good week, got a lot done",
    "BAU",
    "Pretty hectic, but we're getting there",
    "Helped the team with various tasks",
    "Continued working on my projects",
    "keeping busy, nothing special",
    "Finished my tasks as planned.",
    "meh",
    "Making good progress on everything.",
    "👍",
    "Day-to-day work",
    "一切正常",
    "推进中",
    "还行",
    "挺忙的",
    "本周工作正常进行",
    "都在按计划推进",
    "完成了各项工作",
    "处理了一些日常事务",
    "老样子",
    "进展顺利",
    "跟进手头的项目",
    "开会,处理杂事",
    "这周比较充实",
    "持续推进中,整体可控",
    "认真完成领导交办的任务",
    "正常推进ing",
    "还好吧",
]
USEFUL = [
    "Nothing",
    "none",
    "None this week, thanks.",
    "No blockers",
    "n/a",
    "-",
    "",
    "not blocked right now",
    "no issues so far",
    "shipped the invoice export, two bugs left",
    "waiting for legal on the Acme contract",
    "Onboarding the new analyst",
    "Payroll run closed a day early",
    "Fixed the login bug",
    "Interviews for the nurse role",
    "vendor is late",
    "PR #412 merged",
    "The printer on floor two is broken",
    "Met with Carla about budget",
    "Need access to Jira",
    "Too many meetings: lost Tuesday and Wednesday to audits",
    "Sick on Monday, behind on the forecast",
    "review of contracts",
    "3 demos",
    "Budget approval",
    "flaky tests",
    "Working with IT on laptops",
    "无",
    "没有",
    "暂无",
    "没有问题",
    "目前没有遇到什么困难",
    "本周没有阻塞",
    "完成了客户A的对账,剩3笔差异",
    "等法务审合同",
    "服务器磁盘快满了",
    "新员工培训做完了",
    "供应商延期交货",
    "和财务核对报销",
    "上线了发票导出,还剩两个缺陷",
    "王工请假,测试没人接",
    "月结提前一天关账",
    "面试两位护士",
    "缺测试环境",
    "门店盘点",
    "客户投诉增多",
    "写完投标书",
]


@pytest.mark.parametrize("answer", VAGUE)
def test_says_nothing(answer: str) -> None:
    assert vague(answer)
    assert vague_spans(answer)


@pytest.mark.parametrize("answer", USEFUL)
def test_is_let_through(answer: str) -> None:
    assert not vague(answer)
    assert vague_spans(answer) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_spans_lie_in_the_text(answer: str) -> None:
    for span in vague_spans(answer):
        assert answer[span.start : span.end] == span.text


def test_a_very_long_answer_is_let_through() -> None:
    assert not vague("busy week " * 4_000)
