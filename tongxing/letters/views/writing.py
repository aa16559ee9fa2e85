"""A letter is drafted from picked needs, and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child
from tongxing.children.views.acting import refuse, sent
from tongxing.ground.ids import parse, uuid7
from tongxing.ground.today import today
from tongxing.letters import codes, departments, forms
from tongxing.letters import texts as words
from tongxing.letters.actions import writing
from tongxing.letters.actions.writing import Draft
from tongxing.letters.models import Item, Letter
from tongxing.letters.states import State
from tongxing.letters.views import showing


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a letter to one department, for the children picked among the needs."""
    asked = request.POST if request.method == "POST" else request.GET
    department = asked.get("department", "")
    if department not in codes.ADDRESSEE:
        messages.warning(request, _("请先选择部门和孩子。"))
        return redirect("letters:needs")
    picked = showing.picks(asked.getlist("pick"), department)
    unit = showing.unit_of(department, request.post.place_id)
    kinds = list(dict.fromkeys(kind for each in picked.values() for kind in each))
    title, text = words.beginning(department=department, unit=unit, kinds=kinds, count=len(picked))
    form = forms.LetterForm(sent(request), initial={"title": title, "text": text, "days": codes.ADDRESSEE[department].days})
    letter_id = parse(asked.get("id", "")) or uuid7()
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = writing.draft(draft=_draft(form.cleaned_data, department, picked), by=request.post, letter_id=letter_id)
        except CannotDo as refused:
            refuse(form, refused)
        except Child.DoesNotExist:
            raise Http404 from None
        else:
            messages.success(request, _("已拟稿。检查以后送核稿。"))
            return redirect("letters:letter", letter_id=made.id)
    return _page(request, form, department, picked, None, letter_id)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Change a draft, and its list."""
    letter = get_object_or_404(Letter, pk=letter_id, state=State.DRAFTED)
    if request.method == "POST":
        picked = showing.picks(request.POST.getlist("pick"), letter.department)
    else:
        picked = {}
        for item in Item.objects.filter(letter=letter).order_by("id"):
            picked[item.child_id] = (*picked.get(item.child_id, ()), item.kind)
    form = forms.LetterForm(sent(request), initial={"title": letter.title, "text": letter.text, "days": letter.days})
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            with transaction.atomic():
                draft = _draft(form.cleaned_data, letter.department, picked)
                writing.change(letter_id=letter.id, draft=draft, version=int(version) if version.isdecimal() else 0, by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已保存。"), extra_tags=f"letter-{letter.id}")
            return redirect("letters:letter", letter_id=letter.id)
    return _page(request, form, letter.department, picked, letter, letter.id)


def _draft(data: Mapping[str, Any], department: str, picked: Mapping[UUID, Sequence[str]]) -> Draft:
    return Draft(department=department, title=data["title"], text=data["text"], days=data["days"], children=picked)


def _page(request: HttpRequest, form: forms.LetterForm, department: str, picked: Mapping[UUID, Sequence[str]], letter: Letter | None, letter_id: UUID) -> HttpResponse:
    children = list(Child.objects.filter(pk__in=list(picked)).order_by("scope_place", "sort_key", "id"))
    named = showing.villages(children, request.post)
    lines = [
        {"child": child, "name": showing.name_of(child, request.post), "village": named.get(child.scope_place, ""), "pick": f"{child.id}:{kind}", "need": codes.NEED.text(kind)}
        for child in children
        for kind in picked[child.id]
    ]
    context = {
        "form": form,
        "letter": letter,
        "letter_id": letter_id,
        "department": department,
        "department_word": codes.ADDRESSEE.text(department),
        "unit": showing.unit_of(department, request.post.place_id),
        "has_account": bool(departments.posts(department, request.post.place_id, today())),
        "lines": lines,
        "day": today(),
        "back": reverse("letters:letter", args=[letter.id]) if letter else f"{reverse('letters:needs')}?department={department}",
    }
    return render(request, "letters/write.html", context, status=422 if form.is_bound else 200)
