"""The rooms of the house and who may enter which: one line each, in the order of the working day."""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Room:
    """A page that the rail leads to. ``right`` empty: everyone who is signed in."""

    word: Promise
    view: str
    icon: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    word: str
    url: str
    icon: str
    current: bool = False


GROUPS: tuple[tuple[Promise | None, tuple[Room, ...]], ...] = (
    (
        None,
        (
            Room(_("待办事项"), "office:home", "clipboard-list"),
            Room(_("儿童"), "children:list", "users", "children.view"),
            Room(_("档案转移"), "children:transfers", "arrows-exchange", "transfers.request"),
            Room(_("临时离开"), "children:leaves", "calendar-event", "children.leave"),
            Room(_("疑似重复"), "children:duplicates", "git-merge", "children.merge"),
            Room(_("学年升级"), "children:school_year", "school", "children.roll_over"),
            Room(_("班级花名册"), "children:rosters", "list-check", "children.import"),
            Room(_("导入"), "imports:list", "table-import", "children.import"),
            Room(_("统计报表"), "figures:tables", "chart-bar", "figures.view"),
            Room(_("数据交换"), "exchange:sheets", "arrows-exchange", "exchange.fill"),
            Room(_("学校和单位"), "units:list", "building-community", "units.view"),
        ),
    ),
    (
        _("管理"),
        (
            Room(_("岗位"), "accounts:posts", "id", "posts.manage"),
            Room(_("账号"), "accounts:users", "shield-lock", "accounts.manage"),
            Room(_("行政区划"), "places:list", "map-pin", "places.view"),
            Room(_("审计"), "audit:journal", "history", "audit.view"),
            Room(_("对外提供登记"), "exchange:given", "file-text", "audit.view"),
            Room(_("系统"), "office:system", "settings", "system.view"),
        ),
    ),
)


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
