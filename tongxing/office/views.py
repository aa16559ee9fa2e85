"""The shell's own pages: where one starts, whether the program is well, which language it speaks."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from tongxing.accounts.access import public, requires, signed_in
from tongxing.accounts.actions import remember_language
from tongxing.accounts.models import User
from tongxing.ground.today import today
from tongxing.office import system, worklist
from tongxing.office.navigation import own_rooms


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the active post."""
    post = getattr(request, "post", None)
    lines = worklist.lines(post, today()) if post else []
    context = {
        "lines": lines,
        "rooms": [] if lines else own_rooms(request),
        "busy": any(line.count for line in lines),
        "log_url": reverse("care:kinds") if lines and post and post.may("log.write") else "",
        "rested": [line for line in lines if not line.count],
        "today": today(),
        "deputising": [other for other in getattr(request, "posts", []) if other.deputy_of_id and other.pk != post.pk] if post else [],
    }
    return render(request, "office/home.html", context)


@public
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """200 where the program can work: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = set_language(request)
    chosen = request.POST.get("language")
    if isinstance(request.user, User) and chosen in dict(settings.LANGUAGES):
        remember_language(user=request.user, language=chosen)
    return response


@requires("system.view")
@require_GET
def system_page(request: HttpRequest) -> HttpResponse:
    return render(request, "office/system.html", {"readings": system.readings()})
