"""Finds what makes a goal measurable by number: a target value, a count, a threshold, a share, a zero.

It reads text in which names are masked and times are blanked, so that what is left of the numbers is meant.
"""

from prompts.smart_words import (
    EN_CARDINAL,
    EN_DIGITS,
    EN_SUFFIX,
    HAN,
    MASK,
    ZH_COUNT,
    ZH_MEASURE_WORD,
    ZH_NUMERAL,
    compiled,
    found,
)

# A bare 2026 is a year, never a target, unless a measure word follows.
_NOT_YEAR = r"(?!20(?:1[5-9]|[2-4]\d)(?![\d,.]|\s?[%$€元人名个家件台套万户份]))"

_NUMBERS = (
    compiled(
        rf"(?:(?:>=|<=|>|<|=|≥|≤|±|\+|~|\$|€|£|¥|-)\s?)?(?<![A-Za-z0-9_.,:]){_NOT_YEAR}{EN_DIGITS}"
        rf"(?!\d|:\d\d|(?:st|nd|rd|th)\b|\s?[ap]\.?m\b|\.\d)"
        rf"(?:\s?(?:%|‰|\+|{EN_SUFFIX}(?![A-Za-z])))?(?:\s?(?:per ?cent|percentage points?|points?))?"
    ),
    compiled(
        rf"(?<![A-Za-z])(?:USD|EUR|GBP|RMB|CNY|JPY|HKD|SGD|AUD|CAD|CHF|INR|KRW|US\$"
        rf"|Rs\.?)\s?{EN_DIGITS}\s?(?:k|m|bn|million|billion)?\b"
    ),
    compiled(rf"\b{EN_DIGITS}(?:-| )(?:hour|day|minute|second|percent|point|star|page)\b"),
)

