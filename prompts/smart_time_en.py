"""English times that bind a goal: dates, periods, holidays, windows and calendar recurrences."""

from prompts.smart_window_en import windows
from prompts.smart_words import EN_CARDINAL, EN_MONTH, EN_SEASON, EN_WEEKDAY, compiled, found

_BY = (
    r"(?:by|before|until|till|til|from|since|after|on|in|during|through|throughout|over|for|at|as of|as "
    r"from|starting|beginning|ahead of|prior to|in time for|no later than|not later than|latest|within"
    r"|between|around|come|of|this|next|every|each|due|per)"
)
_DEADLINE = (
    r"(?:by|before|until|till|ahead of|prior to|in time for|no later than|not later than|after|since"
    r"|during|over)"
)
_WHICH = r"(?:the|this|that|our|my|next|coming|upcoming|following|current|each|every|a|end of|start of)"
_YEAR = r"(?:20(?:1[5-9]|[2-4]\d)|'[2-4]\d)"
_MONTH_SURE = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:[0-3]?\d(?:st|nd|rd|th)?)"

_HOLIDAY = (
    r"(?:christmas|x-?mas|easter|thanksgiving|new year(?:'?s)?(?: (?:day|eve))?|halloween|black "
    r"friday|cyber monday"
    r"|(?:lunar|chinese) new year|spring festival|mid-autumn(?: festival)?|dragon boat(?: festival)?"
    r"|qingming|golden week"
    r"|ramadan|eid(?: al-\w+)?|diwali|hanukkah|passover|yom kippur|rosh hashanah|holi|vesak|songkran"
    r"|tet|lent|pentecost|whitsun"
    r"|good friday|bank holidays?|boxing day|prime day|singles'? day|double (?:11|eleven|twelve)"
    r"|11\.11|memorial day|labou?r day"
    r"|independence day|national day|valentine'?s(?: day)?|mother'?s day|father'?s day|st\.? "
    r"patrick'?s(?: day)?|midsummer"
    r"|martin luther king day|veterans day|anzac day|canada day|bastille day|ash wednesday|all saints|advent)"
)

# What may end a deadline of the form "before the annual audit": happenings with a place in the calendar.
_EVENT = (
    r"(?:launch|go-live|golive|cut-?over|releases?|audits?|inspections?|reviews?|appraisals?"
    r"|meetings?|board|agm|conferences?|summits?"
    r"|workshops?|trials?|hearings?|elections?|exams?|examinations?|finals|holidays?|vacations?"
    r"|break|shut-?downs?|freeze|rush"
    r"|seasons?|peak|kick-?off|opening|reopening|closing|expiry|expiration|renewal date|deadline"
    r"|graduation|festival|fair|expo|show"
    r"|tournament|championships?|olympics|world cup|school year|academic year|open day|wedding"
    r"|merger|migration|move|handover"
    r"|retirement|leave|probation|visit|accreditation visit|start of \w+|end of [\w ]{1,30}|sale"
    r"|sales event|close|delivery date|term|semester|sprint|summer|winter|spring|autumn|monsoon"
    r"|harvest|intake|budget round|planning round)"
)

