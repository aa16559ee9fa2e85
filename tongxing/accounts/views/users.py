"""The sign-ins of a place, for its security administrator: who is locked, closed, without a second factor."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tongxing.accounts import lockout, queries
from tongxing.accounts.access import HttpRequest, requires
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today

ORDERS = {"name": ("person__pinyin", "person__name", "id"), "-name": ("-person__pinyin", "-person__name", "-id"), "username": ("username",), "-username": ("-username",)}
STATES = {
    "locked": gettext_lazy("多次失败被锁定"),
    "closed": gettext_lazy("已停用"),
    "first": gettext_lazy("还没有设置自己的密码"),
    "single": gettext_lazy("岗位要求而未启用动态口令"),
}


@requires("accounts.manage")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:100].replace("\0", "")
    state = request.GET.get("state", "") if request.GET.get("state") in STATES else ""
    day = today()
    rows = queries.users_of(request.post, text=text, state=state, on=day)
    page = cut(rows, request.GET.dict(), order=ORDERS.get(request.GET.get("sort", ""), ORDERS["name"]))
    posts: dict[object, list[str]] = {}
    for post in queries.held_by([user.person_id for user in page.rows], on=day):
        posts.setdefault(post.person_id, []).append(str(post))
    locked = lockout.locked_until(user.username for user in page.rows)
    context = {
        "page": page,
        "lines": [{"user": user, "posts": posts.get(user.person_id, []), "locked_until": locked.get(user.username)} for user in page.rows],
        "default_sort": "name",
        "filters": {"q": text, "state": state},
        "states": STATES.items(),
        "active_filters": chips({"q": text and f"“{text}”", "state": str(STATES.get(state, ""))}, {"q": text, "state": state}),
    }
    return render(request, "accounts/users.html", context)
