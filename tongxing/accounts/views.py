"""Sign-in, sign-out, and the choice of the active post."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from tongxing.accounts.access import HttpRequest, public, signed_in


@method_decorator(public, name="dispatch")
class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    needs = None


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


@signed_in
@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    """Choose another of one's own posts."""
    chosen = request.POST.get("post")
    if any(str(post.id) == chosen for post in request.posts):
        request.session["post"] = chosen
    return redirect("office:home")
