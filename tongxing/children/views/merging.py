"""Two files of one child become one, and two again; children of one household are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes
from tongxing.children.cards import file_number
from tongxing.children.fields import FIELDS
from tongxing.children.file import File
from tongxing.children.forms.acts import PlainForm, WhyForm
from tongxing.children.lifecycle import EDITABLE
from tongxing.children.models import Child, Distinct, Merge, Relative
from tongxing.children.page.words import several
from tongxing.children.queries import moves
from tongxing.children.queries.files import files
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.crypto import masking
from tongxing.places import queries as places

APART_SHOWN = 100


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
    apart = list(moves.told_apart()[:APART_SHOWN])
    names = places.full_names({child.scope_place for pair in pairs for child in (pair.one, pair.other)})
    return render(request, "children/duplicates.html", {"pairs": [(pair, names.get(pair.one.scope_place), names.get(pair.other.scope_place)) for pair in pairs], "apart": apart})


def _other(request: HttpRequest, child_id: UUID) -> File:
    """The second file, which the address names."""
    try:
        wanted = UUID(request.GET.get("with", ""))
    except ValueError:
        raise Http404 from None
    found = files([wanted]).get(wanted)
    if found is None or wanted == child_id:
        raise Http404
    return found


@requires("children.merge")
def merge(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Choose the other file, compare both, merge with a reason. The file whose page this is goes on."""
    kept = file_of(child_id)
    if not request.GET.get("with"):
        same = Child.objects.filter(born=kept.child.born, sort_key=kept.child.sort_key, state__in=EDITABLE).exclude(pk=child_id)
        return render(request, "children/merge_choose.html", {"file": kept, "candidates": list(same[:20]), "dialog_back": file_url(child_id), "dialog_title": _("与哪一份合并")})
    other = _other(request, child_id)
    names = places.full_names({kept.child.scope_place, other.child.scope_place})
    form = WhyForm(sent(request), help_text=_("凭什么认定是同一个孩子，如 已与监护人核对户口簿；留在两份档案的变更历史里"))
    context = {
        "kept": kept.child,
        "other": other.child,
        "lines": compare(kept, other, names),
        "choices": [
            {"file": each.child, "number": file_number(each), "place": names.get(each.child.scope_place, ""), "url": _merge_url(each, against), "current": each is kept}
            for each, against in sorted([(kept, other), (other, kept)], key=lambda pair: pair[0].child.id)
        ],
        "apart_url": f"{reverse('children:tell_apart', args=[child_id])}?with={other.child.id}",
    }

    def do(data: dict[str, Any]) -> str:
        actions.merge_files(kept_id=child_id, other_id=other.child.id, reason=data["comment"], by=request.post)
        return _("已合并。合并错了可以在“更多”里撤销。")

    return ask(
        request,
        form=form,
        title=_("合并到：%(name)s") % {"name": kept.child.name},
        word=_("合并"),
        text=_("保留的档案缺什么，就从并入的那份补上；并入的档案随后退出。合并可以撤销。"),
        do=do,
        back=file_url(child_id),
        stay=False,
        renamed={"reason": "comment"},
        template="children/merge.html",
        more=context,
    )


def _merge_url(kept: File, other: File) -> str:
    return f"{reverse('children:merge', args=[kept.child.id])}?with={other.child.id}"


@requires("children.merge")
def tell_apart(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """They look alike and are two children: the pair is not offered again while both files say the same of who the child is."""
    one, other = file_of(child_id), _other(request, child_id)

    def do(data: dict[str, Any]) -> str:
        actions.tell_apart(ids=(child_id, other.child.id), reason=data["comment"], by=request.post)
        return _("已记下：不是同一个孩子，不再提示。以后两份档案的姓名、出生日期、性别或证件号有改动，会再提示。")

    return ask(
        request,
        form=WhyForm(sent(request), help_text=_("如 双胞胎；同名，父母不同；已电话核实")),
        title=_("不是同一个孩子：%(one)s、%(other)s") % {"one": one.child.name, "other": other.child.name},
        word=_("不是同一个孩子"),
        text=_("两份档案都保留。判错了可以在“疑似重复”页撤回。"),
        do=do,
        back=reverse("children:duplicates"),
        stay=False,
        renamed={"reason": "comment"},
    )


@requires("children.merge")
def tell_apart_undo(request: HttpRequest, distinct_id: UUID) -> HttpResponse:
    """They may be one child after all."""
    row = get_object_or_404(Distinct.objects.select_related("child", "other"), pk=distinct_id, undone_on=None)

    def do(_data: dict[str, Any]) -> str:
        actions.undo_telling_apart(distinct_id=distinct_id, by=request.post)
        return _("已撤回，这两份档案会重新列为疑似重复。")

    text = _("%(on)s 判定不是同一个孩子，理由：%(reason)s") % {"on": row.on.isoformat(), "reason": row.reason}
    return ask(
        request, form=PlainForm(sent(request)), title=_("撤回判定：%(name)s") % {"name": row.child.name}, word=_("撤回"), text=text, do=do, back=reverse("children:duplicates")
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
    together = list(Child.objects.filter(household_id=file.child.household_id, state__in=EDITABLE).exclude(pk=child_id).order_by("born"))
    if not children:
        return render(request, "children/household_none.html", {"dialog_title": _("同户的孩子"), "together": together, "dialog_back": file_url(child_id, "family")})
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
        template="children/household.html",
        more={"together": together},
    )
