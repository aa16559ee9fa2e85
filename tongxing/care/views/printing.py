"""The books on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxing import printing
from tongxing.accounts.access import HttpRequest, note_read, requires
from tongxing.accounts.models import Post
from tongxing.care import records
from tongxing.children.forms.inputs import day
from tongxing.children.printouts import keep
from tongxing.children.views.acting import file_of, sent
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground import dialogs
from tongxing.ground.today import today
from tongxing.journal.models import Access

YEAR = timedelta(days=365)
PLAIN, FULL = "plain", "full"


def school_year_began() -> date:
    on = today()
    return date(on.year if on.month >= 9 else on.year - 1, 9, 1)


class PeriodForm(forms.Form):
    """Which stretch of time."""

    since = day(_lazy("从"), initial=school_year_began)
    until = day(_lazy("到"), initial_today=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("结束日期早于开始日期。"))
        return data


class GrowthForm(PeriodForm):
    content = forms.ChoiceField(
        label=_lazy("内容"),
        choices=[(PLAIN, _lazy("一般：不印谈话内容和照片")), (FULL, _lazy("完整：含谈话内容和照片"))],
        initial=PLAIN,
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label=_lazy("用途"), max_length=200, required=False)

    def __init__(self, *args: Any, may_unmask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_unmask:
            del self.fields["content"], self.fields["why"]

    def shown_when(self, field: str) -> str:
        return f"content={FULL}" if field == "why" else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("content") == FULL and not (data.get("why") or "").strip():
            self.add_error("why", _("请写明用途。"))
        return data


@requires("children.print")
def growth(request: HttpRequest, child_id: UUID) -> HttpResponse:
    """成长记录册 of one child."""
    file = file_of(child_id)
    form = GrowthForm(sent(request), may_unmask=request.post.may("children.unmask"))
    if form.is_valid():
        data = form.cleaned_data
        full, why = data.get("content") == FULL, data.get("why", "") if data.get("content") == FULL else ""
        try:
            with transaction.atomic():
                output = _asked(request.post, records.GROWTH, {"children": [str(child_id)]}, masked=not full, why=why)
                pdf = records.growth(file, data["since"], data["until"], by=request.post, full=full)
                keep(output, pdf)
        except printing.PrintError as failed:
            form.add_error(None, str(failed))
        else:
            note_read(request, child_id=child_id, place=file.child.scope_place, outcome=Access.Outcome.PRINTED, what=(_("谈话内容"),) if full else (), why=why)
            return dialogs.done(request, reverse("office:output_file", args=[output.id]))
    context = {"form": form, "dialog_title": _("成长记录册：%(name)s") % {"name": file.child.name}, "confirm_word": _("打印")}
    return dialogs.show(request, "children/print.html", context)


@requires("log.write")
def work(request: HttpRequest) -> HttpResponse:
    """主任工作记录: one's own."""
    form = PeriodForm(sent(request), initial={"since": today().replace(day=1)})
    if form.is_valid():
        data, post = form.cleaned_data, request.post
        try:
            with transaction.atomic():
                output = _asked(post, records.WORK, {}, masked=True, why="")
                pdf, named = records.work(post.person_id, post.person.name, str(post), data["since"], data["until"], by=post)
                keep(output, pdf)
        except printing.PrintError as failed:
            form.add_error(None, str(failed))
        else:
            for child in named:
                note_read(request, child_id=child.id, place=child.scope_place, outcome=Access.Outcome.PRINTED)
            return dialogs.done(request, reverse("office:output_file", args=[output.id]))
    context = {"form": form, "dialog_title": _("主任工作记录"), "confirm_word": _("打印")}
    return dialogs.show(request, "children/print.html", context)


def _asked(post: Post, sheet: str, what: dict[str, object], *, masked: bool, why: str) -> Output:
    return outputs.ask(kind=OutputKind.PRINT, title=records.TITLES[sheet], asked={"sheet": sheet, **what}, total=1, masked=masked, why=why, place=post.place_id, by=post)
