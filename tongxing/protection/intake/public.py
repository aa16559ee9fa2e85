"""The public page: anybody reports without a name, and asks later what became of it. Nothing of anybody stands in an address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import public
from tongxing.accounts.lockout import address
from tongxing.accounts.models import Post
from tongxing.ground import scope
from tongxing.ground.ids import parse, uuid7
from tongxing.ground.today import today
from tongxing.notices.forms import FilesField, FilesInput
from tongxing.places import codes as place_codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.places.models import Place
from tongxing.protection import actions, codes, numbering
from tongxing.protection.actions.knocks import knock
from tongxing.protection.errors import ProtectionError
from tongxing.protection.intake import queries
from tongxing.protection.intake.forms import FILES, line, words
from tongxing.protection.models import Report
from tongxing.protection.states import ENDED, State

COOKIE, KEPT_SECONDS = "report", 1800
WHY = "somebody outside reports, or asks with number and code what became of it"
STATES = {
    State.REPORTED: gettext_lazy("已经收到，正在安排人处理。"),
    "ended": gettext_lazy("已经处理完毕。"),
    "open": gettext_lazy("有人正在处理。"),
}


class PublicForm(forms.Form):
    """What anybody says. Only what happened is needed; the place is on the page."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    situation = forms.ChoiceField(label=gettext_lazy("发生了什么"), widget=forms.RadioSelect)
    township = forms.ChoiceField(label=gettext_lazy("哪个乡镇、街道"), required=False)
    where = line(gettext_lazy("具体在哪里"), 200, gettext_lazy("村组、小区、学校、附近的标志，说得出多少写多少。"))
    words = words(gettext_lazy("说说情况"), 4, gettext_lazy("孩子怎么了，什么时候的事，现在孩子在哪里。一句话也行。"))
    child_words = line(gettext_lazy("孩子是谁"), 200, gettext_lazy("姓名、大概几岁、男孩女孩、穿什么衣服。不知道可以不填。"))
    called = forms.BooleanField(label=gettext_lazy("我已经打过110"), required=False)
    files = FilesField(label=gettext_lazy("照片、录音"), required=False, widget=FilesInput(attrs={"accept": FILES}), help_text=gettext_lazy("可以不传。照片里的拍摄位置会去掉。"))  # type: ignore[assignment]
    reporter = line(gettext_lazy("怎么称呼您"), 60, gettext_lazy("可以不填，不填就是匿名。"))
    phone = line(gettext_lazy("您的电话"), 30, gettext_lazy("留下电话，工作人员可以问清楚情况。依法保密。"), inputmode="tel", autocomplete="tel")
    website = forms.CharField(label=gettext_lazy("请不要填写这一格"), required=False)

    def __init__(self, *args: Any, county: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county
        first, rest = queries.situations()
        self.first = [(one.value, codes.SITUATION.text(one.value), one.hint) for one in first]
        self.rest = [(one.value, codes.SITUATION.text(one.value), one.hint) for one in rest]
        self.fields["situation"].choices = [(value, label) for value, label, _hint in [*self.first, *self.rest]]  # type: ignore[attr-defined]
        self.fields["situation"].error_messages["required"] = _("请选一项；分不清就选“其他情况，说不清楚”。")
        townships = places.children_of(county)
        self.fields["township"].choices = [("", _("不清楚")), *((place_codes.show(each.code), each.short_name) for each in townships)]  # type: ignore[attr-defined]

    def new(self) -> actions.NewReport:
        data = dict(self.cleaned_data)
        del data["website"]
        if data.pop("called"):  # a stranger's word starts nothing and stops nothing: the police are told all the same
            data["words"] = f"{data['words']}\n{_('（报告人说已拨打110）')}".strip()
        data["place"] = int(data.pop("township") or self.county)
        return actions.NewReport(channel="public", anonymous=not (data["reporter"] or data["phone"]), **data)


class StatusForm(forms.Form):
    """Number and code from the receipt."""

    number = forms.CharField(label=gettext_lazy("受理编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}))
    code = forms.CharField(label=gettext_lazy("查询码"), max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """First where (only where several counties are served), then what."""
    county, choices, path = _where(request.GET.get("in", ""))
    if county is None:
        return render(request, "intake/public_where.html", {"choices": choices, "path": path})
    form = PublicForm(request.POST or None, request.FILES or None, county=county, initial={"id": uuid7()})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:  # a machine fills every field; a person whose browser did so sends again
            form.add_error(None, _("请再按一次“发送报告”。"))
        elif not _known(form.cleaned_data["id"]) and not knock(kind="report", who=address(request) or "", place=county):
            form.add_error(None, _("刚才从这里发来的报告太多，这一份没有收到。请立即拨打110，或者拨打12355；也可以过10分钟再发。"))
            return _form(request, form, county, status=429)
        else:
            try:
                made = actions.report(new=form.new(), by=None)
            except ProtectionError as refused:
                form.add_error(None, str(refused))
            else:
                if made.channel != "public":  # somebody else's id
                    return redirect("report:form")
                answer = redirect("report:receipt")
                answer.set_signed_cookie(COOKIE, f"{made.pk}:{len(made.refused)}", max_age=KEPT_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure(), path="/report/")
                return answer
    return _form(request, form, county, status=422 if form.is_bound else 200)


def _form(request: HttpRequest, form: PublicForm, county: int, *, status: int) -> HttpResponse:
    context = {"form": form, "county": places.by_code(county), "several": len(_served()) > 1, "chosen": form["situation"].value() or ""}
    return render(request, "intake/public.html", context, status=status)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and code, for half an hour on this telephone, or until it is told to forget them."""
    kept = str(request.get_signed_cookie(COOKIE, default="", max_age=KEPT_SECONDS))
    report_id, _mark, refused = kept.partition(":")
    if request.method == "POST" or not parse(report_id):
        answer = redirect("report:status" if request.method == "GET" else "report:form")
        answer.delete_cookie(COOKIE, path="/report/")
        return answer
    with transaction.atomic(), scope.whole_country(why=WHY):  # a public page has no transaction of its own
        made = Report.objects.select_related("case").filter(pk=report_id).first()
    if made is None:
        return redirect("report:form")
    context = {
        "number": made.number,
        "code": numbering.code_of(made.pk),
        "state": _state(made),
        "refused": refused.isdecimal() and int(refused),
        "police": codes.SITUATION[made.situation].police,
    }
    return render(request, "intake/public_receipt.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """What became of a report, in general words: no name, no detail."""
    form = StatusForm(request.POST or None)
    found: dict[str, Any] = {}
    code = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"].strip().upper()
        if not (knock(kind="status", who=address(request) or "") and knock(kind="number", who=number)):
            form.add_error(None, _("查询太频繁，请过10分钟再试。"))
            code = 429
        else:
            found = _asked(number, form.cleaned_data["code"])
            if found:
                code = 200
            else:
                form.add_error(None, _("编号或者查询码不对，请核对。"))
    return render(request, "intake/public_status.html", {"form": form, **found}, status=code)


def _asked(number: str, code: str) -> dict[str, Any]:
    with transaction.atomic(), scope.whole_country(why=WHY):
        made = Report.objects.select_related("case").filter(number=number, code=numbering.code_digest(number, code)).first()
    return {"number": made.number, "state": _state(made), "praised": made.praised_at is not None} if made else {}


def _state(made: Report) -> str:
    state = State(made.case.state)
    return str(STATES[State.REPORTED] if state == State.REPORTED else STATES["ended"] if state in ENDED else STATES["open"])


def _known(report_id: UUID) -> bool:
    with transaction.atomic(), scope.whole_country(why=WHY):
        return Report.objects.filter(pk=report_id).exists()


def _served() -> set[int]:
    """The counties in which somebody is there to receive a report."""
    held = Post.objects.held(today()).filter(role__in=["supervisor", "county_officer"]).order_by().values_list("place", flat=True).distinct()
    return {place_codes.at_level(place, Level.COUNTY) for place in held}


def _where(asked: str) -> tuple[int | None, list[Place], list[Place]]:
    """The county that the address names or that alone is served; else the places to choose from, and the way there."""
    served = _served()
    now = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 12 else 0
    if now and place_codes.level(now) >= Level.COUNTY:
        county = place_codes.at_level(now, Level.COUNTY)
        return (county, [], []) if county in served else _where("")
    below = {county for county in served if not now or place_codes.within(county, now)}
    for level in (Level.PROVINCE, Level.CITY, Level.COUNTY):
        found = {place_codes.at_level(county, level) for county in below}
        if len(found) > 1 or (level == Level.COUNTY and now):
            return None, list(Place.objects.filter(pk__in=found).order_by("pk")), places.chain(now) if now else []
    return (next(iter(below)), [], []) if below else (None, [], [])
