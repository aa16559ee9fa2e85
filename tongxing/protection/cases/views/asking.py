"""What every dialog of a case does: read the form, do the act, say in a sentence what was wrong or what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from tongxing.accounts.access import HttpRequest, note_read
from tongxing.children.errors import CannotDo
from tongxing.children.views.acting import ask as ask_plainly
from tongxing.children.views.acting import sent
from tongxing.protection.cases import seeing
from tongxing.protection.cases.seeing import Look
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case
from tongxing.protection.states import NotNow

__all__ = ["ask", "back_to", "note_children", "sent", "working"]


def back_to(case: Case | UUID) -> str:
    return reverse("cases:case", args=[case if isinstance(case, UUID) else case.pk])


def working(request: HttpRequest, case_id: UUID) -> Look:
    """The case, for somebody who works on all of it. Raises ``Http404``."""
    return seeing.whole(case_id, request.post)


def ask(request: HttpRequest, *, form: forms.Form, title: Any, word: Any, do: Callable[[dict[str, Any]], str], case: Case, stay: bool = True, **more: Any) -> HttpResponse:
    """A dialog with one act on a case; a refusal of the action is the form's sentence."""

    def tried(data: dict[str, Any]) -> str:
        try:
            return do(data)
        except (ProtectionError, NotNow) as refused:
            raise CannotDo(str(refused)) from refused

    return ask_plainly(request, form=form, title=title, word=word, do=tried, back=back_to(case), stay=stay, **more)


def note_children(request: HttpRequest, look: Look, *, outcome: str = "read", why: str = "", what: tuple[str, ...] = ()) -> None:
    """Say in the access log whose case was shown."""
    for child in seeing.children_of([look.case.pk]).get(look.case.pk, []):
        note_read(request, child_id=child.pk, place=child.scope_place, outcome=outcome, what=what or (look.case.number,), why=why)
