"""The list of the scope."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.models import Child
from tongxing.ground import pages


@requires("children.view")
@require_GET
def children(request: HttpRequest) -> HttpResponse:
    page = pages.cut(Child.objects.all(), request.GET.dict(), order=("scope_place", "sort_key", "id"))
    return render(request, "children/list.html", {"page": page})
