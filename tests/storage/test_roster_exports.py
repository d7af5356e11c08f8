"""Exports as four HR systems write them are understood as they are."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copy

import pytest

from storage.database import Database
from storage.roster.headers import Field, Use
from storage.roster.problems import Remark
from tests.storage.roster_files import ROSTERS, bring, people_in


@pytest.fixture
def company(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty one."""
    file = tmp_path / "company.sqlite3"
    copy(migrated, file)
    database = Database(f"sqlite:///{file}", synchronous="NORMAL")
    yield database
    database.close()


def load(company: Database, name: str) -> dict[str, dict[str, object]]:
    report = bring(company, (ROSTERS / name).read_bytes())
    assert report.problems == ()
    assert report.applied
    return people_in(company)


def test_workday(company: Database) -> None:
    people = load(company, "workday.csv")
    wei = people["wei.chen@harbour.example"]
    assert (wei["given_name"], wei["family_name"], wei["native_name"]) == ("Wei", "Chen", "陈伟")
    assert (wei["manager"], wei["department"]) == ("tomas.lindqvist@harbour.example", "Engineering")
    assert (wei["country"], wei["locale"], wei["time_zone"]) == ("CN", "zh", "Asia/Shanghai")
    beth = people["beth.hart@harbour.example"]
    assert (beth["given_name"], beth["time_zone"]) == ("Beth", "America/Chicago")
    assert people["tomas.lindqvist@harbour.example"]["status"] == "leave"
    rohan = people["rohan.deshpande@harbour.example"]
    assert (rohan["status"], rohan["left_on"]) == ("left", date(2025, 8, 29))
    assert people["ana.delacruz@harbour.example"]["department"] == "People, Europe"


def test_bamboohr(company: Database) -> None:
    people = load(company, "bamboohr.csv")
    joost = people["joost@lantern.example"]
    assert (joost["given_name"], joost["family_name"]) == ("Joost", "van der Meer")
    assert joost["joined_on"] == date(2016, 3, 4)  # 11/30/2019 elsewhere in the file says: month first
    assert (joost["status"], joost["left_on"], joost["time_zone"]) == ("active", None, "Europe/Amsterdam")
    assert people["priya@lantern.example"]["manager"] == "joost@lantern.example"
    assert people["luis@lantern.example"]["manager"] == "ada@lantern.example"
    assert people["luis@lantern.example"]["status"] == "left"
    assert people["ada@lantern.example"]["time_zone"] == "America/New_York"


def test_beisen_in_gb18030(company: Database) -> None:
    people = load(company, "beisen.csv")
    founder = people["zhuge.mingyuan@qinghe.example"]
    assert (founder["family_name"], founder["given_name"]) == ("诸葛", "明远")
    assert founder["native_name"] == "诸葛明远"
    assert people["ouyang.jing@qinghe.example"]["family_name"] == "欧阳"
    assert people["wang.lei@qinghe.example"]["manager"] == "chen.xiaoyan@qinghe.example"
    assert people["wang.lei@qinghe.example"]["status"] == "active"
    assert people["wang.lei2@qinghe.example"]["left_on"] == date(2026, 2, 28)
    uyghur = people["maimaiti.aili@qinghe.example"]
    assert (uyghur["given_name"], uyghur["family_name"], uyghur["status"]) == ("买买提", "艾力", "leave")
    assert {row["time_zone"] for row in people.values()} == {"Asia/Shanghai"}
    assert {row["locale"] for row in people.values()} == {"zh"}


def test_feishu(company: Database) -> None:
    people = load(company, "feishu.csv")
    rosie = people["rosie@yunfan.example"]
    assert (rosie["given_name"], rosie["family_name"], rosie["native_name"]) == ("Rosie", "Lin", "林若曦")
    assert people["zihan@yunfan.example"]["given_name"] == "Zihan"
    assert people["daniel@yunfan.example"]["locale"] == "en"
    hong_kong = people["jiayi@yunfan.example"]
    assert (hong_kong["country"], hong_kong["locale"], hong_kong["time_zone"]) == ("HK", "zh", "Asia/Hong_Kong")
    assert hong_kong["manager"] == "zihan@yunfan.example"


@pytest.mark.parametrize("name", ["workday.csv", "bamboohr.csv", "beisen.csv", "feishu.csv"])
def test_the_same_export_again_changes_nothing(company: Database, name: str) -> None:
    before = load(company, name)
    report = bring(company, (ROSTERS / name).read_bytes())
    assert report.plan
    assert not report.applied
    assert (len(report.plan.planned), report.plan.unchanged) == (0, len(before))
    assert people_in(company) == before


def test_the_mapping_says_what_was_used_and_what_was_not(company: Database) -> None:
    report = bring(company, (ROSTERS / "bamboohr.csv").read_bytes(), dry_run=True)
    columns = {column.header: (column.field, column.use) for column in report.reading.header.columns}
    assert columns["Work Email"] == (Field.email, Use.used)
    assert columns["Division"] == (Field.department, Use.superseded)
    assert columns["Personal Email"] == (None, Use.ignored)


def test_what_was_derived_is_told(company: Database) -> None:
    report = bring(company, (ROSTERS / "beisen.csv").read_bytes(), dry_run=True)
    told = {(note.remark, note.params.get("value")): note.count for note in report.notes}
    assert told[Remark.derived_locale, "zh"] == 6
    assert told[Remark.names_split, None] == 6
    assert sum(n.count for n in report.notes if n.remark is Remark.derived_time_zone) == 6


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 BOM"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(
    company: Database, encoding: str, named: str, delimiter: str, ending: str
) -> None:
    lines = ["姓名;工作邮箱;部门", "张伟;zhang.wei@qinghe.example;研发中心", "李娜;li.na@qinghe.example;销售部"]
    text = ending.join(lines).replace(";", delimiter) + ending
    report = bring(company, text.encode(encoding))
    assert (report.reading.encoding, report.reading.delimiter) == (named, delimiter)
    assert people_in(company)["zhang.wei@qinghe.example"]["native_name"] == "张伟"
    assert people_in(company)["li.na@qinghe.example"]["department"] == "销售部"
