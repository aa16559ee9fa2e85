"""Posts: the list below one's own, vacancies, appointing, standing in, and ending with the hand-over check-list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts import actions, forms, handover, passwords, queries
from tongxing.accounts.access import HttpRequest, requires, signed_in
from tongxing.accounts.actions import NotAppointed
from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES
from tongxing.ground import dialogs
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.places import codes
from tongxing.places import queries as place_queries
from tongxing.places.codes import CodeError
from tongxing.places.models import Place

ORDERS = {
    "place": ("place_id", "role", "id"),
    "-place": ("-place_id", "-role", "-id"),
    "name": ("person__pinyin", "person__name", "id"),
    "-name": ("-person__pinyin", "-person__name", "-id"),
    "since": ("since", "id"),
    "-since": ("-since", "-id"),
}
STATES = {"held": gettext_lazy("在任"), "future": gettext_lazy("尚未到任"), "ended": gettext_lazy("已离任"), "all": gettext_lazy("全部")}
MARKS = {
    "withheld": gettext_lazy("权限暂停"),
    "expiring": gettext_lazy("从业查询即将过期"),
    "uncertified": gettext_lazy("没有培训证书"),
    "unsigned": gettext_lazy("没有开通登录"),
    "deputy": gettext_lazy("代理岗位"),
    "abolished": gettext_lazy("地点已撤销"),
}


@requires("posts.manage")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The posts below one's own, filtered by the address."""
    rows, filters = narrowed(request)
    day = today()
    lo, hi = codes.span(request.post.place_id)
    gaps = {role: queries.vacant(role, lo=lo, hi=hi, on=day).count() for role in queries.vacancies(request.post, day)}
    page = cut(rows, request.GET.dict(), order=ORDERS.get(request.GET.get("sort", ""), ORDERS["place"]))
    queries.with_phones([post.person for post in page.rows])
    context = {
        "page": page,
        "default_sort": "place",
        "filters": filters,
        "roles": forms.appointable(request.post),
        "states": STATES.items(),
        "marks": MARKS.items(),
        "areas": place_queries.children_of(request.post.place_id),
        "active_filters": _chips(filters),
        "vacancies": [(ROLES[role], count) for role, count in gaps.items() if count],
        "export_url": reverse("accounts:export_posts"),
        "may_import": request.post.may("posts.import"),
        "day": day,
    }
    return render(request, "accounts/posts.html", context)


@requires("posts.manage")
@require_GET
def vacancies(request: HttpRequest) -> HttpResponse:
    """The places that lack a director or a supervisor, each with the way to appoint one."""
    found = queries.vacancies(request.post, today())
    role = request.GET.get("role", "")
    if role not in found:
        role = next(iter(found), "")
    places = found[role] if role else Place.objects.none()
    context = {
        "page": cut(places.select_related("parent"), request.GET.dict(), order=("code",), size=50),
        "role": ROLES.get(role),
        "roles": [ROLES[each] for each in found],
        "may_appoint": role in {each.id for each in forms.appointable(request.post)},
    }
    return render(request, "accounts/vacancies.html", context)


