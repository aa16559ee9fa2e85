"""Relatives, where parents are, what befell them. What belongs to a person changes in the files of all siblings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes
from tongxing.children.file import File
from tongxing.children.forms.acts import AbsenceEndForm, AbsenceForm, CircumstanceForm, OnForm, RelativeForm, keep_sealed, without_kept
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Relative
from tongxing.children.views.acting import ask, file_of, file_url, sent


def _relative(file: File, relative_id: UUID) -> Relative:
    found = next((row for row in file.relatives if row.id == relative_id), None)
    if found is None:
        raise Http404
    return found


def _who(relative: Relative) -> str:
    return f"{codes.RELATION.text(relative.relation)} {relative.name}".strip()


def _ask(request: HttpRequest, child_id: UUID, *, do: Callable[[dict[str, Any]], object], said: str | Callable[[dict[str, Any]], str], **asked: Any) -> HttpResponse:
    def run(data: dict[str, Any]) -> str:
        do(data)
        return said(data) if callable(said) else said

    return ask(request, do=run, back=file_url(child_id, "family"), **asked)


@requires("children.edit")
def relative_new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Add somebody to the family."""
    file_of(child_id)
    form = RelativeForm(sent(request))
    return _ask(
        request,
        child_id,
        form=form,
        title=_("添加亲属或照看人"),
        word=_("添加"),
        do=lambda data: actions.add_relative(child_id=child_id, new=form.new(), siblings=data["siblings"], by=request.post),
        said=_("已添加。"),
    )


@requires("children.edit")
def relative(request: HttpRequest, child_id: UUID, relative_id: UUID) -> HttpResponse:
    """Change a relative; sealed values that are left empty stay."""
    file = file_of(child_id)
    person = _relative(file, relative_id)
    initial = {key: getattr(person, key) for key in ("relation", "name", "born", "entrusted", "primary")}
    sealed = [key for key in ("phone", "id_number", "address") if getattr(person, f"{key}_sealed")]
    if request.post.may("children.phones") and "phone" in sealed:
        initial["phone"] = file.open(person, "phone")
        sealed.remove("phone")
    form = RelativeForm(sent(request), initial=initial)
    del form.fields["siblings"]
    keep_sealed(form, *sealed)
    return _ask(
        request,
        child_id,
        form=form,
        title=_("修改：%(who)s") % {"who": _who(person)},
        word=_("保存"),
        text=_("姓名、电话、证件号等会同时改到兄弟姐妹的档案里。"),
        do=lambda data: actions.change_relative(relative_id=relative_id, fields=without_kept(data, *sealed), by=request.post),
        said=_("已保存。"),
    )


def _also(file: File, relative_id: UUID) -> str:
    """Whose files were changed with this one, because the person stands in them too."""
    person = _relative(file, relative_id)
    others = Relative.objects.filter(person_key=person.person_key, child__state__in=EDITABLE).exclude(child_id=file.child.id)
    names = list(others.order_by("child__born").values_list("child__name", flat=True))
    return _("%(names)s的档案也一并改了。") % {"names": _("、").join(names)} if names else ""


@requires("children.edit")
def relative_end(request: HttpRequest, child_id: UUID, relative_id: UUID) -> HttpResponse:
    """The person is no relative or guardian of this child any more."""
    person = _relative(file_of(child_id), relative_id)
    return _ask(
        request,
        child_id,
        form=OnForm(sent(request)),
        title=_("关系终止：%(who)s") % {"who": _who(person)},
        word=_("关系终止"),
        text=_("如委托照护结束、收养解除。去世、服刑等不在这里办，请登记情形。记录留存。"),
        danger=True,
        do=lambda data: actions.end_relative(relative_id=relative_id, on=data["on"], by=request.post),
        said=_("已终止。"),
    )


@requires("children.edit")
def absence(request: HttpRequest, child_id: UUID, relative_id: UUID) -> HttpResponse:
    """A parent has left to work."""
    person = _relative(file_of(child_id), relative_id)
    form = AbsenceForm(sent(request))
    return _ask(
        request,
        child_id,
        form=form,
        title=_("登记外出：%(who)s") % {"who": _who(person)},
        word=_("登记"),
        text=_("会同时登记到兄弟姐妹的档案里；是否留守由规则重新判定。"),
        do=lambda _data: actions.record_absence(relative_id=relative_id, new=form.new(), by=request.post),
        said=_("已登记%(who)s外出。") % {"who": _who(person)} + _also(file_of(child_id), relative_id),
        renamed={"where": "where_text"},
    )


@requires("children.edit")
def absence_end(request: HttpRequest, child_id: UUID, absence_id: UUID) -> HttpResponse:
    """A parent came home."""
    file = file_of(child_id)
    away = next((row for row in file.absences if row.id == absence_id), None)
    if away is None:
        raise Http404
    who = _who(_relative(file, away.relative_id))

    def said(data: dict[str, Any]) -> str:
        done = _("已登记%(who)s返乡。") % {"who": who} + _also(file, away.relative_id)
        return done + (_("孩子和谁一起生活、监护类型有变化的，请接着登记。") if data["returned"] == "for_good" else "")

    return _ask(
        request,
        child_id,
        form=AbsenceEndForm(sent(request)),
        title=_("登记返乡：%(who)s") % {"who": who},
        word=_("登记"),
        do=lambda data: actions.end_absence(absence_id=absence_id, on=data["on"], returned=data["returned"], by=request.post),
        said=said,
        renamed={"until": "on"},
    )


@requires("children.edit")
def circumstance(request: HttpRequest, child_id: UUID, relative_id: UUID) -> HttpResponse:
    """Something befell a relative."""
    person = _relative(file_of(child_id), relative_id)
    form = CircumstanceForm(sent(request))
    return _ask(
        request,
        child_id,
        form=form,
        title=_("登记情形：%(who)s") % {"who": _who(person)},
        word=_("登记"),
        do=lambda _data: actions.record_circumstance(relative_id=relative_id, new=form.new(), by=request.post),
        said=_("已登记。"),
    )


@requires("children.edit")
def circumstance_end(request: HttpRequest, child_id: UUID, circumstance_id: UUID) -> HttpResponse:
    """It holds no longer."""
    file = file_of(child_id)
    befell = next((row for row in file.circumstances if row.id == circumstance_id), None)
    if befell is None:
        raise Http404
    what = codes.CIRCUMSTANCE.text(befell.kind)
    return _ask(
        request,
        child_id,
        form=OnForm(sent(request)),
        title=_("结束：%(who)s %(what)s") % {"who": _who(_relative(file, befell.relative_id)), "what": what},
        word=_("结束"),
        text=_("如刑满释放、取得联系、康复。"),
        do=lambda data: actions.end_circumstance(circumstance_id=circumstance_id, on=data["on"], by=request.post),
        said=_("已结束。"),
        renamed={"until": "on"},
    )
