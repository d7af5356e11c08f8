"""Small files in the shapes that HR systems document, and who comes out of them. Sources: docs/people-import.md."""

import json
from datetime import date

import pytest

from storage.people import Status
from storage.roster.headers import Field
from storage.roster.importing import Report, compare, read_file, read_records
from storage.roster.population import Population
from storage.roster.problems import Reason, Unusable

TODAY = date(2026, 11, 28)
ANN_AND_LI = [("Ann", "Lee", "ann@harbour.example"), ("Na", "Li", "li.na@harbour.example")]

FILES = {
    "successfactors user data file": """
        STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,GENDER,EMAIL,MANAGER,DEPARTMENT,TITLE,TIMEZONE
        STATUS,USERID,Username,First Name,Last Name,Gender,Email,Manager,Department,Title,Timezone
        active,1007,alee,Ann,Lee,F,ann@harbour.example,1008,Platform,Engineer,Europe/Dublin
        active,1008,nli,Na,Li,F,li.na@harbour.example,NO_MANAGER,Platform,Director,Asia/Shanghai""",
    "successfactors, as Entra reads it": """
        personIdExternal,firstName,lastName,email,country,timeZone,Manager
        1007,Ann,Lee,ann@harbour.example,IE,Europe/Dublin,1008
        1008,Na,Li,li.na@harbour.example,CN,Asia/Shanghai,NO_MGR""",
    "entra": """
        userPrincipalName,displayName,surname,mail,givenName,userType,jobTitle,department,accountEnabled,city,Manager
        alee@harbour.example,Ann Lee,Lee,ann@harbour.example,Ann,Member,Engineer,Platform,True,Dublin,Na Li
        nli@harbour.example,Na Li,Li,li.na@harbour.example,Na,Member,Director,Platform,True,Shanghai,
        x_y.example#EXT#@harbour.example,Xia Yu,Yu,x@y.example,Xia,Guest,,,True,,""",
    "okta": """
        login,email,firstName,lastName,title,department,employeeNumber,managerId,city,countryCode,timezone,locale
        alee,ann@harbour.example,Ann,Lee,Engineer,Platform,1007,1008,Dublin,IE,Europe/Dublin,en_IE
        nli,li.na@harbour.example,Na,Li,Director,Platform,1008,,Shanghai,CN,Asia/Shanghai,zh_CN""",
    "hibob, ids of fields": """
        root.firstName,root.surname,root.email,work.title,work.department,work.site,work.startDate,work.reportsTo
        Ann,Lee,ann@harbour.example,Engineer,Platform,Dublin,2024-02-05,Na Li
        Na,Li,li.na@harbour.example,Director,Platform,Shanghai,2021-06-01,""",
    "hibob, table of a connector": """
        first_name,surname,email,department,city,employee_id_in_company,reports_to_id_in_company
        Ann,Lee,ann@harbour.example,Platform,Dublin,1007,1008
        Na,Li,li.na@harbour.example,Platform,Shanghai,1008,""",
    "personio": """
        email,first_name,last_name,position,department,office,hire_date,supervisor
        ann@harbour.example,Ann,Lee,Engineer,Platform,Dublin,2024-02-05,Na Li
        li.na@harbour.example,Na,Li,Director,Platform,Shanghai,2021-06-01,""",
    "ukg": """
        First name,Last name,Email address,Country code,Language code,Employee number,Employee ID,Supervisor ID
        Ann,Lee,ann@harbour.example,IE,en,7,EX1007,EX1008
        Na,Li,li.na@harbour.example,CN,zh,8,EX1008,""",
    "oracle": """
        Person Number,Full Name,Email Address,Start Date,Termination Date,Department Name,Manager Person Number
        1007,Ann Lee,ann@harbour.example,2024-02-05,,Platform,1008
        1008,Na Li,li.na@harbour.example,2021-06-01,,Platform,""",
    "adp": """
        File Number,Associate ID,Legal First Name,Legal Last Name,Work Contact: Work Email,Reports To Associate ID
        000107,WK7,Ann,Lee,ann@harbour.example,WK8
        000108,WK8,Na,Li,li.na@harbour.example,""",
}


def compared(text: str) -> Report:
    lines = (line.strip() for line in text.strip().splitlines())
    return compare(read_file("\n".join(lines).encode(), TODAY), Population(), TODAY)


@pytest.mark.parametrize("system", FILES)
def test_the_columns_of_a_system_give_two_people_and_a_line(system: str) -> None:
    report = compared(FILES[system])
    assert not report.problems
    assert [(row.given_name, row.family_name, row.email) for row in report.reading.rows] == ANN_AND_LI
    assert report.plan
    assert report.plan.managers == [1, None]


CHINESE = {
    "moka": """
        employee_no,realname,department,report_leader,employee_status,position,on_boarding_date,leave_date,office_email
        M7,王伟,平台部,李娜,试用,工程师,2024-02-05,,wang.wei@qinghe.example
        M8,李娜,平台部,,在职,总监,2021-06-01,,li.na@qinghe.example""",
    "dingtalk": """
        sys00-name,sys00-email,sys00-dept,sys00-position,sys00-jobNumber,sys00-workPlace,sys00-confirmJoinTime,sys00-reportManager
        王伟,wang.wei@qinghe.example,平台部,工程师,M7,上海,2024-02-05,李娜
        李娜,li.na@qinghe.example,平台部,总监,M8,上海,2021-06-01,""",
    "wecom": """
        姓名,帐号,手机号,邮箱,所在部门,职位,直属上级
        王伟,wangwei,13000000000,wang.wei@qinghe.example,1;3,工程师,lina
        李娜,lina,13000000001,li.na@qinghe.example,1,总监,""",
    "feishu": """
        user_id,name,en_name,enterprise_email,leader_user_id,job_title,city,country
        u7,王伟,Wei Wang,wang.wei@qinghe.example,u8,工程师,上海,CN
        u8,李娜,Na Li,li.na@qinghe.example,,总监,上海,CN""",
    "beisen": """
        JobNumber,parent_Name,workEmail,EmployeeStatus,EntryDate,LastWorkDate,OIdJobPosition_Name,POIdEmpAdmin-StaffCode
        M7,王伟,wang.wei@qinghe.example,试用,2024-02-05,,工程师,M8
        M8,李娜,li.na@qinghe.example,正式,2021-06-01,,总监,""",
    "yonyou t3": """
        职员编码,职员姓名,所属部门,岗位,入职日期,邮箱,直接上级
        M7,王伟,平台部,工程师,2024-02-05,wang.wei@qinghe.example,M8
        M8,李娜,平台部,总监,2021-06-01,li.na@qinghe.example,""",
}


