"""Files that move to another place, and children who are away for a while."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import actions, codes
from tongxing.children.forms.acts import BackForm, LeaveForm, PlainForm, TransferForm, WhyForm
from tongxing.children.lifecycle import TRANSFER
from tongxing.children.models import Child, Leave, State, Transfer
from tongxing.children.page.shapes import Act
from tongxing.children.queries import moves
from tongxing.children.views.acting import ask, file_of, file_url, sent
from tongxing.crypto import masking
from tongxing.ground.today import today
from tongxing.places import queries as places

SHOWN = 200


def acts(request: HttpRequest, row: Transfer) -> list[Act]:
    """What this post may do with a transfer now."""
    found = []
    scope = request.post.scope()
    for name, step in TRANSFER.items():
        own = row.to_place if step.side == "to" else row.from_place
        waits = step.side == "county" and row.state == Transfer.State.REQUESTED and today() <= row.deadline
        if row.state in step.origins and request.post.may(step.right) and scope.covers(own) and not waits:
            found.append(Act(str(step.label), reverse("children:transfer_answer", args=[row.id, name])))
    return found


@requires("transfers.request", "transfers.accept", "transfers.decide")
@require_GET
def transfers(request: HttpRequest) -> HttpResponse:
    """What comes in, what goes out, what the county has to decide, and who is away for a while."""
    incoming = list(moves.incoming()[:SHOWN])
    groups = [("incoming", incoming), ("outgoing", list(moves.outgoing().exclude(pk__in=[row.pk for row in incoming])[:SHOWN]))]  # between two places of the scope: once
    if request.post.may("transfers.decide"):
        groups.insert(0, ("decide", list(moves.to_decide(today())[:SHOWN])))
    names = places.full_names({code for _key, rows in groups for row in rows for code in (row.from_place, row.to_place)})
    shown = [
        {
            "key": key,
            "rows": [
                {
                    "name": row.child_name if request.post.may("children.edit") else masking.mask_name(row.child_name),
                    "url": file_url(row.child_id) if request.post.scope().covers(row.from_place) else "",
                    "from": names.get(row.from_place, row.from_place),
                    "to": names.get(row.to_place, row.to_place),
                    "reason": row.reason,
                    "answer": row.answer,
                    "deadline": row.deadline,
                    "late": row.deadline < today(),
                    "acts": acts(request, row),
                }
                for row in rows
            ],
        }
        for key, rows in groups
    ]
    return render(request, "children/transfers.html", {"groups": shown})


@requires("transfers.request")
def transfer(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Ask another place to take the file over; what is on the way already is shown with its own page."""
    file = file_of(child_id)
    form = TransferForm(sent(request))
    days = file.parameters(today()).transfer_workdays

    def do(data: dict[str, Any]) -> str:
        made = actions.request_transfer(child_id=child_id, to=data["to_place"].code, reason=data["reason"], by=request.post)
        if request.post.may("transfers.accept") and request.post.scope().covers(made.to_place):
            return _("已提出转移。转入的地方也由您负责：在“档案转移”里点“接收”，档案就转过去。")
        return _("已提出转移，等待对方在 %(deadline)s 前接收。") % {"deadline": made.deadline.isoformat()}

    text = _("对方接收以前仍由本地负责；%(days)s 个工作日内没有答复的，由县级决定。暑假随父母、外出探亲请登记临时离开。") % {"days": days}
    return ask(request, form=form, title=_("转出：%(name)s") % {"name": file.child.name}, word=_("提出转移"), text=text, do=do, back=file_url(child_id), renamed={"to": "to_place"})


