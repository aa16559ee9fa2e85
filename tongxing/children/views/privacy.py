"""The guardians' requests to see, copy, correct or delete (个人信息保护法 44–50 条)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes
from tongxing.children.forms.papers import AnswerForm, RequestForm
from tongxing.children.models import PrivacyRequest
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.crypto.masking import mask_name
from tongxing.ground import pages
from tongxing.ground.today import today

SOON_DAYS = 3


@requires("privacy.record")
def request_new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Note what a guardian asks."""
    file = file_of(child_id)
    form = RequestForm(sent(request))

    def do(_data: dict[str, object]) -> str:
        noted = actions.receive_request(child_id=child_id, new=form.new(), by=request.post)
        return _("已受理，%(day)s 前答复。") % {"day": noted.due_on.isoformat()}

    text = _("查阅、复制、更正、删除在十五个工作日内答复，撤回同意在一个工作日内办理。")
    title = _("登记监护人的请求：%(name)s") % {"name": file.child.name}
    return ask(request, form=form, title=title, word=_("受理"), text=text, do=do, back=file_url(child_id, "documents"))


@requires("privacy.decide")
def request_answer(request: HttpRequest, child_id: UUID, request_id: UUID) -> HttpResponse:
    """Answer it in words, once."""
    file_of(child_id)
    asked = PrivacyRequest.objects.filter(pk=request_id, child_id=child_id).first()
    if asked is None:
        raise Http404

    def do(data: dict[str, object]) -> str:
        actions.answer_request(request_id=request_id, granted=bool(data["granted"]), answer=str(data["answer"]), remove_optional=bool(data.get("remove_optional")), by=request.post)
        return _("已答复。")

    said = {"who": asked.by_whom, "relation": codes.RELATION.text(asked.relation), "kind": codes.REQUEST_KIND.text(asked.kind)}
    text = _("%(who)s（%(relation)s）请求%(kind)s") % said + (f"：{asked.words}" if asked.words else "")
    form = AnswerForm(sent(request), kind=asked.kind)
    return ask(request, form=form, title=_("答复监护人的请求"), word=_("答复"), text=text, do=do, back=file_url(child_id, "documents"))


@requires("privacy.record", "privacy.decide")
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """All requests of the scope: what waits, by its deadline; what was answered, the newest first."""
    answered = request.GET.get("state") == "answered"
    rows = PrivacyRequest.objects.select_related("child")
    rows = rows.exclude(state=PrivacyRequest.State.RECEIVED) if answered else rows.filter(state=PrivacyRequest.State.RECEIVED)
    page = pages.cut(rows, request.GET.dict(), order=("-answered_on", "-id") if answered else ("due_on", "id"))
    open_names = request.post.may("children.edit")
    shown = [_row(row, open_names=open_names) for row in page.rows]
    return render(request, "children/requests.html", {"page": page, "shown": shown, "answered": answered, "may_decide": request.post.may("privacy.decide")})


def _row(row: PrivacyRequest, *, open_names: bool) -> dict[str, object]:
    days = (row.due_on - today()).days
    if row.state != PrivacyRequest.State.RECEIVED:
        tone, word = ("green" if row.state == PrivacyRequest.State.DONE else "grey"), str(PrivacyRequest.State(row.state).label)
    elif days < 0:
        tone, word = "red", _("逾期 %(days)d 天") % {"days": -days}
    else:
        tone, word = ("amber" if days <= SOON_DAYS else "blue"), _("还有 %(days)d 天") % {"days": days} if days else _("今天到期")
    return {
        "row": row,
        "name": row.child.name if open_names else mask_name(row.child.name),
        "kind": codes.REQUEST_KIND.text(row.kind),
        "relation": codes.RELATION.text(row.relation),
        "tone": tone,
        "word": word,
    }
