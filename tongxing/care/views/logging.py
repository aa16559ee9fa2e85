"""Writing down what was done: which kind, for whom, the form, and correcting it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Post
from tongxing.accounts.views import back
from tongxing.care import actions, calling, outcome, referring
from tongxing.care.boards import own, words
from tongxing.care.frame import Asked, FrameForm, open_to
from tongxing.care.sheets import catalogue as sheets
from tongxing.caremodels.queries import NATIONAL, models_in_force, rules
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child, State
from tongxing.duties.models import Duty
from tongxing.forms import cleaning, office
from tongxing.forms import queries as forms
from tongxing.forms.cleaning import FormError, Wrong
from tongxing.forms.office import AnswersForm
from tongxing.forms.shapes import Definition
from tongxing.ground.ids import parse, parse_all, place_id, uuid7
from tongxing.ground.today import now, today
from tongxing.log import queries as log
from tongxing.log.actions import AlreadyLogged
from tongxing.log.models import Entry
from tongxing.log.shapes import NewPaper, Statement
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.units import queries as units

MOST = 200  # children of one entry
TABLE = 4  # from so many on, the children's own questions are a table
CHOICES = 400  # children to choose from on one page
NAMED = 3


@dataclass
class Block:
    """One child on the page: whether it took part, was seen, and its own questions."""

    child: Child
    asked: Definition
    seen: BoundField | None
    form: AnswersForm | None
    optional: bool = False
    ticked: bool = True

    @property
    def fields(self) -> list[BoundField]:
        return list(self.form) if self.form else []

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The child's own questions under the headings of their sections."""
        if self.form is None:
            return []
        sections = {each.id: _(section.label) for section in self.asked.section for each in section.field}
        return [(label, list(found)) for label, found in groupby(self.form, key=lambda field: sections[field.name.partition("-")[2]])]


@dataclass
class Shown:
    """What care/log.html draws: the frame, common sections, the children; with everything that was wrong on top."""

    frame: FrameForm
    page: office.Page
    blocks: list[Block] = field(default_factory=list)
    table: bool = False
    already: UUID | None = None  # the entry as which the same form was written down before, with other words

    @property
    def framed(self) -> Iterator[BoundField]:
        """The frame's questions that do not stand with a child."""
        apart = {block.seen.name for block in self.blocks if block.seen}
        return (each for each in self.frame if each.name not in apart)

    @property
    def names(self) -> dict[UUID, str]:
        """Whose questions they are, where several children are on the page."""
        return {block.child.id: block.child.name for block in self.blocks}

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Label, where it stands, sentence."""
        found = [("", "", str(said)) for said in self.frame.non_field_errors()]
        whose = {id(form): self.names[child] for child, form in self.page.children.items() if child in self.names}
        for form in (self.frame, *self.page.all()):
            if form.is_bound:
                before = _("%(name)s：") % {"name": whose[id(form)]} if id(form) in whose else ""
                found += [(f"{before}{each.label}", each.id_for_label or each.auto_id, str(said)) for each in form for said in each.errors]
        return found


@requires("log.write", "log.own_place")
@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Which kind of work: what the models in force here ask for first. With children, only kinds that are about children."""
    children = _children(request)
    lo, hi = codes.span(request.post.place_id)
    inside = {NATIONAL, *(each.model.id for each in models_in_force(lo, hi, today()))}
    asked = [kind for rule in rules(lo, hi, today()) for kind in rule.duty.by.kinds]
    offered = [each for kind, each in forms.definitions().items() if kind in asked or forms.models_of()[kind] in inside]
    homes = units.found(lo=lo, hi=hi, kind="home").exists()
    offered = [each for each in offered if open_to(each, request.post) and (homes or each.form.about != ("home",))]
    found = [each for each in offered if not children or each.form.children != "none"]
    if len(children) > 1:
        found = [each for each in found if each.form.children == "many" or (each.form.children == "household" and len({child.household_id for child in children}) == 1)]
    cards = {each.id: {"form": each.form, "url": _url("care:log", each.id, children)} for each in found}
    usual = [cards.pop(kind) for kind in dict.fromkeys([*USUAL, *asked]) if kind in cards]
    return render(request, "care/kinds.html", {"usual": usual, "rest": list(cards.values()), "children": children, "who": named(children)})


USUAL = ("home_visit", "child_talk", "parent_contact", "school_talk", "activity", "incident")


