"""Names as readers see them: Western ones given name first, those in Chinese letters family name first."""

import pytest

from storage.references import Who


@pytest.mark.parametrize(
    ("given", "family", "native", "english", "chinese"),
    [
        ("Ann", "Miller", None, "Ann Miller", "Ann Miller"),
        ("Wei", "Li", "李伟", "Wei Li", "李伟"),
        ("泽宇", "潘", None, "潘泽宇", "潘泽宇"),
        ("娜", "欧阳", None, "欧阳娜", "欧阳娜"),
        ("太郎", "山田", None, "山田太郎", "山田太郎"),
        ("さくら", "佐々木", None, "佐々木さくら", "佐々木さくら"),
        ("민준", "김", None, "김민준", "김민준"),
        ("Jing", "陈", None, "Jing 陈", "Jing 陈"),  # mixed: as it was imported
        ("", "Madonna", None, "Madonna", "Madonna"),
        ("", "", None, "", ""),
    ],
)
def test_a_name(given: str, family: str, native: str | None, english: str, chinese: str) -> None:
    person = Who(1, given, family, native)
    assert (person.name("en"), person.name("zh")) == (english, chinese)
