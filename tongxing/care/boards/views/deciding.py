"""What a superior decides about promises: urge, waive, suspend, hand over; one by one or in batches, each with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest, requires
from tongxing.accounts.models import Post
from tongxing.care.boards import finding, urging
from tongxing.care.boards.forms import HandOverForm, ReasonForm, SuspendForm
from tongxing.children.errors import CannotDo
from tongxing.children.views.acting import ask, file_url, sent
from tongxing.circles import queries as circles
from tongxing.duties import actions, seeing
from tongxing.duties import queries as duties
from tongxing.duties.models import OPEN, Duty
from tongxing.ground.ids import parse
from tongxing.ground.today import now, today
from tongxing.places import codes

MOST = 500
MOST_PEOPLE = 300


def _chosen(request: HttpRequest, of: Q = OPEN) -> list[Duty]:
    """Those ticked on the page; with ``all`` every one that the address finds."""
    if request.GET.get("all") or request.POST.get("all"):
        return finding.chosen([], finding.question(request.GET.dict(), request.post, now(), today()), MOST, of)
    return finding.chosen([*request.GET.getlist("pick"), *request.POST.getlist("pick")], None, MOST, of)


def _ask(request: HttpRequest, rows: Sequence[object], *, form: forms.Form, title: str, word: str, text: str, do: Any, back: str = "") -> HttpResponse:
    if not rows:
        text, do = _("没有选中可以这样办的任务。"), _nothing
    elif request.GET.get("all") or request.POST.get("all"):
        form.fields["counted"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=len(rows))
        do = partial(_confirmed, form, len(rows), do)
    return ask(request, form=form, title=title % {"n": len(rows)}, word=word, text=text, do=do, back=back or reverse("boards:duties"))


def _confirmed(form: forms.Form, number: int, do: Any, data: dict[str, Any]) -> str:
    """Do it where it is still as many as were shown: nobody decides unseen on what came in since. The dialog is then shown with the new number."""
    if data["counted"] != number:
        form.data = dict(form.data.items()) | {"counted": str(number)}
        raise CannotDo(_("名单有变化，现在是%(n)d个。请核对后再确认。") % {"n": number})
    return str(do(data))


def _nothing(_data: dict[str, Any]) -> str:
    raise CannotDo(_("没有选中可以这样办的任务。"))


@requires("duties.decide")
def urge(request: HttpRequest) -> HttpResponse:
    """Ask when it will be done: counted, and told to whoever answers for it."""
    rows = _chosen(request)

    def do(_data: dict[str, Any]) -> str:
        urged, people = urging.urge(ids=[row.id for row in rows], by=request.post)
        if not urged:
            raise CannotDo(_("这些任务12小时内已经催办过，或者不用催办。"))
        return _("已催办%(n)d项，通知了%(people)d人。") % {"n": len(urged), "people": people}

    text = _("责任人会收到消息和短信提醒，内容只有数量，没有儿童姓名。12小时内催过的不重复催。")
    return _ask(request, rows, form=forms.Form(sent(request)), title=_("催办%(n)d项"), word=_("催办"), text=text, do=do)


@requires("duties.decide")
def waive(request: HttpRequest) -> HttpResponse:
    """Let promises be for this window."""
    rows = _chosen(request)

    def do(data: dict[str, Any]) -> str:
        actions.waive(duty_ids=[row.id for row in rows], reason=data["reason"], by=request.post)
        return _("已免办%(n)d项。") % {"n": len(rows)}

    text = _("只免这一期，下一期照常。免办的不算完成，也不算逾期，原因留在记录里。")
    return _ask(request, rows, form=ReasonForm(sent(request)), title=_("本期免办%(n)d项"), word=_("本期免办"), text=text, do=do)


@requires("duties.decide")
def suspend(request: HttpRequest) -> HttpResponse:
    """Let all promises about these children rest."""
    rows = [row for row in _chosen(request) if row.child_id]
    children = list(dict.fromkeys(row.child_id for row in rows if row.child_id))

    def do(data: dict[str, Any]) -> str:
        for child in children:
            actions.suspend(child_id=child, reason=data["reason"], by=request.post, expected=data["expected"])
        return _("已暂缓%(n)d名儿童的工作任务。") % {"n": len(children)}

    text = _("涉及%(n)d名儿童。住院、随父母外出等期间，这些孩子的全部任务暂缓；恢复后按剩余天数折算。") % {"n": len(children)}
    return _ask(request, rows, form=SuspendForm(sent(request)), title=_("暂缓"), word=_("暂缓"), text=text, do=do)


@requires("duties.decide")
def resume(request: HttpRequest) -> HttpResponse:
    """Let the promises about these children go on: those of the lines picked, or (from its file) of one child."""
    named = parse(request.GET.get("child", ""))
    wanted = [named] if named else [row.child_id for row in _chosen(request, OPEN & Q(suspended_on__isnull=False)) if row.child_id]
    children = list(duties.resting(dict.fromkeys(wanted)))

    def do(data: dict[str, Any]) -> str:
        found = urging.resume(children=children, reason=data["reason"], by=request.post)
        return _("已恢复%(n)d名儿童的%(duties)d项工作任务。") % {"n": len(children), "duties": len(found)}

    text = _("这些孩子的全部工作任务继续办理，责任人会收到消息。暂缓的天数从次数里扣除，有期限的顺延；已没有剩余天数的就此结束。")
    return _ask(request, children, form=ReasonForm(sent(request)), title=_("恢复%(n)d名儿童的工作任务"), word=_("恢复任务"), text=text, do=do, back=_back(named))


@requires("duties.decide")
def unwaive(request: HttpRequest) -> HttpResponse:
    """Ask again what had been let be for this window."""
    rows = _chosen(request, Q(waived_on__isnull=False))

    def do(data: dict[str, Any]) -> str:
        found = urging.unwaive(ids=[row.id for row in rows], reason=data["reason"], by=request.post)
        return _("已取消%(n)d项的免办。") % {"n": len(found)}

    text = _("这些任务照原来的期限办理，责任人会收到消息；期限已过的就是逾期。")
    back = _back(parse(request.GET.get("child", "")))
    return _ask(request, rows, form=ReasonForm(sent(request)), title=_("取消%(n)d项的免办"), word=_("取消免办"), text=text, do=do, back=back)


def _back(child: UUID | None) -> str:
    """The file from which it was asked, or the list."""
    return file_url(child) if child else reverse("boards:duties")


@requires("duties.decide")
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give promises to somebody else than the role's holder."""
    rows = _chosen(request)
    people, withheld = _people(rows, request.post)
    form = HandOverForm(sent(request), people=people, withheld=withheld)

    def do(data: dict[str, Any]) -> str:
        urging.give(ids=[row.id for row in rows], to=form.person, reason=data["reason"], by=request.post)
        return _("已移交%(n)d项，接手的人会收到消息。") % {"n": len(rows)}

    text = _("只移交选中的任务，孩子的包保责任人不变。以后各期仍由原责任人办。")
    return _ask(request, rows, form=form, title=_("移交%(n)d项"), word=_("移交"), text=text, do=do)


