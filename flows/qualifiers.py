"""Words beside a day or a time that change what it means, and days that belong to the subject of a meeting.

`spätestens Freitag`, "3pm-ish" and 大约明天下午3点 say more than a day or a time, so they are asked. Words that change
nothing (`noch heute`, "3pm sharp") are dropped. In "tomorrow 9:00 about Friday's numbers" Friday is the subject.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flows.interpreting import Found
from flows.understood import Part
from flows.zones import is_place

_ASKED_BEFORE = re.compile(
    r"(?<![\wäöüß])(?:spätestens|frühestens|höchstens|vielleicht|eventuell|evtl\.?|nicht|au(?:ß|ss)er|fast"
    r"|(?:at the )?(?:latest|earliest)|no (?:later|earlier) than|nearly|almost|maybe|perhaps|probably|possibly"
    r"|if possible|around|circa|not|except|excluding|excl\.?|unless|never)(?: on| at| am| um)?[\s,:]*$",
    re.IGNORECASE,
)
_ASKED_AFTER = re.compile(
    r"[\s,-]*(?:at the (?:latest|earliest)|(?:latest|earliest)(?=\s*(?:$|[,;.]))|onwards?|-?ish|or (?:so|later|earlier)"
    r"|if (?:possible|you can|that works)|if you(?:'|’)re free|spätestens|frühestens|herum)(?![\wäöüß])",
    re.IGNORECASE,
)
_DROPPED_BEFORE = re.compile(
    r"(?<![\wäöüß])(?:noch|schon|erst|gleich|am|den|dem|der|etwa|ungefähr|ca\.?|roughly|approx\.?|approximately)\s+$",
    re.IGNORECASE,
)
_DROPPED_AFTER = re.compile(
    r"\s*(?:sharp|pünktlich)(?![\wäöüß])|(?:整|准时|见|见面|可以吗|行吗|好吗|方便吗|吧)(?![\u4e00-\u9fff])|的",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(r"etwa|ungefähr|ca|roughly|approx", re.IGNORECASE)
_HAN_BEFORE = re.compile(r"[\u4e00-\u9fff]+$")
_HAN_AFTER = re.compile(r"[\u4e00-\u9fff]+")
_HAN_ASKED_BEFORE = re.compile(
    r"(?:大约|大概|差不多|估计|可能|也许|或许|最晚|最迟|最早|至多|至少|不是|不要|除了|除|改到|推到|挪到|改成|别|不|非|约莫|将近|接近|快)$"
)
_HAN_ASKED_AFTER = re.compile(r"(?:多|许|出头|开外|不到|来钟|样子|的样子|都行|都可以|也行|也可以)(?![\u4e00-\u9fff])")
_HAN_JOINS = re.compile(
    r"那?(?:我们?|咱们?|大家)?(?:想|要|打算)?(?:请|约|订|定|安排|放|就|时间)?(?:在|于|是|的|好)?"
    r"|[和跟与同][\u4e00-\u9fff]{0,2}|(?:本周|下周)?(?:开会|开个会|见面|碰头|一起)"
)
_HAN_TOPIC = re.compile(
    r"(?:复盘|对齐|沟通|面谈|访谈|谈话|目标|绩效|考核|同步|评审|评估|规划|总结|培训|聊聊|聊天|一对一|辅导|反馈|述职|晋升|转正"
    r"|预算|计划|进度|项目|汇报|报告|周报|月报|讨论|交流|答辩|演示|上线|发布|会议|[周例站晨早晚月年开]会|会)$"
)
_LONGEST = 3
"""Chinese characters: what is longer is a topic or a sentence."""
_ABOUT = re.compile(
    r"(?:聊|讨论|谈|说|沟通|对齐|复盘|关于|过)[^,，、;；。\s]{0,12}$"
    r"|(?<![a-z])(?:about|regarding|re:?|to discuss|discuss|über|wegen)(?:\s+[a-z]+){0,2}\s+(?:the\s+|our\s+)?$"
    r"|[a-zäöüß]+\s+(?:for|of|from)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_AFTER_COMMA = re.compile(r"\w[^,，;；:：]*[,，;；:：]\s*$")
_GOES_ON = re.compile(
    r"(?:'s)?\s*(?!(?:or|if|would|works?|also|is|instead|at|too|and|maybe|um|oder|geht)\b)[a-zäöüß]|\s*(?![和或也还不行可都])[\u4e00-\u9fff]",
    re.IGNORECASE,
)


class Beside(NamedTuple):
    """Words beside a day or a time: where they stand, and which part they leave open, if any."""

    start: int
    end: int
    part: Part | None


def beside(line: str, found: Sequence[Found], *, is_strict: bool) -> Iterator[Beside]:
    """The qualifiers of the days and times of a line.

    With `is_strict`, one to three unknown Chinese characters right before a day or a time are one as well.
    """
    places = sorted((each for each in found if each.kind in "ABCUV+"), key=lambda each: each.start)
    for at, each in enumerate(places):
        if each.kind not in "AB+" or each.bound == "of":
            continue
        part: Part = "day" if each.kind == "A" else "time"
        begins = max((other.end for other in places[:at]), default=0)
        ends = places[at + 1].start if at + 1 < len(places) else len(line)
        before, after = line[min(begins, each.start) : each.start], line[each.end : max(ends, each.end)]
        yield from _before(before, each.start - len(before), each, part, is_strict=is_strict)
        if each.kind != "+":
            yield from _after(after, each.end, each, part)


def _before(words: str, start: int, each: Found, part: Part, *, is_strict: bool) -> Iterator[Beside]:
    if asked := _ASKED_BEFORE.search(words):
        yield Beside(start + asked.start(), each.end, part)
    elif (dropped := _DROPPED_BEFORE.search(words)) and (part == "time" or not _ROUGHLY.match(dropped[0])):
        yield Beside(start + dropped.start(), each.start, None)
    elif (
        (han := _HAN_BEFORE.search(words))
        and is_strict
        and _HAN_JOINS.fullmatch(han[0])
        and han[0][0] not in "和跟与同"
    ):
        yield Beside(start + han.start(), each.start, None)
    elif (han := _HAN_BEFORE.search(words)) and (
        _HAN_ASKED_BEFORE.search(han[0]) or (is_strict and _is_unknown(han[0]))
    ):
        yield Beside(start + han.start(), each.end, part)


def _is_unknown(han: str) -> bool:
    known = _HAN_JOINS.fullmatch(han) or _HAN_TOPIC.search(han) or is_place(han)
    return len(han) <= _LONGEST and not known


def _after(words: str, start: int, each: Found, part: Part) -> Iterator[Beside]:
    if dropped := _DROPPED_AFTER.match(words):
        yield Beside(start, start + dropped.end(), None)
    elif asked := _ASKED_AFTER.match(words) or _HAN_ASKED_AFTER.match(words):
        yield Beside(each.start, start + asked.end(), part)


def with_subjects(line: str, found: Sequence[Found]) -> list[Found]:
    """The expressions of a line, its days that say what the meeting is about bound with `of`.

    They come after the time: after "about" or 聊, after "numbers for", or after a comma within the topic.
    """
    return [each._replace(bound="of") if _is_subject(line, each, found) else each for each in found]


def _is_subject(line: str, day: Found, found: Sequence[Found]) -> bool:
    if day.kind != "A" or day.bound:
        return False
    earlier = [each for each in found if each is not day and each.end <= day.start]
    if not any(each.kind in "BV" for each in earlier):
        return False
    if any(each.kind == "B" and each.start >= day.end for each in found):
        return False
    between = line[max(each.end for each in earlier) : day.start]
    if _ABOUT.search(between):
        return True
    has_day = any(each.kind == "A" and not each.bound for each in earlier)
    return has_day and _AFTER_COMMA.search(between) is not None and _GOES_ON.match(line, day.end) is not None
