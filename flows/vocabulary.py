"""The words for days, times, lengths and zones in both languages, and the kind of token that each of them is.

Kinds are single letters, so that `flows.expressions` can write rules over a line as patterns over a short string:

    D full date   d 3/12 or 10.12.   M month, m 12月   j day of a month   o ordinal   W weekday   e weekend   r today
    n number      N other number     Y year    y 今年   x next, 下    u day, week, month   q quarter, year   Q Q4
    c 15:00       T 三点半           K noon    k o'clock   p am, pm   P morning, 晚上       h hour   i minute   L 1h30
    z zone        E every, 每        s a word for a day that is not understood: a holiday, 次日, end of day
    f from   t to   l until   b before, by   v after   S 起, since   < ago   I in, within   w on   @ at   R for
    H a holiday on one fixed date   J 明后天: two days running   Z all, 整个   ! back, before a day   ; 回来, after one
    ' the s of "Friday's"
    ? soon, 稍后: no day in particular
    a a, an  G the  O of  F half  g 个  & and  - dash  , comma  ( ) brackets  X a word that says none of this
"""

import re
from typing import Any

from flows.german_words import GERMAN


def _english() -> dict[str, tuple[str, Any]]:
    words: dict[str, tuple[str, Any]] = {}

    def add(kind: str, value: Any, names: str) -> None:
        words.update(dict.fromkeys(names.split(), (kind, value)))

    months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
    for place, name in enumerate(months, 1):
        add("M", place, f"{name} {name[:3]}")
    add("M", 9, "sept")
    days = ("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday", "fri friday")
    for place, names in enumerate((*days, "sat saturday", "sun sunday")):
        add("W", place, names)
    add("s", None, "mondays tuesdays wednesdays thursdays fridays saturdays sundays")
    numbers = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
    ]
    for value, name in enumerate(numbers, 1):
        add("n", value, name)
    add("n", 2, "couple")
    add("r", 0, "today tdy")
    add("r", 1, "tomorrow tomorow tommorow tommorrow tomorrows tmrw tmr tmw tomo 2moro")
    add("r", -1, "yesterday")
    for shift, names in (
        ("next", "next nxt"),
        ("last", "last previous"),
        ("this", "this current"),
        ("coming", "coming"),
    ):
        add("x", shift, names)
    for unit in ("day", "week", "month", "fortnight"):
        add("u", unit, f"{unit} {unit}s")
    add("u", "week", "wk wks")
    for unit in ("quarter", "year"):
        add("q", unit, f"{unit} {unit}s")
    add("h", 60, "hour hours hr hrs h")
    add("i", 1, "minute minutes min mins")
    for part, names in (("am", "morning"), ("pm", "afternoon"), ("eve", "evening eve"), ("night", "night nights")):
        add("P", part, names)
    add("P", "dawn", "dawn daybreak")
    add("K", "noon", "noon midday")
    add("K", "midnight", "midnight")
    add("s", None, "weekday weekdays workday workdays eod eow cob christmas xmas easter thanksgiving fortnightly")
    add("?", None, "soon sometime someday eventually whenever shortly asap")
    add("e", None, "weekend weekends")
    add("E", None, "every each")
    add("Z", None, "all whole entire")
    add("!", None, "back return returning returns")
    for kind, names in {
        "@": "at around circa", "f": "from between", "t": "to through thru", "l": "until till til untill",
        "v": "after later", "b": "by before", "w": "on", "I": "in within", "O": "of", "G": "the", "a": "a an",
        "&": "and", "R": "for", "F": "half", "k": "oclock o'clock", "S": "since", ">": "past",
    }.items():  # fmt: skip
        add(kind, None, names)
    return words


