"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tongxing.office.navigation import Link, address, groups


def office(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the active post and its siblings, and the frame for what may open in a dialog."""
    post = getattr(request, "post", None)
    return {
        "dialog_base": "office/dialog.html" if getattr(request, "htmx", False) else "office/dialog_page.html",
        "navigation": SimpleLazyObject(lambda: groups(request)),
        "post": post,
        "other_posts": [other for other in getattr(request, "posts", []) if post is not None and other.pk != post.pk],
        "switch_url": address("accounts:switch_post"),
        "sign_out_url": address("accounts:sign_out"),
        "search_url": address("children:list") if post is not None and post.may("children.view") else "",
        "suggest_url": address("children:suggest") if post is not None and post.may("children.view") else "",
        "user_name": getattr(getattr(request.user, "person", None), "name", "") if hasattr(request, "user") else "",
        "user_links": SimpleLazyObject(_user_links),
    }


def _user_links() -> list[Link]:
    links = (
        Link(_("我的账号"), address("accounts:me"), "user"),
        Link(_("修改密码"), address("accounts:password"), "lock"),
        Link(_("我的打印和导出"), address("office:outputs"), "printer"),
        Link(_("帮助"), address("office:help"), "help"),
        Link(_("组件"), address("office:design") if settings.DEBUG else "", "adjustments"),
    )
    return [link for link in links if link.url]
