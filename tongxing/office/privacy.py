"""The privacy notice (个人信息保护法 17、30 条): open to everybody, printed for whoever asks on paper."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongxing.accounts.access import public


@public
@require_GET
def notice(request: HttpRequest) -> HttpResponse:
    return render(request, "office/privacy.html", {"operator": settings.PRIVACY_OPERATOR, "contact": settings.PRIVACY_CONTACT})
