"""Tells a check-in answer that says nothing ("busy week", "推进中") from one a manager can use.

An answer is vague only when every word of it could stand in anybody's answer. One name, figure or ordinary noun is
enough to be let through, and so is an honest "none": a needless question annoys more than a thin answer.
"""

import re

from prompts.smart_words import HAN, compiled, word_set
from prompts.spans import Folded, Span, fold

# More than this was surely written with something in mind.
_LONGEST = 160

_NONE_WORDS = word_set(
    "no none nope nil nothing null not any really n/a na x 0 zero same i'm i we have there is are "
    "right now at the moment this week"
    " currently today to report blocking blocked blocker blockers block blocks issue issues problem "
    "problems obstacle obstacles concern"
    " concerns impediments so far me new major big of note in my way yet thanks thank you "
    "everything unblocked here much for all clear"
    " stuck am particular special else"
)
_NONE_HEAD = compiled(
    r"\b(?:no|none|nope|nil|nothing|null|n/?a|zero|not (?:any|blocked|stuck)|unblocked)\b"
    r"|^[-/.x0\s]+$|all clear"
)
_NONE_ZH = re.compile(
    r"(?:暂时?|目前|本周|今天|这周|现在)*(?:都)?(?:没有?|无|零|未遇到|没遇到|没碰到|不存在)(?:什么"
    r"|任何|明显|大的?|特别的?|新的?|遇到|碰到)*(?:问题|困难|阻塞|障碍|卡点|风险|阻碍|需要(?:支持"
    r"|帮助|协调)的?(?:事项|地方)?|其他|事项|了|啊|哦|呢)*"
)

# Words that could stand in anybody's answer. They say how it felt, that work was done, or nothing.
_EMPTY_WORDS = word_set(
    "fine ok okay okey k good great well alright nice cool decent solid normal usual usually "
    "regular routine standard typical average meh same similar busy hectic crazy slow quiet calm "
    "tough rough hard easy productive"
    " stressful intense smooth smoothly better steady stable nothing special different exciting "
    "interesting much many lot lots loads plenty bit bits bunch few several various some any stuff "
    "things thing something everything anything"
    " work worked working works task tasks project projects job jobs item items stuff ticket "
    "tickets issue issues meeting meetings call calls email emails admin week weeks day days today "
    "yesterday monday month sprint"
    " progress progressing progressed made make making did do done doing going go goes gone went "
    "getting get got gets keep keeps kept keeping continue continued continuing carry carrying "
    "carried ongoing on-going moving move moved along"
    " forward ahead track plan planned plans schedule usual expected normal business day-to-day "
    "deadlines deadline priorities priority team colleagues others people help helped helping "
    "support supported supporting handle handled handling"
    " deal dealt dealing manage managed managing attend attended attending finish finished "
    "finishing complete completed completing start started starting try tried trying focus focused "
    "focusing learn learned learnt learning improve improved improving"
    " usual always still just also really very quite pretty so too more most less all overall "
    "general generally mostly mainly basically kind sort kinda sorta etc and or but as per with "
    "without for from to of in on at by about around through over"
    " up down out off the a an this that these those it its it's is are was were be been being i "
    "i'm i've i'd we we're we've my our me us you they them have has had having not no yes yeah yep "
    "yup nah n/a far now then there here"
    " well-being bad awful terrible amazing awesome excellent fantastic perfect challenging "
    "challenge challenges happy tired ups downs hanging in busyness again back usual before last "
    "next lately recently currently small big little minor major"
    " new old different multiple numerous couple number odds ends catch catching caught way "
    "underway under control under-control time nice working hard hardworking best can could will "
    "would should might may need needs want feel feels felt feeling"
    " think thought seems seem like enough right correct satisfied content goals goal target "
    "targets objectives objective responsibilities duties role assigned given required necessary "
    "important urgent daily weekly usual-stuff bau wip ing tbd tbc idk"
    " day's week's stuffs thx thanks please lol haha hmm um uh eh what who when how why which "
    "nobody everybody everyone someone able unable fully partly partially almost nearly half-way "
    "halfway wrapped wrapping tied tying loose knocked sorted sorting"
)

