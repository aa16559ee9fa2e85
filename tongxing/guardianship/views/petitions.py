"""Applications to revoke guardianship: evidence against grounds, the draft, the court, the new guardian."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children import codes as child_codes
from tongxing.children import printouts as child_printouts
from tongxing.children.errors import CannotDo
from tongxing.children.forms.acts import PlainForm, WhyForm
from tongxing.children.models import Child
from tongxing.children.views.acting import ask, refuse, sent
from tongxing.files import intake, outputs, storage
from tongxing.files.downloads import download
from tongxing.files.models import Enclosure, OutputKind
from tongxing.forms.queries import definition
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.guardianship import actions, codes, colleagues, gathered, grounds, measure_forms, parties, states
from tongxing.guardianship.actions import petitions
from tongxing.guardianship.models import Evidence, Petition
from tongxing.guardianship.papers import word
from tongxing.guardianship.papers.application import TITLE, application
from tongxing.guardianship.states import Stage
from tongxing.guardianship.views.finding import case_of, child_of
from tongxing.guardianship.weighing import Verdict, Weighed
from tongxing.journal.models import Access
from tongxing.log.models import Entry, Participation
from tongxing.places import queries as places

VERDICTS = {Verdict.MET: ("green", gettext_lazy("符合")), Verdict.NOT_MET: ("grey", gettext_lazy("不符合")), Verdict.MISSING: ("amber", gettext_lazy("缺证据"))}
RECENT = 40  # entries of the log that are offered as evidence


def petition_of(petition_id: UUID) -> Petition:
    """The petition; outside the scope, or restricted to others, there is none."""
    if found := Petition.objects.filter(pk=petition_id).first():
        return found
    raise Http404


def url_of(row: Petition) -> str:
    return reverse("guardianship:petition", args=[row.pk])


def note(request: HttpRequest, row: Petition, *, outcome: str = "read", why: str = "") -> None:
    for child_id, place in Child.objects.filter(pk__in=gathered.wards(row)).values_list("pk", "scope_place"):
        note_read(request, child_id=child_id, place=place, outcome=outcome, what=(TITLE,), why=why)


@requires("guardianship.view")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The applications, the newest first."""
    state = request.GET.get("state", "") if request.GET.get("state", "") in Stage.values else ""
    rows = Petition.objects.filter(state=state) if state else Petition.objects.all()
    page = cut(rows, request.GET.dict(), order=("-id",))
    villages = places.short_names({row.scope_place for row in page.rows})
    context = {
        "page": page,
        "lines": [{"row": row, "village": villages.get(row.scope_place, ""), "tone": states.STAGE_TONES[row.state], "children": _names(row)} for row in page.rows],
        "states": Stage.choices,
        "state": state,
        "active_filters": chips({"state": str(Stage(state).label) if state else ""}, {"state": state}),
    }
    return render(request, "guardianship/petitions.html", context)


