"""Recognises digits that belong to a name (ISO 27001, Office 365, 3号线, 2023版), so that nobody counts them.

`masked` overwrites those digits and numerals and leaves every other character in its place.
"""

import re

from prompts.smart_words import (
    EN_CARDINAL,
    EN_MONTH,
    EN_SCORE,
    EN_SEASON,
    EN_SUFFIX,
    EN_UNIT,
    EN_WEEKDAY,
    HAN,
    MASK,
    ZH_MEASURE_WORD,
    compiled,
)

_NUMERALS = re.compile(r"[0-9零〇一二两三四五六七八九十百千]")

# No amount follows: neither a percent sign, nor a unit, nor more digits.
_NO_AMOUNT = rf"(?![\d%‰]|[,.]\d|\s?{EN_UNIT}(?![a-z])|\s?{ZH_MEASURE_WORD})"

_LABEL = (
    r"(?:wards?|lines?|years?|grades?|class(?:es)?|rooms?|phases?|levels?|tiers?|versions?|ver"
    r"|chapters?|sections?|articles?"
    r"|parts?|units?|zones?|regions?|areas?|buildings?|floors?|gates?|docks?|bays?|piers?|terminals?"
    r"|routes?|platforms?"
    r"|blocks?|cells?|shifts?|plants?|sites?|modules?|categor(?:y|ies)|schedules?|annex|appendix"
    r"|steps?|priority|severity"
    r"|sev|bands?|types?|batch(?:es)?|lots?|stages?|option|model|form|generation|gen|series|scope"
    r"|rule|clause|track|wave|aisles?|rows?|racks?|shel(?:f|ves)|beds?|pages?|tables?|stands?|pumps?|wells?|exits?"
    r"|junctions?|acts?|scenes?|kilns?|ovens?|tanks?|cabinets?|kitchens?|wells?|lifts?|doors?|studios?|workshops?|vol\.?|volumes?"
    r"|division|precinct|district|theatre|hall|lane|bus|no\.?|nr\.?|number|key stage|top)"
)
_NOT_NAME = (
    rf"(?!(?:{EN_MONTH}|{EN_WEEKDAY}|{EN_SEASON}|by|to|at|in|on|from|under|over|than|least|most"
    rf"|about|and|or|with|of|for|the"
    rf"|week|day|quarter|sprint|fy|cy|half|end|early|late|mid|usd|eur|gbp|rmb|cny|jpy|hkd|{EN_SCORE})\b)"
)
_CURRENCY = r"(?:USD|EUR|GBP|RMB|CNY|JPY|HKD|SGD|AUD|CAD|CHF|INR|KRW|TWD|NTD|US|Rs|FY|CY|KW|CW|W|WK|Q|H|x|EOY)"