_PATTERNS = tuple(
    compiled(pattern)
    for pattern in (
        # dates: 2026-06-30, 30/06/2026, 30.06.26, 15 July, July 15th, the 15th of each month
        r"(?<!\d)20\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.][0-3]?\d)?(?!\d)",
        r"(?<![\d/.])[0-3]?\d[/.][01]?\d[/.](?:20)?\d\d(?!\d)",
        r"(?<![\d/.-])[0-3]?\d-[01]?\d-20\d\d(?!\d)",
        r"\b(?:by|before|until|till|on|from|due|after|to) (?:the )?[0-3]?\d/[0-3]?\d(?![\d/%])",
        rf"\b{_DAY}[ -](?:of )?(?:{EN_MONTH})\b(?:,? {_YEAR})?",
        rf"\b{EN_MONTH}\.? {_DAY}(?![\d%,]|\.\d| ?-?>)(?:,? {_YEAR})?\b",
        r"\b(?:by|before|until|till|on|from|after|no later than) the \d{1,2}(?:st|nd|rd|th)\b",
        (
            rf"\bthe (?:\d{{1,2}}(?:st|nd|rd|th)|first|last) (?:\w+ )?(?:of|in) (?:each|every|the|this"
            rf"|next|{EN_MONTH})(?: \w+)?"
        ),
        # months: sure ones anywhere, "may" and "march" only beside a preposition
        (
            rf"\b(?:(?:{_BY}|end|early|late|mid|start) ?-?)?{_MONTH_SURE}\b(?! (?:and|or) (?:the "
            rf")?board)(?:,? {_YEAR})?"
        ),
        (
            r"\b(?:by|before|until|till|in|during|since|from|of|end of|this|next|late|early|through|mid"
            r"|mid-|come|the|over|to|and|-) ?(?:march|mar|may)\b(?! (?:be|have|need|also|not))(?:,? "
            r"(?:20\d\d))?"
        ),
        r"\b(?:march|may) 20\d\d\b",
        # quarters, halves, fiscal years
        (
            r"(?<![A-Za-z0-9])(?:(?:FY|CY)[ ']?(?:20)?\d\d(?:[ /-]\d\d)?(?: ?[QH][1-4])?"
            r"|(?-i:[1-4][QH])(?: ?(?:FY)?'?(?:20)?\d\d)?|[QH][1-4](?:[ /-]?(?:FY|CY)?[ "
            r"']?(?:20)?\d\d)?)(?![A-Za-z0-9])"
        ),
        r"(?<![A-Za-z0-9])(?:KW|CW|WK|W) ?[0-5]?\d(?![A-Za-z0-9])",
        (
            r"\b(?:the )?(?:first|second|third|fourth|last|final|1st|2nd|3rd|4th|next) (?:fiscal "
            r")?(?:quarter|half)\b(?! of (?:the )?(?!year|20|next|this|fy|month|term|semester|season"
            r"|fiscal|financial)\w)"
        ),
        r"\b(?:this|next|coming|current|the) (?:half|fy|cy)\b(?! of)",
        (
            r"\b(?:fiscal|financial|calendar|school|academic|budget|tax|plan|reporting) (?:year|quarter"
            r"|period)s?(?:[- ]end)?\b"
        ),
        # years with something that makes them a period
        (
            rf"\b(?:by|before|until|till|in|during|for|through|throughout|over|from|since|of|end|early"
            rf"|late|mid|mid-|spring|summer|autumn|winter|fall|season"
            rf"|year) ?{_YEAR}(?:[/-](?:20)?\d\d)?(?![\d,.]\d|%|\d)"
        ),
        rf"(?:^|\n|[(\[]) ?{_YEAR}(?= ?[:;,.)\]-]| ?$|\n| goal| target)",
        rf"[,;(-] ?{_YEAR}(?= ?[.)\]]?\s*(?:$|\n))",
        # ends and middles
        (
            r"\b(?:the )?(?:very )?(?:end|close|start|beginning|middle|turn|rest|remainder|first half"
            r"|second half|last week|course) of (?:the |this |next |each |every |our |my |that |a "
            r"|current )*(?:\w+[ -]){0,2}(?:day|week|month|quarter|year|term|semester|season|sprint|half"
            r"|cycle|spring|summer|autumn|winter|probation|period|decade)s?\b"
        ),
        (
            r"\b(?:by|before|at|until|till|towards?|through) (?:the )?(?:very )?(?:end|close|start"
            r"|beginning|middle) of [^\s.,;]{1,30}(?: [^\s.,;]{1,30}){0,3}"
        ),
        r"\b(?:(?:year|month|quarter|week|term|season|period|half|day|semester|fy|fiscal)[- ]|year|month)end\b",
        r"\b(?:eoy|eom|eoq|eod|eow|cob|eofy|ytd)\b",
        (
            r"\b(?:mid|half)-?(?:year|term|month|week|quarter|summer|winter|season|semester|spring"
            r"|autumn|fall|january|february|march|april|may|june|july|august|september|october|november"
            r"|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\b(?! of)"
        ),
        # this/next/coming period
        (
            rf"\b(?:this|next|the coming|coming|the following|upcoming|the current|current|the next|the "
            rf"upcoming) (?:calendar |fiscal |financial |school |academic |working |business "
            rf"|performance |review |rating |planning |budget |growing |flu |holiday |peak |tax "
            rf"){{0,2}}(?:day|week|weekend|fortnight|month|quarter|year|term|semester|trimester|season"
            rf"|sprint|iteration|half-year|cycle|period|round|release|{EN_SEASON}|fall|{EN_WEEKDAY}"
            rf"|decade|session)s?\b"
        ),
        r"\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening))\b",
        (
            r"\b(?:by|before|at|until|till) (?:noon|midnight|\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'clock)"
            r"|\d{1,2}:\d\d)\b"
        ),
        rf"\b(?:(?:{_BY}) )?(?:the )?{EN_WEEKDAY}(?: (?:morning|afternoon|evening|night)s?)?\b",
        (
            rf"\b(?:by|before|in|during|over|until|from|through|this|next|late|early|each|every"
            rf"|mid) (?:the )?(?:late |early )?(?:{EN_SEASON}|fall 20\d\d|the fall)\b(?: (?:holidays?"
            rf"|break|term|season|semester|20\d\d))?"
        ),
        rf"\b(?:{EN_SEASON}|fall) 20\d\d\b|\bthe {EN_SEASON}(?= ?(?:$|[.,;:)\n]|of|holidays?|break|term))",
        # "before the snow comes", "before I graduate", but not "think before I speak"
        (
            r"\b(?:before|by the time|until|once) (?:the|our|my|their) (?:[\w'-]+ ){1,3}?(?!\w+(?:ss|us|is)\b)\w+s"
            r"(?: (?:in|out|up|off|over|back|down))?(?= ?(?:$|[.,;:)\n]))"
        ),
        (
            r"\b(?:before|by the time|until|once) (?:i|we|they) (?!speak|talk|act|send|ask|answer|reply|respond|commit"
            r"|promise|decide|publish|post|say|know|are|get it)\w+\b"
        ),
        r"\b(?:sprint|week|day|month|iteration|pi) \d{1,3}(?= ?(?:[.,;)]|$|\n))",
        (
            r"\b(?:by|before|in|until|from|during|after) (?:sprint|week|day|month|iteration|year) "
            r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b"
        ),
        r"\b(?:over|during|by|before|on|at|after) the (?:\w+ ){0,2}weekends?\b",
        # holidays and named days
        rf"\b{_HOLIDAY}\b",
        (
            r"\b(?:by|before|until|for|on|after|ahead of|in time for) [A-Z]\w+(?:'s)? (?:Day|Eve|Week"
            r"|Weekend|Festival)\b"
        ),
        # happenings
        r"\b(?:by|until|till) the time\b[^.;\n]{3,60}",
        (
            rf"\b{_DEADLINE} (?:{_WHICH}) (?!third|quarter|half|fifth|tenth|factor|total|margin)"
            rf"(?:[\w&'-]+ ){{0,3}}{_EVENT}\b"
        ),
        (
            r"\b(?:by|before|until) (?:half-term|graduation|go-live|launch day|thesis defen[cs]e"
            r"|handover|year-?end|school starts?|term starts?|my \w+ review)\b"
        ),
        (
            r"\b(?:before|by the time|when|once|until) (?:the )?(?:\w+ ){1,3}(?:opens?|reopens?|starts?"
            r"|begins?|ends?|closes?|launches|expires?|goes live)\b"
        ),
        r"\b(?:between|from) now (?:and|until|till|to|through) (?:the )?[^\s.,;]{2,30}(?: [^\s.,;]{2,30}){0,2}",
        (
            r"\b(?:before|after|until|by) (?:\w+ )?(?:planting|sowing|seeding|lambing|calving|shearing|ploughing"
            r"|picking|pruning|haymaking|commissioning|check-?out day|wintering|grazing|spawning)\b"
        ),
        (
            r"\b(?:before|by the time|once|until) (?:the |our |my |we |they )?(?:\w+ ){1,3}(?:moves? (?:in|out)"
            r"|arrives?|returns?|leaves?|retires?|visits?|takes? over|comes? (?:back|in)|gets? back"
            r"|freezes?|thaws?|lands?)\b"
        ),
        # whole periods
        (
            r"\b(?:all|whole|entire|full|through(?:out)?|during|for|over|in|across) (?:the )?(?:whole "
            r"|entire |full |rest of the )?(?:year|quarter|month|season|term|semester|week)\b(?![- "
            r"](?:on|over|old|group))"
        ),
        r"\b(?:all year(?: round)?|year-?round|the whole year|full[- ]year)\b",
        # every so often
        (
            rf"\b(?:every|each) (?:single |other |second |third |{EN_CARDINAL} |\d+ |working |business "
            rf"|school |calendar |fiscal )*(?:days?|nights?|mornings?|evenings?|weekdays?|weekends?"
            rf"|weeks?|fortnights?|months?|quarters?|years?|terms?|semesters?|trimesters?|seasons?"
            rf"|sprints?|half-years?|{EN_SEASON}|{EN_WEEKDAY}|{_MONTH_SURE})\b"
        ),
        (
            r"\b(?:a|per|each|every|/) ?(?:calendar |working |school )?(?:week|fortnight|month|quarter"
            r"|year|term|semester|sprint|season)\b(?= ?(?:[.,;:)(]|$|\n|for|to|with|on|in|about|and|at"
            r"|until|by|through|from|of notice|without|as|across|over|during|or|so|measured|between"
            r"|starting|via|using))"
        ),
        r"/ ?(?:wk|week|mo|month|mth|qtr|quarter|yr|year)\b",
        (
            r"\b(?:once|twice|thrice|times|x) (?:a|per|each|every) (?:day|week|fortnight|month|quarter"
            r"|year|term|semester|sprint|season)\b"
        ),
        (
            r"\b(?:daily|nightly|weekly|bi-?weekly|fortnightly|monthly|bi-?monthly|quarterly|half-yearly"
            r"|semi-?annually|yearly|annually)(?= ?(?:[.,;:)(]|$|\n|-(?= )|\b(?:for|to|with|on|in|about"
            r"|and|at|until|by|through|from|or|so|during|across|via|using|without|instead|as|of|against"
            r"|between|throughout|starting)\b))"
        ),
        # "hold monthly 1:1s": the adjective counts when somebody makes the thing happen, not when it names a figure
        (
            r"\b(?:hold|holding|run|running|send|publish|host|conduct|write|organi[sz]e|deliver|issue"
            r"|share|produce|submit|do|have|schedule|facilitate|lead|give|provide|chair|perform"
            r"|circulate|present|record|carry out|complete|attend|post|start|create|introduce|establish"
            r"|set up|book|prepare|arrange|with|make)(?:ing)? (?:(?:a|an|one|two|three|our|my|regular"
            r"|at least|the) ){0,3}(?:short |brief |structured ){0,2}(?P<it>daily|weekly|bi-?weekly"
            r"|fortnightly|monthly|bi-?monthly|quarterly|half-yearly|twice-yearly|termly)\b(?! (?:active"
            r"|unique|recurring|rates?|users?|sales|revenues?|costs?|spend|targets?|quotas?|churn"
            r"|turnover|visitors|volumes?|income|numbers|figures|goals?|averages?|output|throughput"
            r"|performance|results))"
        ),
    )
)

