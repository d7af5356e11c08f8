"""Chinese deeds: an end state somebody else can check, or a concrete act, each done to something with a name."""

import re
from itertools import islice

from prompts.smart_open_zh import attitude, built
from prompts.smart_words import HAN, MASK, compiled, found

# Done or not done, and another person can tell.
_END_VERB = (
    r"(?:完成|上线|发布|交付|投产|投用|投入使用|验收|签订|签署|签约|签下|续签|续约|提交|递交|上交"
    r"|报送|报出|出具|印发|启用|开业|开通|开馆|开园|关停|关闭|下线|下架|迁移|迁入|迁至|迁到|搬迁"
    r"|搬入|搬到|竣工|完工|封顶|通车|定稿|结项|结题|结项"
    r"|中标|获批|备案|注销|归档|办结|结案|结清|建成|装好|装上|替换|切换|首发|公布|公示|出版|发表"
    r"|立项|挂牌|揭牌|撤销|清退|过户|交房|转固|移交|交接|割接|并网|举办|召开|承办|录用|招到|到岗"
    r"|入驻|复工|复产|还清|收回|追回|付清|结算|交货"
    r"|改造完|整改完|修完|落成|上架|公开|编制完|下发|发放|发完|开庭|起诉|立案|申领|上报|对接完|完毕"
    r"|全部做完|组织|安装|开出|合龙|贯通|取消|停用|退役|拆除|拆完"
    r"|(?<=[对向][外内])开放|(?:对|面向)[\u4e00-\u9fff]{2,8}开放|[修接架]通|搬进|迁进|送审|报审|报批|杀青|封镜|开机|开播|首演|首映|首飞|首航|下水|通航|通气|通水|通电|送电|出栏|核准|过会|过审|挂网|封存|销毁|下发到|送达|签批|试营业)"
)
# The same characters as part of a noun: "交付质量", "发布效率".
_NOT_NOUN = (
    r"(?!质量|效率|流程|标准|率|速度|周期|节奏|能力|水平|管理|规范|工作|机制|体系|意识|文化|协调|纪律"
    r"|架构|部门|生活|方式|及时性|经验|体验(?![店馆])|情况|问题|风险|量(?![化子贩])|数(?![据字学控码智显])|度(?!假)"
    r"|平台|环境|者|人(?![工脸才力事社机民教])|的|会(?![员议展计刊])|后(?![台端厨勤])|前(?![端台])|时(?![尚装刻])|成本"
    r"|业务|力)"
)
# Some of them are the first half of a noun: "交接模板", "验收单".
_NOMINAL = (
    r"(?!(?:交接|验收|交付|安装|结算|归档|迁移|切换|搬迁|备案|上线|下线|录用|移交|结案|立案|停用|注销|签约|清退)"
    r"[的类]?(?:模板|表|单|清单|手册|指引|台账|说明|方案|流程|制度|规范|标准|通知|计划|记录|系统|培训))"
)
_CREDENTIAL = (
    r"(?:证书?|资格|资质|认证|许可|牌照|批复|批文|专利|称号|执照|职称|批准|立项|奖项?|金奖|银奖|铜奖"
    r"|学位|驾照|著作权|商标|备案号?|授权|注册|评级|[A-Za-zＡ-Ｚ]级|级|星级|融资|订单|合同|定点|入围"
    r"|牌匾|冠军|亚军|名次|师(?![傅生资]))"
)
_PASSING = (
    r"(?:考试|认证|测评|评审|验收|审核|审计|答辩|评估|检查|备案|资格|考核|审批|复审|年检|鉴定|体检|注册"
    r"|测试|评级|评定|认定|检测|审查|复核|论证|查验|年审|面试|评价|复评|普查|听证|四级|六级|级)"
)

