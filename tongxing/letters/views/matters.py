"""One intake, several departments, one answer back: the list, the registration, the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.calendars import queries as calendars
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Child, State
from tongxing.children.views.acting import refuse, sent
from tongxing.ground.ids import parse, parse_all, uuid7
from tongxing.ground.pages import chips, cut
from tongxing.ground.today import today
from tongxing.letters import codes, departments, forms, queries
from tongxing.letters.actions import matters
from tongxing.letters.actions.matters import Intake, Part
from tongxing.letters.models import Letter, Matter, MatterChild
from tongxing.letters.states import State as LetterState
from tongxing.letters.views import showing
from tongxing.places import codes as places
from tongxing.places.codes import Level

STATES = {"open": gettext_lazy("没有答复"), "overdue": gettext_lazy("逾期未答复"), "answered": gettext_lazy("已答复")}
DAYS = 15  # working days within which a matter is answered where nobody says otherwise (信访、12345 的一般期限)
MOST = 20


@requires("letters.write")
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Matters of the office and those below, the newest first."""
    asked = showing.filled(request.GET.dict(), "q", "state", "channel")
    asked["state"] = asked["state"] if asked["state"] in STATES else ""
    asked["channel"] = asked["channel"] if asked["channel"] in codes.CHANNEL else ""
    rows = queries.matters(asked["state"], today())
    if asked["q"]:
        rows = rows.filter(Q(title__icontains=asked["q"]) | Q(number__icontains=asked["q"]) | Q(outer_number__icontains=asked["q"]))
    if asked["channel"]:
        rows = rows.filter(channel=asked["channel"])
    page = cut(rows, request.GET.dict(), order=("-at", "-id"))
    parts = queries.parts(page.rows)
    words = {"q": f"“{asked['q']}”" if asked["q"] else "", "state": str(STATES[asked["state"]]) if asked["state"] else "", "channel": codes.CHANNEL.text(asked["channel"])}
    context = {
        "page": page,
        "lines": [{"matter": each, "late": each.late(today()), "parts": parts.get(each.id, (0, 0))} for each in page.rows],
        "asked": asked,
        "states": STATES.items(),
        "channels": codes.CHANNEL.choices(),
        "active_filters": chips(words, asked),
        "tabs": showing.tabs(request.post, "matters"),
    }
    return render(request, "letters/matters.html", context)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register what came in, with the children whom it is about (``q`` finds them)."""
    asked = request.POST if request.method == "POST" else request.GET
    due = calendars.calendar(places.at_level(request.post.place_id, Level.COUNTY)).after(today(), DAYS)
    form = forms.IntakeForm(sent(request), initial={"channel": "walk_in", "due_on": due})
    picked = parse_all(asked.getlist("child"))
    matter_id = parse(asked.get("id", "")) or uuid7()
    searching = request.method == "POST" and "find" in request.POST
    if request.method == "POST" and not searching and form.is_valid():
        data = form.cleaned_data
        intake = Intake(**{key: data[key] for key in ("channel", "title", "words", "received_on", "due_on", "outer_number", "asker")}, children=tuple(picked))
        try:
            with transaction.atomic():
                made = matters.receive(intake=intake, by=request.post, matter_id=matter_id)
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已受理，编号%(number)s。接着交给各部门办理。") % {"number": made.number})
            return redirect("letters:matter_hand_out", matter_id=made.id)
    if searching:
        form = forms.IntakeForm(initial=request.POST.dict())
    found = _found(asked.get("q", "").strip()[:30], picked)
    chosen = list(Child.objects.filter(pk__in=picked).order_by("sort_key", "id"))
    named = showing.villages([*found, *chosen], request.post)
    rows = [
        {"child": child, "name": showing.name_of(child, request.post), "village": named.get(child.scope_place, ""), "chosen": child.id in set(picked)}
        for child in [*chosen, *found]
    ]
    context = {"form": form, "rows": rows, "matter_id": matter_id, "q": asked.get("q", ""), "day": today(), "searched": bool(asked.get("q"))}
    return render(request, "letters/intake.html", context, status=422 if form.is_bound else 200)


def _found(text: str, picked: list[UUID]) -> list[Child]:
    if not text:
        return []
    rows = Child.objects.filter(name__startswith=text, state=State.CURRENT).exclude(pk__in=picked)
    return list(rows.order_by("sort_key", "id")[:MOST])


def _matter(matter_id: UUID) -> Matter:
    return get_object_or_404(Matter.objects.select_related("post__person", "post__place", "answered_by__person"), pk=matter_id)


def _children(matter: Matter, request: HttpRequest) -> list[dict[str, Any]]:
    rows = list(Child.objects.filter(pk__in=MatterChild.objects.filter(matter=matter).values("child_id")).order_by("sort_key", "id"))
    named = showing.villages(rows, request.post)
    for child in rows:
        note_read(request, child_id=child.id, place=child.scope_place, what=("matter",))
    return [{"child": child, "name": showing.name_of(child, request.post), "village": named.get(child.scope_place, "")} for child in rows]


@requires("letters.write")
@require_GET
def matter(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """What was asked, which departments have answered, who is late, and what was told in the end."""
    shown = _matter(matter_id)
    letters = list(Letter.objects.filter(matter=shown).order_by("created_at", "id"))
    counted, whole = queries.counts(letters), queries.whole_answers(letters)
    parts = [{"letter": letter, "counts": counted.get(letter.id, {}), "late": letter.late(today()), "answer": next(iter(whole.get(letter.id, [])), None)} for letter in letters]
    live = [letter for letter in letters if letter.state != LetterState.WITHDRAWN]
    context = {
        "matter": shown,
        "said": matters.open_words(shown),
        "children": _children(shown, request),
        "parts": parts,
        "answered": sum(letter.state in (LetterState.ANSWERED, LetterState.CLOSED) for letter in live),
        "total": len(live),
        "late": shown.late(today()),
        "told_by": codes.TOLD_BY.text(shown.told_by),
        "day": today(),
    }
    return render(request, "letters/matter.html", context)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def hand_out(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Tick the departments; each has its own words and its own days."""
    shown = _matter(matter_id)
    if shown.answered_on is not None:
        messages.warning(request, _("这件事已于%(on)s答复。") % {"on": shown.answered_on.isoformat()})
        return redirect("letters:matter", matter_id=shown.id)
    taken = set(Letter.objects.filter(matter=shown).exclude(state=LetterState.WITHDRAWN).values_list("department", flat=True))
    children = _children(shown, request)
    error = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = matters.fan_out(matter_id=shown.id, parts=_parts(request), by=request.post)
        except FieldErrors as wrong:
            error = " ".join(wrong.errors.values())
        except CannotDo as refused:
            error = str(refused)
        else:
            messages.success(request, _("已同时交给%(n)d个部门。") % {"n": len(made)})
            return redirect("letters:matter", matter_id=shown.id)
    rows = [_row(request, each.value, taken, has_children=bool(children)) for each in codes.ADDRESSEE]
    accounts = {row["value"] for row in rows} - set(departments.without_account([row["value"] for row in rows], request.post.place_id, today()))
    context = {"matter": shown, "rows": rows, "children": children, "error": error, "accounts": accounts}
    return render(request, "letters/hand_out.html", context, status=422 if error else 200)