def _people(rows: Sequence[Duty], by: Post) -> tuple[list[tuple[UUID, str]], list[str]]:
    """Who may be given them: those in office in the townships concerned, and those around the children, as far as they see all of them. Then those in office whose powers are withheld."""
    townships = {codes.at_level(row.scope_place, codes.Level.TOWNSHIP) for row in rows}
    found: dict[UUID, str] = {}
    withheld: list[str] = []
    for township in sorted(townships)[:20]:
        posts = Post.objects.held(today()).filter(place__code__range=codes.span(township), role__in=("child_director", "supervisor")).select_related("person", "place")
        for post in posts.order_by("place", "role", "since")[:MOST_PEOPLE]:
            named = _("%(name)s（%(post)s）") % {"name": post.person.name, "post": post}
            if post.powers_withheld():
                withheld.append(named)
            else:
                found[post.person_id] = named
    for row in circles.members([row.child_id for row in rows if row.child_id], today()):
        if row.person:
            found.setdefault(row.person.pk, row.person.name)
    found.setdefault(by.person_id, _("%(name)s（%(post)s）") % {"name": by.person.name, "post": by})
    seen = seeing.sees(found, rows, today())
    return [(person, name) for person, name in found.items() if len(seen.get(person, ())) == len(rows)], withheld
