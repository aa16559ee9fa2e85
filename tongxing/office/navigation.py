"""The rooms of the house and who may enter which: one line each, in the order of the working day."""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Room:
    """A page that the rail leads to. ``right`` empty: everyone who is signed in.

    ``what`` says what it is for, on the first page of whoever works there (``worker``, a right; else ``right``).
    """

    word: Promise
    view: str
    icon: str
    right: str = ""
    what: str | Promise = ""
    worker: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    word: str
    url: str
    icon: str
    current: bool = False
    what: str = ""


GROUPS: tuple[tuple[Promise | None, tuple[Room, ...]], ...] = (
    (
        None,
        (
            Room(_("待办事项"), "office:home", "clipboard-list"),
            Room(_("工作任务"), "boards:own", "checks", "duties.view", _("您要做的家访、谈心、联系等，按到期排列")),
            Room(_("登记工作"), "care:kinds", "notes", "log.write", _("家访、谈心、联系家长、活动，做过以后在这里登记")),
            Room(_("完成情况"), "boards:board", "list-check", "duties.board", _("谁落后了：按地区、任务、责任人，可以催办")),
            Room(_("个案"), "cases:list", "lifebuoy", "cases.view", _("紧急情况和保护个案：下一步做什么、谁做、到什么时候")),
            Room(_("报告"), "reports:list", "report", "cases.view", _("您报告的和告知您的情况，办到哪一步了")),
            Room(_("12355热线"), "hotline:desk", "phone", "hotline.answer", _("接听来电，一边说一边记；转办、心理辅导、约定回电")),
            Room(_("12355来电"), "hotline:list", "phone", "hotline.read", _("12355转到您这里的来电，查看并答复")),
            Room(_("通知公告"), "notices:received", "speakerphone", "notices.view", _("上级发来的通知，需要您阅读或确认的制度")),
        ),
    ),
    (
        _("儿童档案"),
        (
            Room(_("儿童"), "children:list", "users", "children.view", _("查看由您负责或者授权给您的孩子")),
            Room(_("结对包保"), "circles:vacancies", "user-heart", "circles.view", _("谁在孩子身边，还缺谁"), "circles.edit"),
            Room(_("监护确认书"), "guardianship:list", "signature", "guardianship.view", _("把孩子托付给谁、到什么时候，三方签字，到期续签"), "guardianship.edit"),
            Room(_("档案转移"), "children:transfers", "arrows-exchange", "transfers.request"),
            Room(_("临时离开"), "children:leaves", "calendar-event", "children.leave"),
            Room(_("疑似重复"), "children:duplicates", "git-merge", "children.merge"),
            Room(_("学年升级"), "children:school_year", "school", "children.roll_over"),
            Room(_("班级花名册"), "children:rosters", "list-check", "children.import"),
        ),
    ),
    (
        _("部门协作"),
        (
            Room(_("工作联系函"), "letters:list", "mail", "letters.view", _("函告各部门的需求，收到的函件和复函")),
            Room(_("联席会议"), "meetings:list", "users-group", "meetings.view", _("会议纪要，本单位要完成的工作事项")),
        ),
    ),
    (
        _("数据"),
        (
            Room(_("统计报表"), "figures:tables", "chart-bar", "figures.view", _("按月、按季度的统计表和上报情况")),
            Room(_("工作统计"), "care:statistics", "chart-line", "figures.view", _("家访、谈心、活动做了多少，问到了什么")),
            Room(_("导入"), "imports:list", "table-import", "children.import"),
            Room(_("数据交换"), "exchange:sheets", "arrows-exchange", "exchange.fill"),
        ),
    ),
    (
        _("本地"),
        (
            Room(_("关爱保护模式"), "caremodels:list", "heart", "places.view"),
            Room(_("值班表"), "reports:roster", "calendar-event", "roster.edit"),
            Room(_("校历和节假日"), "calendars:calendar", "calendar", "places.view"),
            Room(_("学校和单位"), "units:list", "building-community", "units.view", _("查找学校、卫生院等单位和联系方式")),
            Room(_("行政区划"), "places:list", "map-pin", "places.view", _("更新行政区划代码，办理村（社区）合并和更名"), "places.edit"),
        ),
    ),
    (
        _("管理"),
        (
            Room(_("岗位"), "accounts:posts", "id", "posts.manage", _("任命、离任和代理，谁在哪个岗位上")),
            Room(_("账号"), "accounts:users", "shield-lock", "accounts.manage", _("开通、停用账号，重置密码，解除锁定")),
            Room(_("审计"), "audit:journal", "history", "audit.view", _("谁看过、改过哪份档案，越权访问，封存是否完好")),
            Room(_("对外提供登记"), "exchange:given", "file-text", "audit.view", _("哪些儿童信息提供给了哪个单位，依据是什么")),
            Room(_("系统"), "office:system", "settings", "system.view", _("服务器、备份、后台任务是否正常")),
        ),
    ),
)


def own_rooms(request: HttpRequest) -> list[Link]:
    """Where a post works for whom nothing is counted: its rooms, and what each is for."""
    post = getattr(request, "post", None)
    rooms = [room for _title, rooms in GROUPS for room in rooms if room.what and post is not None and post.may(room.right) and post.may(room.worker or room.right)]
    return [Link(str(room.word), reverse(room.view), room.icon, what=str(room.what)) for room in rooms]


def groups(request: HttpRequest) -> list[dict[str, object]]:
    """What the rail shows to the active post."""
    post = getattr(request, "post", None)
    found: list[tuple[Promise | None, list[Link]]] = []
    for title, rooms in GROUPS:
        links = [Link(str(room.word), reverse(room.view), room.icon) for room in rooms if not room.right or (post is not None and post.may(room.right))]
        if links:
            found.append((title, links))
    here = _nearest([link for _title, links in found for link in links], request.path)
    return [{"title": title, "rooms": [replace(link, current=link.url == here) for link in links]} for title, links in found]


def _nearest(links: list[Link], path: str) -> str:
    """The longest address that the page lies under: a room within another room wins."""
    inside = [link.url for link in links if (path == link.url if link.url == "/" else path.startswith(link.url))]
    return max(inside, key=len, default="")
