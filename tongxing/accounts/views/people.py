"""A person's page for those above: posts, record check, sign-in, history; and the dialogs that change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing.accounts import actions, forms, history, lockout, passwords, queries
from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Person, Post, User
from tongxing.accounts.views.posts import one_time, person_below
from tongxing.ground import dialogs
from tongxing.ground.today import now, today

SLIPS = 50  # people whose passwords are made at once


@requires("posts.manage")
@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Everything about one person that a superior needs."""
    shown = person_below(request, person_id)
    day = today()
    posts = list(Post.objects.filter(person=shown).select_related("place", "person", "deputy_of__person").order_by("-since", "-id"))
    deputies = list(Post.objects.filter(deputy_of__in=[post.pk for post in posts], until__gt=day).select_related("person", "place", "deputy_of"))
    user = User.objects.select_related("authenticator").filter(person=shown).first()
    superior = queries.is_superior(request.post, shown)
    context = {
        "person": shown,
        "record_check": shown.record_check(day),
        "needs_check": any(post.definition.record_check for post in posts),
        "posts": [{"post": post, "held": post.held(day), "over": post.until is not None and post.until <= day, "mine": request.post.stands_above(post)} for post in posts],
        "deputies": deputies,
        "user": user,
        "locked_until": lockout.locked_until([user.username]).get(user.username) if user else None,
        "has_second_factor": bool(user and hasattr(user, "authenticator") and user.authenticator.confirmed),
        "one_time_over": bool(user and user.one_time_until and user.one_time_until < now()),
        "superior": superior,
        "may_reset": superior and request.post.may("accounts.reset"),
        "may_close": superior and request.post.may("accounts.manage"),
        "events": history.of_person(shown),
        "day": day,
    }
    return render(request, "accounts/person.html", context)


@requires("posts.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, person_id: UUID) -> HttpResponse:
    def work(person: Person, data: dict[str, Any]) -> None:
        actions.edit_person(person=person, name=data["name"], phone=data["phone"], by=request.post)

    return _dialog(request, person_id, forms.PersonForm, _("修改姓名和电话"), work, lambda person: {"name": person.name, "phone": person.phone})


@requires("posts.manage")
@require_http_methods(["GET", "POST"])
def record_check(request: HttpRequest, person_id: UUID) -> HttpResponse:
    def work(person: Person, data: dict[str, Any]) -> None:
        actions.record_check(person=person, on=data["on"], clear=data["clear"], by=request.post)

    return _dialog(request, person_id, forms.RecordCheckForm, _("登记从业查询"), work, lambda person: {"on": today()})


@requires("posts.manage")
@require_http_methods(["GET", "POST"])
def certificate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    def work(person: Person, data: dict[str, Any]) -> None:
        actions.certify(person=person, certificate=data["certificate"], on=data["on"], by=request.post)

    return _dialog(request, person_id, forms.CertificateForm, _("登记培训证书"), work, lambda person: {"certificate": person.certificate, "on": person.certified_on})


@requires("posts.manage")
@require_http_methods(["GET", "POST"])
def give_sign_in(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A user name and a one-time password for somebody who had none."""
    shown = _below(request, person_id)
    if User.objects.filter(person=shown).exists():
        return dialogs.done(request, reverse("accounts:person", args=[shown.pk]))
    form = forms.UsernameForm(request.POST or None, initial={"username": queries.free_username(shown)})
    if request.method == "POST" and form.is_valid():
        password = passwords.one_time()
        actions.give_sign_in(person=shown, username=form.cleaned_data["username"], password=password, must_change=True, by=request.post)
        return one_time(request, shown, password, reverse("accounts:person", args=[shown.pk]))
    return dialogs.show(request, "accounts/dialog.html", {"form": form, "dialog_title": _("开通登录")})


@requires("posts.manage")
@require_POST
def give_sign_ins(request: HttpRequest) -> HttpResponse:
    """Sign-ins for those who were picked from the list, their one-time passwords on slips to be cut."""
    day = today()
    picked = [person_below(request, each) for each in request.POST.getlist("pick")[:SLIPS]]
    wanted = [each for each in picked if queries.is_superior(request.post, each) and not User.objects.filter(person=each).exists()]
    made = [(each, password, make_password(password)) for each, password in ((each, passwords.one_time()) for each in wanted)]  # slow, so before anything is written
    slips: list[dict[str, Any]] = []
    for shown, password, hashed in made:
        username = queries.free_username(shown)
        actions.give_sign_in(person=shown, username=username, password=password, hashed=hashed, must_change=True, by=request.post)
        slips.append({"person": shown, "username": username, "password": password, "post": queries.held_by([shown.pk], on=day).first()})
    if not slips:
        messages.info(request, _("选中的人都已开通登录，或者不归您管理。"))
        return redirect("accounts:posts")
    response = render(request, "accounts/slips.html", {"slips": slips, "days": passwords.ONE_TIME_DAYS.days})
    response["Cache-Control"] = "no-store"
    return response


@requires("accounts.reset")
@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A one-time password for somebody below, shown once."""
    user = _user_below(request, person_id)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = actions.reset_password(user=user, reason=form.cleaned_data["reason"], by=request.post)
        return one_time(request, user.person, password, reverse("accounts:person", args=[user.person_id]))
    text = _("%(name)s会得到一个一次性密码，原密码和所有已登录的设备随即失效。请先核实是本人要求。") % {"name": user.person.name}
    context = {"form": form, "dialog_title": _("重置密码"), "confirm_title": _("重置密码"), "confirm_text": text, "confirm_word": _("重置密码"), "confirm_danger": True}
    return dialogs.show(request, "office/confirm.html", context)


@requires("accounts.reset")
@require_http_methods(["GET", "POST"])
def reset_second_factor(request: HttpRequest, person_id: UUID) -> HttpResponse:
    def work(user: User, reason: str) -> None:
        actions.reset_second_factor(user=user, reason=reason, by=request.post)

    return _with_reason(request, person_id, _("重置动态口令"), _("手机丢失或者更换时使用。下次登录时要重新扫描二维码。请先核实是本人要求。"), work)


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, person_id: UUID) -> HttpResponse:
    def work(user: User, reason: str) -> None:
        actions.close_sign_in(user=user, reason=reason, by=request.post)

    return _with_reason(request, person_id, _("停用登录"), _("停用后不能登录，已登录的立即退出；岗位和历史保留，可以恢复。"), work)


@requires("accounts.manage")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, person_id: UUID) -> HttpResponse:
    def work(user: User, reason: str) -> None:
        actions.open_sign_in(user=user, reason=reason, by=request.post)

    return _with_reason(request, person_id, _("恢复登录"), _("恢复后可以用原来的密码登录。"), work, danger=False)


