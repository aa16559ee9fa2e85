"""The answer to a letter, child by child: by the department itself, or keyed in from its paper."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.views.acting import sent
from tongxing.ground.today import parse_day
from tongxing.letters import codes, forms, queries
from tongxing.letters.actions import replying
from tongxing.letters.actions.replying import Answer
from tongxing.letters.states import OPEN
from tongxing.letters.views import showing
from tongxing.letters.views.letter import letter_of

WHOLE = "whole"


@requires("letters.reply", "letters.write")
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """All lines of a letter at once; a line left open stays open."""
    letter = letter_of(letter_id)
    if letter.state not in OPEN:
        raise Http404
    paper = not request.post.may("letters.reply")
    shown = queries.lines(letter)
    lines = [line for line in shown if line.child is not None and not line.item.ended]
    form = forms.ReplyForm(sent(request), request.FILES or None, paper=paper)
    errors: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        answers = {line.item.id: answer for line in lines if (answer := _answer(request, str(line.item.id)))}
        answers = {item_id: answer for item_id, answer in answers.items() if not _same(answer, next(line for line in lines if line.item.id == item_id))}
        scans = [content for _name, content in form.cleaned_data["scans"]]
        try:
            with transaction.atomic():
                given: dict[str, Any] = {"answers": answers, "whole": _answer(request, WHOLE), "scans": scans, "paper": paper}
                letter = replying.reply(letter_id=letter.id, by=request.post, on=form.cleaned_data.get("on"), **given)
        except FieldErrors as wrong:
            errors = dict(wrong.errors)
            for key in ("on", "scans"):
                if key in errors and key in form.fields:
                    form.add_error(key, errors.pop(key))
            form.add_error(None, _("有答复没有填完，请看标出的地方。"))
        except CannotDo as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("复函已发出。") if not paper else _("复函已录入。"))
            return redirect("letters:letter", letter_id=letter.id)
    for line in lines:
        assert line.child is not None
        note_read(request, child_id=line.child.id, place=line.child.scope_place, what=("letter",))
    named = showing.villages([line.child for line in lines if line.child], request.post)
    context = {
        "letter": letter,
        "form": form,
        "lines": [
            _row(request, str(line.item.id), errors) | {"line": line, "name": showing.name_of(line.child, request.post), "village": named.get(line.child.scope_place, "")}
            for line in lines
            if line.child
        ],
        "whole": _row(request, WHOLE, errors),
        "outcomes": codes.OUTCOME.choices(),
        "paper": paper,
    }
    return render(request, "letters/reply.html", context, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, key: str) -> Answer | None:
    outcome = request.POST.get(f"outcome-{key}", "")
    if not outcome:
        return None
    return Answer(outcome=outcome, words=request.POST.get(f"words-{key}", "")[:500], next_on=_day(request.POST.get(f"next-{key}", "")))


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def _same(answer: Answer, line: queries.Line) -> bool:
    """Whether a line says what was answered before: then nothing is answered again."""
    last = line.answers[0] if line.answers else None
    return last is not None and (last.reply.outcome, last.words, last.reply.next_on) == (
        answer.outcome,
        answer.words.strip(),
        answer.next_on if answer.outcome == "progress" else None,
    )


def _row(request: HttpRequest, key: str, errors: dict[str, str]) -> dict[str, Any]:
    """What was typed for a line, to be shown again, with what is wrong."""
    return {
        "key": key,
        "outcome": request.POST.get(f"outcome-{key}", ""),
        "words": request.POST.get(f"words-{key}", ""),
        "next": request.POST.get(f"next-{key}", ""),
        "bound": request.method == "POST",
        "errors": [sentence for field, sentence in errors.items() if field.startswith(f"{key}:")],
    }
