"""Signing in and out, a password of one's own, and the choice of the active post."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongxing.accounts import actions, lockout
from tongxing.accounts.access import HttpRequest, before_work, public, rule, signed_in
from tongxing.accounts.forms import PasswordForm, SignInForm
from tongxing.accounts.models import User
from tongxing.accounts.views import back

WRONG_PASSWORDS = 5


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password. The second factor and a new password come afterwards, as steps of their own."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(back.target(request))
    form = SignInForm(request, request.POST or None)
    if request.method == "POST":
        name = request.POST.get("username", "").replace("\0", "").strip().lower()[:60]
        was_locked = lockout.is_locked(request, name)
        if form.is_valid():
            return _enter(request, form)
        if not was_locked:
            actions.note_failure(username=name)
            if getattr(request, "axes_locked_out", False):
                actions.note_failure(username=name, verb="locked_out")
    left = settings.SESSION_COOKIE_NAME in request.COOKIES and bool(request.GET.get("next"))
    context = {"form": form, "next": back.target(request), "left": left, "demo_accounts": back.demo_accounts(), "idle_minutes": settings.SESSION_COOKIE_AGE // 60}
    return render(request, "accounts/sign_in.html", context, status=422 if request.method == "POST" else 200)


def _enter(request: HttpRequest, form: SignInForm) -> HttpResponse:
    user = form.get_user()
    assert isinstance(user, User)
    request.session.flush()  # nothing of who was here before, and a new key
    login(request, user)
    request.session["since"] = int(time.time())
    if hasattr(user, "authenticator") and user.authenticator.confirmed:
        request.session["verified"] = False
    actions.note_sign_in(user=user)
    response = redirect(back.target(request))
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax", secure=settings.HTTPS)
    elif settings.LANGUAGE_COOKIE_NAME in request.COOKIES:  # chosen by hand on the way in, not guessed from the browser
        actions.remember_language(user=user, language=translation.get_language())
    return response


@before_work
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actions.note_sign_out(user=request.user)
    logout(request)
    return redirect("accounts:sign_in")


@before_work
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; at the first sign-in and after a reset it is asked for before any work."""
    user = request.user
    if request.session.get("verified") is False:
        return redirect("accounts:verify")
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(user=user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, user)  # this session goes on, every other ends
        messages.success(request, _("密码已修改。在其他设备上的登录已经退出。"))
        return redirect(back.target(request) if back.keeps(request) else "accounts:me")
    if "present" in form.errors and (wrong := request.session.get("wrong_passwords", 0) + 1):
        request.session["wrong_passwords"] = wrong
        if wrong >= WRONG_PASSWORDS:
            actions.note_failure(username=user.username, verb="locked_out")
            logout(request)
            return redirect("accounts:sign_in")
    context = {"form": form, "next": back.target(request) if back.keeps(request) else "", "must": user.must_change_password}
    return render(request, "accounts/password.html", context, status=422 if request.method == "POST" else 200)


@signed_in
@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    """Choose another of one's own posts; the page stays where the other post may open it too."""
    chosen = next((post for post in request.posts if str(post.id) == request.POST.get("post")), None)
    if chosen is None:
        return redirect("office:home")
    request.session["post"] = str(chosen.id)
    wanted = back.target(request)
    try:
        match = resolve(wanted.partition("?")[0])
    except Resolver404:
        return redirect("office:home")
    needs = rule(match.func)
    if match.kwargs or (needs and not any(chosen.may(right) for right in needs)):
        return redirect("office:home")
    return redirect(wanted)