@pytest.mark.parametrize("system", CHINESE)
def test_the_columns_of_a_chinese_system_give_two_people_and_a_line(system: str) -> None:
    report = compared(CHINESE[system])
    assert not report.problems
    assert [(row.native_name, row.email, row.title) for row in report.reading.rows] == [
        ("王伟", "wang.wei@qinghe.example", "工程师"),
        ("李娜", "li.na@qinghe.example", "总监"),
    ]
    assert report.plan
    assert report.plan.managers == [1, None]


def test_the_days_and_levels_of_a_beisen_export() -> None:
    header = "JobNumber,parent_Name,workEmail,EntryDate,LastWorkDate,Place"
    levels = "LookupPrefix_OIdDepartment_SecondLevelOrganization,LookupPrefix_OIdDepartment_ThirdLevelOrganization"
    (row,) = compared(f"{header},{levels}\nM7,王伟,w@qinghe.example,2024-02-05,2026-11-01,上海,研发,平台").reading.rows
    assert (row.joined_on, row.left_on, row.status) == (date(2024, 2, 5), date(2026, 11, 1), Status.left)
    assert (row.department, row.location) == ("研发/平台", "上海")


ROWS = [
    {"Employee_ID": "E7", "Name": "Ann Lee", "Email_-_Work": "ann@harbour.example", "Manager_ID": "E8"},
    {"Employee_ID": "E8", "Name": "Na Li", "Email_-_Work": "li.na@harbour.example"},
]


@pytest.mark.parametrize("whole", [ROWS, {"Report_Entry": ROWS}])
@pytest.mark.parametrize("before", ["", "\ufeff", "\n  "])
def test_a_file_of_json_is_read_whole(whole: object, before: str) -> None:
    reading = read_file((before + json.dumps(whole, indent=1)).encode(), TODAY)
    report = compare(reading, Population(), TODAY)
    assert reading.encoding == "JSON"
    assert report.plan
    assert report.plan.managers == [1, None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"Report_Entry": {}}', Reason.not_a_list),
        ('{"data": []}', Reason.not_a_list),
        ('[{"Name": "Ann"', Reason.not_a_list),
        ('{"Report_Entry": []}', Reason.empty_file),
        ("[]", Reason.empty_file),
    ],
)
def test_json_without_people_is_refused_with_its_reason(text: str, reason: Reason) -> None:
    with pytest.raises(Unusable) as refused:
        read_file(text.encode(), TODAY)
    assert refused.value.problem.reason is reason


def test_a_header_in_brackets_is_a_table() -> None:
    (row,) = read_file(b"[Name],Email\nAnn Lee,ann@harbour.example\n", TODAY).rows
    assert row.email == "ann@harbour.example"


def test_yes_and_no_of_json_are_those_of_a_table() -> None:
    """As https://docs.rs/gusto-api/latest/gusto_api/types/struct.Employee.html has `terminated`."""
    person = {"first_name": "Ann", "last_name": "Lee", "department": "Platform"}
    read = read_records(
        [
            {**person, "work_email": "ann@harbour.example", "terminated": False},
            {**person, "work_email": "bea@harbour.example", "terminated": True},
        ],
        TODAY,
    )
    assert [row.status for row in read.rows] == [Status.active, Status.left]
    assert Field.gone in read.header.fields


def test_yes_where_an_address_should_be_is_a_problem_of_that_row() -> None:
    read = read_records([{"Name": "Ann Lee", "Email": True}], TODAY)
    assert [problem.reason for problem in read.problems] == [Reason.malformed_email]


BY_USER = """
    user_id,employee_no,name,email,leader_user_id
    1007,1008,王伟,wang.wei@qinghe.example,1008
    1008,1009,李娜,li.na@qinghe.example,
    1009,1010,周宁,zhou.ning@qinghe.example,1007"""


def test_managers_named_by_another_number_are_never_taken_for_an_employee_number() -> None:
    """The fields of https://open.larkoffice.com/document/uAjLw4CM/ukTMukTMukTM/reference/contact-v3/user/field-overview.md."""
    report = compared(BY_USER)
    assert [row.employee_no for row in report.reading.rows] == ["1008", "1009", "1010"]
    assert report.plan
    assert report.plan.managers == [1, None, 0]


def test_a_manager_whose_other_number_is_not_in_the_file_is_unknown() -> None:
    report = compared(BY_USER.replace(",1007", ",1010"))
    assert [(problem.line, problem.reason) for problem in report.problems] == [(4, Reason.unknown_manager)]


def test_one_header_in_two_spellings_counts_by_the_first() -> None:
    (row,) = compared("Employee Number,Employee ID,Name,Email\n7,EX7,Ann Lee,ann@harbour.example").reading.rows
    assert row.employee_no == "EX7"