_EN = tuple(
    compiled(pattern)
    for pattern in (
        # counts in words: "two sessions", "a dozen", "half of", "a third", "a hundred", but not "two-way"
        (
            rf"(?<![-A-Za-z]){EN_CARDINAL}(?:[- ](?:hundred|thousand|million|billion|dozen))?(?:[- "
            rf"](?:thirds|quarters|fifths|tenths))?(?![-A-Za-z])(?! (?:way|or more of the)\b)"
        ),
        (
            r"\b(?:below|under|above|over|less than|more than|within|to|at|fewer than) (?:an?|one|half an?|a single)"
            r" (?:working |business |full )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|points?|percent)\b"
        ),
        r"\b(?:a|one|two|three|per|half a) (?:dozen|hundred|thousand|million|billion)\b(?! (?:things|times))",
        r"\b(?:a|one|by|two|three)[ -](?:third|fifth|tenth)s?\b(?!-party)",
        (
            r"\b(?:by|to) (?:a|one) quarter\b|\b(?:a|one) quarter of\b(?! the (?:year|season|term))"
            r"|\bthree[- ]quarters\b"
        ),
        (
            r"\b(?:by|in|to|at least|over|about|under|less than|more than|cut|up|down) half\b|\b(?:one "
            r")?half (?:of|the|our|my|as)\b|\bhalve[sd]?\b|\bhalving\b"
        ),
        (
            r"\b(?:double|triple|treble|quadruple|doubling|tripling)\b(?![- ](?:down|check|digit|bottom"
            r"|up|room|click|sided|entry|blind))"
        ),
        (
            r"\b(?:two|three|four|five|ten)-?fold\b|\btwice (?:as|the)\b|\b(?:once|twice|thrice) (?:a"
            r"|per|each|every)\b|\b(?:at least|no less than) (?:once|twice)\b|\btwice\b(?= *(?:$|[.,;]))"
        ),
        (
            r"\b(?:at least|at most|no more than|no fewer than|exactly|minimum of|a minimum of|only"
            r"|just) (?:one|a single|an?)\b(?! (?:bit|little|few))"
        ),
        # one thing is a count where somebody delivers it
        (
            r"\b(?:publish|deliver|sign|hire|close|win|run|hold|host|give|write|ship|launch|release"
            r"|mentor|train|file|submit|complete|open|recruit|land|present|organi[sz]e|lead|secure"
            r"|produce|conduct|onboard|add|automate|attend|read|post|record|create|interview|visit|teach"
            r"|coach|certify|fill|deploy|sell|book|facilitate|obtain|earn|pass|take|do|have|make|send"
            r"|acquire|convert|place|patent|shadow) (?:at least )?one (?!of\b|another\b|on\b|team\b"
            r"|voice\b|place\b|step\b|stop\b|go\b|way\b)(?:[\w-]+ ){0,2}?\w+"
        ),
        # none at all
        (
            r"(?<!net )(?<!ground )\b(?:zero|nil)[ -](?!trust\b|day\b|waste culture\b|based\b"
            r"|knowledge\b|in\b|sum\b|hour\b|touch\b|emission\b|carbon\b)(?:[\w-]+ ?){1,3}"
        ),
        (
            r"\b(?:to|at|is|of|with|below|near|=|remains?|stays?) (?:zero)\b(?!-)|\bzero\b(?= *(?:$"
            r"|[.,;]))|\bnil\b(?= *(?:$|[.,;]))"
        ),
        (
            r"\b(?:no|without|without any|with no|free of|never a|not a single|not one|avoid any) "
            r"(?:single |more )?(?:[\w-]+ ){0,2}?(?:incidents?|accidents?|errors?|defects?|injur(?:y"
            r"|ies)|complaints?|breach(?:es)?|outages?|findings?|violations?|delays?|escalations?"
            r"|regressions?|bugs?|non-?conformit(?:y|ies)|non-?compliances?|misses|mistakes?"
            r"|discrepanc(?:y|ies)|losses|late \w+|missed \w+|overdue \w+|open \w+|repeat \w+"
            r"|unresolved \w+|downtime|overruns?|rework|lapses?|stock-?outs?|recalls?|penalt(?:y|ies)"
            r"|fines?|exceptions?|blockers|rejections?|omissions?|resignations?|infections?|falls?"
            r"|claims?|write-offs?|fatalit(?:y|ies))\b"
        ),
        # nobody, none of the cases
        r"\b(?:(?:nobody|no one|no-one) (?=\w+s\b)|not one |not a single |none of (?:the|our|my) )(?:[\w'-]+ ?){1,3}",
        (
            r"\b(?:longer|later|more|less|fewer|older|further|faster|slower|earlier) than (?:an?|one|half an?)"
            r" (?:second|minute|hour|day|week|month|quarter|year|percent|point|page)\b"
        ),
        r"\b(?:every|one in) (?:second|third|fourth|fifth|tenth) (?!day|week|month|quarter|year)\w+",
        # thresholds without a figure
        (
            r"\b(?:above|below|under|over|beat|exceed|match|meet|reach|at least at|better than|at or "
            r"(?:above|below)|in line with|within) (?:the )?(?:\w+[ -]){0,2}(?:average|median|benchmark"
            r"|baseline|par|budget|quota|target|break-?even|tolerance|service level|last year'?s? \w+)\b"
        ),
        r"\bbreak(?:s|ing)? even\b|\b(?:on|under|within) budget\b",
        r"\b(?:full|complete|total) (?:coverage|compliance|attendance|participation)\b",
    )
)

_ONE_DONE = (
    r"(?:完成|发表|发布|发|申请|申报|取得|获得|组织|举办|开展|召开|输出|撰写|写|新增|新签|签约|签|培养"
    r"|招聘|招|引进|引入|交付|上线|推出|拿下|拍摄|出版|出|提交|参加|考取|授权|主讲|主持|制作|开|做|策划"
    r"|带|带出|孵化|落地|承办|签订|签下|开拓|新建|建设|建成|建立|打造|结|读|走访|整理|讲)"
)

