"""The sample files of the documents import cleanly."""

from datetime import UTC, date, datetime
from pathlib import Path

from storage.database import Database
from storage.leaves import import_leaves
from storage.roster.headers import Use
from storage.roster.problems import Remark
from tests.storage.roster_files import bring, people_in

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def test_the_people_and_their_leave(database: Database) -> None:
    report = bring(database, (EXAMPLES / "people.csv").read_bytes())
    assert (report.problems, report.applied) == ((), True)
    assert all(column.use is Use.used for column in report.reading.header.columns)
    assert {note.remark for note in report.notes} >= {Remark.not_in_file}
    people = people_in(database)
    zihan, lena = people["zihan.zhou@example.com"], people["lena.vogt@example.com"]
    assert (zihan["time_zone"], zihan["locale"], zihan["manager"]) == ("Asia/Shanghai", "zh", "jing.chen@example.com")
    assert (lena["region"], lena["left_on"]) == ("BY", date(2027, 3, 31))
    assert (people["owen.pritchard@example.com"]["region"], people["owen.pritchard@example.com"]["status"]) == (
        "WLS",
        "leave",
    )
    with database.write() as db:
        leave = import_leaves(db, (EXAMPLES / "leave.csv").read_bytes(), datetime(2026, 11, 28, tzinfo=UTC))
    assert (leave.faults, leave.added, leave.left_out.not_approved) == ((), 2, 1)
