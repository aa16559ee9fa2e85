"""Guardianship, schooling and residence: what holds from a day on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions
from tongxing.children.forms.acts import GuardianshipForm, ResidenceForm, SchoolingForm, keep_sealed
from tongxing.children.new import NewResidence
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.ground.today import today


@requires("children.edit")
def guardianship(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """The kind of guardianship from a day on."""
    file = file_of(child_id)
    form = GuardianshipForm(sent(request), initial={"kind": file.child.guardianship})

    def do(_data: dict[str, object]) -> str:
        actions.record_guardianship(child_id=child_id, new=form.new(), by=request.post)
        return _("已登记监护类型。")

    return ask(request, form=form, title=_("监护类型"), word=_("保存"), do=do, back=file_url(child_id, "family"))


@requires("children.edit")
def schooling(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Stage, school, grade and class from a day on."""
    file = file_of(child_id)
    now = file.current(file.schoolings, today())
    initial = {key: getattr(now, key) for key in ("stage", "grade", "class_name", "boarding", "enrolment")} if now else {}
    if now:
        initial["school"] = now.school_id or (now.school_name, "")
    form = SchoolingForm(sent(request), initial=initial)

    def do(_data: dict[str, object]) -> str:
        actions.record_schooling(child_id=child_id, new=form.changed(), by=request.post)
        return _("已登记就学情况。")

    return ask(
        request,
        form=form,
        title=_("就学情况有变化"),
        word=_("保存"),
        text=_("转学、升学、休学、复学都在这里登记，原来的情况留在沿革里。"),
        do=do,
        back=file_url(child_id, "school"),
        renamed={"school_name": "school"},
    )


@requires("children.edit")
def residence(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Where and with whom the child lives from a day on."""
    file = file_of(child_id)
    now = file.current(file.residences, today())
    form = ResidenceForm(sent(request), initial={"place": now.place if now else file.child.scope_place, "living_with": now.living_with if now else ""})
    if now and now.address_sealed:
        keep_sealed(form, "address")

    def do(data: dict[str, object]) -> str:
        new = form.new()
        kept = file.open(now, "address") if now and not data["address"] and not data.get("clear_address") else new.address
        actions.record_residence(child_id=child_id, new=NewResidence(since=new.since, place=new.place, address=kept, living_with=new.living_with), by=request.post)
        return _("已登记居住情况。")

    return ask(request, form=form, title=_("居住情况有变化"), word=_("保存"), do=do, back=file_url(child_id, "facts"))