_ACT_VERB = (
    r"(?:起草|拟定|拟订|草拟|撰写|编写|编制|制定|制订|修订|修改|更新|梳理|整理|设计|制作|绘制|翻译"
    r"|录制|拍摄|搭建|开发|建立|组建|重构|重写|改写|改造|测试|调研|走访|家访|访谈|审查|审核|评审"
    r"|盘点|排查|清点|复盘|汇总|统计|收集"
    r"|采购|安装|调试|组织|举办|召开|开展|策划|筹备|主持|主讲|培训|带教|谈判|申报|申请|招聘|面试"
    r"|检修|维修|清理|清洗|清洁|粉刷|整改|修缮|改版|升级|接入|集成|部署|配置|迁移|替换|试点|引入"
    r"|引进|建设|新建|扩建|核对|对账|归集|建档"
    r"|标注|采集|输出|汇报|演示|编排|排练|改编|移植|适配|接管|轮换|更换|加装|试制|打样|选型|招标"
    r"|投标|谈妥|设立|增设|开设|布置|划定|绘出|写出|写完|做出|画出|画完|出一[份版套]|推出|巡检|巡查"
    r"|抽查|自查|标定|校准|编目|上架|录入|补录|补齐|拆分|合并|下发|推送|宣讲|讲授|测算|核算"
    # once more, and by hand
    r"|(?<![严慎注尊体比轻沉加侧着看])重(?:[做画写拍排装刷编译算印贴铺裁剪录订配种]|新[\u4e00-\u9fff])"
    r"|[修装盖铺架刷种挖搭建补缝焊钉摆挂排画写印译录拍]好|[做写列画编拟订]出?一[张份套版本册篇幅]"
    r"|保养|养护|剪枝|修剪|剪辑|裁剪|缝制|焊接|铺设|砌筑|刷漆|喷漆|栽种|移栽|育苗|嫁接|疏通|消杀|消毒|校对|审校|润色|转写|扫描"
    r"|装裱|布展|策展|撤展|修复|拓宽|加固|检漏|打磨|抛光|调色|建模|渲染|配音|译制|誊写|登记|造册|打印|装订|贴标|分拣"
    r"|码放|试菜|试做|研制|试种|勘察|测绘|放线|化验|取样|送检|抄表|查账|做账|对表|换装|改装|拆解|测量)"
)
_TAIL_NOUN = (
    r"(?!质量|效率|率|速度|能力|水平|意识|管理|体系|机制|效果|工作|规范性|周期|成本|者|人员|部门"
    r"|经验|的(?:质量|效率))"
)

_CLAUSE = re.compile(r"[^,;:。!?！？\n、]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+|\ue000")
# Words that could stand in anybody's goal; what is left of a clause without them is what it is about.
_GENERIC = re.compile(
    r"工作任务|工作|任务|目标|指标|各项|各类|各种|本职|岗位|职责|领导|上级|交办|安排|布置|下达|事项"
    r"|相关|有关|全部|所有|自己|个人|团队|部门|公司|单位|我们|同事|大家|及时|按时|准时|如期|按期"
    r"|保质保量|顺利|圆满|认真|积极|努力|力争|争取"
    r"|确保|保证|保障|进行|一个|一些|一定|方面|项目|方案|内容|成果|产品|功能|业务|需求|资料|材料"
    r"|报告|文件|文档|数据|信息|情况|问题|短板|差距|弱项|隐患|瓶颈|痛点|难点|堵点|合同|客户|用户|群众|任何|每|其他|日常|常规|重要|重点|关键"
    r"|主要|具体|多|更|好|的|地|得|在|到|把|将|对|与|和|及|并|等|中|上|下"
    r"|前|后|内|以|于|由|为|了|被|让|使|给|向|从|要|会(?!员)|能|可|其|该|本|学习|培训|计划|总结|活动|会议"
    r"|体系|机制|能力|水平|文化|氛围|意识|关系|形象|品牌|格局|局面|优势|价值|素质|人才|队伍|思路"
    r"|方法|经验|管理|服务|质量|效率|流程|制度|建设|发展|创新|系统"
    r"|完成|实现|达成|达到|开展|组织|推进|推动|做好|做|各|人|新|大|小|全面|全力|全员|继续|进一步"
    r"|不断|持续|逐步|尽快|尽早|今后|有效|切实|深入|广泛|充分|严格|高质量|高效|高标准|优质|精品|线"
    r"|期|次|个"
)
_PRAISE = re.compile(
    r"完善|良好|优秀|健全|科学|更好|更多|一流|卓越|先进|对标|优质|精品|强大|高效|满意|标杆|高质量|高水平"
    r"|有战斗力|和谐|新台阶|新突破|新局面|亮点|口碑|积极向上|有价值|好的|好作品"
)

