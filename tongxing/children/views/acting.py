"""What every dialog of a file does: find the file, read the form, do the act, say what was wrong or what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse

from tongxing.accounts.access import HttpRequest
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.file import File
from tongxing.children.forms.inputs import add_error
from tongxing.children.queries.files import file as find_file
from tongxing.ground import dialogs


def file_of(child_id: UUID) -> File:
    """The file within the scope; outside it there is none (404, and the middleware notes the refusal)."""
    if found := find_file(child_id):
        return found
    raise Http404


def file_url(child_id: UUID, tab: str = "") -> str:
    url = reverse("children:file", args=[child_id])
    return f"{url}?tab={tab}" if tab else url


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also an empty answer is one."""
    return request.POST if request.method == "POST" else None


def refuse(form: forms.BaseForm, refused: CannotDo, renamed: dict[str, str] | None = None) -> None:
    """Put the sentences of a refusal into the form. ``renamed``: fields that are called otherwise in the form."""
    if isinstance(refused, FieldErrors):
        for key, sentence in refused.errors.items():
            add_error(form, (renamed or {}).get(key, key), sentence)
    else:
        form.add_error(None, str(refused))


def ask(
    request: HttpRequest,
    *,
    form: forms.Form,
    title: Any,
    word: Any,
    do: Callable[[dict[str, Any]], str],
    back: str,
    text: Any = "",
    danger: bool = False,
    stay: bool = True,
    renamed: dict[str, str] | None = None,
    template: str = "office/confirm.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A dialog with one act. ``do`` is given what the form cleaned and returns the sentence that is shown afterwards on ``back``."""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                said = do(form.cleaned_data)
        except CannotDo as refused:
            refuse(form, refused, renamed)
        else:
            messages.success(request, said)
            return dialogs.done(request, back, stay=stay)
    context = {"form": form, "dialog_title": title, "confirm_text": text, "confirm_word": word, "confirm_danger": danger, "dialog_back": back}
    return dialogs.show(request, template, context | (more or {}))
