"""One paper: drafted, shown, printed, signed, renewed, ended."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing import printing
from tongxing.accounts.access import HttpRequest, requires
from tongxing.children import codes as child_codes
from tongxing.children import printouts as child_printouts
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.finding.conditions import sees_names
from tongxing.children.forms.acts import PlainForm, WhyForm
from tongxing.children.models import Child
from tongxing.children.views.acting import ask, refuse, sent
from tongxing.crypto import actions as crypto
from tongxing.crypto.masking import mask_name
from tongxing.ground.today import today
from tongxing.guardianship import actions, codes, forms, parties, printouts, queries, rules, sentences, states
from tongxing.guardianship.actions import agreements as writing
from tongxing.guardianship.actions.signing import lacking
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.views.finding import agreement_of, child_of, link, note, url_of
from tongxing.journal.models import Access
from tongxing.places import queries as places

ORDER = {"parent": 0, "guardian": 1, "witness": 2}


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """A new paper for a child and those who live with it, filled in from the file."""
    child_of(child_id)
    return _edit(request, child_id, None)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Change a draft."""
    row = agreement_of(agreement_id)
    covered = Covered.objects.filter(agreement=row).order_by("id").first()
    if row.state != states.State.DRAFT or covered is None:
        raise Http404
    return _edit(request, covered.child_id, row)