# Leads that promise attention, not a result. After them an act is only talked about: "加强合同审核".
_EMPTY_WORD = (
    r"(?:提升|提高|加强|增强|强化|改善|改进|优化|推动|推进|促进|深化|加快|加大|做好|做强|做优|抓好"
    r"|抓实|抓牢|搞好|抓|落实|贯彻|关注|关心|注重|重视|参与|参加到|协助|配合|支持|支撑|帮助|帮|学习"
    r"|了解|熟悉|掌握|跟进|跟踪|维护|保持|坚持|积极|打造|树立|营造"
    r"|培养|弘扬|践行|发扬|探索|思考|尝试|负责|成为|当好|发挥|提质|增效|降本|转变|完善|夯实|巩固"
    r"|拓展|丰富|聚焦|围绕|认真|全心全意|全力以赴|全力|多(?=[跑学看问听沟关思参了交做])|更上一层楼"
    r"|上一?个?新?台阶|再上|下功夫|做一[个名位]|争当|争做|降低|减少|增加|扩大|控制|增长|解决|注意"
    r"|推广|推行|推(?![送荐出文])|应用|使用|把好|严把|当一名|干好|尽心|尽职尽责|尽力|用心|服务好|精益求精|勇于"
    r"|敢于|主动|高效|高质量|良好|优秀|一流|卓越|标杆|创新|满意|精品)"
)
# Whole words only: not the first half of "满意度", "使用率", "推进度".
_EMPTY = (compiled(rf"(?>{_EMPTY_WORD})(?![率度量者费])"),)
_FILLER = (
    r"(?:我|我们|要|将|会|能|计划|希望|争取|力争|努力|继续|进一步|不断|持续|逐步|全面|切实|尽快|尽早"
    r"|今后|以后|及时|随时|更|更加|更好地|大力|深入|有效|扎实|着力|充分|积极|主动|认真"
    r"|在[^,;。]{0,12}?(?:方面|上|中)|通过[^,;。]{0,12}?[,，]|[\s\-*·\d.、()])*"
)
_SLOGAN = re.compile(r"(?:文化|氛围|意识|精神|作风|心态|风气|格局|凝聚力|战斗力|执行力|影响力)[\s.!]*$")
_LED_BY_EMPTY = compiled(rf"^{_FILLER}{_EMPTY_WORD}")
_PUSHED = compiled(rf"^{_FILLER}(?:推动|推进|促进|加快|确保|争取|力争|努力|积极|主动|认真|负责|全力|高质量|高效|解决)")
_HELPING = compiled(rf"^{_FILLER}(?:协助|配合|支持|支撑|帮助|帮|学习|了解|熟悉|参与|跟进|关注|关心)")

_FIGURE = re.compile(
    rf"百分之|千分之|[一二两三四五六七八九十半]成|翻番|翻一番|一半|减半|倍|提升|提高|增长|增加|降低"
    rf"|减少|下降|上升|达到|保持|维持|控制|压缩|缩短|压降|突破|超过|不低于|不高于|不少于|不超过"
    rf"|至少|以上|以下|以内|左右|大约|约为|实现|完成|力争|争取|确保|努力|做[到好出成完大强]"
    # One character alone is a verb before its figure, and part of a word elsewhere: "续约率", "占比", "增值", "做账".
    rf"|[约达超翻升降减增压做][到至为了]?(?=\s*[\d一二两三四五六七八九十百千万半]|百分)|(?<![占同环性对配正反类])[比较](?![例重值率真量])"
    rf"|业绩提升|工作|效率|质量|能力|水平|成绩|方面|整体|"
    rf"个人|团队|部门|公司|我们|自己|更|再|多(?!元)|的|地(?![产块铁])|得(?!率)|在(?![线职岗校途])|到(?![岗货账场课店港])"
    rf"|至|为|于|从|由|把|将|对(?!账)|与(?!会)|和(?!解)|及(?!格)|并(?![购网发])|了"
    rf"|是|有(?!效)|让(?!利)|使(?!用)|要(?!素)|会(?![员议费计])|能(?![耗效源量])|也|都|或|按(?![揭摩])|各|每|其中|目标|指标|学习|帮助|支持|协助|配合|参与"
    rf"|[^A-Za-z{HAN}\ue000]"
)


# How far a verb's object may stand from it, and how many verbs of a clause are tried: bounds the time.
_REACH = 60
_TRIES = 8


