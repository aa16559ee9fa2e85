"""Categories, level by level, and official determinations beside the rule."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes, sentences
from tongxing.children.file import File
from tongxing.children.forms.acts import CategoryEndForm, CategoryForm, DecisionForm, DeterminationForm, OnForm
from tongxing.children.levels import may_advance
from tongxing.children.models import Category, Determination
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.ground.today import today
from tongxing.places import queries as places

SHOWN = 500


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
    """Categories whose turn it is at this post's level, and determinations that wait for the county."""
    rows = Category.objects.filter(until=None, state__in=(Category.State.REPORTED, Category.State.CHECKED)).select_related("child").order_by("since", "id")
    mine = [row for row in rows[:SHOWN] if request.post.may("children.check") and may_advance(codes.SCHEMES[row.scheme].about.levels, row.step, request.post)]
    asked = Determination.objects.filter(approved_on=None, refused_on=None).select_related("child").order_by("since", "id")
    asked_now = list(asked[:SHOWN]) if request.post.may("children.determine") else []
    villages = places.short_names(row.child.scope_place for row in (*mine, *asked_now))
    context = {
        "categories": [
            {
                "child": row.child,
                "village": villages.get(row.child.scope_place, ""),
                "kind": codes.SCHEMES[row.scheme].kinds.text(row.kind),
                "scheme": _(codes.SCHEMES[row.scheme].kinds.label),
                "reason": row.reason,
                "evidence": _("、").join(codes.EVIDENCE.text(each) for each in row.evidence),
                "since": row.since,
                "url": reverse("children:category", args=[row.child_id, row.id]),
            }
            for row in mine
        ],
        "determinations": [
            {
                "child": row.child,
                "village": villages.get(row.child.scope_place, ""),
                "what": (_("认定为%(status)s") if row.holds else _("认定为非%(status)s")) % {"status": codes.STATUS.text(row.status)},
                "reason": row.reason,
                "since": row.since,
                "url": reverse("children:determination", args=[row.child_id, row.id]),
            }
            for row in asked_now
        ],
    }
    return render(request, "children/recognitions.html", context)


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

    def do(data: dict[str, object]) -> str:
        made = actions.advance_category(category_id=category_id, yes=bool(data["yes"]), comment=str(data["comment"]), by=request.post)
        return _("已办理：%(state)s。") % {"state": Category.State(made.state).label}

    text = _("%(scheme)s · %(kind)s。%(reason)s 证明材料：%(evidence)s。") % {
        "scheme": _(scheme.kinds.label),
        "kind": scheme.kinds.text(row.kind),
        "reason": row.reason,
        "evidence": evidence,
    }
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
