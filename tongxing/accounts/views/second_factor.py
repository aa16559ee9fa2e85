"""The second factor: asked for at sign-in, set up with a QR code, given up, and the codes on paper."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongxing.accounts import actions
from tongxing.accounts.access import HttpRequest, before_work
from tongxing.accounts.forms import DigitsForm
from tongxing.accounts.models import Authenticator, User
from tongxing.accounts.views import back

ISSUER = "童行"
WRONG_DIGITS = 5


@before_work
@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The six digits after the password. Five wrong ones end the attempt."""
    if request.session.get("verified") is not False:
        return redirect(back.target(request))
    form = DigitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.verify_second_factor(user=request.user, text=form.cleaned_data["digits"]):
            request.session["verified"] = True
            request.session.cycle_key()
            return redirect(back.target(request))
        if _give_up(request):
            return redirect("accounts:sign_in")
        form.add_error("digits", _wrong(request.user))
    context = {"form": form, "next": back.target(request)}
    return render(request, "accounts/verify.html", context, status=422 if request.method == "POST" else 200)


@before_work
@never_cache
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Three steps on one page: what it is, the code to scan, the first digits. Then the recovery codes, shown once."""
    user = request.user
    if request.session.get("verified") is False or user.must_change_password:
        return redirect("accounts:verify" if request.session.get("verified") is False else "accounts:password")
    device = Authenticator.objects.filter(user=user).first()
    if device is not None and device.confirmed:
        return redirect("accounts:me")
    if request.method == "POST" and (device is None or "start" in request.POST):
        actions.start_authenticator(user=user)
        return redirect(f"{request.path}?{urlencode({'next': back.target(request)})}")
    form = DigitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = actions.confirm_authenticator(user=user, digits="".join(form.cleaned_data["digits"].split()))
        if codes is not None:
            request.session["verified"] = True
            return _show_codes(request, codes)
        form.add_error("digits", _wrong(user))
    context = {"form": form, "next": back.target(request), "must": _forced(request)}
    if device is not None:
        context |= {"qr": _qr(user, device.secret), "secret": _spelled(device.secret)}
    return render(request, "accounts/enrol.html", context, status=422 if request.method == "POST" else 200)


@before_work
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New codes on paper; the old ones are void."""
    if not request.session.get("verified"):
        return redirect("accounts:me")
    return _show_codes(request, actions.give_recovery_codes(user=request.user))


@before_work
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Give the second factor up, where no post asks for it."""
    if request.session.get("verified") and not _forced(request):
        actions.drop_second_factor(user=request.user)
        request.session.pop("verified")
        messages.success(request, _("动态口令已停用。"))
    return redirect("accounts:me")


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": [f"{code[:5]}-{code[5:]}" for code in codes], "next": back.target(request), "name": request.user.person.name, "username": request.user.username}
    return render(request, "accounts/recovery_codes.html", context)


def _forced(request: HttpRequest) -> bool:
    return settings.SECOND_FACTOR and any(post.definition.second_factor for post in request.posts)


def _give_up(request: HttpRequest) -> bool:
    """Note a failure; after five the password has to be given again."""
    actions.note_failure(username=request.user.username, verb="second_factor_failed")
    wrong = request.session.get("wrong_digits", 0) + 1
    request.session["wrong_digits"] = wrong
    if wrong < WRONG_DIGITS:
        return False
    logout(request)
    messages.error(request, _("动态口令多次不正确，请重新登录。手机丢失的，请联系上级岗位或者安全管理员重置。"))
    return True


def _wrong(user: User) -> str:
    """Why digits were not taken: wrong, or too soon after wrong ones."""
    device = Authenticator.objects.filter(user=user).first()
    allowed, reason = device.verify_is_allowed() if device else (True, None)
    if allowed:
        return _("口令不正确。请核对手机时间是否准确，输入最新的6位数字。")
    seconds = int((reason or {}).get("required_delay", 0)) + 1
    return _("口令不正确。请等待%(seconds)s秒后再试。") % {"seconds": seconds}


def _spelled(secret: bytes) -> str:
    """The secret to be typed by hand, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _qr(user: User, secret: bytes) -> SafeString:
    label = quote(f"{ISSUER}:{user.username}")
    text = base64.b32encode(secret).decode().rstrip("=")
    code = segno.make(f"otpauth://totp/{label}?secret={text}&issuer={quote(ISSUER)}&digits=6&period={Authenticator.STEP_SECONDS}", error="m")
    return mark_safe(code.svg_inline(scale=5, border=2, dark="#111", light="#fff", svgclass="qr", lineclass=None, omitsize=False))  # noqa: S308 segno's own drawing