_EMPTY_ZH = re.compile(
    r"一切|一直|正常|还行|还好|挺好|很好|不错|可以|可控|受控|顺利|平稳|稳定|良好|一般|老样子|照旧|照常|如常"
    r"|往常|常规|日常|平常|平时|普通|忙碌|忙|很累|有点累|累|充实|辛苦|轻松|推进中?|进行中?|持续|继续"
    r"|跟进|处理|进展|进度|有序|按计划|按部就班|按时|按期|计划内|计划|预期|符合|正在|做了?|干了?|搞"
    r"|完成|开展|各项|各种|各类|一些|一点|很多|许多|不少|若干|部分|相关|有关|手头|手上|本职|工作"
    r"|任务|项目|事情|事务|事项|事|活儿?|内容|东西|问题|会议|开会|会|杂事|杂活|琐事|琐碎|本周|这周"
    r"|上周|今天|昨天|最近|近期|目前|现在|暂时|当前|这个?|那个?|本月|一周|周"
    r"|基本上?|大体|总体|整体|大概|差不多|都|也|还|就|很|挺|比较|有点|有些|非常|特别|比|较|更|又|再"
    r"|已|已经|了|的|地|得|着|过|吧|啊|哦|呢|嘛|啦|在|是|有|和|与|及|等|中|上|下|里|我|我们|大家"
    r"|团队|同事|自己|每天|正|照|如|同|跟|把|被|让|给|对|按|为|要|会|能|可"
    r"|努力|认真|积极|尽力|加油|继续努力|学习|提升|提高|改进|优化|支持|协助|配合|帮助|沟通|协调|对接"
    r"|参与|参加|落实|跟踪|维护|安排|领导|交办|布置|嗯|好|好的|行|对|没什么|没啥|特殊|特别|大|小|新"
    r"|多|少|什么|啥|情况|状态|样子|节奏|方面|之中|当中"
)
_HARD = re.compile(r"[0-9@#]|https?:|[一二两三四五六七八九十百]+[个名家次份条项篇场位套件台张]")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'’/-]*")
_HAN_CHARACTER = re.compile(rf"[{HAN}]")


def vague(answer: str) -> bool:
    """Whether the answer is of no use to a manager. Nothing at all, and an honest "none", are not vague."""
    return _is_vague(fold(answer, _LONGEST + 1))


def vague_spans(answer: str) -> tuple[Span, ...]:
    """The words of a vague answer, to be quoted back; nothing when it is not vague."""
    folded = fold(answer, _LONGEST + 1)
    if not _is_vague(folded):
        return ()
    return folded.spans([(0, len(folded.text))])


def _is_vague(folded: Folded) -> bool:
    text = folded.text.strip()
    if not text or len(text) > _LONGEST or _says_none(text) or _HARD.search(text):
        return False
    words = _TOKEN.findall(text)
    if any(not _is_empty(word, first=text.startswith(word)) for word in words):
        return False
    return not _HAN_CHARACTER.search(_EMPTY_ZH.sub("", _TOKEN.sub("", text)))


def _is_empty(word: str, *, first: bool) -> bool:
    # A capital inside the answer is a name, and so is an acronym: "Go", "IT".
    if not first and word[:1].isupper() and word not in _CAPITALS:
        return False
    return word.lower().strip("'-/") in _EMPTY_WORDS


_CAPITALS = ("I", "I'm", "I've", "I'd", "OK", "BAU", "WIP", "TBD", "TBC", "Monday")


def _says_none(text: str) -> bool:
    bare = text.strip(" \n.!,;。")
    if not bare or _NONE_ZH.fullmatch(bare):
        return True
    words = re.findall(r"[a-z0-9'/]+|[^\x00-\x7f]", text.lower())
    return all(word in _NONE_WORDS for word in words) and bool(_NONE_HEAD.search(text))
