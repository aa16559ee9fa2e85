"""One letter: what it says, whom it lists, what was answered, and the next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_GET, require_POST

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.children.views.acting import ask, sent
from tongxing.files import enclosures, intake, storage
from tongxing.files.downloads import download
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.journal.models import Access
from tongxing.letters import departments, forms, printouts, queries, rules
from tongxing.letters.actions import passing
from tongxing.letters.models import Letter, Move
from tongxing.letters.states import LIFE, OPEN, UNSENT, State, Step
from tongxing.letters.views import showing

ICONS = {
    "submit": "send",
    "check": "check",
    "sign": "signature",
    "return": "arrow-back-up",
    "seal": "send",
    "dispatch": "send",
    "reopen": "refresh",
    "close": "checks",
    "give_up": "x",
    "withdraw": "ban",
}
DONE = {"draft": noop("拟稿"), "change": noop("修改"), "remind": noop("催办"), "resumed": noop("重新办理")}


def letter_of(letter_id: UUID) -> Letter:
    return get_object_or_404(Letter.objects.select_related("drafter__person", "drafter__place", "acknowledged_by__person", "matter"), pk=letter_id)


@requires("letters.view")
@require_GET
def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """The page of a letter, for the office that wrote it and the department that received it."""
    shown = letter_of(letter_id)
    post = request.post
    office = post.may("letters.write")
    lines = queries.lines(shown)
    named = showing.villages([line.child for line in lines if line.child], post)
    for line in lines:
        if line.child:
            note_read(request, child_id=line.child.id, place=line.child.scope_place, what=("letter",))
    context = {
        "letter": shown,
        "office": office,
        "acts": _acts(shown, post) if office else [],
        "lines": [
            {"line": line, "name": showing.name_of(line.child, post) if line.child else "", "village": named.get(line.child.scope_place, "") if line.child else ""}
            for line in lines
        ],
        "listed": bool(lines),
        "hidden": any(line.child is None for line in lines),
        "whole": queries.whole_answers([shown]).get(shown.id, []),
        "files": list(enclosures.of(shown.id)),
        "moves": _moves(shown) if office else [],
        "late": shown.late(today()),
        "may_edit": office and shown.state == State.DRAFTED,
        "may_reply": shown.state in OPEN and (office or post.may("letters.reply")),
        "may_remind": office and shown.state == State.SENT,
        "may_acknowledge": post.may("letters.reply") and shown.state in OPEN and shown.acknowledged_at is None,
        "may_print": post.may("letters.view") and shown.state != State.WITHDRAWN,
        "has_account": not office or bool(departments.posts(shown.department, shown.scope_place, today())),
        "unit": showing.unit_of(shown.department, shown.scope_place),
        "waiting": [post.person.name for post in _next(shown)] if office else [],
        "day": today(),
    }
    return render(request, "letters/letter.html", context)


def _acts(shown: Letter, post: Post) -> list[dict[str, Any]]:
    """The steps that this post may take now."""
    return [
        {"act": act, "word": step.label, "icon": ICONS[act], "main": act in ("submit", "check", "sign", "seal", "close"), "url": reverse("letters:act", args=[shown.id, act])}
        for act, step in LIFE.items()
        if _possible(shown, step, post)
    ]


def _possible(shown: Letter, step: Step, post: Post) -> bool:
    if step.automatic or shown.state not in step.origins or step.order not in (None, shown.is_order) or not post.may(step.right):
        return False
    return not step.apart or rules.may_step(post.person_id, acted=queries.acted(shown, step.apart), able=queries.able(shown, step.right))


def _next(shown: Letter) -> list[Post]:
    """Whose step it is while the letter goes its way through the office."""
    act = {State.CHECKING: "check", State.CHECKED: "sign"}.get(State(shown.state))
    if act is None:
        return []
    step = LIFE[act]
    able, acted = queries.able_posts(shown, step.right), queries.acted(shown, step.apart)
    ids = {each.person_id for each in able}
    people: dict[UUID, Post] = {each.person_id: each for each in able if rules.may_step(each.person_id, acted=acted, able=ids)}
    return list(people.values())


def _moves(shown: Letter) -> list[dict[str, Any]]:
    found = []
    for move in Move.objects.filter(letter=shown).select_related("post__person", "post__place").order_by("-at", "-id"):
        word = str(LIFE[move.act].label) if move.act in LIFE else _(DONE[move.act])
        text = f"{word}：{move.words}" if move.words else word
        tone = "red" if move.act in ("return", "withdraw") else ""
        found.append({"at": move.at, "text": text, "who": f"{move.post.person.name} · {move.post}" if move.post else "", "tone": tone})
    return found


@requires("letters.write", "letters.sign")
def act(request: HttpRequest, letter_id: UUID, act: str) -> HttpResponse:
    """One step of the letter's way."""
    shown = letter_of(letter_id)
    step = LIFE.get(act)
    if step is None or step.automatic:
        raise Http404
    form = forms.SealForm(sent(request)) if act == "seal" else forms.ReasonForm(sent(request)) if step.comment else forms.RemarkForm(sent(request))

    def do(data: dict[str, Any]) -> str:
        passing.advance(letter_id=shown.id, act=act, by=request.post, words=data.get("comment", ""), number=data.get("number", ""))
        return _("%(act)s：%(title)s") % {"act": step.label, "title": shown.title}

    return ask(
        request,
        form=form,
        title=f"{step.label} · {shown.title}",
        word=step.label,
        do=do,
        back=reverse("letters:letter", args=[shown.id]),
        text=_said(shown, act),
        danger=act == "withdraw",
        stay=False,
    )