# A comparison looks back; it sets no date.
_BASELINES = tuple(
    compiled(pattern)
    for pattern in (
        (
            rf"\b(?:than|vs\.?|versus|compared (?:with|to)|relative to|against|over|from|on|above|below"
            rf"|beat|beating|exceed(?:ing)?)(?: in)? (?:the )?(?:level |figure )?(?:in |of )?(?:(?:last"
            rf"|previous|prior|preceding) (?:\w+ )?(?:year|quarter|month|season|term|summer|winter"
            rf"|half)(?:'s)?|(?:(?:FY ?)?{_YEAR}|[QH][1-4]|FY ?\d\d)(?:'s)? (?:levels?|figures?|baseline"
            rf"|actuals?|results?|average|numbers?|values?|volumes?|rates?|total))"
        ),
        (
            rf"\b(?:than|vs\.?|versus|compared (?:with|to)|relative to)(?: in| for)? (?:the )?(?:{_YEAR}"
            rf"|(?:FY|Q|H) ?\d+(?: ?{_YEAR})?)"
        ),
        r"\b(?:year|month|quarter|week)[- ](?:on|over)[- ](?:year|month|quarter|week)\b",
        r"\b(?:yoy|qoq|mom|wow)\b",
        r"\blast (?:year|quarter|month|season|term)(?:'s)?\b",
        r"\b(?:employee|nurse|teacher|player|student|supplier|product) of the (?:year|month|quarter)\b",
    )
)


def deadlines(text: str) -> list[tuple[int, int]]:
    """Where the text says, in English, when or how often in the calendar."""
    return found(_PATTERNS, text) + windows(text)


def baselines(text: str) -> list[tuple[int, int]]:
    """Where the text only compares with an earlier time."""
    return found(_BASELINES, text)
