"""What was done and what was answered, in numbers: over a place and a stretch of days."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Post
from tongxing.care.boards.forms import EmptyForm
from tongxing.care.boards.periods import month_after
from tongxing.care.boards.views.boards import LEAST, place_of, sees_children
from tongxing.children.views.acting import sent
from tongxing.files import outputs
from tongxing.files.models import OutputKind
from tongxing.forms import queries as forms
from tongxing.forms.shapes import Definition
from tongxing.ground import dialogs, scope
from tongxing.ground.today import now, today
from tongxing.journal.models import Access
from tongxing.ledgers import official
from tongxing.ledgers.official import Heading, Sheet
from tongxing.ledgers.writing import XLSX
from tongxing.log import counting
from tongxing.log.counting import Asked, Reached, Span
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.places.models import Place


@dataclass(frozen=True, slots=True)
class Counted:
    """A kind of work in numbers. ``rows``: the places below, where the reader sees the children."""

    total: Reached
    asked: list[Asked]
    rows: list[tuple[Place, Reached]]


@requires("figures.view")
@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of work: how often, for how many children."""
    place, span, address = _asked(request)
    open_to = sees_children(request.post)
    with _reading(request.post):
        found = {kind: reached if open_to else counting.reached_hidden(reached, LEAST) for kind, reached in counting.by_kind(span).items()}
    known = forms.definitions()
    rows = [(known[kind].form, reached, f"{reverse('care:statistics_of', args=[kind])}{_link(address)}") for kind, reached in found.items() if kind in known]
    return render(request, "care/statistics.html", {"rows": rows, **_shared(request, place, span, address, reverse("care:statistics"))})