@requires("transfers.request", "transfers.accept", "transfers.decide")
def transfer_answer(request: HttpRequest, transfer_id: UUID, act: str) -> HttpResponse:
    """Accept, refuse, take back, or decide."""
    row = get_object_or_404(Transfer.objects, pk=transfer_id)
    if act not in TRANSFER or not any(one.url.endswith(f"/{act}/") for one in acts(request, row)):
        raise Http404
    step = TRANSFER[act]
    form = WhyForm(sent(request)) if step.comment else PlainForm(sent(request))
    names = places.full_names({row.from_place, row.to_place})

    def do(data: dict[str, Any]) -> str:
        actions.answer_transfer(transfer_id=transfer_id, act=act, words=str(data.get("comment", "")), by=request.post)
        return _("已办理：%(act)s") % {"act": step.label}

    text = _("%(name)s：%(from)s → %(to)s。%(reason)s") % {"name": row.child_name, "from": names.get(row.from_place, ""), "to": names.get(row.to_place, ""), "reason": row.reason}
    return ask(request, form=form, title=step.label, word=step.label, text=text, do=do, back=reverse("children:transfers"), renamed={"words": "comment"})


@requires("children.leave")
@require_GET
def leaves(request: HttpRequest) -> HttpResponse:
    """Who is away for a while, those expected back first; several come back at once."""
    rows = list(moves.away()[:SHOWN])
    return render(request, "children/leaves.html", {"rows": rows, "today": today(), "kinds": {kind.value: _(kind.label) for kind in codes.LEAVE_KIND}})


def chosen(request: HttpRequest) -> list[Child]:
    """The children of the scope that the address names (``?child=…``, or ``?pick=…`` from the list)."""
    ids = []
    for given in [*request.GET.getlist("child"), *request.GET.getlist("pick")][:SHOWN]:
        try:
            ids.append(UUID(given))
        except ValueError:
            raise Http404 from None
    found = list(Child.objects.filter(pk__in=ids).order_by("sort_key"))
    if not found or len(found) != len(set(ids)):
        raise Http404
    return found


def named(children: list[Child]) -> str:
    """Three names and how many there are."""
    names = _("、").join(child.name for child in children[:3])
    return names if len(children) <= 3 else _("%(names)s等%(n)d人") % {"names": names, "n": len(children)}


def nobody(request: HttpRequest, words: str) -> HttpResponse:
    """None of the chosen children can be meant."""
    return render(request, "children/nobody.html", {"dialog_title": _("没有可以办理的孩子"), "words": words})


@requires("children.leave")
def leave(request: HttpRequest) -> HttpResponse:
    """These children are away for a while; their files stay."""
    picked = chosen(request)
    children = [child for child in picked if child.state == State.CURRENT]
    if not children:
        return nobody(request, _("选中的孩子都不在册，不能登记临时离开。"))
    left_out = [child for child in picked if child.state != State.CURRENT]
    form = LeaveForm(sent(request))

    def do(data: dict[str, Any]) -> str:
        new = actions.NewLeave(kind=data["kind"], left_on=data["left_on"], where=data["where_text"], with_whom=data["with_whom"], expected_on=data["expected_on"])
        made = actions.record_leave(child_ids=[child.id for child in children], new=new, by=request.post)
        return _("已登记%(n)d名儿童临时离开。") % {"n": len(made)}

    return ask(
        request,
        form=form,
        title=_("登记临时离开：%(who)s") % {"who": named(children)},
        word=_("登记"),
        text=_("暑假随父母、探亲、就医等，档案仍在本地；到期没有返回会提醒。") + (_("%(who)s还不是在册档案，不登记。") % {"who": named(left_out)} if left_out else ""),
        do=do,
        back=reverse("children:leaves"),
        renamed={"where": "where_text"},
    )


@requires("children.leave")
def back(request: HttpRequest) -> HttpResponse:
    """These children are back."""
    children = chosen(request)
    if not Leave.objects.filter(child__in=children, returned_on=None).exists():
        raise Http404

    def do(data: dict[str, Any]) -> str:
        done = actions.record_return(child_ids=[child.id for child in children], on=data["returned_on"], by=request.post)
        return _("已登记%(n)d名儿童返回。") % {"n": done}

    return ask(
        request,
        form=BackForm(sent(request)),
        title=_("登记返回：%(who)s") % {"who": named(children)},
        word=_("登记"),
        do=do,
        back=reverse("children:leaves"),
        renamed={"on": "returned_on"},
    )
