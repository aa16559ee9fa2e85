"""Categories, level by level, and official determinations beside the rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes, sentences
from tongxing.children.file import File
from tongxing.children.forms.acts import CategoryEndForm, CategoryForm, DecisionForm, DeterminationForm, OnForm
from tongxing.children.levels import skipped_level
from tongxing.children.models import Category, Determination
from tongxing.children.page.tabs import LEVEL_WORDS
from tongxing.children.queries import recognition as queries
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.ground import pages
from tongxing.ground.today import today
from tongxing.places import codes as place_codes
from tongxing.places import queries as places


def _category(file: File, category_id: UUID) -> Category:
    found = next((row for row in file.categories if row.id == category_id), None)
    if found is None:
        raise Http404
    return found


def _determination(file: File, determination_id: UUID) -> Determination:
    found = next((row for row in file.determinations if row.id == determination_id), None)
    if found is None:
        raise Http404
    return found


@requires("children.check", "children.confirm", "children.determine")
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for this post: categories at its level, those that a level below has not checked yet, determinations. Filters: ``what``, ``place``, ``text``."""
    post = request.post
    tabs: dict[str, tuple[str, QuerySet[Any]]] = {"": (_("轮到您的类别"), queries.categories(post))} if post.may("children.check") else {}
    if post.may("children.confirm"):
        tabs["below"] = (_("下级还没有审核"), queries.categories(post, below=True))
    if post.may("children.determine"):
        tabs["determinations"] = (_("人工认定"), queries.determinations())
    what = request.GET.get("what", "")
    what = what if what in tabs else next(iter(tabs))
    rows = tabs[what][1]
    place, text = request.GET.get("place", ""), request.GET.get("text", "").strip()
    below = list(places.children_of(post.place_id))
    if place.isdecimal() and int(place) in {each.code for each in below}:
        rows = rows.filter(scope_place__range=place_codes.span(int(place)))
    if text:
        rows = rows.filter(child__name__startswith=text)
    page = pages.cut(rows.select_related("child"), request.GET, order=("since", "id"))
    villages = places.short_names(row.child.scope_place for row in page.rows)
    say = _asked if what == "determinations" else _reported
    context = {
        "page": page,
        "rows": [{"child": row.child, "village": villages.get(row.child.scope_place, ""), "since": row.since, **say(row)} for row in page.rows],
        "tabs": [{"key": key, "word": word, "count": found.count()} for key, (word, found) in tabs.items()],
        "what": what,
        "places": below,
        "place": place,
        "text": text,
    }
    return render(request, "children/recognitions.html", context)


def _reported(row: Category) -> dict[str, object]:
    kinds = codes.SCHEMES[row.scheme].kinds
    evidence = _("、").join(codes.EVIDENCE.text(each) for each in row.evidence)
    return {"what": kinds.text(row.kind), "under": _(kinds.label), "reason": row.reason, "evidence": evidence, "url": reverse("children:category", args=[row.child_id, row.id])}


def _asked(row: Determination) -> dict[str, object]:
    status = (_("认定为%(status)s") if row.holds else _("认定为非%(status)s")) % {"status": codes.STATUS.text(row.status)}
    return {"what": status, "under": "", "reason": row.reason, "evidence": "", "url": reverse("children:determination", args=[row.child_id, row.id])}