@requires("figures.view")
@require_GET
def one(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of work: by place, and question by question."""
    form = _form(kind)
    place, span, address = _asked(request)
    counted = _counted(request.post, form, place, span)
    here = reverse("care:statistics_of", args=[kind])
    context = {
        "form": form.form,
        "counted": counted,
        "asked": counted.asked,
        "rows": [(each, reached, f"{here}{_link(address | {'place': codes.show(each.code)})}") for each, reached in counted.rows],
        "export_url": f"{reverse('care:statistics_export', args=[kind])}{_link(address)}" if request.post.may("figures.export") else "",
        "kinds_url": f"{reverse('care:statistics')}{_link(address)}",
        **_shared(request, place, span, address, here),
    }
    return render(request, "care/statistics_of.html", context)


@requires("figures.export")
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a workbook."""
    form = _form(kind)
    place, span, _address = _asked(request)
    text = _("%(place)s，%(since)s 至 %(until)s。只有数字，没有儿童姓名；文件带有您的姓名和时间。") % {
        "place": place.full_name,
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
    }
    if request.method == "POST":
        post = request.post
        counted = _counted(post, form, place, span)
        title = _("%(form)s统计（%(place)s）") % {"form": _(form.form.label), "place": place.short_name}
        why = _("工作统计")
        output = outputs.ask(kind=OutputKind.EXPORT, title=title[:100], asked={"kind": kind, "place": place.code}, total=1, masked=True, why=why, place=post.place_id, by=post)
        out = io.BytesIO()
        official.write(list(_sheets(counted, form, place, span, post)), out)
        outputs.finish(output_id=output.id, content=out.getvalue(), media_type=XLSX, file_name=f"{title}-{span.until:%Y%m%d}.xlsx")
        note_read(request, child_id=None, place=post.place_id, outcome=Access.Outcome.EXPORTED, what=("entry_statistics",), why=title)
        return dialogs.done(request, reverse("office:output", args=[output.id]))
    words = {"dialog_title": _("导出 Excel"), "confirm_text": text, "confirm_word": _("导出"), "dialog_back": reverse("care:statistics_of", args=[kind])}
    return dialogs.show(request, "office/confirm.html", {"form": EmptyForm(sent(request)), **words})


def _counted(post: Post, form: Definition, place: Place, span: Span) -> Counted:
    """Who sees no children reads the own place alone, without small counts, by place nor with extremes."""
    with _reading(post):
        total, asked = counting.total(span, form.id), counting.answers(span, form)
        if not sees_children(post):
            return Counted(counting.reached_hidden(total, LEAST), [counting.hidden(each, LEAST) for each in asked], [])
        below = {each.code: each for each in places.children_of(place.code)} if place.level < Level.VILLAGE else {}
        found = counting.by_place(span, form.id, Level(place.level + 1)) if below else {}
        rows = [(below[code], reached) for code, reached in sorted(found.items()) if code in below]
    return Counted(total, asked, rows)


def _reading(post: Post) -> AbstractContextManager[object]:
    return nullcontext() if sees_children(post) else scope.whole_country(why="counts of the post's own place; small ones are left out before anybody sees them")


def _asked(request: HttpRequest) -> tuple[Place, Span, dict[str, str]]:
    place = place_of(request)
    on = today()
    usual = month_after(date(on.year, (on.month - 1) // 3 * 3 + 1, 1), 0)
    since, until = _day(request.GET.get("since", ""), usual), _day(request.GET.get("until", ""), on)
    if since > until:
        since, until = until, since
    lo, hi = codes.span(place.code)
    address = {
        "place": codes.show(place.code) if place.code != request.post.place_id else "",
        "since": since.isoformat() if since != usual else "",
        "until": until.isoformat() if until != on else "",
    }
    return place, Span(lo, hi, since, until), address


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _link(address: dict[str, str]) -> str:
    kept = {key: value for key, value in address.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def _shared(request: HttpRequest, place: Place, span: Span, address: dict[str, str], here: str) -> dict[str, object]:
    lo, hi = codes.span(request.post.place_id)
    chain = [each for each in places.chain(place.code) if lo <= each.code <= hi]
    return {
        "place": place,
        "span": span,
        "open_to": sees_children(request.post),
        "least": LEAST,
        "crumbs": [(each.short_name, f"{here}{_link(address | {'place': codes.show(each.code) if each.code != request.post.place_id else ''})}") for each in chain],
    }


def _form(kind: str) -> Definition:
    form = forms.definitions().get(kind)
    if form is None or form.form.restricted:
        raise Http404
    return form


def _sheets(counted: Counted, form: Definition, place: Place, span: Span, by: Post) -> Iterator[Sheet]:
    period = _("%(since)s 至 %(until)s") % {"since": span.since.isoformat(), "until": span.until.isoformat()}
    unit = _("填报单位（盖章）：%(unit)s") % {"unit": place.full_name}
    stamp = _("%(who)s %(when)s 导出。") % {"who": f"{by.person.name}（{by}）", "when": f"{now():%Y-%m-%d %H:%M}"}
    label = _(form.form.label)
    headings = [Heading(text=_("问题"), width=30), Heading(text=_("答案"), width=26), Heading(text=_("数量"), width=10)]
    rows: list[list[str | int | None]] = [[_("登记次数"), "", counted.total.entries], [_("涉及儿童"), "", counted.total.children]]
    for each in counted.asked:
        question = _(each.field.label) + (f"（{_(each.field.unit)}）" if each.field.unit else "")
        rows.append([question, _("答了的"), each.answered])
        rows += [["", _(chosen.choice.label), chosen.count] for chosen in each.chosen]
        numbers = ((_("平均"), each.average), (_("最小"), each.least), (_("最大"), each.most))
        rows += [["", word, f"{number:.{each.field.decimals + 1}f}"] for word, number in numbers if number is not None]
    yield Sheet(title=_("%(form)s统计") % {"form": label}, name=_("问题"), left=unit, right=period, headings=headings, rows=rows, watermark=stamp)
    if counted.rows:
        heads = [Heading(text=_("地区"), width=26), Heading(text=_("登记次数"), width=10), Heading(text=_("涉及儿童"), width=10)]
        lines = [[each.short_name, reached.entries, reached.children] for each, reached in counted.rows]
        total = [_("合计"), counted.total.entries, counted.total.children]
        yield Sheet(title=_("%(form)s统计（按地区）") % {"form": label}, name=_("地区"), left=unit, right=period, headings=heads, rows=lines, total=total, watermark=stamp)
