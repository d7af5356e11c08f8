"""Chinese deeds without a list of words: a verb of hand or paper placed in its clause, done to something named."""

import re
from collections.abc import Callable

from prompts.smart_words import HAN, compiled

# One character each: what hands, machines and paperwork do. Attitudes and quantities are not among them.
_STEM = (
    r"[换装贴修挂铺砌种缝剪印译画写拆搬运洗晒腌烤熬焊钉磨刷补编录拍扫查验测称填签谈聘招购买租售卖寄递交退赔缴"
    r"核审批检调校改搭盖挖钻喷涂抹擦摆码堆垒列订办考领借清盘拟排布设制造拼绘描裱雕刻铸锻切割裁织染绣栽播浇喂"
    r"养立竖拉取收分归放移摘卸撤封关译标抽架埋拓晾揉蒸煮冻腾疏捞育接锁配焙翻串拧绑吊抄捂裹盛榨酿炒炖]"
)
# Words that begin like a deed and are none: "查漏补缺", "换位思考", "交流".
_FIGURATIVE = (
    r"(?!修[身养炼行]|补[短足位强]|查[漏短找]|清[廉正晰楚醒]|交[心流际往]|调[动整节和]|办[实好事成]|理|设[身法想计思]|制[约胜]"
    r"|造[福就]|排[忧除难]|布局|运[用营行气]|配[合备套]|接[受纳触地轨近续]|养成|考[虑量验核勤]"
    r"|领[悟会先导跑略域]|改[善进变革]"
    r"|借[鉴助力口]|磨[练合炼砺]|审[时美视]|核心|批[评判]|追|切[实入勿忌]|换位|刻[苦意]|招呼|收[获益入效]|分[享担忧析清]"
    r"|归属|放[心下眼手松]|立[足志德场即刻身]|拉[近动]|取[得长经信悦]|关[注心怀爱于键系]|标[杆准兵榜]|编造|称[职心赞]"
    r"|检讨|验证|交[付给]|运|种种|列[为入]|订单|布置|设立|设备|设施|制度|制定|架构|拓展|育人|接[待力]|锁定|翻[倍番]"
    r"|排名|排[行头]|移动|抽[空出]|分[数钟工]|收[到支]|退[步缩]|赔[付偿]|售[前后]|关爱)"
)
_THROUGH = r"(?:完|掉|齐|好|妥|上|下|起|出|回|开|进|入|成|清|净|平|通)"
_FILLER = (
    r"[\s\-*·\d.、()]*(?:我|我们|要|将|计划|争取|力争|尽快|尽早|及时|再|逐件|逐个|逐一|全部"
    r"|亲自|统一|分批|一次性|去|重新)*"
)
_WITH = r"(?:跟|与|和|同|向|给|沿着?|替|为)[^,;。]{2,14}?"

_OPENS = compiled(rf"^{_FILLER}(?P<verb>{_FIGURATIVE}{_STEM}(?!度|率|量|期|点)[{HAN}\ue000A-Za-z])")
_WITH_ONE = compiled(
    rf"^{_FILLER}{_WITH}{_FIGURATIVE}{_STEM}(?:{_THROUGH}|了|一[个份张套项批版本]|[{HAN}]{{0,1}}(?=[{HAN}]{{3}}))"
)
_TAKING = compiled(rf"(?:把|将)(?P<np>[^,;。]{{3,24}}?){_FIGURATIVE}{_STEM}")
_RESULT = compiled(
    rf"(?<![树建确承负引发提]){_FIGURATIVE}{_STEM}{_THROUGH}(?![来去成]|[一二两三四五六七八九十\d]?[成倍])"
)

_ATTITUDE = re.compile(
    r"更(?![换新衣正改名])|多?一[点些]|又[^,]{1,4}又|越(?!南)|敢|爱上|心态|感情|榜样|干劲|有所|功夫|用心|贴心|耐心|热情|礼貌|踏实"
    r"|到位|上心|心坎|心里|心上|实处|台阶|尽责|负责|沟通\s*$|多[^,]{0,8}沟通|要求$|人生|梦想|奇迹|佳绩|辉煌|实事|责任(?![书状险制清])|担当"
    r"|细节|形象|同心圆|沟通桥梁|极致|初心|使命|防线|底线|擦亮|铺平|壁垒|短板|绊脚|[\u4e00-\u9fff]好每"
)
_ONCE_THROUGH = compiled(rf"[{HAN}][一两三][遍趟轮圈道]")


def attitude(clause: str) -> bool:
    """Whether a clause says how one is, not what one does."""
    return bool(_ATTITUDE.search(clause))


def built(clause: str, about: Callable[[str, int], bool]) -> bool:
    """Whether a clause, free of its times, does something to something named."""
    if attitude(clause):
        return False
    opens = _OPENS.match(clause)
    if opens and about(clause[opens.end("verb") - 1 :], 3):
        return True
    given = _WITH_ONE.match(clause)
    if given and about(clause, 4):
        return True
    again = _ONCE_THROUGH.search(clause)
    if again and (about(clause[again.end() :], 2) or about(clause[: again.start()], 3)):
        return True
    taken = _TAKING.search(clause)
    if taken and about(taken["np"], 2):
        return True
    result = _RESULT.search(clause)
    return result is not None and (about(clause[result.end() :], 2) or about(clause[: result.start()], 3))
