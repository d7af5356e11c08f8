"""Name patterns: where names stand in a line, what joins them to it, and which words are names as well.

The words themselves stand in `names.toml`.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib import resources

from storage.roster.names import CJK

_WORDS = tomllib.loads(resources.files("storage").joinpath("names.toml").read_text(encoding="utf-8"))
ORDINARY = frozenset(_WORDS["ordinary"])
ORDINARY_HAN = frozenset(" ".join(_WORDS["ordinary_zh"]).split())
NEVER = frozenset(_WORDS["never"])


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))


SIGN = r"[@＠]"
AT = re.compile(rf"(?<![^\s{CJK},，、;；:：(（&+/]){SIGN}(?=[^\s@])")
LATIN = re.compile(rf"[^\W\d_{CJK}](?:[^\W{CJK}]|[.'’+@-](?=[^\W{CJK}]))*")
HAN = re.compile(rf"[{CJK}]+(?:[·•・][{CJK}]+)?")
IN_BRACKETS = re.compile(r" ?[(（][ ]?([^\s()（）\d][^()（）\d]{0,30}?)[ ]?[)）]")
"""What stands in brackets right after a name, which may be another name of the same person: 刘洋(Lucy)."""
TOKEN = re.compile(r"[^\s,，:：、;；]+")
SPACE = re.compile(r"\s*")
AND = re.compile(r"\s*(?:(?:[,，、&+/]|and\b|plus\b|und\b|以及|还有|和|跟|与|與|及)\s*)+(?=\S)", re.IGNORECASE)
AFTER = re.compile(r"(?:['’]s\b|的)?[\s,，:：、;；]*")
LEAD = re.compile(
    rf"(?:{_any(_WORDS['lead_ins'])})[,!:]?(?:\s+(?:to|for))?\s+|(?:{_any(_WORDS['lead_ins_zh'])})[，,：:\s]*",
    re.IGNORECASE,
)
WITH = re.compile(r"\b(?:with|mit|w/)\s*(?=\S)|[和跟与與约](?!\s*[,，])\s*", re.IGNORECASE)
STARTS = re.compile(rf"{SIGN}|{WITH.pattern}|{AND.pattern}|\band\s+|^\s+", re.IGNORECASE)
"""Before every place where a name may begin that is more than a whole name in the middle of a line."""
TITLES = re.compile(r"(?:总监|经理|主任|主管|老师|师傅|博士|教授|先生|女士|同学|总|董|工|姐|哥)")
LONG_TITLES = re.compile("总监|经理|主任|主管|老师|师傅|博士|教授|先生|女士|同学")
TITLED = re.compile(rf".{{1,2}}{TITLES.pattern}")
GOES_ON = frozenset(
    "昨今明前上下本这已在把将被给为带帮完提做写修签拿主负按和与跟也都又就成解优推处支协组交发搞通用对向从的了很非特月周年"
    "一二三四五六七八九十独配及积参制谈达赢获拜培辅接调回响催落"
)
"""Characters that a sentence goes on with after a name."""
POSSESSIVE = re.compile(r"['’]s$")
WITHIN = re.compile(r" |(?<=[DdMm]r)\. ?|(?<=Mrs)\. ?|(?<=Ms)\. ?|(?<=Prof)\. ?")
"""Between the words of a name and after a title."""
TURNED = re.compile(rf", ?[^\W\d_{CJK}][^\W\d_{CJK}'’-]+")
AFTER_DAY = tuple("后前期节当那")
"""What follows a day that is a name as well where it is the day: 国庆后."""
POSSESSED = re.compile(r"['’]s\b")
THEIRS = re.compile(
    r"['’]s (?:team|group|department|squad|people|boss|manager)\b|的(?:团队|小组|部门|经理|领导|老板|组)", re.IGNORECASE
)
"""What makes it somebody else than who is named."""
ABOUT = re.compile(
    r"(?:\b(?:for|about|of|re:?|regarding|on|from|by|to|hiring|interview(?:ing)?)\s+|关于|讨论|面试|评估)$",
    re.IGNORECASE,
)
BELONGS = re.compile(r"['’]s\b|的")
_BEFORE_HAN = "".join(
    f"|(?<={each})"
    for each in ("多亏", "感谢", "谢谢", "下属", "同事", "组员", "我们", "咱们", "队的", "组的", "部门的")
)
LOOSE = re.compile(
    rf"(?<![^\W{CJK}])(?<![@＠'’.-])(?=[^\W\d_{CJK}]{{2}})|(?:(?<![^\s,，、;；。！!(（]){_BEFORE_HAN})(?=[{CJK}]{{2}})"
)
"""Where a name may stand in the middle of a line."""
ENDS_HAN = re.compile(rf"[\s,，、;；。！!)）]|$|参加|列席|旁听|来|[{''.join(sorted(GOES_ON))}]")
"""What follows a name in characters that stands by itself."""
AND_WORD = re.compile(r"[&+、]|\b(?:and|plus|und)\b|以及|还有|[和跟与與及]", re.IGNORECASE)
DAY_HAN = (
    r"[今明后大昨前]天|[本这下上]+(?:周|个|星期|礼拜|月)|周[一二三四五六日天末]|星期|礼拜|[上下中]午|早上|晚上|一起|\d"
    r"|[\s,，。]|$"
)
STRANGER = re.compile(
    r"(?!(?:I|Me|My|We|Our|The|It|You|He|She|They|Easter|Christmas)\b)"
    r"(?!(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:days?)?\b|(?:Jan|Febr)uary|March|April|May\b|June|July"
    r"|August|(?:Sept|Nov|Dec)ember|October)[A-Z][a-zÀ-ÿ'’-]+(?=\s|[,:]|$)"
    rf"|(?!我|咱|本人|{DAY_HAN})[{CJK}]{{2,4}}?(?={DAY_HAN})"
)
WHEN = re.compile(r"\s+(?:tomorrow|tmrw|today|on|at|next|heute|morgen|(?:mon|tue|wed|thu|fri)[a-z]*|\d)", re.IGNORECASE)
AND_LAST = re.compile(r"(?:\band\s+|[&+、]\s*)(?P<name>[^\W\d_]{2,}(?: [^\W\d_]+)?)\s*$", re.IGNORECASE)
"""A name at the end of a line that something else stands before: `@tao tomorrow 15:00 and Priya`."""
OWN = re.compile(r"\s*(?:(?:I|we|me)(?![\w.-])|我(?![们的])|本人)", re.IGNORECASE)
AND_OWN = re.compile(r"\s*(?:[,，、&+]|and\b|和|跟|与)\s*(?:(?:I|me|myself)(?![\w.-])|我|本人)", re.IGNORECASE)
AS_NAME = re.compile(
    r"\s+(?:has|had|was|is|and|won|led|made|did|got|built|sold|found|took|gave|wrote|ran|held|kept|brought|taught|met"
    r"|sent|came|went|fixed|[a-z]{2,}ed)\b"
    r"|\s+(?:on|at|tomorrow|tmrw|today|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri)(?:day)?"
    r"|next (?:mon|tue|wed|thu|fri|week)"
    r"|\d{1,2}(?::\d\d|\s?[ap]m))\w*\b"
    rf"|\s*[{CJK}]"
)
"""What follows a word where it is a name: what the person did, when to meet, or Chinese."""
MISTYPED = re.compile(
    r"\s*(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|(?:Today|Tomorrow|Yesterday|Next|This|Every)\b)"
    rf"(?=([A-ZÀ-Þ][a-zß-ÿ]{{2,}}(?: [A-ZÀ-Þ][a-zß-ÿ]+)?)(?:{AS_NAME.pattern})"
    rf"|([{CJK}]{{3}})[\s，,：:{''.join(sorted(GOES_ON))}])"
)
"""What begins a line as the name of a colleague does, and is no day."""
