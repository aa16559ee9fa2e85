"""Two files of one child become one, and two again; children of one household are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes
from tongxing.children.fields import FIELDS
from tongxing.children.file import File
from tongxing.children.forms.acts import PlainForm, ReasonForm
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Child, Merge, Relative
from tongxing.children.page.words import several
from tongxing.children.queries import moves
from tongxing.children.queries.files import files
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.crypto import masking
from tongxing.places import queries as places


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of two files side by side."""

    label: str
    kept: str
    other: str

    @property
    def differs(self) -> bool:
        return bool(self.kept and self.other and self.kept != self.other)

    @property
    def taken(self) -> bool:
        """What the kept file lacks and takes."""
        return bool(self.other and not self.kept)


def said(file: File, key: str) -> str:
    """A fact as the comparison shows it; protected ones masked."""
    child = file.child
    if FIELDS[key].sealed:
        plain = file.open(child, key)
        return masking.mask_id_number(plain) if key == "id_number" and plain else masking.mask_address(plain) if plain else ""
    value = getattr(child, key)
    if isinstance(value, list):
        return several(key.upper(), value)
    table = getattr(codes, key.upper(), None)
    if table is not None and value in table:
        return str(table.text(value))
    return "" if value in (None, "", False) else str(value)


def compare(kept: File, other: File, names: dict[int, str]) -> list[Line]:
    lines = [Line(str(field.label), said(kept, key), said(other, key)) for key, field in FIELDS.items() if key != "registered_place"]
    lines.append(Line(_("所在村（社区）"), names.get(kept.child.scope_place, ""), names.get(other.child.scope_place, "")))
    lines.append(Line(_("亲属"), _people(kept), _people(other)))
    return [line for line in lines if line.kept or line.other]


def _people(file: File) -> str:
    return _("、").join(f"{codes.RELATION.text(row.relation)}{row.name}" for row in file.relatives)


@requires("children.merge")
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of files that may be one child's."""
    pairs = moves.duplicates()
    names = places.full_names({child.scope_place for pair in pairs for child in (pair.one, pair.other)})
    return render(request, "children/duplicates.html", {"pairs": [(pair, names.get(pair.one.scope_place), names.get(pair.other.scope_place)) for pair in pairs]})


@requires("children.merge")
def merge(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Choose the other file, compare both, merge with a reason. The file whose page this is goes on."""
    kept = file_of(child_id)
    given = request.GET.get("with", "")
    if not given:
        same = Child.objects.filter(born=kept.child.born, sort_key=kept.child.sort_key, state__in=EDITABLE).exclude(pk=child_id)
        return render(request, "children/merge_choose.html", {"file": kept, "candidates": list(same[:20]), "dialog_title": _("与哪一份合并")})
    try:
        other = files([UUID(given)]).get(UUID(given))
    except ValueError:
        other = None
    if other is None or other.child.id == child_id:
        raise Http404
    names = places.full_names({kept.child.scope_place, other.child.scope_place})
    form = ReasonForm(sent(request))
    context = {"kept": kept.child, "other": other.child, "lines": compare(kept, other, names)}

    def do(data: dict[str, Any]) -> str:
        actions.merge_files(kept_id=child_id, other_id=other.child.id, reason=data["comment"], by=request.post)
        return _("已合并。合并错了可以在“更多”里撤销。")

    return ask(
        request,
        form=form,
        title=_("合并到：%(name)s") % {"name": kept.child.name},
        word=_("合并"),
        text=_("左边的档案保留，缺的从右边补上；右边的档案随后退出。"),
        do=do,
        back=file_url(child_id),
        stay=False,
        renamed={"reason": "comment"},
        template="children/merge.html",
        more=context,
    )


@requires("children.merge")
def merge_undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """They were two children after all."""
    row = get_object_or_404(Merge.objects, pk=merge_id, undone_on=None)

    def do(_data: dict[str, Any]) -> str:
        actions.undo_merge(merge_id=merge_id, by=request.post)
        return _("已撤销，两份档案恢复原样。")

    text = _("%(on)s 合并，理由：%(reason)s。保留的档案退回从另一份补来的内容。") % {"on": row.on.isoformat(), "reason": row.reason}
    return ask(request, form=PlainForm(sent(request)), title=_("撤销合并"), word=_("撤销合并"), danger=True, text=text, do=do, back=file_url(row.kept_id))


class HouseholdForm(forms.Form):
    """Who lives with the child."""

    children = forms.MultipleChoiceField(label="", widget=forms.CheckboxSelectMultiple, error_messages={"required": ""})

    def __init__(self, *args: Any, candidates: list[tuple[Child, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["children"].label = _("同住的孩子")
        self.fields["children"].error_messages["required"] = _("请选择同住的孩子。")
        self.fields["children"].choices = [(str(child.id), f"{child.name} {child.born:%Y-%m-%d} · {why}") for child, why in candidates]  # type: ignore[attr-defined]


def relatives_of(file: File) -> list[Relative]:
    """Other children's relatives who may be this child's: the same telephone, id number, or parent's name in the same village."""
    phones = {row.phone_digest for row in file.relatives if row.phone_digest}
    numbers = {row.id_digest for row in file.relatives if row.id_digest}
    parents = {row.name for row in file.relatives if row.relation in codes.PARENTS and row.name}
    others = Relative.objects.exclude(child_id=file.child.id).filter(child__state__in=EDITABLE, child__scope_place=file.child.scope_place, until=None)
    found = others.filter(phone_digest__in=phones) | others.filter(id_digest__in=numbers) | others.filter(relation__in=codes.PARENTS, name__in=parents)
    return list(found.select_related("child").order_by("child__born", "relation"))


@requires("children.edit")
def household(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Put children who live together into one household; relatives of the same relation and name become one person."""
    file = file_of(child_id)
    theirs = [row for row in relatives_of(file) if row.child.household_id != file.child.household_id]
    why: dict[UUID, list[str]] = {}
    for row in theirs:
        why.setdefault(row.child_id, []).append(f"{codes.RELATION.text(row.relation)}{row.name}")
    children = {row.child_id: row.child for row in theirs}
    if not children:
        return render(request, "children/household_none.html", {"dialog_title": _("同户的孩子"), "file": file})
    candidates = [(child, _("、").join(why[child.id])) for child in children.values()]
    form = HouseholdForm(sent(request), candidates=candidates)

    def do(data: dict[str, Any]) -> str:
        ids = [UUID(each) for each in data["children"]]
        mine = {(row.relation, row.name): row.id for row in file.relatives if row.name}
        same = Relative.objects.filter(child_id__in=ids)
        persons = [(mine[row.relation, row.name], row.id) for row in same if (row.relation, row.name) in mine]
        actions.join_household(child_ids=[child_id, *ids], persons=persons, by=request.post)
        return _("已并为一户：父母、祖辈的信息以后改一次就够。")

    return ask(
        request,
        form=form,
        title=_("同户的孩子"),
        word=_("并为一户"),
        text=_("以下孩子与%(name)s有相同的电话、证件号或父母姓名。住在一起的才并为一户；同一个电话不一定是同一家人。") % {"name": file.child.name},
        do=do,
        back=file_url(child_id, "family"),
    )