_ZH = tuple(
    compiled(pattern)
    for pattern in (
        (
            rf"百分之(?:{ZH_NUMERAL}+|\d+)(?:点{ZH_NUMERAL}+)?|千分之(?:{ZH_NUMERAL}+|\d+)|百分[百之]百?"
            rf"|百分百|万分之(?:{ZH_NUMERAL}+|\d+)|{ZH_COUNT}分之{ZH_COUNT}"
        ),
        (
            rf"[一二两三四五六七八九十](?:到[二三四五六七八九十])?成(?:[一二三四五六七八九半]|(?=$"
            rf"|[^{HAN}])|(?=以上|以下|左右|的|多|完成|通过|达|在|由|及|覆盖))"
        ),
        (
            r"翻(?:一|两|三|四|几)?(?:番|倍|一番)|减半|砍半|对半|腰斩|过半|一半|半数|翻番"
            r"|打[一二三四五六七八九对]折|(?:增长|提升|提高|提速|增加)?[一两二三四五六七八九十半]倍"
        ),
        # not one of them
        (
            rf"(?:^|(?<=[,;:。 ]))一{ZH_MEASURE_WORD}[{HAN}]{{0,5}}?(?:也|都)?[不没](?=[{HAN}])"
            rf"|(?:没有?|无)一{ZH_MEASURE_WORD}|一{ZH_MEASURE_WORD}[也都][不没]"
            rf"|一{ZH_MEASURE_WORD}[{HAN}]{{0,4}}?(?:也|都)?(?:不|没|无)(?:[落漏少缺差错丢])"
        ),
        # a number too long for a name, whatever it counts: "四百发"; "破千", "上百"
        (
            rf"(?<![{MASK}第\d一二三四五六七八九十百千万零])(?:[二两三四五六七八九]?[十百千万][一二三四五六七八九十百千万零]+"
            r"|[二两三四五六七八九][十百千万]+)(?![大强五佳年节生行计载分个之]|多?年)"
        ),
        r"(?<=[上过近破超逾满])[百千亿](?![分般姓货])",
        # a number and its measure word; 一 alone is handled below, it mostly means "a"
        rf"(?<![{MASK}第\d])(?![一半]{ZH_MEASURE_WORD}){ZH_NUMERAL}{{1,7}}[余多]?个?{ZH_MEASURE_WORD}",
        (
            rf"(?!(?:做|写|制作|整理|建立|打造|撰写|输出)(?:好|出|了)?一[张份套本版篇册])(?:{_ONE_DONE})(?:好|出|了|成)?(?:[\s至少]{{0,4}})(?P<it>一(?![遍层步把])(?!次性){ZH_MEASURE_WORD})"
            rf"(?![优好新让真更使能]|合格的|台阶|楼|[{HAN}]{{0,6}}的(?:人|员工|老师|团队|经理|管理者"
            rf"|企业))"
        ),
        rf"(?:至少|不少于|只有|仅|每[周月季年]度?|每学期|每个?[人季月周])[{HAN}]{{0,6}}?一{ZH_MEASURE_WORD}",
        (
            r"[零0](?:差评|次(?!元)|起|件(?=事)|(?:(?!部件|售|食|工|散|星|碳|距离|基础|信任|起步|钱|头"
            r"|下|容忍|接触|和|点|时|门槛|首付|库存管理)[\u4e00-\u9fff]{1,2}[\u4e00-\u9fff]))"
        ),
        r"(?:为|降至|降到|降为|保持|实现|达到|控制为|归|清|是)零(?![\u4e00-\u9fff]*售)|归零|清零|动态清零",
        (
            rf"(?:无|不(?:发生|出现|产生|出)|未发生|没有|杜绝发生|避免发生)(?:任何"
            rf"|一起)?(?:[{HAN}]{{0,8}}?)(?:事故|差错|投诉|缺陷|事件|案件|逾期|遗漏|漏[洞报检诊]|故障"
            rf"|违规|违纪|上访|伤亡|伤害|宕机|延误|积压|安全隐患|断货|缺货|错误|失误|纠纷|不合格|处罚"
            rf"|退单|返工|偏差|死亡|污染|泄露|泄漏|超支)"
        ),
        (
            r"(?:不低于|高于|低于|优于|达到|超过|超越|不高于|不超过|追平|好于|领先"
            r"|超)[^,.;\n]{0,12}?(?:平均(?:水平|值|线|分)?|均值|均线|中位数|基准|预算|标准值?|目标值"
            r"|去年同期|上年同期|水平|基线|红线|警戒线)"
        ),
        (
            r"达标|合格线|及格线|盈亏平衡|扭亏为盈|全覆盖|全面覆盖|应[\u4e00-\u9fff]尽[\u4e00-\u9fff]"
            r"|预算(?:内|以内|范围内)|不超预算"
        ),
    )
)