def _parts(request: HttpRequest) -> list[Part]:
    """The departments that are ticked."""
    found = []
    for department in request.POST.getlist("department"):
        if department not in codes.ADDRESSEE:
            continue
        days = request.POST.get(f"days-{department}", "")
        text = request.POST.get(f"text-{department}", "").strip() or request.POST.get("text", "").strip()
        kinds = tuple(kind for kind in request.POST.getlist(f"kind-{department}") if kind in codes.needs_of(department))
        found.append(Part(department=department, text=text, days=int(days) if days.isdecimal() and len(days) < 4 else 0, kinds=kinds))
    return found


def _row(request: HttpRequest, department: str, taken: set[str], *, has_children: bool) -> dict[str, Any]:
    chosen = request.POST.getlist(f"kind-{department}")
    return {
        "value": department,
        "word": codes.ADDRESSEE.text(department),
        "days": request.POST.get(f"days-{department}", str(codes.ADDRESSEE[department].days)),
        "text": request.POST.get(f"text-{department}", ""),
        "ticked": department in request.POST.getlist("department"),
        "taken": department in taken,
        "kinds": [(value, word, value in chosen) for value, word in codes.needs_of(department).choices()] if has_children else [],
    }


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """One answer back, beginning with what the departments answered."""
    shown = _matter(matter_id)
    letters = list(Letter.objects.filter(matter=shown).exclude(state=LetterState.WITHDRAWN).order_by("created_at", "id"))
    waiting = [letter.department_label for letter in letters if letter.state == LetterState.SENT]
    form = forms.AnswerForm(sent(request), initial={"words": _beginning(letters), "told_by": "order_12345" if shown.channel == "order_12345" else "phone"})
    if not waiting:
        del form.fields["anyway"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                matters.answer(matter_id=shown.id, words=data["words"], told_by=data["told_by"], on=data["on"], by=request.post, anyway=data.get("anyway", False))
        except CannotDo as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("已记录答复，这件事办结。"))
            return redirect("letters:matter", matter_id=shown.id)
    return render(request, "letters/answer.html", {"matter": shown, "form": form, "waiting": waiting}, status=422 if form.is_bound else 200)


def _beginning(letters: list[Letter]) -> str:
    """What the departments answered, one line each: from it the one answer is written."""
    whole, counted = queries.whole_answers(letters), queries.counts(letters)
    lines = []
    for letter in letters:
        said = next(iter(whole.get(letter.id, [])), None)
        outcomes = [f"{codes.OUTCOME.text(outcome)}{number}" for outcome, number in counted.get(letter.id, {}).items() if outcome in codes.OUTCOME]
        words = "；".join([*(["、".join(outcomes)] if outcomes else []), *([f"{codes.OUTCOME.text(said.reply.outcome)}。{said.words}"] if said else [])])
        lines.append(f"{letter.department_label}：{words or '…'}")
    return "\n".join(lines)
