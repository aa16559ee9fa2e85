"""One entry: its page, its files, and taking it out."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Person
from tongxing.care import actions, reading
from tongxing.care.views.logging import entry_of, may_change, named
from tongxing.children.models import Child
from tongxing.children.views.acting import ask, sent
from tongxing.files import storage
from tongxing.files.downloads import download
from tongxing.forms import queries as forms
from tongxing.log import papers as paper_files
from tongxing.log import queries as log
from tongxing.log.models import Entry, Paper


class VoidForm(django_forms.Form):
    reason = django_forms.CharField(label=_lazy("作废的原因"), max_length=200, widget=django_forms.Textarea(attrs={"rows": 2}))


@requires("log.view", "log.own_place")
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """What was done, who took part, what followed."""
    found = entry_of(request.post, entry_id)
    form = forms.written_with(found.form_version_id)
    moments = log.moments(log.parts_of(found))
    children = {child.id: child for child in Child.objects.filter(pk__in=[moment.part.child_id for moment in moments])}
    papers, following = log.all_papers(found), log.following(found)
    for moment in moments:
        note_read(request, child_id=moment.part.child_id, place=moment.part.scope_place)
    own = {each.id for each in form.own}
    context = {
        "entry": found,
        "line": reading.line(moments[0], papers, request.post) if len(moments) == 1 else reading.of_entry(found, form, papers, request.post),
        "rows": _rows(moments, children, own, request) if len(moments) > 1 else [],
        "children": list(children.values()),
        "who": named(list(children.values())),
        "recorder": (Person.objects.filter(pk=found.recorder).values_list("name", flat=True).first() if found.recorder else None) or "",
        "corrects": Entry.objects.filter(pk=found.corrects_id).first() if found.corrects_id else None,
        "following": following,
        "left_out": following is not None and not log.in_sight(following),
        "alike": list(log.alike(found)[:5]) if not found.void else [],
        "may_change": may_change(request, found),
    }
    return render(request, "care/entry.html", context)


def _rows(moments: list[log.Moment], children: dict[UUID, Child], own: set[str], request: HttpRequest) -> list[tuple[Child, reading.Line]]:
    """Each child with what was said of it alone."""
    found = []
    for moment in moments:
        if child := children.get(moment.part.child_id):
            mine = log.Moment(moment.entry, moment.part, moment.form, {key: value for key, value in moment.answers.items() if key in own})
            found.append((child, reading.line(mine, (), request.post)))
    return sorted(found, key=lambda each: each[0].sort_key)


@requires("log.write", "log.own_place")
def void(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take an entry out, for a reason."""
    found = entry_of(request.post, entry_id)
    if not may_change(request, found):
        raise Http404

    def do(data: dict[str, object]) -> str:
        actions.void_entry(entry=found, reason=str(data["reason"]), by=request.post)
        return _("已作废。它办结过的任务重新打开。")

    return ask(
        request,
        form=VoidForm(sent(request)),
        title=_("作废：%(form)s") % {"form": _(forms.written_with(found.form_version_id).form.label)},
        word=_("作废"),
        text=_text(found),
        do=do,
        back=reverse("care:entry", args=[found.id]),
        danger=True,
    )


def _text(found: Entry) -> str:
    text = _("记录不会消失：它划掉保留，原因大家都能看到。填错内容的，请用“更正”。")
    if others := log.out_of_sight(found):
        text += ngettext("这次工作还有%(n)d名您范围外的孩子，他们的记录也一起作废。", "这次工作还有%(n)d名您范围外的孩子，他们的记录也一起作废。", others) % {"n": others}
    return text


@requires("log.view", "log.own_place")
@require_GET
def paper(request: HttpRequest, entry_id: UUID, paper_id: UUID) -> HttpResponse:
    """A picture, scan or recording, decrypted for this answer only; ``small`` is its thumbnail."""
    found = entry_of(request.post, entry_id)
    kept = Paper.objects.filter(pk=paper_id, entry__in=log.chain(found)).first()
    if kept is None:
        raise Http404
    small = bool(request.GET.get("small")) and kept.media_type == "image/jpeg"
    try:
        content = paper_files.small(kept) if small else paper_files.content(kept)
    except storage.FileMissing as missing:
        raise Http404 from missing
    for part in () if small else log.parts_of(found):
        note_read(request, child_id=part.child_id, place=part.scope_place)
    return download(content, "", kept.media_type, shown=True)
