"""The small vocabulary that the goal rules share: numbers, units and boundaries, in English and Chinese.

Everything compiles with `compiled`, in ASCII mode: there a word boundary also stands between a digit or a Latin
letter and a Chinese character ("64家", "到P95"), which the Unicode \\b does not see.
"""

import re

HAN = r"\u4e00-\u9fff"

# A digit or numeral that belongs to a name is overwritten with this, so that it still looks like a word.
MASK = "\ue000"

EN_DIGITS = r"\d[\d,]{0,14}(?:\.\d{1,6})?"
EN_CARDINAL = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|two|three|four|five|six|seven|eight|nine))?)"
)
EN_FEW = r"(?:an?|one|the|a few|few|several|a couple of|couple of|half an?|" + EN_CARDINAL + r"|\d+(?:\.\d+)?)"

# 半 counts ("半年"), 几/数 do not: "几次" sets no number.
ZH_NUMERAL = r"[零〇一二两三四五六七八九十百千万亿半]"
ZH_COUNT = rf"(?:\d[\d,]{{0,14}}(?:\.\d{{1,6}})?|{ZH_NUMERAL}{{1,6}})"

# Measure words: what may stand between a Chinese number and its noun. 点 and 级 are left out, they name more
# often than they count.
ZH_MEASURE_WORD = (
    r"(?:人次|人天|人日|小时|分钟|工时|课时|学时|学分|车次|班次|架次|标段|公里|千米|毫米|厘米|公斤"
    r"|千克|毫秒|平方米?|立方米?|平米|公顷|公升|毫升|海里|千瓦时?|分贝|像素|赫兹"
    r"|万元|亿元|美元|欧元|港元|日元|英镑|百分点|个点"
    r"|[个名位家户场次篇份项条件款套台辆座间本门节轮批张笔单道人天吨元万亿倍种类处所棵株亩例床国省市"
    r"县区支部集首幅页字行"
    r"只发尾粒垄窝锅炉卷册曲针根把盆盘碗杯捆剂帧段则句柜池塘孔桩扇樘具尊顶副伏顷步层档环分秒枚颗箱袋瓶桶头匹艘架列趟遍回届通起宗票盒包对双组队稿局关幕桌席面块片束站克斤米升度"
    r"周期日年月])"
)

EN_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
EN_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
EN_SEASON = r"(?:spring|summer|autumn|winter)"

# Letters that may follow a number directly and still mean an amount ("300ms", "5k", "45min").
EN_SUFFIX = (
    r"(?:ms|s|secs?|mins?|h|hrs?|hours?|d|days?|wks?|weeks?|months?|yrs?|k|K|m|M|mn|mio|bn|b|B|x|kg"
    r"|g|t|km|cm|mm|l|L|ml"
    r"|kWh?|MWh?|GWh?|GB|MB|TB|KB|gb|mb|fps|rpm|pp|pts?|pct|bps|w|W|RMB|USD|EUR|GBP|CNY)"
)
# Words after a number that make it an amount, whatever stood before it.
EN_UNIT = (
    r"(?:%|‰|per ?cent|pct|percentage|points?|times|x|seconds?|secs?|minutes?|mins?|hours?|hrs?"
    r"|days?|weeks?|months?|years?"
    r"|working|business|people|hundred|thousand|million|billion|k|euros?|dollars?|pounds?|kg|tonnes?"
    r"|tons?|km|miles?"
    r"|ms|fps|or (?:more|less|fewer|better|higher|above|below))"
)

# Scores that are written "NPS 45": capitals before a number that name a measure, not a standard.
EN_SCORE = (
    r"(?:e?NPS|C-?SAT|CES|OEE|GMV|ARR|MRR|ROI|ROE|ROAS|DAU|MAU|WAU|CPI|SPI|SLA|SLO|MTTR|MTBF|MTTD"
    r"|LTV|CAC|CTR|CPA|CPC|CVR|ARPU"
    r"|EBITDA?|DSO|DPO|LCP|TTFB|FPS|APDEX|TTI|GPA|IELTS|TOEFL|TOEIC|HSK|BMI|FTE|OTIF|PPM|DPMO|CPK"
    r"|UPH|KPI|AHT|FCR|ASA|RPO|RTO)"
)


def compiled(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    """A pattern in ASCII mode, blind to case unless asked."""
    return re.compile(pattern, re.ASCII if case else re.ASCII | re.IGNORECASE)


def found(patterns: tuple[re.Pattern[str], ...], text: str) -> list[tuple[int, int]]:
    """Where any of the patterns matches; a pattern's group 'it', where it has one, narrows the match."""
    ranges = []
    for pattern in patterns:
        group = "it" if "it" in pattern.groupindex else 0
        ranges += [match.span(group) for match in pattern.finditer(text) if match.end(group) > match.start(group)]
    return ranges


def word_set(words: str) -> frozenset[str]:
    """The words of a text, for looking words up."""
    return frozenset(words.split())