_PATTERNS = (
    # titles and quotations
    compiled(r"《[^》\n]{1,60}》"),
    compiled(r"「[^」\n]{1,60}」"),
    compiled(r"\"(?=[^\"\n]{0,60}[a-z\u4e00-\u9fff])[^\"\n%]{1,60}\""),
    # a numbered list: "1. ", "(2)", "KR3:"
    compiled(r"(?:^|(?<=\n))\s{0,4}[-*(]?\s?\d{1,2}(?:[.)](?=\s|[^\d\s])|、|:)(?!\d)"),
    # P95, COVID-19, GPT-4, Top10, v2.0 - but not Q3, FY27, USD5, sub-200
    compiled(
        rf"(?<![A-Za-z0-9])(?!{_CURRENCY}\d)(?!(?:sub|under|over|pre|post|mid|late|early|end|by|to"
        rf"|from|plus|minus)-)"
        r"[A-Za-z]{1,12}[-/.]?\d+(?:[.\-/][A-Za-z0-9]+)*[A-Za-z]{0,4}(?![\d%‰])(?!\s?-?>)"
    ),
    # 5G, 3D, 2FA, 360-degree - but not 300ms, 24-hour, 1st
    compiled(
        rf"(?<![A-Za-z0-9.,$€£¥])\d+(?:\.\d+)?(?!{EN_SUFFIX}(?![A-Za-z0-9])|st\b|nd\b|rd\b|th\b|Q\d"
        rf"|H\d|[ap]m\b)[A-Z][A-Za-z0-9]{{0,5}}"
        r"(?![A-Za-z0-9])",
        case=True,
    ),
    compiled(
        r"(?<![\d.,])\d+-(?:way|factor|on|to|tier|degrees?|eyes|level|step|phase|stage|part|in"
        r"|d)(?![a-z])(?:-\d+)?"
    ),
    compiled(
        r"(?<![A-Za-z0-9])(?:2|4|8)k (?:video|display|monitor|screen|stream|tv|resolution|texture"
        r"|edit|footage|film|camera|grading|project|master|imag)"
    ),
    compiled(r"[248]K(?=超高清|视频|直播|画质|分辨率|显示|电视)"),
    # SOC 2, ISO 27001:2022, GB/T 19001, PCI DSS 4.0
    compiled(
        (
            rf"(?<![A-Za-z0-9])(?!(?i:{_NOT_NAME[3:-1]}))[A-Z]{{2,8}}(?:[ /-][A-Z]{{1,5}})?[ "
            rf"-]\d+(?:[.:\-]\d+)*{_NO_AMOUNT}"
        ),
        case=True,
    ),
    # Python 3.12, Office 365, Windows 11, Year 10: a capitalised word inside a sentence
    compiled(
        (
            rf"(?<=[a-z,;)\u4e00-\u9fff] )(?i:{_NOT_NAME})[A-Z][A-Za-z]{{1,20}} "
            rf"\d{{1,4}}(?:\.\d+)*{_NO_AMOUNT}"
        ),
        case=True,
    ),
    compiled(rf"(?<=[\u4e00-\u9fff])(?i:{_NOT_NAME})[A-Z][A-Za-z]{{1,20}} \d{{1,4}}(?:\.\d+)*{_NO_AMOUNT}", case=True),
    compiled(
        (
            r"^[A-Z][A-Za-z]+ \d{1,4}(?:\.\d+)? (?:migration|upgrade|roll-?out|certification|project"
            r"|launch)"
        ),
        case=True,
    ),
    # ward 7, line 3, level 2
    compiled(rf"\b{_LABEL} ?#?(?!20[1-4]\d)\d{{1,4}}[a-z]?(?:\.\d+)*{_NO_AMOUNT}"),
    # aisles 12 to 20, rooms 4, 5 and 9
    compiled(rf"\b{_LABEL}(?<=s) \d{{1,4}}[a-z]?(?:(?: ?- ?| to | and |, ?| & )\d{{1,4}}[a-z]?){{1,4}}{_NO_AMOUNT}"),
    compiled(r"#\d+"),
    # 360 feedback, 24/7, 7x24, 1:1, 12345热线
    compiled(
        r"(?<!\d)360\s?(?:°|度|评|反馈|考核|测评|环评|-?degree|feedback|review|assessment|survey"
        r"|appraisal|evaluation)"
    ),
    compiled(r"(?<!\d)360(?=\s?$|\s?[,.;])"),
    compiled(r"(?<![\d.])(?:24 ?[/x*×] ?7|7 ?[/x*×] ?24|1 ?[:对] ?1|1on1|50/50|9-5)(?![\d.])(?:小时)?"),
    compiled(r"24小时(?=热线|值班|值守|客服|服务|营业|便利|自助)"),
    compiled(r"(?<!\d)\d{3,5}(?=热线|专线|电话|政务|平台)"),
    # versions, editions, years that are part of a name
    compiled(r"(?<!\d)(?:19|20)\d\d\s?(?:版|款|型|届|级(?!市))"),
    compiled(
        r"(?<!\d)(?:19|20)\d\d (?:edition|version|template|standard|format|model|release|baseline"
        r"|vintage|guidelines?)\b"
    ),
    # the 1932 carriage: an old year before one thing
    compiled(r"(?<![\d.,$])1[89]\d\d (?=[a-z]{3,}(?<!s)\b)(?!" + EN_UNIT + r"\b)"),
    compiled(r"\d{1,3}\.\d{1,3}\s?(?:版|时代|战略|工程)"),
    compiled(rf"(?<=[{HAN}])\d\.0(?![\d%{HAN}])"),
    compiled(r"(?<![\d.])(?!20\d\d\.)\d+\.\d+\.\d+(?![\d.])"),
    compiled(r"\d{2,3}强|\d{1,3}路(?=公交|巴士|车|线|电车)|\d{1,4}次(?=列车|航班|高铁)|(?<!\d)\d{3,4}室"),
    # 3号线, 三号病区, 二期工程, 等保三级, 初二(3)班, 十四五
    compiled(
        rf"[0-9一二三四五六七八九十]{{1,3}}号(?=[{HAN}]{{0,3}}(?:线|楼|区|间|仓|机|店|口|炉|院|库|站"
        rf"|厂|块|桥|井|文|令|床|泵|馆|岛|柜|门|墙|坑))"
    ),
    compiled(r"[0-9一二三四五六七八九十]{1,3}期(?=工程|项目|厂房|系统|建设|平台|地块|仓|基金|产线)"),
    compiled(r"[0-9一二三四五六七八九十]{1,2}级(?!市)"),
    compiled(r"[高初大小研][一二三四五六](?![个名位家场次篇份项条件成倍分])"),
    compiled(r"[0-9一二三四五六七八九]{1,2}年级"),
    compiled(r"\([0-9一二三四五六七八九十]{1,2}\)"),
    compiled(r"(?<![每本下上])[0-9一二三四五六七八九十]{1,2}班(?![次车组人])"),
    compiled(r"第[0-9一二三四五六七八九十百]{1,4}+(?![季学周]|个[月季周])"),
    compiled(
        r"[一二三四](?:线(?=城市|员工|品牌|岗位|人员|团队|主管|销售|市场|工人|部门)|类(?=医|器|疫|商|事"
        r"|案))"
    ),
    compiled(rf"[一二两三四](?![年季月周日天〇零一二两三四五六七八九十百千万亿])[{HAN}][一二两三四][{HAN}]"),
    compiled(
        r"一(?:体化|站式|把手|带一路|线|对一|致|起|定|切|直|般|贯|旦|同|并|律|流|样|些|方面|系列"
        r"|揽子|键|手|心|步步|专多能|盘棋|张网|网通|码通|条龙|票否决|如既往)"
    ),
    compiled(
        r"(?:三方|二手|二次元|二维|三维|二次开发|两会|两化|三农|三甲|双[一碳减]流?|百强|百佳|千强"
        r"|十大|四新|五险一金|三重一大|三会一课)"
    ),
    compiled(
        r"(?:(?<![一二两三四五六七八九百几])十分(?![钟之点制])|万分(?!之)|千方百计|千万(?!元|级|以|[0-9])|百姓|百货|百度|万一|万达|万科|万能|半成品|半导体"
        r"|半自动)"
    ),
)


# act two, phase one
_SPELT = compiled(
    r"\b(?:act|scene|phase|part|stage|level|chapter|unit|round|volume|book|tier|lot|track|wing)s? "
    rf"(?P<it>(?:one|{EN_CARDINAL}))(?![-A-Za-z]| {EN_UNIT}\b)"
)


def masked(text: str) -> str:
    """The text with the digits and numerals of names overwritten by MASK."""
    characters = list(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            for place in range(*match.span()):
                if _NUMERALS.match(characters[place]):
                    characters[place] = MASK
    for match in _SPELT.finditer(text):
        characters[slice(*match.span("it"))] = MASK * len(match["it"])
    return "".join(characters)