ENGLISH = GERMAN | _english()
"""Kind and value of every word in letters that is known."""
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez"
_N = "[零〇一二两三四五六七八九十]{1,3}|[0-9]{1,2}"
_NO_DATE = (
    r"(?![0-9a-z%‰]|[/:][0-9]|\.[0-9]"
    r"|\s?(?:%|h\b|hr|hour|小时|个|倍|万|亿|千|百|分|版|元|k\b|m\b|percent|days?\b|weeks?\b|of\b|的))"
)
_POINTS = "建议|意见|要求|想法|原因|内容|反馈|改进|说明|思考|共识|问题|启示|体会"
"""What is counted in points: 三点建议 is no time."""
_MINUTE = r"(?![0-9零一二三四五六七八九十]|\s?(?:个|小时|分钟|季度|人|家|项|%))"
_APART = r"(?<![0-9a-z_:/$€£¥#])(?<!(?<!\.)\.)"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_OF_A_KIND = frozenset(
    {"payday", "mayday", "heyday", "holiday", "hackday", "birthday", "faraday", "doomsday", "raceday"}
)
"""Words that are nearly a weekday and none."""
FEASTS = {
    "christmas eve": (24, 12), "xmas eve": (24, 12), "christmas day": (25, 12), "xmas day": (25, 12),
    "boxing day": (26, 12), "new year's eve": (31, 12), "new years eve": (31, 12), "new year's day": (1, 1),
    "new years day": (1, 1), "halloween": (31, 10), "heiligabend": (24, 12), "heiliger abend": (24, 12),
    "neujahr": (1, 1), "dreikönig": (6, 1), "tag der arbeit": (1, 5), "tag der deutschen einheit": (3, 10),
    "allerheiligen": (1, 11), "valentine's day": (14, 2), "may day": (1, 5),
    "元旦当天": (1, 1), "元旦那天": (1, 1), "平安夜": (24, 12), "圣诞节当天": (25, 12), "圣诞当天": (25, 12),
    "五一当天": (1, 5), "劳动节当天": (1, 5), "国庆当天": (1, 10), "国庆节当天": (1, 10), "三八妇女节": (8, 3),
    "儿童节当天": (1, 6),
}  # fmt: skip
"""Holidays that fall on one date every year, as day and month."""
LEXICON = re.compile(
    "|".join(
        (
            r"(?P<space>\s+)",
            r"(?P<sum>[$€£¥] ?[0-9][0-9.,]*|(?<![0-9-])[0-9]{2}-(?:1[3-9]|[2-9][0-9])-[0-9]{2}(?![0-9-]))",
            rf"(?P<iso>{_APART}[0-9]{{4}}(?P<iso_sign>[-/.])[0-9]{{1,2}}(?P=iso_sign)[0-9]{{1,2}}(?![0-9a-z]|[/:][0-9]))",
            rf"(?P<dmy>{_APART}[0-9]{{1,2}}(?P<dmy_sign>[-/.])[0-9]{{1,2}}(?P=dmy_sign)(?:[0-9]{{4}}|[0-9]{{2}})(?![0-9a-z]|[./:][0-9]))",
            rf"(?P<fixed>(?<![a-z])(?:{'|'.join(sorted(FEASTS, key=len, reverse=True))})(?![a-z]))",
            (
                r"(?P<military>(?<![0-9a-z.])(?:[01][0-9]|2[0-3])[0-5][0-9] ?(?:hrs|hours|h)(?![a-z0-9])"
                r"|(?<=\bat )[01]?[0-9]\.[0-5][0-9](?![0-9.%a-z]| ?(?:[$€]|eur|usd))"
                r"|(?<=\bat )2[0-3]\.[0-5][0-9](?![0-9.%a-z]| ?(?:[$€]|eur|usd))"
                r"|(?<![0-9:./])[01]?[0-9]\.[0-5][0-9](?= ?[ap]\.?m\b))"
            ),
            (
                r"(?P<uhr>(?<![0-9a-z.])[0-9]{1,2}(?:[:.][0-5][0-9])? ?uhr(?: [0-5][0-9])?(?![0-9a-z])"
                r"|(?<![0-9a-z.])(?<!for )(?:(?<=\bat )[0-9]{1,2}|1[3-9]|2[0-3]) ?h(?:[0-5][0-9])?(?![0-9a-z])"
                r"|(?<![0-9a-z.:/])(?:0[6-9]|1[0-9]|2[0-3]):[0-5][0-9] ?h(?![a-z0-9]))"
            ),
            r"(?P<clock>(?<![0-9:./])(?:2[0-4]|[01]?[0-9]):[0-5][0-9](?::[0-5][0-9])?(?![0-9]|:[0-9]|/))",
            rf"(?P<short>{_APART}(?!24/7|9/11)[0-9]{{1,2}}(?:/[0-9]{{1,2}}|\.[0-9]{{1,2}}\.?){_NO_DATE})",
            rf"(?P<dotted>{_APART}[0-9]{{1,2}}\.(?=\s?-\s?[0-9]|\s*(?:{_MONTHS})))",
            r"(?P<ordinal>(?<![0-9a-z.])[0-9]{1,2}(?:st|nd|rd|th)(?![a-z]))",
            (
                r"(?P<hour>(?<![0-9.百第])(?!(?<=[快早晚多少有这那差高低大小慢好])一点)(?!一点[儿点都也事小东])"
                rf"(?P<at>{_N}) ?(?:点钟?(?!{_POINTS})|时(?![间候长刻段机期常代效]))"
                r"(?: ?(?P<piece>半(?! ?个?(?:小时|钟头))|一刻(?!钟)|三刻(?!钟)|整(?![体改理合]))"
                rf"| ?(?P<minute>{_N}) ?分(?![钟之享析工别配]|公司)"
                rf"|(?P<short_minute>[0-9]{{2}}|[零〇一二三四五六七八九十]{{2,3}}){_MINUTE})?)"
            ),
            r"(?P<called>(?<=[和跟与找约给])[一二三四五六七八九十]月(?![0-9一二三四五六七八九十份底初中末前后]))",
            rf"(?P<month>(?<![0-9百])(?:{_N}) ?月份?)",
            (
                rf"(?P<dom>(?<![0-9.第])(?:{_N}) ?"
                r"(?:号(?![楼线位机店门院车员库厅会桌码召])|日(?![报常志均活程元本语内])))"
            ),
            (
                r"(?P<year>(?:(?:19|2[0-2])[0-9]{2}|二[零〇][零〇一二三四五六七八九]{2}) ?年"
                r"|(?<![0-9.,:$€¥])(?:19|2[0-2])[0-9]{2}(?![0-9a-z%]|[.,:/][0-9]))"
            ),
            r"(?P<pair>今明后[三3]天|(?:今明|明后)[两2二]?[天日])",
            (
                r"(?P<topical>第 ?(?:[一二三四五六七八九十]|1[0-2]|[1-9]) ?周(?=[一-龥])(?![一二三四五六日天])"
                r"|(?<![a-z])week (?:1[0-2]|[1-9]|one|two|three|four)(?![0-9a-z:.])|new year(?!'?s| eve| day)"
                r"|(?<![a-z])(?:black friday|cyber monday)(?![a-z]))"
            ),
            (
                r"(?P<feast>元旦|春节|除夕|元宵|清明|五一|劳动节|端午|中秋|国庆|圣诞|感恩节|复活节|大年|正月|腊月|节假日|长假|放假|假期"
                r"|(?:周|星期|礼拜)[一二三四五六](?:[、,和至到-] ?[一二三四五六日天](?![点时号月个天年十周]))+"
                r"|(?:周|星期|礼拜)[一二三四五][二三四五六]+(?![二三四五六十点时分号月个天年周位次名人家轮期季度项条])"
                r"|周六日|周一三五|周二四六?|过[几两]天|第 ?[零一二三四五六七八九十0-9]{1,3} ?周"
                r"|(?<![最当起年月季])初[一二三四五六七八九十](?![级中])|[单双]周[一二三四五六日天]"
                r"|[节假年][前后](?!端|台)|次日|翌日|第二天|隔天|当天|改天|工作日|月初|年初|周中|季初|[上中下]旬|小年夜)"
            ),
            r"(?P<nth>第[零一二两三四五六七八九十0-9]{1,3})",
            r"(?P<end>(?<![0-9一二三四五六七八九十个本这])[月年季]度?[底末](?=[\s前后完交上发做]|[0-9]|$))",
            r"(?P<ending>(?<![0-9一二三四五六七八九十个本这])[月年季]度?[底末])",
            r"(?P<vague>稍后|晚些时候|晚点|回头|一会儿?|待会儿?|哪天|有空)",
            r"(?P<weekday>(?:周|星期|礼拜)[一二三四五六日天])",
            r"(?P<weekend>周末)",
            r"(?P<shift>(?:下+|上+|[本这])(?:一?个)?(?= ?(?:周|星期|礼拜|月|季|年(?!会|终|龄|轻)|工作日)))",
            r"(?P<day>大后天|大前天|[今明昨][天日]|[今明昨后前]儿(?![子童女媳])个?|[后前]天|(?<!最)(?:[今明昨后](?=[早晚夜][^餐饭宴]|[早晚夜]$)|[今明昨](?=[上下中]午)))",
            r"(?P<that_year>[今本明去来后]年(?!级|龄|轻))",
            (
                r"(?P<part>凌晨|清晨|清早|一?大早|一早|早上|早晨|早间|上午|午前|中午|午间|下午(?!茶)|午后"
                r"|傍晚|黄昏|晚上|晚间|夜晚|夜里|夜间|深夜|半夜|午夜"
                r"|[早晚夜](?= ?[0-9零一二两三四五六七八九十])"
                r"|(?<=[今明昨后一二三四五六日天号])[早晚夜](?![餐饭宴会班报期点]))"
            ),
            r"(?P<midday>正午)",
            r"(?P<back>(?:才|就|再)?(?:回来|返岗|返回|回岗|复工|到岗|回公司|回办公室|上班|恢复上班|销假)(?:上班)?)",
            r"(?P<all>整个(?= ?(?:[0-9一二三四五六七八九十]{1,2} ?月|[下上本这]|月))|全(?=[下本这])|整(?=[周天月年]))",
            (
                r"(?P<and>[和与跟](?= ?(?:[今明昨后][天日晚早]|[下上本这]?个?(?:周|星期|礼拜)"
                r"|[0-9一二三四五六七八九十]{1,3} ?[月日号])))"
            ),
            r"(?P<start>开始)",
            r"(?P<every>[每逢隔](?= ?(?:[周天日月年季晚早逢隔双两一二三四五六七八九十0-9]|星期|礼拜|个?工作日)))",
            r"(?P<minutes>刻钟|分钟)|(?P<hours>小时|钟头)",
            r"(?P<half>半(?= ?(?:个|小时|钟头|天|年|日))|(?<=[时头])半)",
            r"(?P<until>直到|截至|截止到?)|(?P<to>到|至(?!少|今|于))|(?P<from>从(?!业|而|属|事)|自(?=[0-9今明下本这周]))",
            r"(?P<after>[之以]?后(?!续|台|端|勤|面|果|悔|备))|(?P<before>[之以]?前(?!端|台|期|后|言|沿|面|线|置))",
            r"(?P<begins>起(?!草|步|来|码|点|因|诉|源|初))|(?P<within>[以之]?内)",
            r"(?P<unit>天|周|星期|礼拜|工作日|季度|月|年)|(?P<measure>个)",
            r"(?P<span>(?<![0-9a-z.])[0-9]{1,2} ?h ?[0-5][0-9](?![0-9a-z]))",
            r"(?P<zone>(?<![a-z])(?:utc|gmt) ?[+-] ?[0-9]{1,2}(?::?[0-9]{2})?|(?<=[一-龥])时间)",
            r"(?P<meridiem>(?<![a-z])[ap]\.? ?m\b\.?)",
            r"(?P<quarter>(?<![a-z0-9])(?:q[1-4]|h[12]|fy ?[0-9]{2,4})(?![0-9a-z]))",
            r"(?P<week>(?<![a-z0-9])(?:(?:[kc]w|wk|week) ?(?=[0-9]{2})|[kc]?w|wk|kw )[0-9]{1,2}(?![0-9a-z:.%]))",
            r"(?P<hence>from (?:now|today)\b|hence\b)|(?P<ago>\bago\b)",
            (
                r"(?P<as_of>as (?:of|from)(?= )"
                r"|(?:starting|beginning)(?= (?:on )?(?:mon|tue|wed|thu|fri|sat|sun|tomorrow|[0-9])))"
            ),
            r"(?P<early>(?<![a-z])(?:early|late|mid)[ -](?=(?:next|this) (?:week|month)))",
            r"(?P<tonight>tonight\b|tonite\b)|(?P<morrow>2m(?:oro|orrow|orow|rw)\b)",
            (
                r"(?P<feasts>new year'?s|(?:good|holy) friday|(?:whit|rose|easter) monday|shrove tuesday"
                r"|ash wednesday|(?:maundy|holy) thursday|holy saturday|(?:palm|whit|easter|advent) sunday"
                r"|ascension day|corpus christi"
                r"|(?<![a-zäöüß])(?:übernächste[rnsm]?|[0-9]*-?täglich|(?:[0-9]+-?)?wöchentlich"
                r"|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
                r"(?:morgen|früh|vormittag|mittag|nachmittag|abend|nacht)s?)(?![a-zäöüß])"
                r"|(?:working|business|bank) (?:day|holiday)s?)"
            ),
            r"(?P<possessive>'s(?![a-z]))",
            r"(?P<word>[a-zäöüß]+(?:'(?!s(?![a-z]))[a-z]+)?)",
            r"(?P<percent>[0-9]+(?:[.,][0-9]+)?[%‰])",
            r"(?P<number>[0-9]+(?:[.,/][0-9]+)*)",
            r"(?P<hanzi>[零〇一二两三四五六七八九十]{1,3})",
            r"(?P<dash>[-~]|\.\.+|…)|(?P<comma>[,，、;:。])|(?P<open>[(\[（])|(?P<close>[)\]）])|(?P<amp>&)|(?P<sign>@)",
            r"(?P<other>.)",
        )
    ),
    re.DOTALL,
)  # fmt: skip
SIMPLE = {
    "weekend": "e", "every": "E", "feast": "s", "feasts": "s", "week": "s", "half": "F", "until": "l", "to": "t",
    "from": "f", "dash": "-", "comma": ",", "open": "(", "close": ")", "amp": "&", "quarter": "Q", "percent": "N",
    "measure": "g", "hence": "v", "ago": "<", "other": "X", "nth": "X", "vague": "?", "sign": "@",
    "all": "Z", "ending": "$", "end": "s", "as_of": "f", "early": "s", "possessive": "'", "sum": "N", "called": "X",
}  # fmt: skip
RELATIVE = {"大前天": -3, "前天": -2, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "后天": 2, "大后天": 3}
_PARTS = {
    "dawn": ("凌晨",), "am": ("清晨", "清早", "大早", "一大早", "一早", "早上", "早晨", "早间", "上午", "午前", "早"),
    "noon": ("中午", "午间"), "pm": ("下午", "午后"), "eve": ("傍晚", "黄昏", "晚上", "晚间", "夜晚", "晚"),
    "night": ("夜里", "夜间", "深夜", "半夜", "午夜", "夜"),
}  # fmt: skip
PART_OF = {word: part for part, words in _PARTS.items() for word in words}
UNITS = {"天": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "季度": "quarter", "年": "year"}
YEARS = {"今年": 0, "本年": 0, "明年": 1, "来年": 1, "后年": 2, "去年": -1}
PIECES = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
COUNTED = frozenset("nNgxFEaZ")
"""Kinds after which 天, 周, 月 and 年 are units."""
TIMELY = frozenset("DdjMmWruqnoeTcPhisgF")
"""Kinds beside which 前, 后, 起 and 内 speak of a time."""
DATED = frozenset("^WrjMYDxodH-")
"""Kinds after which 15.30 is a time."""
VERSIONS = frozenset(
    "version versions release build ios android v ver rev revision section chapter python api".split()  # noqa: SIM905
)
"""Words after which 12.4 is no day."""
