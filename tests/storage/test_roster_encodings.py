"""Every encoding that lists of people come in is told from the others, or said to be unknown, and never garbled."""

import pytest

from storage.roster.decoding import decode_text
from storage.roster.problems import Unusable

HELD_OUT = {
    "cp1252": [
        "Jürgens",
        "Häußler",
        "Cécile",
        "Hugues Rêve",
        "Irène",
        "Fabián",
        "Ramón Cañas",
        "Zúñiga",
        "Lourenço",
        "Sá",
        "Malmström",
        "Bengt Ødegaard",
        "Bøe",
        "Guðný",
        "Pamplona Élite",
        "Renée",
        "Façade",
        "Niccolò",
        "Maïté",
        "Ünal",
    ],
    "cp1250": [
        "Grzegorz Brzęk",
        "Śmigły",
        "Wałęsa",
        "Kościuszko",
        "Hašek",
        "Jaroměř",
        "Kučerová",
        "Mladić",
        "Bartók Ödön",
        "Kertész Őze",
        "Čačić",
        "Zdeňka",
        "Żbik",
    ],
    "cp1254": ["Çetin", "Işıl Güneş", "Beşiktaş", "Türkoğlu", "İsmail"],
    "cp1251": ["Попов", "Алексей Соколов", "Мария"],
    "gb18030": ["赵敏", "诸葛亮", "市场部", "刘洋", "IT部", "HR专员", "孙悦", "上海分公司", "Amy陈静"],
    "big5": ["吳淑芬", "蔡英俊", "業務部", "劉德華"],
    "cp932": ["渡辺健", "中村さくら", "総務部"],
    "cp949": ["정하늘", "강민호", "인사팀", "윤서연"],
}
CASES = [(encoding, word) for encoding, words in HELD_OUT.items() for word in words]
SHAPES = (
    "{word};a@q.example;Sales\nBen Fox;b@q.example;Ops\n",
    "Ben Fox;b@q.example;{word}\n",
    "Ben {word};b@q.example;Ops {word} x\n",
    '"{word}";a@q.example;"x, {word}"\n',
    "{word} {word};a@q.example;{word}\n",
)


def read(text: str, encoding: str) -> str | None:
    try:
        return decode_text(text.encode(encoding)).text
    except Unusable as unusable:
        return None if unusable.problem.reason == "unknown_encoding" else str(unusable)


@pytest.mark.parametrize(("encoding", "word"), CASES)
def test_a_single_word_is_read_right_or_not_at_all(encoding: str, word: str) -> None:
    for shape in SHAPES:
        text = "Name;Email;Team\n" + shape.format(word=word)
        assert read(text, encoding) in {text, None}


@pytest.mark.parametrize("encoding", HELD_OUT)
def test_a_list_is_read_right(encoding: str) -> None:
    text = "Name;Email;Team\n" + "".join(f"{word};a@q.example;Ops\n" for word in HELD_OUT[encoding])
    assert read(text, encoding) == text


def test_most_single_words_are_read_right() -> None:
    texts = [(f"Name;Email;Team\n{word};a@q.example;Sales\n", encoding) for encoding, word in CASES]
    right = sum(read(text, encoding) == text for text, encoding in texts)
    assert right >= 0.85 * len(texts), f"{right} of {len(texts)}"


@pytest.mark.parametrize(
    "row", ["Éric Noël;e@q.example;Élan", "Ángel Ruiz;a@q.example;Ventas", "Zoë Åström;z@q.example;Öl"]
)
def test_western_accents_wherever_they_stand(row: str) -> None:
    assert read(f"Name;Email;Team\n{row}\n", "cp1252") == f"Name;Email;Team\n{row}\n"


@pytest.mark.parametrize("name", ["李伟", "欧阳娜娜", "王芳", "Java开发"])
def test_one_chinese_name_among_latin_ones(name: str) -> None:
    rows = "".join(f"Person {letter};{letter}@q.example;IT部\n" for letter in "abcdef")
    text = f"Name;Email;Team\n{rows}{name};w@q.example;Sales\n"
    assert read(text, "gb18030") == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_a_mark(encoding: str) -> None:
    text = "Name,Email\nLi Na 李娜,li@q.example\nÉric Noël,e@q.example\n"
    assert decode_text(text.encode(encoding)).text == text
