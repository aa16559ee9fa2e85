"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tongxing.office.navigation import Link, groups
from tongxing.outbox import queries
from tongxing.protection.intake import queries as alarms


def office(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the active post and its siblings, and the frame for what may open in a dialog."""
    post = getattr(request, "post", None)
    return {
        "dialog_base": "office/dialog.html" if getattr(request, "htmx", False) else "office/dialog_page.html",
        "navigation": SimpleLazyObject(lambda: groups(request)),
        "post": post,
        "other_posts": [other for other in getattr(request, "posts", []) if post is not None and other.pk != post.pk],
        "switch_url": reverse("accounts:switch_post"),
        "sign_out_url": reverse("accounts:sign_out"),
        "search_url": reverse("children:list") if post is not None and post.may("children.view") else "",
        "suggest_url": reverse("children:suggest") if post is not None and post.may("children.view") else "",
        "alarm_url": SimpleLazyObject(lambda: _alarm(request)) if hasattr(request, "user") and request.user.is_authenticated else "",
        "alarms_waiting": SimpleLazyObject(lambda: alarms.waiting_cases(post)) if post is not None and post.may("reports.make") else 0,
        "alarms_url": reverse("reports:waiting"),
        "unread": SimpleLazyObject(lambda: queries.unread(request.user.person_id)) if post is not None else 0,  # type: ignore[union-attr]
        "user_name": getattr(getattr(request.user, "person", None), "name", "") if hasattr(request, "user") else "",
        "user_links": SimpleLazyObject(_user_links),
    }


def _alarm(request: HttpRequest) -> str:
    """Where the alarm leads: on a child's page it is about that child; whoever may not report here does so where everybody may."""
    post, match = getattr(request, "post", None), request.resolver_match
    if post is None or not post.may("reports.make"):
        return reverse("report:form")
    if match and match.view_name == "reports:alarm":
        return ""
    child = match.kwargs.get("child_id") if match else None
    return alarms.alarm_url(child)


def _user_links() -> list[Link]:
    links = (
        Link(_("我的账号"), reverse("accounts:me"), "user"),
        Link(_("修改密码"), reverse("accounts:password"), "lock"),
        Link(_("我的打印和导出"), reverse("office:outputs"), "printer"),
        Link(_("帮助"), reverse("office:help"), "help"),
        Link(_("组件"), reverse("office:design") if settings.DEBUG else "", "adjustments"),
    )
    return [link for link in links if link.url]