def _edit(request: HttpRequest, child_id: UUID, row: Agreement | None) -> HttpResponse:
    found = parties.household(child_id)
    first, on = found[0], today()
    offered, entrusting = parties.candidates(first, on), parties.entrusting(first, on)
    initial = _initial(request, found, row)
    form = forms.AgreementForm(sent(request), initial=initial, children=[(file.child.id, file.child.name) for file in found], parents=entrusting, guardians=offered)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = actions.draft(new=form.new(), by=request.post) if row is None else actions.change(agreement_id=row.pk, new=form.new(), by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已按档案拟好，核对后打印签字，或者在屏幕上签字。"))
            return redirect("guardianship:agreement", made.pk)
    context = {"form": form, "child": first.child, "row": row, "back": url_of(row.pk) if row else reverse("guardianship:child", args=[child_id])}
    return render(request, "guardianship/edit.html", context, status=422 if form.is_bound else 200)


def _initial(request: HttpRequest, found: list[Any], row: Agreement | None) -> dict[str, Any]:
    first, on = found[0], today()
    if row is None:
        held = set(Covered.objects.exclude(phase=Covered.Phase.PAST).filter(child__in=[file.child.id for file in found]).values_list("child_id", flat=True))
        name, standing = parties.witness(first.child.scope_place, request.post)
        cares = parties.proposed(first, on)
        return {
            "children": [str(file.child.id) for file in found if file.child.id not in held],
            "parents": [str(each.key) for each in parties.entrusting(first, on)],
            "guardian": str(cares.key) if cares else None,
            "witness": name,
            "witness_standing": standing,
        }
    signers = list(Party.objects.filter(agreement=row))
    witness = next((each for each in signers if each.role == Party.Role.WITNESS), None)
    return {
        "kind": row.kind,
        "children": [str(each) for each, _place in queries.children_of(row)],
        "parents": [str(each.person_key) for each in signers if each.role == Party.Role.PARENT],
        "guardian": str(row.guardian_key),
        "since": row.since,
        "until": row.until,
        "witness": witness.name if witness else "",
        "witness_standing": witness.standing if witness else "",
    }


@requires("guardianship.view")
@require_GET
def show(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """One paper: who, how long, what is still missing, and what can be done next."""
    row, on = agreement_of(agreement_id), today()
    clear = sees_names(request.post)
    stands = rules.standing(row.state, row.until, on, queries.soon_days(row.scope_place, on))
    declared = writing.declared(row)
    waiting = row.state in states.WAITING
    note(request, row, what=(_("监护确认书"),))
    acts = states.possible(row.state, request.post.rights)
    context = {
        "row": row,
        "kind": codes.PAPER.text(row.kind),
        "tone": sentences.TONES[stands] if not waiting else states.TONES[row.state],
        "word": str(row.get_state_display()) if stands in (rules.Standing.WAITING, rules.Standing.OVER) else sentences.standing(stands, (row.until - on).days),
        "last": row.until.fromordinal(row.until.toordinal() - 1),
        "guardian": row.guardian_name if clear else mask_name(row.guardian_name),
        "relation": parties.relation_word(row.guardian_relation),
        "village": places.full_names({row.scope_place}).get(row.scope_place, ""),
        "children": _children(row, clear),
        "signers": [
            {
                "party": each,
                "name": each.name if clear else mask_name(each.name),
                "role": str(Party.Role(each.role).label),
                "how": str(Party.How(each.how).label) if each.how else "",
                "sign_url": reverse("guardianship:draw", args=[row.pk, each.pk]) if waiting and not each.how and "sign" in acts else "",
                "picture_url": reverse("guardianship:signature", args=[row.pk, each.pk]) if each.picture_sealed else "",
            }
            for each in _signers(row)
        ],
        "answers": [{"word": _(each.label), "answer": declared.get(each.value)} for each in codes.UNFIT],
        "lacking": [sentences.lack(each) for each in lacking(row)] if waiting else [],
        "acts": acts,
        "may_print": request.post.may("children.print"),
        "may_edit": request.post.may("guardianship.edit"),
        "ending": codes.ENDING.text(row.end_reason) if row.end_reason else "",
        "renewals": list(row.renewals.exclude(state="ended")[:3]),
        "clauses": [(str(Party.Role(role).label), [_(each.label) for each in codes.CLAUSE if each.party == role]) for role in ORDER],
    }
    return render(request, "guardianship/agreement.html", context)


def _signers(row: Agreement) -> list[Party]:
    return sorted(Party.unscoped.filter(agreement=row), key=lambda each: (ORDER[each.role], each.id))


def _children(row: Agreement, clear: bool) -> list[dict[str, Any]]:
    covered = list(Covered.objects.filter(agreement=row).select_related("child").order_by("child__born", "id"))
    keys = crypto.open_keys([each.child_id for each in covered]) if clear else {}
    return [
        {
            "child": each.child,
            "name": each.child.name if clear else mask_name(each.child.name),
            "guardianship": child_codes.GUARDIANSHIP.text(each.child.guardianship),
            "heard": each.heard,
            "wish": keys[each.child_id].open(each.binding, each.wish_sealed) if each.wish_sealed and each.child_id in keys else "",
            "scan_url": reverse("children:attachment", args=[each.child_id, each.scan_id]) if each.scan_id else "",
        }
        for each in covered
    ]


@requires("children.print")
@require_POST
def paper(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The paper as a PDF. The first print keeps its words; who may only look prints a draft as a draft."""
    row = agreement_of(agreement_id)
    try:
        with transaction.atomic():
            if request.post.may("guardianship.edit") and request.POST.get("final"):
                row = actions.freeze(agreement_id=row.pk, by=request.post)
            output = printouts.ask(title=codes.PAPER[row.kind].label, agreements=[row.pk], link=link(request), by=request.post)
            child_printouts.keep(output, printouts.paper_of(row, link(request), by=request.post))
    except (printing.PrintError, CannotDo) as failed:
        messages.error(request, str(failed))
        return redirect(url_of(row.pk))
    note(request, row, outcome=Access.Outcome.PRINTED, what=printouts.IN_FULL, why=_(printouts.WHY))
    return redirect("office:output_file", output.id)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The declarations of article 22 and what the children wish."""
    row = agreement_of(agreement_id)
    shown = _children(row, clear=True)
    children = [(each["child"].id, each["name"], each["heard"], each["wish"]) for each in shown]
    note(request, row, what=(_("监护确认书"),))
    form = forms.AnswersForm(sent(request), declared=writing.declared(row), children=children)

    def do(_data: dict[str, Any]) -> str:
        actions.answer(agreement_id=row.pk, declarations=form.declarations(), wishes=form.wishes([each[0] for each in children]), by=request.post)
        return _("已登记。")

    text = _("逐项询问%(name)s有没有下列情形；有一项的，不得被确定为被委托人（未成年人保护法第二十二条）。再分别问问孩子。") % {"name": row.guardian_name}
    return ask(request, form=form, title=_("询问登记"), word=_("保存"), text=text, do=do, back=url_of(row.pk))


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, agreement_id: UUID, party_id: UUID) -> HttpResponse:
    """Somebody signs on the screen, with the finger or the mouse, below the words that they sign."""
    row = agreement_of(agreement_id)
    party = Party.objects.filter(pk=party_id, agreement=row).first()
    if party is None or row.state not in states.WAITING:
        raise Http404
    form = forms.DrawForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.draw(party_id=party.pk, picture=_picture(form.cleaned_data["picture"]), by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("%(name)s已签字。") % {"name": party.name})
            return redirect(url_of(row.pk))
    note(request, row, what=(_("监护确认书"),))
    with transaction.atomic():
        kept = writing.opened(row) or writing.words_of(row)
    context = {"row": row, "party": party, "role": str(Party.Role(party.role).label), "form": form, "kept": kept, "kind": codes.PAPER.text(row.kind)}
    return render(request, "guardianship/draw.html", context, status=422 if form.is_bound else 200)


def _picture(address: str) -> bytes:
    """The bytes of a data address. Raises ``FieldErrors``."""
    head, _comma, body = address.partition(",")
    try:
        if not head.startswith("data:image/png;base64"):
            raise ValueError
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise FieldErrors({"picture": _("没有收到签名，请重新签字。")}) from wrong


@requires("guardianship.view")
@require_GET
def signature(request: HttpRequest, agreement_id: UUID, party_id: UUID) -> HttpResponse:
    """The picture of a signature."""
    row = agreement_of(agreement_id)
    party = Party.unscoped.filter(pk=party_id, agreement=row, picture_sealed__isnull=False).first()
    if party is None or party.picture_sealed is None or not sees_names(request.post):
        raise Http404
    note(request, row, what=(_("签名"),))
    return HttpResponse(writing.key_of(row).open_bytes(party.binding, party.picture_sealed), content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """All have signed on the screen: the paper holds from now on."""
    row = agreement_of(agreement_id)

    def do(data: dict[str, Any]) -> str:
        actions.sign(agreement_id=row.pk, guardianship=data["guardianship"], on=data["on"], by=request.post)
        return _("已签订，被委托人和监护类型已写入孩子的档案。")

    text = _("各方都已签字。签订以后内容不再改动。")
    return ask(request, form=forms.SignForm(sent(request)), title=_("确认签订"), word=_("确认签订"), text=text, do=do, back=url_of(row.pk))


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The signed sheet comes back as a scan or a photo."""
    row = agreement_of(agreement_id)
    signers = [(each.pk, f"{each.name}（{Party.Role(each.role).label}）") for each in _signers(row) if not each.how]
    form = forms.ScanForm(sent(request), request.FILES or None, parties=signers)

    def do(data: dict[str, Any]) -> str:
        actions.sign(agreement_id=row.pk, guardianship=data["guardianship"], on=data["on"], scan=data["file"].read(), on_paper=data["signed"], by=request.post)
        return _("已签订，扫描件已存入每个孩子的材料。")

    text = _("纸上要有各方签名、手印和村（居）委会的章。")
    return ask(request, form=form, title=_("签字件扫描回传"), word=_("上传并确认签订"), text=text, do=do, back=url_of(row.pk))


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Back to the draft."""
    row = agreement_of(agreement_id)

    def do(_data: dict[str, Any]) -> str:
        actions.reopen(agreement_id=row.pk, by=request.post)
        return _("已退回草稿，改好以后重新打印。")

    text = _("已经打印的作废，屏幕上的签字也会清除。")
    return ask(request, form=PlainForm(sent(request)), title=_("退回草稿修改"), word=_("退回草稿"), text=text, do=do, back=url_of(row.pk))


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """It will not be signed."""
    row = agreement_of(agreement_id)

    def do(data: dict[str, Any]) -> str:
        actions.discard(agreement_id=row.pk, comment=data["comment"], by=request.post)
        return _("已作废。")

    return ask(request, form=WhyForm(sent(request)), title=_("作废这份确认书"), word=_("作废"), do=do, back=url_of(row.pk), danger=True)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """It ends before its time, or after."""
    row = agreement_of(agreement_id)

    def do(data: dict[str, Any]) -> str:
        actions.end(agreement_id=row.pk, reason=data["reason"], guardianship=data["guardianship"], on=data["on"], note=data["note"], by=request.post)
        return _("已终止，孩子档案里的监护情况已更新。")

    return ask(request, form=forms.EndForm(sent(request)), title=_("终止确认书"), word=_("终止"), do=do, back=url_of(row.pk), danger=True)


@requires("guardianship.edit")
@require_POST
def renew(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The same people for another term, in one act."""
    row = agreement_of(agreement_id)
    try:
        with transaction.atomic():
            made = actions.renew(agreement_id=row.pk, by=request.post)
    except (CannotDo, Child.DoesNotExist) as refused:
        messages.error(request, str(refused) if isinstance(refused, CannotDo) else _("有的孩子已不在您的范围内，请重新签订。"))
        return redirect(url_of(row.pk))
    messages.success(request, _("续签的确认书已拟好，签订以后原来的自动改为已续签。"))
    return redirect(url_of(made.pk))


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """School and village were told in writing (article 23)."""
    row = agreement_of(agreement_id)

    def do(data: dict[str, Any]) -> str:
        actions.note_told(agreement_id=row.pk, school_on=data["told_school_on"], village_on=data["told_village_on"], by=request.post)
        return _("已登记。")

    initial = {"told_school_on": row.told_school_on, "told_village_on": row.told_village_on}
    text = _("父母应当及时将委托照护情况书面告知学校、幼儿园和村（居）委会（未成年人保护法第二十三条）。")
    return ask(request, form=forms.ToldForm(sent(request), initial=initial), title=_("登记书面告知"), word=_("登记"), text=text, do=do, back=url_of(row.pk))
