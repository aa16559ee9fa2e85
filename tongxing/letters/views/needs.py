"""The needs of children by department (LHK-8a): gathered, exported, written down by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post
from tongxing.children import codes as child_codes
from tongxing.children.finding import giving
from tongxing.children.finding.exports import CannotExport
from tongxing.children.finding.giving import Roll
from tongxing.children.models import Child
from tongxing.children.views.acting import ask, file_of, sent
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.ledgers.catalogue import Catalogue, Column
from tongxing.letters import codes, departments, forms, suggesting
from tongxing.letters.actions.needs import add_need, end_need
from tongxing.letters.models import Item, Letter, Need
from tongxing.letters.states import OPEN, UNSENT
from tongxing.letters.views import showing
from tongxing.places import codes as place_codes
from tongxing.places import queries as places

MOST = 2000
LIST = Catalogue(
    id="needs",
    title="困境儿童分类需求表",
    columns=(
        Column(key="department", heading="部门", width=14),
        Column(key="need", heading="需求", width=16),
        Column(key="name", heading="姓名"),
        Column(key="sex", heading="性别", width=6),
        Column(key="born", heading="出生日期", width=12),
        Column(key="place", heading="现居住地", width=36),
        Column(key="source", heading="来源", width=10),
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which needs of which department, where."""

    department: str
    kind: str
    place: int
    q: str
    on: date

    @property
    def kinds(self) -> tuple[str, ...]:
        return (self.kind,) if self.kind else codes.needs_of(self.department).values()

    def rows(self) -> Any:
        ids = Q(pk__in=[])
        for kind in self.kinds:
            ids |= Q(pk__in=suggesting.with_need(kind, self.on).values("pk"))
        found = Child.objects.filter(ids)
        if self.place:
            found = found.filter(scope_place__range=place_codes.span(self.place))
        return found.filter(name__contains=self.q) if self.q else found

    @property
    def address(self) -> dict[str, str]:
        asked = {"department": self.department, "kind": self.kind, "place": place_codes.show(self.place) if self.place else "", "q": self.q}
        return {key: value for key, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need of one child. ``letter`` is where it is asked for already."""

    kind: str
    need: Need | None
    letter: Item | None

    @property
    def word(self) -> str:
        return codes.NEED.text(self.kind)


def asked_of(params: Mapping[str, str], post: Post) -> Asked:
    department = params.get("department", "")
    if department not in codes.ADDRESSEE or not len(codes.needs_of(department)):
        department = "disabled"
    kind = params.get("kind", "")
    kind = kind if kind in codes.needs_of(department) else ""
    return Asked(department, kind, showing.place_of(params.get("place", ""), post), showing.filled(params, "q")["q"], today())


def wanted(children: Sequence[Child], asked: Asked) -> dict[UUID, list[Wanted]]:
    """What each of these children needs of the department."""
    ids = [child.id for child in children]
    needs = {(need.child_id, need.kind): need for need in Need.objects.filter(child__in=ids, kind__in=asked.kinds, ended_on=None)}
    items = {(item.child_id, item.kind): item for item in Item.objects.filter(child__in=ids, kind__in=asked.kinds, ended="", outcome__in=("", "progress"))}
    under_way = {item.letter_id for item in items.values()}
    under_way = set(Letter.objects.filter(pk__in=under_way, state__in=(*UNSENT, *OPEN)).values_list("pk", flat=True))
    found: dict[UUID, list[Wanted]] = {child_id: [] for child_id in ids}
    for kind in asked.kinds:
        for child_id in suggesting.with_need(kind, asked.on).filter(pk__in=ids).values_list("pk", flat=True):
            item = items.get((child_id, kind))
            found[child_id].append(Wanted(kind, needs.get((child_id, kind)), item if item and item.letter_id in under_way else None))
    return found


@requires("letters.write")
@require_GET
def gather(request: HttpRequest) -> HttpResponse:
    """Children with needs that one department answers for; those picked make a letter."""
    asked = asked_of(request.GET.dict(), request.post)
    page = cut(asked.rows(), request.GET.dict(), order=("scope_place", "sort_key", "id"), size=50)
    needs = wanted(page.rows, asked)
    named = showing.villages(page.rows, request.post)
    lines = [{"child": child, "name": showing.name_of(child, request.post), "village": named.get(child.scope_place, ""), "needs": needs[child.id]} for child in page.rows]
    words = {"kind": codes.NEED.text(asked.kind), "q": asked.q, "place": places.short_names({asked.place}).get(asked.place, "") if asked.place else ""}
    context = {
        "page": page,
        "lines": lines,
        "asked": asked,
        "place": place_codes.show(asked.place) if asked.place else "",
        "departments": [(value, word) for value, word in departments.choices() if len(codes.needs_of(value))],
        "kinds": codes.needs_of(asked.department).choices(),
        "areas": places.children_of(request.post.place_id),
        "active_filters": chips(words, asked.address, cleared={"department": asked.department}),
        "export_url": reverse("letters:needs_export"),
        "export_dialog": True,
        "tabs": showing.tabs(request.post, "needs"),
        "day": asked.on,
        "unit": showing.unit_of(asked.department, request.post.place_id),
        "has_account": bool(departments.posts(asked.department, request.post.place_id, asked.on)),
    }
    return render(request, "letters/needs.html", context)


@requires("letters.write")
def export(request: HttpRequest) -> HttpResponse:
    """The needs of this address as a workbook (分类需求表): to whom and why."""
    asked = asked_of(request.GET.dict(), request.post)
    return giving.dialog(request, _("导出分类需求表"), lambda: _roll(asked, request.post))


def _roll(asked: Asked, post: Post) -> Roll:
    children = list(asked.rows().order_by("scope_place", "sort_key", "id")[: MOST + 1])
    if not children or len(children) > MOST:
        raise CannotExport(_("没有符合条件的孩子，没有可以导出的。") if not children else _("一次最多导出%(most)d名儿童，请先缩小范围。") % {"most": MOST})
    needs = wanted(children, asked)
    return Roll(
        name="needs",
        title=_("分类需求表（%(department)s，%(count)s人）") % {"department": codes.ADDRESSEE.text(asked.department), "count": len(children)},
        file_name=LIST.title,
        catalogue=LIST,
        keys=[column.key for column in LIST.columns],
        lines=_lines(children, needs, asked, post),
        asked=asked.address,
        children=len(children),
        count=sum(map(len, needs.values())),
    )


def _lines(children: Iterable[Child], needs: Mapping[UUID, Sequence[Wanted]], asked: Asked, post: Post) -> Iterator[dict[str, Any]]:
    rows = list(children)
    named = showing.villages(rows, post)
    for child in rows:
        for one in needs[child.id]:
            yield {
                "department": codes.ADDRESSEE.text(asked.department),
                "need": one.word,
                "name": showing.name_of(child, post),
                "sex": child_codes.SEX.text(child.sex) if child.sex in ("1", "2") else "",
                "born": child.born.isoformat(),
                "place": named.get(child.scope_place, ""),
                "source": str(one.need.get_source_display()) if one.need else _("档案"),
            }


@requires("needs.edit")
def need_new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Write down by hand what a child needs."""
    file = file_of(child_id)
    back = reverse("children:file", args=[child_id])

    def do(data: dict[str, Any]) -> str:
        need = add_need(child=child_id, need=data["kind"], source="hand", by=request.post, note=data["note"])
        department = codes.ADDRESSEE.text(codes.NEED[need.kind].department)
        return _("已登记需求“%(need)s”，由%(department)s办理。") % {"need": codes.NEED.text(need.kind), "department": department}

    title = _("登记需求 · %(name)s") % {"name": file.child.name}
    return ask(request, form=forms.NeedForm(sent(request)), title=title, word=_("登记"), do=do, back=back)


@requires("needs.edit")
def need_end(request: HttpRequest, need_id: UUID) -> HttpResponse:
    """A need is none any more."""
    need = get_object_or_404(Need.objects.select_related("child"), pk=need_id)
    if need.ended_on is not None:
        raise Http404
    back = reverse("children:file", args=[need.child_id])

    def do(data: dict[str, Any]) -> str:
        end_need(need_id=need.id, result="withdrawn", by=request.post)
        return _("需求已结束。")

    text = _("孩子不再需要，或者登记错了。已经发函的，先撤回联函。")
    return ask(request, form=forms.NeedEndForm(sent(request)), title=f"{_('不再需要')} · {codes.NEED.text(need.kind)}", word=_("不再需要"), do=do, back=back, text=text)