@requires("posts.manage")
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Give somebody a post. `person` in the address names one who is here already."""
    person = person_below(request, request.GET["person"]) if "person" in request.GET else None
    initial: dict[str, Any] = {"since": today(), "role": request.GET.get("role", ""), "place": _place(request.GET.get("place", ""), request.post)}
    form = forms.AppointForm(request.POST or None, by=request.post, person=person, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made, password = _appoint(form.cleaned_data, person, request.post)
        except NotAppointed as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已任命%(name)s：%(post)s。") % {"name": made.person.name, "post": made})
            url = reverse("accounts:person", args=[made.person_id])
            return one_time(request, made.person, password, url) if password else dialogs.done(request, url)
    title = _("任命%(name)s") % {"name": person.name} if person else _("任命")
    context = {"form": form, "dialog_title": title, "person": person, "namesakes": form.namesakes}
    return dialogs.show(request, "accounts/appoint.html", context)


@transaction.atomic
def _appoint(data: dict[str, Any], person: Person | None, by: Post) -> tuple[Post, str]:
    """All or nothing: the person, the record check, the sign-in and the post. Returns the post and the one-time password, if any."""
    password = ""
    if person is None:
        person = actions.add_person(name=data["name"], phone=data["phone"], by=by)
        if data["record_checked_on"]:
            actions.record_check(person=person, on=data["record_checked_on"], clear=data["record_check_clear"], by=by)
        if data["certificate"]:
            actions.certify(person=person, certificate=data["certificate"], on=today(), by=by)
    made = actions.appoint(
        person=person,
        role=data["role"],
        place=data["place"].code,
        since=data["since"],
        until=data["until"],
        unit_name=data["unit_name"],
        concurrent=data["concurrent"],
        by=by,
    )
    if data.get("username"):
        password = passwords.one_time()
        actions.give_sign_in(person=person, username=data["username"], password=password, must_change=True, by=by)
    return made, password


@requires("posts.manage")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """End a post: what it leaves behind, from which day, and why."""
    post = get_object_or_404(queries.managed_by(request.post), pk=post_id)
    form = forms.EndForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_post(post=post, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], by=request.post)
        except NotAppointed as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("%(name)s的岗位“%(post)s”已办理离任。") % {"name": post.person.name, "post": post})
            return dialogs.done(request, reverse("accounts:person", args=[post.person_id]))
    context = {
        "form": form,
        "dialog_title": _("办理离任"),
        "ending": post,
        "items": handover.items(post),
        "successors": handover.successors(post),
        "remaining": handover.remaining(post),
        "must_be_filled": post.role in queries.vacancies(request.post, today()),
    }
    return dialogs.show(request, "accounts/end.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def deputy(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Name who stands in (AB岗): for one's own active post, or for one below."""
    post = request.post if request.post.pk == post_id else _below(request, post_id)
    form = forms.DeputyForm(request.POST or None, principal=post, initial={"since": today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.deputise(principal=post, person=data["person"], since=data["since"], last=data["last"], by=request.post)
        except NotAppointed as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("%(name)s代理到%(last)s。") % {"name": data["person"].name, "last": data["last"]})
            return dialogs.done(request, reverse("accounts:me") if post.pk == request.post.pk else reverse("accounts:person", args=[post.person_id]))
    context = {"form": form, "dialog_title": _("指定代理人（AB岗）"), "principal": post}
    return dialogs.show(request, "accounts/deputy.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def end_deputy(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """End a deputy's time early: by the holder, or from above."""
    standing_in = get_object_or_404(Post.objects.select_related("person", "place", "deputy_of"), pk=post_id, deputy_of__isnull=False)
    if standing_in.deputy_of_id != request.post.pk:
        _below(request, post_id)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_post(post=standing_in, reason=form.cleaned_data["reason"], by=request.post)
        except NotAppointed as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("%(name)s的代理已结束。") % {"name": standing_in.person.name})
            return dialogs.done(request, reverse("accounts:me") if standing_in.deputy_of_id == request.post.pk else reverse("accounts:person", args=[standing_in.person_id]))
    context = {"form": form, "dialog_title": _("结束代理"), "confirm_title": _("结束代理"), "confirm_text": str(standing_in), "confirm_word": _("结束代理"), "confirm_danger": True}
    return dialogs.show(request, "office/confirm.html", context)


def narrowed(request: HttpRequest) -> tuple[Any, dict[str, str]]:
    """The posts that the address asks for, and its filters as far as they make sense."""
    roles = {role.id for role in forms.appointable(request.post)}
    asked: dict[str, str] = request.GET.dict()
    filters = {
        "q": asked.get("q", "")[:100].replace("\0", ""),
        "role": asked.get("role", "") if asked.get("role") in roles else "",
        "state": asked.get("state", "") if asked.get("state") in STATES else "held",
        "mark": asked.get("mark", "") if asked.get("mark") in MARKS else "",
        "place": "",
    }
    place = _place(asked.get("place", ""), request.post)
    if place:
        filters["place"] = codes.show(place.code)
    rows = queries.found(request.post, on=today(), text=filters["q"], role=filters["role"], state=filters["state"], mark=filters["mark"], place=place.code if place else None)
    return rows, filters


def person_below(request: HttpRequest, person_id: UUID | str) -> Person:
    """A person whose page this post may open: who holds or held a post below it. Raises Http404."""
    try:
        person = queries.people_managed_by(request.post).filter(pk=person_id).first()
    except ValidationError as wrong:
        raise Http404 from wrong
    if person is None:
        raise Http404
    return person


def one_time(request: HttpRequest, person: Person, password: str, url: str) -> HttpResponse:
    """The one-time password, shown this once."""
    context = {"person": person, "username": person.user.username, "password": password, "days": passwords.ONE_TIME_DAYS.days, "url": url, "dialog_title": _("一次性密码")}
    response = render(request, "accounts/one_time.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _below(request: HttpRequest, post_id: UUID) -> Post:
    if not request.post.may("posts.manage"):
        raise PermissionDenied("posts.manage")
    return get_object_or_404(queries.managed_by(request.post), pk=post_id)


def _place(text: str, by: Post) -> Place | None:
    """A place of the address, where it is one and lies within the post's."""
    try:
        code = codes.parse(text) if text else None
    except CodeError:
        return None
    return place_queries.by_code(code) if code and codes.within(code, by.place_id) else None


def _chips(filters: dict[str, str]) -> list[dict[str, str]]:
    given = {name: value for name, value in filters.items() if value and (name, value) != ("state", "held")}
    words: dict[str, Callable[[str], str]] = {
        "q": lambda value: f"“{value}”",
        "role": lambda value: str(ROLES[value].name),
        "state": lambda value: str(STATES[value]),
        "mark": lambda value: str(MARKS[value]),
        "place": lambda value: place_queries.short_names([int(value)]).get(int(value), value),
    }
    return chips({name: words[name](value) for name, value in given.items()}, given)
