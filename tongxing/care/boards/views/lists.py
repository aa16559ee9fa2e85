"""One's own list, the promises behind a number, and the month."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.care.boards import calendar as sheets
from tongxing.care.boards import exports, finding, own, words
from tongxing.children.finding import giving
from tongxing.duties.models import Rule
from tongxing.ground.pages import cut
from tongxing.ground.today import now, today
from tongxing.places.codes import Level

TOGETHER = 200


@requires("duties.view")
@require_GET
def own_list(request: HttpRequest) -> HttpResponse:
    """What one has to do, by urgency, village, task or child."""
    wanted = own.asked(request.GET.dict())
    found = own.own(request.post, wanted, now(), today())
    context = {
        "own": found,
        "groupings": [(key, str(word), wanted.link(by=key if key != "when" else ""), key == wanted.by) for key, word in own.GROUPS.items()],
        "may_log": request.post.may("log.write"),
        "may_board": request.post.may("duties.board"),
        "day": today(),
        "before_url": wanted.link(page=str(found.page - 1)) if found.page > 1 else "",
        "after_url": wanted.link(page=str(found.page + 1)) if found.page < found.pages else "",
    }
    return render(request, "care/boards/own.html", context)


@requires("log.write")
@require_GET
def together(request: HttpRequest) -> HttpResponse:
    """One form for the children of several promises: the kind that keeps them all, or the choice of kinds."""
    rows = finding.chosen(request.GET.getlist("pick"), None, TOGETHER)
    rules = Rule.objects.in_bulk({row.rule_id for row in rows})
    children = urlencode([("child", str(child)) for child in dict.fromkeys(row.child_id for row in rows if row.child_id)])
    offered = [[url for _word, url in words.entry_urls(rule, [], request.post)] for rule in rules.values()]
    common = [url for url in (offered[0] if offered else []) if all(url in each for each in offered)]
    address = common[0] if common else reverse("care:kinds")
    return redirect(f"{address}?{children}" if children else address)


@requires("duties.view")
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """The promises behind a number, with what a superior may decide."""
    asked = finding.question(request.GET.dict(), request.post, now(), today())
    page = cut(asked.rows(), request.GET.dict(), order=("due", "id"))
    context = finding.context(asked) | {
        "page": page,
        "lines": finding.lines(page.rows, asked, today()),
        "sees_villages": request.post.place.level < Level.VILLAGE,
        "may_decide": request.post.may("duties.decide"),
        "may_urge": asked.state in ("overdue", "climbed"),
        "export_url": reverse("boards:export_duties") if request.post.may("children.export") else "",
        "export_dialog": True,
        "may_log": request.post.may("log.write") or request.post.may("log.own_place"),
        "board_url": reverse("boards:board") if request.post.may("duties.board") else "",
    }
    return render(request, "care/boards/duties.html", context)


@requires("children.export")
def export_duties(request: HttpRequest) -> HttpResponse:
    """The promises of this address as a workbook: to whom and why."""
    asked = finding.question(request.GET.dict(), request.post, now(), today())
    return giving.dialog(request, _("导出工作任务明细"), lambda: exports.roll(asked, today()))


@requires("duties.view")
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The month: how many promises end on which day, one's own or the place's."""
    on = today()
    place = request.post.may("duties.board") and request.GET.get("of") == "place"
    first = sheets.first_of(request.GET.get("month", ""), on)
    context = {
        "month": sheets.month(request.post, first, on, place=place),
        "place": place,
        "may_board": request.post.may("duties.board"),
        "day": on,
    }
    return render(request, "care/boards/calendar.html", context)