@requires("accounts.reset", "accounts.unlock")
@require_POST
def unlock(request: HttpRequest, person_id: UUID) -> HttpResponse:
    user = _user_below(request, person_id)
    actions.unlock_sign_in(user=user, by=request.post)
    messages.success(request, _("已解除%(name)s的登录锁定。") % {"name": user.person.name})
    return redirect("accounts:person", person_id=user.person_id)


def _below(request: HttpRequest, person_id: UUID) -> Person:
    """A person all of whose posts lie below: only then may a superior write about them."""
    shown = person_below(request, person_id)
    if not queries.is_superior(request.post, shown):
        raise PermissionDenied("superior")
    return shown


def _user_below(request: HttpRequest, person_id: UUID) -> User:
    user = User.objects.select_related("person").filter(person=_below(request, person_id)).first()
    if user is None:
        raise PermissionDenied("no sign-in")
    return user


def _dialog(
    request: HttpRequest,
    person_id: UUID,
    make: Callable[..., django_forms.Form],
    title: str,
    work: Callable[[Person, dict[str, Any]], None],
    initial: Callable[[Person], dict[str, Any]],
) -> HttpResponse:
    shown = _below(request, person_id)
    form = make(request.POST or None, initial=initial(shown))
    if request.method == "POST" and form.is_valid():
        work(shown, form.cleaned_data)
        messages.success(request, _("已保存。"))
        return dialogs.done(request, reverse("accounts:person", args=[shown.pk]))
    return dialogs.show(request, "accounts/dialog.html", {"form": form, "dialog_title": title})


def _with_reason(request: HttpRequest, person_id: UUID, title: str, text: str, work: Callable[[User, str], None], *, danger: bool = True) -> HttpResponse:
    user = _user_below(request, person_id)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work(user, form.cleaned_data["reason"])
        messages.success(request, _("已办理：%(what)s（%(name)s）。") % {"what": title, "name": user.person.name})
        return dialogs.done(request, reverse("accounts:person", args=[user.person_id]))
    context = {"form": form, "dialog_title": title, "confirm_title": title, "confirm_text": text, "confirm_word": title, "confirm_danger": danger}
    return dialogs.show(request, "office/confirm.html", context)