# A place in a ranking is a threshold, though "top 10 accounts" alone is a name.
_RANKS = tuple(
    compiled(pattern)
    for pattern in (
        (
            r"\b(?:rank|ranked|ranking|finish|place|placed|be|be among|among|reach|enter|get into|move "
            r"(?:up )?(?:in)?to|make|stay|remain|come|climb|rise|land) (?:in|into|within|to)? ?(?:the "
            r")?top[ -](?:\d+|three|five|ten|twenty|quartile|quarter|third|half|decile)\b"
        ),
        (
            r"\b(?:rank|ranked|finish|finishing|place|placed|come) (?:first|second|third|1st|2nd|3rd"
            r"|(?:number|no\.?|#) ?(?:1|one|2|two|3|three))\b"
        ),
        (
            r"(?:排名|名列|位列|位居|进入|跻身|冲进|保持|稳居|居|挺进|进|评比"
            r"|排)[^,.;\n]{0,10}?(?:前[0-9一二三四五六七八九十百]+|第[0-9一二三]+|[Tt][Oo][Pp] ?\d+"
            r"|首位|榜首|\d+强|[百千]强|前列\d)"
        ),
    )
)


def amounts(text: str, unmasked: str) -> list[tuple[int, int]]:
    """Where the time-free text sets a value, a count or a threshold; `text` has the names masked too."""
    return found(_NUMBERS + _EN + _ZH, text) + found(_RANKS, unmasked)


# Figures people name without saying how much. Heads, not whole phrases: "... rate", "...率".
_METRICS = (
    compiled(
        r"\b(?:[\w-]+ ){0,2}(?:rates?|satisfaction|revenues?|sales|costs?|expenses?|margins?"
        r"|profits?|profitability|efficiency|productivity|quality|engagement|retention|churn"
        r"|turnover|attendance|conversions?|nps|csat|speed|accuracy|complaints?|errors?|defects?"
        r"|incidents?|downtime|uptime|latency|time|times|wait|throughput|output|volume"
        r"|coverage|adoption|usage|traffic|awareness|scores?|waste|scrap|absenteeism|absences?"
        r"|backlog|performance|utili[sz]ation|occupancy|availability|reliability|ratings?|grades?"
        r"|results|spend|spending|consumption|emissions|market share|pipeline|leads|velocity|debt"
        r"|cross-sell|upsell|footfall|yield)\b"
    ),
    compiled(
        rf"[{HAN}]{{0,6}}(?:率|满意度|效率|效能|成本|费用|质量|销量|销售额|业绩|收入|营收|利润|产量"
        rf"|产能|时长|时间|周期|速度|数量|总量|规模|占比|份额|活跃度|知名度|曝光量?|流量|转化|留存"
        rf"|客诉|投诉|损耗|能耗|库存|成绩|浪费|人效|坪效|覆盖面|准确度|及时性|稳定性|体验)"
    ),
)


def metrics(text: str) -> list[tuple[int, int]]:
    """Where the text names a figure, whether or not it gives it a target."""
    return found(_METRICS, text)