def _said(shown: Letter, act: str) -> str:
    """What follows from a step."""
    match act:
        case "seal" if not departments.posts(shown.department, shown.scope_place, today()):
            return _("这个部门没有人有账号：请打印盖章送去，收到纸质复函后在这里录入。")
        case "seal" | "dispatch":
            return _("部门联络员会立即收到，在办结以前能查看名单里的孩子。请核对名单。")
        case "withdraw" if shown.state not in UNSENT:
            return _("部门会看到已撤回和原因，不再能查看名单里的孩子。需求仍然保留。")
        case "close" | "give_up":
            return _("办结以后，部门不再能查看名单里的孩子。")
    return ""


@requires("letters.reply")
@require_POST
def acknowledge(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """The department has it."""
    return _simply(request, letter_id, lambda: passing.acknowledge(letter_id=letter_id, by=request.post), _("已签收。"))


@requires("letters.write")
@require_POST
def remind(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Urge the department."""
    return _simply(request, letter_id, lambda: passing.remind(letter_id=letter_id, by=request.post), _("已催办。"))


def _simply(request: HttpRequest, letter_id: UUID, do: Any, said: str) -> HttpResponse:
    letter_of(letter_id)
    try:
        with transaction.atomic():
            do()
    except CannotDo as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("letters:letter", letter_id=letter_id)


@requires("letters.view")
def print_letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """The letter on paper, its list as an annex, with the place of the seal."""
    shown = letter_of(letter_id)
    may_unmask = request.post.may("children.unmask")
    form = forms.PrintForm(sent(request))
    if not may_unmask:
        del form.fields["full"]
    if request.method == "POST" and form.is_valid():
        full = bool(form.cleaned_data.get("full"))
        link = request.build_absolute_uri(reverse("letters:letter", args=[shown.id]))
        try:
            with transaction.atomic():
                output = printouts.letter(shown, by=request.post, full=full, link=link)
        except printing.PrintError as failed:
            form.add_error(None, str(failed))
        else:
            note_read(request, child_id=None, place=shown.scope_place, outcome=Access.Outcome.PRINTED, what=("letter",), why=shown.title)
            return dialogs.done(request, reverse("office:output_file", args=[output.id]))
    context = {"form": form, "dialog_title": _("打印联函"), "confirm_word": _("打印"), "confirm_text": _("A4 正文一页起，附件名单另页；有盖章的位置。打印会记入访问记录。")}
    return dialogs.show(request, "office/confirm.html", context)


@requires("letters.view")
@require_GET
def file(request: HttpRequest, letter_id: UUID, file_id: UUID) -> HttpResponse:
    """A scan of an answer on paper; to the department, as long as it sees the children."""
    shown = letter_of(letter_id)
    if not request.post.may("letters.write") and shown.state not in OPEN:
        raise Http404
    kept = get_object_or_404(enclosures.of(shown.id), pk=file_id)
    try:
        content = enclosures.content(kept)
    except storage.FileMissing as missing:
        raise Http404 from missing
    return download(content, f"{kept.title}{intake.SUFFIXES[kept.media_type]}", kept.media_type, shown=kept.media_type in intake.SHOWN)