def outcomes(text: str) -> list[tuple[int, int]]:
    """Where a named thing reaches an end state."""
    ranges = []
    for clause in _CLAUSE.finditer(text):
        words, at = clause[0], clause.start()
        if _LED_BY_EMPTY.match(words) and not _PUSHED.match(words):
            continue
        for match in islice(_ENDED.finditer(words), _TRIES):
            if _about(
                words[max(0, match.start() - _REACH) : match.start()] + " " + words[match.end() : match.end() + _REACH]
            ):
                ranges.append((at + match.start(), clause.end() if words[match.end() :].strip() else at + match.end()))
                break
        ranges += [
            (at + match.start(), at + match.end())
            for match in _PASSED.finditer(words)
            if _about(match["what"], least=1)
        ]
        ranges += [
            (at + match.start(), at + match.end())
            for match in _SAT.finditer(words)
            if match["what"] is None or _about(match["what"])
        ]
        ranges += [
            (at + match.start(), at + match.end()) for match in _GOT.finditer(words) if _about(match["what"], least=1)
        ]
    return ranges


# Any verb becomes an end state with 完, 妥 or 齐: "签完", "谈妥", "配齐".
_THROUGH = rf"(?:[{HAN}]完(?![成全善整美备])|[谈办装修换补配招安签搬调][妥齐])"
_ENDED = compiled(rf"(?<![待未拟已可]){_NOMINAL}(?:{_END_VERB}|{_THROUGH}){_NOT_NOUN}")
# Whatever somebody passes: "考过科目三"; or an exam that goes by its letters: "通过CPA" at the end of a clause.
_SAT = compiled(
    rf"(?:考(?:过|取|下|出|到)了?(?P<what>\s?[A-Za-z{HAN}][A-Za-z0-9{HAN}{MASK}+./ -]{{1,15}})"
    r"|(?:通过|过|拿下|拿到)\s?(?-i:[A-Z]{2,6})\s*$)"
)
_PASSED = compiled(
    rf"(?:通过|考过|考取|过|拿下)(?P<what>[^,;。\n]{{1,24}}?{_PASSING})(?!率|后|来|等方式|的方式"
    rf"|学习|提升|提高|改进|发现)"
)
_GOT = compiled(
    rf"(?:[考换办领拿取争评申](?:取|得|到|下|出|发|领|上|回|过|齐|妥)|获得?|办理|入选|争取到|获评|赢得|荣获)(?P<what>[^,;。\n]{{1,24}}?{_CREDENTIAL})"
)


def repeated(text: str) -> list[tuple[int, int]]:
    """Where a named event is held; with a recurrence that makes a count."""
    return [
        (match.start(), match.end())
        for match in _HELD.finditer(text)
        if _about(match["what"])
        and not _LED_BY_EMPTY.match(text[text.rfind(",", 0, match.start()) + 1 : match.start() + 2])
    ]


_HELD = compiled(r"(?:开展|进行|实施|主持|做|走访|巡查|巡检|拜访)(?P<what>[^,;:。!?\n、]{2,20})")


def acts(text: str) -> list[tuple[int, int]]:
    """Where something concrete is done to a named thing."""
    ranges = []
    for clause in _CLAUSE.finditer(text):
        words = clause[0]
        if _LED_BY_EMPTY.match(words) or _PRAISE.search(words) or _SLOGAN.search(words) or attitude(words):
            continue
        for match in islice(_ACTED.finditer(words), _TRIES):
            before, after = (
                words[max(0, match.start() - _REACH) : match.start()],
                words[match.end() : match.end() + _REACH],
            )
            if _about(after) or (len(before) > 2 and _about(before)):
                ranges.append((clause.start() + match.start(), clause.end()))
                break
        else:
            if built(words.strip()[:_REACH], _about):
                ranges.append(clause.span())
    return ranges


_ACTED = compiled(rf"{_ACT_VERB}{_TAIL_NOUN}")


def _about(words: str, least: int = 2) -> bool:
    """Whether the words name something: a Latin name, a masked number, or enough characters nobody else would use."""
    if _PRAISE.search(words):
        return False
    left = _GENERIC.sub(" ", words)
    return bool(_LATIN.search(words)) or len(re.findall(rf"[{HAN}{MASK}]", left)) >= least


def empty(text: str) -> list[tuple[int, int]]:
    """The words that sound like a goal and name nothing."""
    return found(_EMPTY, text)


def only_helps(text: str) -> bool:
    """Whether the goal is to support, help or learn: those are not specific whatever they count."""
    return bool(_HELPING.match(text.strip()))


def subject(text: str) -> bool:
    """Whether any word is left that says what a number is about."""
    return bool(re.search(rf"[{HAN}]{{2}}|[A-Za-z]{{2}}|{MASK}", _FIGURE.sub(" ", text))) and bool(
        re.search(rf"[{HAN}].*[{HAN}]|[A-Za-z]{{2}}|{MASK}", _FIGURE.sub("", text))
    )