@requires("log.write")
@require_GET
def choose(request: HttpRequest, kind: str) -> HttpResponse:
    """Who took part: the children of the post, by village and school."""
    form = _form(kind)
    text, village, school = (request.GET.get(key, "").strip() for key in ("q", "village", "school"))
    rows = Child.objects.exclude(state=State.ENDED).order_by("scope_place", "sort_key", "id")
    villages = set(Child.objects.exclude(state=State.ENDED).order_by().values_list("scope_place", flat=True).distinct()[:CHOICES])
    names = places.short_names(villages)
    if text:
        rows = rows.filter(name__contains=text)
    if village.isdecimal() and len(village) == 12:
        rows = rows.filter(scope_place=int(village))
    if school:
        rows = rows.filter(school_name=school)
    schools = sorted({each for each in Child.objects.exclude(state=State.ENDED).order_by().values_list("school_name", flat=True).distinct()[:CHOICES] if each})
    chosen = _children(request)
    found = list(rows.exclude(pk__in=[child.pk for child in chosen]).only("name", "born", "sex", "scope_place", "school_name", "class_name")[: CHOICES + 1])
    context = {
        "form": form.form,
        "children": [(child, names.get(child.scope_place, "")) for child in [*chosen, *found[:CHOICES]]],  # who is chosen stays, whatever is asked
        "more": len(found) > CHOICES,
        "most": CHOICES,
        "chosen": {child.id for child in chosen},
        "villages": sorted(names.items()) if len(names) > 1 else [],
        "schools": schools,
        "asked": {"q": text, "village": village, "school": school},
        "log_url": reverse("care:log", args=[kind]),
        "sheet_url": _sheet_url(request, form),
    }
    return render(request, "care/choose.html", context)


