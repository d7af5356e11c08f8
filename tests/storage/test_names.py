"""Names as colleagues say them: found by every form, own team first, and read out of a line without misfiring."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage.columns import table
from storage.database import Database
from storage.directory import find_person, search
from storage.line_names import names_in
from storage.name_forms import fold, forms_of, keep_forms
from storage.naming import in_pinyin_order
from storage.people import Person
from storage.references import Named
from storage.refusals import NobodyCalled, SeveralCalled
from tests.team import ANN, BEN, LI_NA, LI_WEI, PEOPLE

MORE: tuple[tuple[int, str, str, str, str | None], ...] = (
    (20, "pan.zeyu", "Zeyu", "Pan", "潘泽宇"),
    (21, "yao.wanqing", "Wanqing", "Yao", "姚婉清"),
    (22, "ouyang.nana", "Nana", "Ouyang", "欧阳娜娜"),
    (23, "annie.lee", 'Ann "Annie"', "Lee", None),
    (24, "juergen.mueller", "Jürgen", "Müller", None),
    (25, "jl.obrien", "Jean-Luc", "O'Brien", None),
    (26, "cai.lihua", "Lihua", "Cai", "蔡丽华"),
    (27, "k.lindqvist", "Karin", "Lindqvist", None),
    (28, "david.zhang", "David", "Zhang", "张伟"),
    (29, "priya.nair", "Priya", "Nair", None),
    (30, "zhao.shijie", "Shijie", "Zhao", "赵世杰"),
    (31, "wang.jianguo", "Jianguo", "Wang", "王建国"),
    (32, "may.brown", "May", "Brown", None),
    (33, "will.young", "Will", "Young", None),
    (34, "mark.stone", "Mark", "Stone", None),
    (35, "gao.xing", "Xing", "Gao", "高兴"),
    (36, "chang.qing", "Qing", "Chang", "常青"),
    (37, "he.ping", "Ping", "He", "何平"),
    (38, "tao.chen", "Tao", "Chen", "陈涛"),
    (39, "sima.xiangru", "Xiangru", "Sima", "司马相如"),
    (41, "zhang.min", "张敏", "", None),
)
ZEYU, WANQING, OUYANG, ANNIE, JUERGEN, OBRIEN, LIHUA, LINDQVIST, DAVID, PRIYA = range(20, 30)
ZHAO, WANG, MAY, WILL, MARK, GAO, CHANG, HE, TAO, SIMA = range(30, 40)
ZHANG_MIN = 41


@pytest.fixture
def company(database: Database) -> Database:
    rows: list[dict[str, Any]] = [
        {
            **PEOPLE[0],
            "id": number,
            "email": f"{handle}@lumen.example",
            "employee_no": f"N{number}",
            "given_name": given,
            "family_name": family,
            "native_name": native,
            "department_id": 2,
            "manager_id": ANN if number == LINDQVIST else None,
        }
        for number, handle, given, family, native in MORE
    ]
    with database.write() as db:
        db.execute(insert(table(Person)), rows)
        keep_forms(db, [row["id"] for row in rows])
    return database


@pytest.mark.parametrize(
    ("called", "found"),
    [
        ("泽宇", ZEYU), ("@泽宇", ZEYU), ("潘泽宇", ZEYU), ("潘 泽宇", ZEYU), ("潘泽宇的", ZEYU), ("zeyu", ZEYU),
        ("Pan Zeyu", ZEYU), ("zeyu pan", ZEYU), ("panzeyu", ZEYU), ("ZeyuPan", ZEYU), ("潘", ZEYU), ("@泽", ZEYU),
        ("婉清", WANQING), ("欧阳", OUYANG), ("娜娜", OUYANG), ("欧阳娜娜", OUYANG), ("相如", SIMA), ("司马", SIMA),
        ("Annie", ANNIE), ("Annie Lee", ANNIE), ("Ann Lee", ANNIE), ('Ann "Annie" Lee', ANNIE), ("lee", ANNIE),
        ("Müller", JUERGEN), ("Mueller", JUERGEN), ("muller", JUERGEN), ("jurgen", JUERGEN),
        ("juergen müller", JUERGEN),
        ("Jean-Luc", OBRIEN), ("jean luc", OBRIEN), ("jeanluc", OBRIEN), ("obrien", OBRIEN), ("O’Brien", OBRIEN),
        ("jl.obrien", OBRIEN), ("张伟 (David)", DAVID), ("张伟（David）", DAVID), ("张伟", DAVID), ("david", DAVID),
        ("Priya's", PRIYA), ("priya’s", PRIYA), ("@priya.", PRIYA), ("priya.nair@lumen.example", PRIYA), ("pri", PRIYA),
        ("建国", WANG), ("敏", ZHANG_MIN), ("张敏", ZHANG_MIN), ("李 娜", LI_NA), ("K.Lindqvist", LINDQVIST),
    ],
)  # fmt: skip
def test_a_colleague_is_found_as_they_are_called(company: Database, called: str, found: int) -> None:
    with company.read() as db:
        assert find_person(db, called, BEN).id == found


@pytest.mark.parametrize(
    ("called", "people"),
    [
        ("li", [LI_NA, LI_WEI, LINDQVIST, LIHUA]),
        ("小李", [LI_NA, LI_WEI]),
        ("王总", [WANG]),
        ("老赵", [ZHAO]),
        ("张经理", [DAVID, ZHANG_MIN]),
        ("欧阳老师", [OUYANG]),
        ("Mr Müller", [JUERGEN]),
        ("Frau Lindqvist", [LINDQVIST]),
    ],
)
def test_what_could_be_several_is_never_taken_without_asking(company: Database, called: str, people: list[int]) -> None:
    with company.read() as db, pytest.raises(SeveralCalled) as several:
        find_person(db, called)
    assert sorted(int(each.key) for each in several.value.values["people"]) == sorted(people)


@pytest.mark.parametrize(
    ("called", "near"),
    [("Prya", PRIYA), ("priya nayr", PRIYA), ("潘泽雨", ZEYU), ("Lindquist", LINDQVIST), ("zeyuu", ZEYU)],
)
def test_a_mistyped_name_is_answered_with_the_one_it_is_near_to(company: Database, called: str, near: int) -> None:
    with company.read() as db, pytest.raises(NobodyCalled) as nobody:
        find_person(db, called, BEN)
    assert [int(each.key) for each in nobody.value.values["people"]][:1] == [near]


def test_the_own_team_comes_first_then_whole_names_then_beginnings(company: Database) -> None:
    with company.read() as db:
        by_ben = [row["id"] for row in search(db, "@li", 8, BEN)]
        by_nobody = [row["id"] for row in search(db, "li", 8)]
    assert by_ben == [LI_NA, LINDQVIST, LI_WEI, LIHUA]
    assert by_nobody == [LI_NA, LI_WEI, LIHUA, LINDQVIST]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("泽", ZEYU), ("@泽", ZEYU), ("潘", ZEYU), ("婉", WANQING), ("mue", JUERGEN), ("欧", OUYANG), ("给", None)],
)
def test_suggestions_come_with_the_first_character(company: Database, typed: str, first: int | None) -> None:
    with company.read() as db:
        found = [row["id"] for row in search(db, typed, 8, BEN)]
    assert found[:1] == ([first] if first else [])


def test_lists_are_in_the_order_of_pinyin() -> None:
    assert sorted(["王", "丁", "赵", "安", "李"], key=in_pinyin_order) == ["安", "丁", "李", "王", "赵"]


def test_forms_are_folded_and_few() -> None:
    assert fold("  JEAN-LUC  O’Brien ") == "jean luc obrien"
    assert forms_of("pan.zeyu@x.example", "Zeyu", "Pan", "潘泽宇") == {
        "@pan.zeyu", "zeyu pan", "pan zeyu", "潘泽宇", "泽宇",
    }  # fmt: skip


def read(db: Connection, line: str, viewer: int = BEN) -> Named:
    return names_in(db, viewer, line)


@pytest.mark.parametrize(
    ("line", "people", "rest"),
    [
        ("@priya and @tao for the launch", [PRIYA, TAO], "for the launch"),
        ("@潘泽宇 @yao.wanqing 辛苦了", [ZEYU, WANQING], "辛苦了"),
        ("@泽宇 昨天闭环了", [ZEYU], "昨天闭环了"),
        ("@潘泽宇把客户投诉闭环了", [ZEYU], "把客户投诉闭环了"),
        ("潘泽宇 昨天把客户投诉48小时内闭环了", [ZEYU], "昨天把客户投诉48小时内闭环了"),
        ("姚婉清、赵世杰 明天10:00", [WANQING, ZHAO], "明天10:00"),
        ("Priya closed the Nordmoor renewal", [PRIYA], "closed the Nordmoor renewal"),
        ("priya, tao and Lihua Cai shipped 3.2", [PRIYA, TAO, LIHUA], "shipped 3.2"),
        ("priya.nair@lumen.example closed it", [PRIYA], "closed it"),
        ("给泽宇记一个亮点：闭环了", [ZEYU], "给泽宇记一个亮点：闭环了"),
        ("Well done Priya for the launch", [PRIYA], "Well done Priya for the launch"),
        ("Kudos to @priya for the launch", [PRIYA], "Kudos to @priya for the launch"),
        ("感谢婉清和世杰的支持", [WANQING, ZHAO], "感谢婉清和世杰的支持"),
        ("The best team ever!! @priya @tao", [PRIYA, TAO], "The best team ever!! @priya @tao"),
        ("Won the pitch together with Priya Nair", [PRIYA], "Won the pitch together with Priya Nair"),
        ("昨天和欧阳娜娜一起完成了发布", [OUYANG], "昨天和欧阳娜娜一起完成了发布"),
        ("王总批准了预算", [WANG], "批准了预算"),
        ("Will closed the renewal", [WILL], "closed the renewal"),
        ("Mark Stone closed the renewal", [MARK], "closed the renewal"),
        ("高兴签下了续约", [GAO], "签下了续约"),
        ("Ann's demo won the deal", [ANN], "demo won the deal"),
    ],
)
def test_whom_a_line_names(company: Database, line: str, people: list[int], rest: str) -> None:
    with company.read() as db:
        found = read(db, line)
    assert [each.people[0].id for each in found.mentions] == people
    assert found.rest == rest


ORDINARY = (
    "Will finish the rollout on Friday", "Mark the date for the launch", "May release shipped on time",
    "Closed the Acme renewal, +120k ARR", "Shipped version 3.2 two days early", "Won the Nordmoor pitch",
    "Cut the build time from 31 to 12 minutes", "Answered 40 tickets in one day", "He said yes to the offer",
    "He signed the contract after three months", "Young talent programme launched", "Stone laid for the new plant",
    "Brown bag lunch with 30 guests", "Ping time down to 20 ms", "Test lab moved without downtime",
    "Found the cause of the outage", "Rolled out single sign-on to 800 people", "Fixed the export for good",
    "Gave the talk at the Munich meetup", "First customer live on the new gateway", "Onboarded two new engineers",
    "Reduced scrap rate below 1%", "Passed the ISO audit without findings", "Negotiated a better price for PCBs",
    "A customer wrote a thank-you note", "An idea of ours became a patent", "The new desk works at last",
    "My first release went without a hitch", "Our team hit the target", "Longer battery life confirmed in the field",
    "签下了 Acme 续约，年收入 +12 万", "昨天把客户投诉48小时内闭环了", "高质量完成了迁移", "常规巡检提前两天完成",
    "高峰期系统零故障", "完成了EMC整改", "把报价周期从5天缩短到2天", "带领团队通过了体系审核", "优化了测试流程",
    "给客户做了三场培训", "和供应商谈下了更好的价格", "为新产线编写了作业指导书", "上线了新的排班系统",
    "帮助新人完成了转正", "修复了导出功能的问题", "提前完成了季度目标", "常见问题文档上线", "高效处理了40张工单",
    "王牌项目顺利交付", "张贴了安全告示", "李子园项目签约", "何时上线已经确定", "陈旧设备全部更换",
    "赵县工厂通过验收", "平均响应时间降到2小时", "清查了全部库存", "建立了缺陷分级制度", "与客户对齐了需求",
    "约定了下一步计划", "汇总了三个部门的数据",
)  # fmt: skip


def test_ordinary_lines_name_nobody(company: Database) -> None:
    assert len(ORDINARY) == 60
    with company.read() as db:
        misfires = {line: read(db, line).mentions for line in ORDINARY}
    wrong = {line: [each.called for each in found] for line, found in misfires.items() if found}
    assert wrong == {}
