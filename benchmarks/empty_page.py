"""The program's addresses and an empty page in its frame: the least that an answer of this stack costs."""

from __future__ import annotations

from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_GET

from tongxing import urls
from tongxing.accounts.access import HttpRequest, requires

PAGE = '{% extends "office/base.html" %}'


@requires("children.view")
@require_GET
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [*urls.urlpatterns, path("empty/", empty, name="empty")]
handler404 = urls.handler404