def _names(row: Petition) -> str:
    return _("、").join(Child.objects.filter(pk__in=gathered.wards(row)).order_by("born", "id").values_list("name", flat=True))


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """Begin to gather evidence."""
    child, case = child_of(child_id), case_of(request)
    found = parties.household(child_id)
    form = measure_forms.OpenForm(
        sent(request),
        initial={"children": [str(file.child.id) for file in found], "restricted": case is not None and case.restricted},
        children=[(file.child.id, file.child.name) for file in found],
        people=colleagues.guardians(found[0]),
        colleagues=colleagues.of_place(child.scope_place, request.post),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        case_id = case.pk if case else None
        try:
            with transaction.atomic():
                row = actions.open_petition(child_ids=data["children"], person=data["person"], restricted=data["restricted"], named=data["named"], case_id=case_id, by=request.post)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            return redirect(url_of(row))
    context = {"form": form, "child": child, "back": reverse("guardianship:child", args=[child_id])}
    return render(request, "guardianship/petition_new.html", context, status=422 if form.is_bound else 200)


@requires("guardianship.view")
@require_GET
def show(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """The grounds, their conditions, and the evidence for each."""
    row = petition_of(petition_id)
    on = today()
    note(request, row)
    balance = gathered.balance(row, on)
    key = petitions.key_of(row)
    pieces: dict[str, list[dict[str, Any]]] = {}
    for piece in Evidence.objects.filter(petition=row, removed_on=None).order_by("on", "id"):
        pieces.setdefault(piece.condition, []).append(_piece(piece, petitions.what(piece, key), row))
    wards = list(Child.objects.filter(pk__in=gathered.wards(row)).order_by("born", "id"))
    acts = states.acts_on(row.state, request.post.rights)
    context = {
        "row": row,
        "tone": states.STAGE_TONES[row.state],
        "wards": wards,
        "person": f"{row.person_name}（{child_codes.RELATION.text(row.relation)}）",
        "counted": gathered.counted(gathered.against(row.person_key, [child.pk for child in wards]), on),
        "measures": gathered.against(row.person_key, [child.pk for child in wards]),
        "kinds": {code.value: _(code.label) for code in codes.MEASURE},
        "grounds": [_ground(name, balance, pieces, claimed=name in row.grounds) for name in grounds.grounds()],
        "applicant": codes.APPLICANT.text(row.applicant) if row.applicant else "",
        "summary": petitions.summary(row),
        "acts": acts,
        "may_edit": request.post.may("guardianship.edit"),
        "gathering": row.state in (Stage.GATHERING, Stage.DECIDED, Stage.FILED) and request.post.may("guardianship.edit"),
        "preparing": row.state in (Stage.GATHERING, Stage.DECIDED) and request.post.may("guardianship.edit"),
        "ruling_url": reverse("guardianship:petition_file", args=[row.pk, row.ruling_id]) if row.ruling_id else "",
    }
    return render(request, "guardianship/petition.html", context)


def _piece(piece: Evidence, words: str, row: Petition) -> dict[str, Any]:
    return {
        "piece": piece,
        "kind": codes.PROOF.text(piece.kind),
        "what": words,
        "file_url": reverse("guardianship:petition_file", args=[row.pk, piece.file_id]) if piece.file_id else "",
    }


def _ground(name: str, balance: gathered.Balance, pieces: dict[str, list[dict[str, Any]]], *, claimed: bool) -> dict[str, Any]:
    ground = grounds.grounds()[name]
    tone, verdict = VERDICTS[balance.grounds[name]]
    return {
        "label": _(ground.label),
        "text": ground.text,
        "tone": tone,
        "verdict": verdict,
        "claimed": claimed,
        "open": claimed or balance.grounds[name] is Verdict.MET or any(pieces.get(each) for group in ground.all for each in group),
        "groups": [[_condition(balance.conditions[each], pieces.get(each, [])) for each in group] for group in ground.all],
    }


def _condition(weighed: Weighed, pieces: list[dict[str, Any]]) -> dict[str, Any]:
    tone, verdict = VERDICTS[weighed.verdict]
    number = ""
    if weighed.number is not None and weighed.condition.test == "refusal" and weighed.since:
        number = _("自%(since)s起，已%(n)d个月") % {"since": weighed.since.isoformat(), "n": weighed.number}
    elif weighed.number is not None:
        number = _("已%(n)d次") % {"n": weighed.number}
    return {
        "id": weighed.condition.id,
        "label": _(weighed.condition.label),
        "tone": tone,
        "verdict": verdict,
        "number": number,
        "pieces": pieces,
        "counted": weighed.condition.test in ("unheeded", "criticised"),
    }


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """One more piece of evidence."""
    row = petition_of(petition_id)
    wards = gathered.wards(row)
    measures = [(each.act_key, f"{each.on} {codes.MEASURE.text(each.kind)}（{each.given_by}）") for each in gathered.against(row.person_key, wards)]
    form = measure_forms.EvidenceForm(sent(request), request.FILES or None, measures=measures, entries=_entries(wards), initial={"condition": request.GET.get("condition", "")})

    def do(_data: dict[str, Any]) -> str:
        actions.add_evidence(petition_id=row.pk, new=form.new(), by=request.post)
        return _("已加入证据。")

    return ask(request, form=form, title=_("加入证据"), word=_("加入"), do=do, back=url_of(row))


def _entries(wards: list[UUID]) -> list[tuple[UUID, str]]:
    """Entries of the log about these children that one may read, the newest first."""
    ids = Participation.objects.filter(child_id__in=wards, dropped=False).values("entry_id")
    return [(entry.pk, f"{entry.on} {_(definition(entry.kind).form.label)}") for entry in Entry.objects.filter(pk__in=ids, void=False).order_by("-on", "-id")[:RECENT]]


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def evidence_remove(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """It does not count any more."""
    piece = Evidence.objects.select_related("petition").filter(pk=evidence_id).first()
    if piece is None:
        raise Http404

    def do(data: dict[str, Any]) -> str:
        actions.remove_evidence(evidence_id=piece.pk, why=data["comment"], by=request.post)
        return _("已移除。")

    return ask(request, form=WhyForm(sent(request)), title=_("移除这份证据"), word=_("移除"), do=do, back=url_of(piece.petition), danger=True)


@requires("guardianship.view")
@require_GET
def file(request: HttpRequest, petition_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of the evidence, or the ruling."""
    row = petition_of(petition_id)
    try:
        found, content = petitions.file_of(file_id, row)
    except (Enclosure.DoesNotExist, storage.FileMissing) as missing:
        raise Http404 from missing
    note(request, row)
    name = f"{found.title}{intake.SUFFIXES.get(found.media_type, '')}"
    return download(content, name, found.media_type, shown=found.media_type in intake.SHOWN)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """Who applies, where, on which grounds."""
    row = petition_of(petition_id)
    balance = gathered.balance(row, today())
    initial = {
        "grounds_": row.grounds or balance.met,
        "applicant": row.applicant,
        "applicant_name": row.applicant_name,
        "court": row.court,
        "proposed_guardian": row.proposed_guardian,
        "summary": petitions.summary(row),
    }
    verdicts = {name: str(VERDICTS[verdict][1]) for name, verdict in balance.grounds.items()}
    form = measure_forms.PrepareForm(sent(request), initial=initial, verdicts=verdicts)

    def do(data: dict[str, Any]) -> str:
        actions.prepare(petition_id=row.pk, **data, by=request.post)
        return _("已保存。")

    return ask(request, form=form, title=_("填写申请"), word=_("保存"), do=do, back=url_of(row))


@requires("guardianship.view")
@require_POST
def document(request: HttpRequest, petition_id: UUID, form: str) -> HttpResponse:
    """The draft, as a Word document that can be edited or as a PDF."""
    row = petition_of(petition_id)
    if form not in ("docx", "pdf") or not request.post.may("children.print"):
        raise Http404
    made, why = application(row), _("向人民法院申请")
    kind = OutputKind.PRINT if form == "pdf" else OutputKind.EXPORT
    try:
        with transaction.atomic():
            output = outputs.ask(kind=kind, title=TITLE, asked={"petition": str(row.pk)}, total=1, masked=False, why=why, place=request.post.place_id, by=request.post)
            if form == "pdf":
                child_printouts.keep(output, printing.render("petition", made.data(), stamp=child_printouts.stamp(TITLE, request.post, masked=False)))
            else:
                outputs.finish(output_id=output.id, content=word.written(made), media_type=word.DOCX, file_name=f"{TITLE}-{row.number}.docx")
    except printing.PrintError as failed:
        messages.error(request, str(failed))
        return redirect(url_of(row))
    note(request, row, outcome=Access.Outcome.PRINTED if form == "pdf" else Access.Outcome.EXPORTED, why=why)
    return redirect("office:output_file", output.id)


@requires("guardianship.decide")
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, petition_id: UUID, name: str) -> HttpResponse:
    """What the county does: decide, send back, hand in, record the ruling, settle, close."""
    row = petition_of(petition_id)
    if name not in states.acts_on(row.state, request.post.rights):
        raise Http404
    by, title = request.post, str(states.PETITION[name].label)
    form: Any = None
    forms: dict[str, tuple[Any, Any]] = {
        "decide": (PlainForm, lambda data: actions.decide(petition_id=row.pk, by=by)),
        "back": (WhyForm, lambda data: actions.send_back(petition_id=row.pk, comment=data["comment"], by=by)),
        "file": (measure_forms.FileForm, lambda data: actions.file_with_court(petition_id=row.pk, **data, by=by)),
        "revoke": (measure_forms.RuleForm, lambda data: _rule(row, data, request)),
        "dismiss": (measure_forms.RuleForm, lambda data: _rule(row, data, request)),
        "settle": (measure_forms.SettleForm, lambda data: actions.settle(petition_id=row.pk, **form.chosen(), by=by)),
        "close": (WhyForm, lambda data: actions.close(petition_id=row.pk, comment=data["comment"], by=by)),
    }
    made, run = forms[name]
    more: dict[str, Any] = {}
    if name == "settle":
        found = parties.household(gathered.wards(row)[0])
        more["people"] = [each for each in colleagues.guardians(found[0]) if each.key != row.person_key]
    if made is measure_forms.RuleForm:
        title = _("登记法院判决")
        form = made(sent(request), request.FILES or None, initial={"revoked": "1" if name == "revoke" else "0", "number": row.court_number})
    else:
        form = made(sent(request), **more)

    def do(data: dict[str, Any]) -> str:
        run(data)
        return _("已登记。")

    return ask(request, form=form, title=title, word=_("确定"), do=do, back=url_of(row), danger=name == "close")


def _rule(row: Petition, data: dict[str, Any], request: HttpRequest) -> Petition:
    given = data["file"]
    return actions.rule(petition_id=row.pk, revoked=data["revoked"], on=data["on"], number=data["number"], why=data["why"], ruling=given.read() if given else None, by=request.post)


@requires("guardianship.edit")
@require_http_methods(["GET", "POST"])
def restrict(request: HttpRequest, petition_id: UUID) -> HttpResponse:
    """Who may see it."""
    row = petition_of(petition_id)
    initial = {"restricted": row.restricted, "named": [str(each) for each in row.named]}
    form = measure_forms.RestrictForm(sent(request), initial=initial, colleagues=colleagues.of_place(row.scope_place, request.post))

    def do(data: dict[str, Any]) -> str:
        actions.restrict(petition_id=row.pk, restricted=data["restricted"], named=data["named"], by=request.post)
        return _("已保存。")

    text = _("限定以后，没有指定的人在名单、统计、档案和操作记录里都看不到这项申请。您自己始终可以看。")
    return ask(request, form=form, title=_("谁可以看"), word=_("保存"), text=text, do=do, back=url_of(row))