@requires("children.edit")
def category_new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Report a category with its evidence."""
    file_of(child_id)
    form = CategoryForm(sent(request))

    def do(_data: dict[str, object]) -> str:
        made = actions.report_category(child_id=child_id, new=form.new(), by=request.post)
        return _("已上报“%(kind)s”。") % {"kind": codes.SCHEMES[made.scheme].kinds.text(made.kind)}

    return ask(
        request,
        form=form,
        title=_("上报类别"),
        word=_("上报"),
        text=_("村上报、镇审核、县认定；您这一级已经同意的，直接报上一级。"),
        do=do,
        back=file_url(child_id, "categories"),
        renamed={"scheme": "kind"},
    )


@requires("children.check")
def category(request: HttpRequest, child_id: UUID, category_id: UUID) -> HttpResponse:
    """The level whose turn it is says yes or no."""
    file = file_of(child_id)
    row = _category(file, category_id)
    scheme = codes.SCHEMES[row.scheme]
    evidence = _("、").join(codes.EVIDENCE.text(each) for each in row.evidence) or _("没有")
    skipped = skipped_level(scheme.about.levels, row.step, request.post)

    def do(data: dict[str, object]) -> str:
        made = actions.advance_category(category_id=category_id, yes=bool(data["yes"]), comment=str(data["comment"]), by=request.post)
        return _("已办理：%(state)s。") % {"state": Category.State(made.state).label}

    text = _("%(scheme)s · %(kind)s。%(reason)s。证明材料：%(evidence)s。") % {
        "scheme": _(scheme.kinds.label),
        "kind": scheme.kinds.text(row.kind),
        "reason": row.reason.rstrip("。") or _("没有写情况说明"),
        "evidence": evidence,
    }
    if skipped:
        text += _("%(level)s还没有审核：由您直接办理，同意也要写明情况。") % {"level": LEVEL_WORDS[skipped]}
    return ask(
        request,
        form=DecisionForm(sent(request)),
        title=_("审核类别：%(name)s") % {"name": file.child.name},
        word=_("提交意见"),
        text=text,
        do=do,
        back=file_url(child_id, "categories"),
    )


@requires("children.edit")
def category_end(request: HttpRequest, child_id: UUID, category_id: UUID) -> HttpResponse:
    """The category holds no longer."""
    row = _category(file_of(child_id), category_id)

    def do(data: dict[str, object]) -> str:
        actions.end_category(category_id=category_id, on=data["on"], reason=str(data["reason"]), by=request.post)  # type: ignore[arg-type]
        return _("已终止。")

    title = _("终止类别：%(kind)s") % {"kind": codes.SCHEMES[row.scheme].kinds.text(row.kind)}
    return ask(request, form=CategoryEndForm(sent(request)), title=title, word=_("终止"), danger=True, do=do, back=file_url(child_id, "categories"))


@requires("children.edit")
def determination_new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Propose that a status holds or does not, whatever the rule says."""
    file = file_of(child_id)
    standing = file.standing("left_behind", today())
    form = DeterminationForm(sent(request), initial={"status": "left_behind"})

    def do(data: dict[str, object]) -> str:
        actions.propose_determination(child_id=child_id, by=request.post, **data)  # type: ignore[arg-type]
        return _("已提出，等待县级批准。")

    text = _("规则现在的判定：%(why)s。人工认定经县级批准后生效，两个结果都会显示。") % {"why": sentences.reasons(standing.derived.reasons)}
    return ask(request, form=form, title=_("提出人工认定"), word=_("提出"), text=text, do=do, back=file_url(child_id, "categories"))


@requires("children.determine")
def determination(request: HttpRequest, child_id: UUID, determination_id: UUID) -> HttpResponse:
    """The county approves or refuses."""
    file = file_of(child_id)
    row = _determination(file, determination_id)
    form = DecisionForm(sent(request))
    del form.fields["comment"]

    def do(data: dict[str, object]) -> str:
        actions.decide_determination(determination_id=determination_id, approve=bool(data["yes"]), by=request.post)
        return _("已批准。") if data["yes"] else _("已记录不批准。")

    status = codes.STATUS.text(row.status)
    text = (_("认定为%(status)s，%(since)s 起。理由：%(reason)s") if row.holds else _("认定为非%(status)s，%(since)s 起。理由：%(reason)s")) % {
        "status": status,
        "since": row.since.isoformat(),
        "reason": row.reason,
    }
    return ask(request, form=form, title=_("人工认定：%(name)s") % {"name": file.child.name}, word=_("提交"), text=text, do=do, back=file_url(child_id, "categories"))


@requires("children.determine")
def determination_end(request: HttpRequest, child_id: UUID, determination_id: UUID) -> HttpResponse:
    """From a day on the rule's result stands alone again."""
    _determination(file_of(child_id), determination_id)

    def do(data: dict[str, object]) -> str:
        actions.end_determination(determination_id=determination_id, on=data["on"], by=request.post)  # type: ignore[arg-type]
        return _("已终止，身份由规则判定。")

    return ask(request, form=OnForm(sent(request)), title=_("终止人工认定"), word=_("终止"), danger=True, do=do, back=file_url(child_id, "categories"))