@requires("log.write", "log.own_place")
def log_entry(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of one kind, for one child, a household, or thirty."""
    form = _form(kind)
    if not open_to(form, request.post):
        raise Http404
    given = _children(request)
    if not given and form.form.children in ("one", "household") and "child" in form.form.about:
        return redirect("care:choose", kind)
    if not given and form.form.about == ("child",):
        return redirect("care:choose", kind)
    given = [] if form.form.children == "none" else given[:1] if form.form.children == "one" else given
    siblings = _siblings(given) if form.form.children == "household" else []
    everyone = [*given, *siblings]
    asked = Asked(form, tuple(everyone), request.post)
    present = [*given, *(child for child in siblings if str(child.id) in request.POST.getlist("with"))]
    last = log.last_of(asked.ids, kind) if request.method != "POST" else {}
    said = {child: moment.answers for child, moment in last.items()}
    initial = office.initial(form, asked.ids, said, referring.names((form, answers) for answers in said.values()))
    duty = _duty(request)
    shown = _shown(request, asked, initial, {child.id for child in siblings}, {child.id for child in present})
    if request.method == "POST":
        entry = _try(request, shown, Asked(form, tuple(present), request.post))
        if entry is not None and entry.just_written is None and log.following(entry):  # sent again when it had been corrected or voided
            messages.warning(request, _("这张表早已登记过，后来又更正或作废了。"), extra_tags=_draft(form, given))
            return redirect("care:entry", entry.id)
        if entry is not None:
            messages.success(request, outcome.said(entry, form, present, asked=duty) + _remaining(request), extra_tags=_draft(form, given))
            return redirect(_back(request) or _after(entry, given))
        last = log.last_of(asked.ids, kind)
    context = {
        "form": form.form,
        "shown": shown,
        "children": given,
        "who": named(given),
        "draft": _draft(form, given),
        "entry_id": request.POST.get("entry_id") or uuid7(),
        "last": min(last.values(), key=lambda moment: (moment.entry.on, moment.entry.id), default=None) if last else None,
        "kinds_url": _url("care:kinds", None, given),
        "choose_url": _url("care:choose", kind, given) if form.form.children == "many" else "",
        "sheet_url": _sheet_url(request, form),
        "window": _window(duty),
        "numbers": calling.numbers(request, form, given),
        "back": _back(request) or (reverse("children:file", args=[given[0].id]) if len(given) == 1 else reverse("office:home")),
    }
    return render(request, "care/log.html", context, status=422 if request.method == "POST" else 200)


@requires("log.write")
@require_GET
def referred(request: HttpRequest) -> HttpResponse:
    """Suggestions for what an answer refers to (``type``), by what is typed in the field."""
    text = request.GET.get(request.GET.get("field", ""), "")
    found = referring.Among(request.post).suggested(request.GET.get("type", ""), text)
    return render(request, "care/referred.html", {"found": found, "free": bool(request.GET.get("free"))})


@requires("log.write", "log.own_place")
def correct(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The same form, filled with what was written; a reason says why."""
    entry = entry_of(request.post, entry_id)
    form = forms.written_with(entry.form_version_id)
    following = log.following(entry)
    again = request.method == "POST" and following is not None and following.id == parse(request.POST.get("entry_id", ""))
    if not again and not may_change(request, entry):
        raise Http404
    moments = log.moments(log.parts_of(entry))
    for moment in moments:
        note_read(request, child_id=moment.part.child_id, place=moment.part.scope_place, what=(_("谈话内容"),))
    children = list(Child.objects.filter(pk__in=[moment.part.child_id for moment in moments]).order_by("born", "id"))
    asked = Asked(form, tuple(children), request.post, correcting=entry)
    answers: dict[UUID | None, dict[str, object]] = {moment.part.child_id: dict(moment.answers) for moment in moments}
    answers[None] = {**entry.answers, **next(iter(answers.values()), {})}
    initial = office.answered(form, asked.ids, answers, referring.names((form, each) for each in answers.values()))
    frame = {"on": entry.on, "began": entry.began, "where": entry.where, "spoken_to": entry.spoken_to}
    frame |= {f"{moment.part.child_id.hex}-seen": "yes" if moment.part.seen else "no" for moment in moments if moment.part.seen is not None}
    ids = {child.id for child in children}
    present = [child for child in children if len(children) == 1 or str(child.id) in request.POST.getlist("with")]
    ticked = {child.id for child in present} if request.method == "POST" else ids
    shown = _shown(request, asked, initial, ids if len(children) > 1 else set(), ticked, frame=frame)
    if request.method == "POST":
        following = _try(request, shown, Asked(form, tuple(present), request.post, correcting=entry), correcting=entry)
        if following is not None:
            messages.success(request, _("已更正，原来的记录保留。"), extra_tags=f"correct-{entry.id}")
            return redirect("care:entry", following.id)
    context = {
        "form": form.form,
        "shown": shown,
        "children": children,
        "who": named(children),
        "draft": f"correct-{entry.id}",
        "entry_id": request.POST.get("entry_id") or uuid7(),
        "correcting": entry,
        "others": log.out_of_sight(entry),
        "reason": request.POST.get("reason", ""),
        "back": reverse("care:entry", args=[entry.id]),
    }
    return render(request, "care/log.html", context, status=422 if request.method == "POST" else 200)


def entry_of(post: Post, entry_id: UUID) -> Entry:
    """The entry within the scope; outside it there is none. Whoever writes of the own place alone reads what stands about it without children."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None or not (post.may("log.view") or (entry.subject_id == place_id(post.place_id) and not log.parts_of(entry))):
        raise Http404
    return entry


def may_change(request: HttpRequest, entry: Entry) -> bool:
    """Who wrote it, did it, or answers for the place it belongs to, as long as they see one of those who took part."""
    mine = request.post.person_id in (entry.recorder, entry.doer) or request.post.id == entry.recorder_post
    if not (mine or request.post.may("children.approve")) or entry.void or log.following(entry) is not None:
        return False
    return log.taking_part(entry).exists() or not log.out_of_sight(entry)


def named(children: Sequence[Child]) -> str:
    """张子轩、李思源等 12 人."""
    names = _("、").join(child.name for child in children[:NAMED])
    return names if len(children) <= NAMED else _("%(names)s等%(n)d人") % {"names": names, "n": len(children)}


def _form(kind: str) -> Definition:
    try:
        return forms.definition(kind)
    except forms.UnknownKind:
        raise Http404 from None


def _children(request: HttpRequest) -> list[Child]:
    """The children of the address (``child`` or ``pick``), in its order; what is no id or not to be seen is left out."""
    if not request.post.may("log.write"):
        return []
    ids = parse_all([*request.GET.getlist("child"), *request.GET.getlist("pick")])
    found = {child.id: child for child in Child.objects.filter(pk__in=ids[:MOST])}
    return [found[each] for each in ids if each in found]


def _siblings(children: Sequence[Child]) -> list[Child]:
    homes = {child.household_id for child in children}
    return list(Child.objects.filter(household_id__in=homes).exclude(pk__in=[child.id for child in children]).exclude(state=State.ENDED).order_by("born", "id")) if homes else []


def _url(view: str, kind: str | None, children: Iterable[Child]) -> str:
    query = urlencode([("child", str(child.id)) for child in children])
    path = reverse(view, args=[kind] if kind else [])
    return f"{path}?{query}" if query else path


def _sheet_url(request: HttpRequest, form: Definition) -> str:
    return reverse("care:sheet", args=[form.id]) if request.post.may("log.import") and sheets.importable(form) else ""


def _shown(request: HttpRequest, asked: Asked, initial: dict[str, Any], optional: set[UUID], ticked: set[UUID], frame: dict[str, Any] | None = None) -> Shown:
    data = request.POST if request.method == "POST" else None
    table = len(asked.children) >= TABLE
    shown = Shown(
        FrameForm(data, asked=asked, initial=frame, present=ticked if data else None), office.page(asked.form, asked.ids, data, initial=initial, table=table), table=table
    )
    if len(asked.children) > 1:
        seen = {child.id: shown.frame[name] for name, child in shown.frame.seen.items()}
        shown.blocks = [Block(child, asked.form, seen.get(child.id), shown.page.children.get(child.id), child.id in optional, child.id in ticked) for child in asked.children]
    return shown


def _try(request: HttpRequest, shown: Shown, asked: Asked, correcting: Entry | None = None) -> Entry | None:
    """Write the entry, or put what is wrong where it belongs."""
    frame, ids = shown.frame, asked.ids
    frame.is_valid()
    subject = frame.subject()
    common, own = office.sent(asked.form, ids, request.POST)
    given: Statement = {
        "form": asked.form,
        "children": ids,
        "told": frame.told(ids),
        "answers": common,
        "own_answers": own,
        "by": request.post,
        "doer": frame.done_by(),
        "entry_id": parse(request.POST.get("entry_id", "")),
        "papers": list(_papers(request, asked.form)),
    }
    try:
        if frame.errors:  # nothing is written, and what else is wrong is said as well
            cleaning.clean(
                asked.form,
                common,
                own,
                on=today(),
                frame=frame.told(ids).words,
                attached=[each.id for each in asked.form.fields() if each.attached],
                known=referring.among(asked.form, request.post, correcting),
            )
            return None
        if correcting is not None:
            return actions.correct_entry(entry=correcting, reason=request.POST.get("reason", ""), **given)
        if subject is None:
            raise FormError(Wrong("children", _("请选择孩子。")))
        return actions.log_entry(subject=subject, readers=frame.read_by(), **given)
    except AlreadyLogged as known:
        shown.already = known.entry_id
        frame.add_error(None, str(known))
    except FormError as refused:
        for wrong in refused.wrong:
            if not shown.page.put(wrong):
                frame.put(wrong)
    except CannotDo as cannot:
        frame.add_error(None, str(cannot))
    return None


def _papers(request: HttpRequest, form: Definition) -> Iterator[NewPaper]:
    for each in form.fields():
        if each.attached:
            for file in request.FILES.getlist(office.name_of(each.id, None)):
                yield NewPaper(each.id, file.read())


def _draft(form: Definition, children: Sequence[Child]) -> str:
    return f"log-{form.id}-{children[0].id if len(children) == 1 else len(children)}"


def _duty(request: HttpRequest) -> Duty | None:
    """The promise from whose line the form was opened."""
    wanted = parse(request.GET.get("duty", ""))
    return Duty.objects.filter(pk=wanted).first() if wanted else None


def _window(duty: Duty | None) -> str:
    """Of a window that is past: which one, and that today's work does not belong to it."""
    if duty is None or duty.known_at is not None or duty.window_until > today():
        return ""
    return _("这项任务是%(window)s的：那时做过，就填当时的日期；今天做的算%(current)s的。") % {"window": words.window(duty), "current": words.current(duty, today())}


def _back(request: HttpRequest) -> str:
    """The page from which the form was opened, where it is named."""
    return back.target(request) if back.keeps(request) else ""


def _remaining(request: HttpRequest) -> str:
    """How many are left on the own list to which one returns."""
    path, _mark, query = _back(request).partition("?")
    if path != reverse("boards:own"):
        return ""
    left = own.own(request.post, own.asked(QueryDict(query).dict()), now(), today()).count
    return _("还有%(n)d项。") % {"n": left} if left else _("这里的都办完了。")


def _after(entry: Entry, children: Sequence[Child]) -> str:
    return f"{reverse('children:file', args=[children[0].id])}?tab=timeline#tabs" if len(children) == 1 else reverse("care:entry", args=[entry.id])
