"""What the rules find, as sentences for the person who wants to sign."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongxing.guardianship.rules import Lacking, Standing

TONES = {Standing.WAITING: "blue", Standing.RUNNING: "green", Standing.SOON: "amber", Standing.LAPSED: "red", Standing.OVER: "grey"}


def lack(found: Lacking) -> str:
    return {
        Lacking.UNFIT: _("存在未成年人保护法第二十二条规定的情形，不得被确定为被委托人。请另选被委托人。"),
        Lacking.MINOR: _("被委托人未满十八周岁，不能受委托照护孩子。"),
        Lacking.BEFALLEN: _("档案登记被委托人不能履行监护职责（如无监护能力、被撤销监护资格），请核对或者另选被委托人。"),
        Lacking.UNANSWERED: _("第二十二条的各项情形还没有全部询问、回答。"),
        Lacking.UNHEARD: _("还没有听取孩子的意见（八周岁以上必须听取，未成年人保护法第二十二条）。"),
        Lacking.NO_PARENT: _("父母（委托人）还没有签字。"),
        Lacking.NO_GUARDIAN: _("被委托人还没有签字。"),
        Lacking.NO_WITNESS: _("村（居）委会见证人还没有签字。"),
    }[found]


def standing(found: Standing, days: int) -> str:
    """还有12天到期, 已过期30天 …"""
    match found:
        case Standing.SOON:
            return _("还有%(n)d天到期") % {"n": days}
        case Standing.LAPSED:
            return _("已过期%(n)d天") % {"n": -days} if days else _("今天到期")
        case Standing.RUNNING:
            return _("有效")
        case Standing.WAITING:
            return _("未签订")
        case _:
            return _("已结束")
