"""Changing places: a county's newer list with its preview, and mergers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongxing.accounts.access import HttpRequest, requires
from tongxing.ground.today import today
from tongxing.office.places.views import found, may_edit
from tongxing.places import actions, codes, lists, queries
from tongxing.places.actions import PlaceError
from tongxing.places.codes import CodeError, Level
from tongxing.places.forms import PlaceField
from tongxing.places.lists import ListError
from tongxing.places.models import Place, Upload
from tongxing.places.rules import compare

MAX_BYTES = 4 * 2**20
MAX_ROWS = 20_000
SHOWN = 200
INTO_OTHER, INTO_NEW = "other", "new"


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    """A list and from when it holds."""

    file = forms.FileField(label=gettext_lazy("名单文件"), help_text=gettext_lazy("CSV、.xlsx 或 .xls，须有“代码”和“名称”两列，可以是全县或一个乡镇的名单"))
    on = forms.DateField(label=gettext_lazy("从哪天起"), widget=DateInput(), help_text=gettext_lazy("名单所述变更的生效日期"))
    complete = forms.BooleanField(label=gettext_lazy("这是全县的完整名单：名单中没有的乡镇、村视为已撤销"), required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("文件超过 %(size)s MB，不像一个县的名单") % {"size": MAX_BYTES // 2**20})
        try:
            read = lists.read_upload(file.name, file.read())
        except ListError as error:
            raise forms.ValidationError(str(error)) from error
        if len(read.places) + len(read.problems) > MAX_ROWS:
            raise forms.ValidationError(_("名单超过 %(count)s 行，不像一个县的名单") % {"count": MAX_ROWS})
        self.cleaned_data["list"] = read
        return file


class MergeForm(forms.Form):
    """Which of the chosen places stays, or what they become; from when; by whose decision."""

    into = forms.ChoiceField(label=gettext_lazy("合并后为"), widget=forms.RadioSelect)
    other = PlaceField(label=gettext_lazy("并入的单位"), required=False)
    code = forms.CharField(label=gettext_lazy("新代码"), max_length=14, required=False, help_text=gettext_lazy("12位统计用区划代码"))
    name = forms.CharField(label=gettext_lazy("新名称"), max_length=100, required=False)
    on = forms.DateField(label=gettext_lazy("生效日期"), widget=DateInput())
    reason = forms.CharField(label=gettext_lazy("依据"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("批复文号等，会记入历史"))

    def __init__(self, *args: Any, old: list[Place], within: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old = old
        self.within = within
        stays = [(str(place.code), _("保留“%(name)s”，其余并入") % {"name": place.short_name}) for place in old if len(old) > 1]
        choices = [*stays, (INTO_OTHER, _("并入另一个已有的单位")), (INTO_NEW, _("设立新的单位"))]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]
        self.fields["other"] = PlaceField(label=self.fields["other"].label, required=False, within=within, levels=[old[0].depth])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("into") == INTO_OTHER and not data.get("other") and "other" not in self.errors:
            self.add_error("other", _("请选择并入哪个单位"))
        if data.get("into") == INTO_NEW:
            if not data.get("name"):
                self.add_error("name", _("请填写新单位的名称"))
            try:
                data["new_code"] = codes.parse(data.get("code", ""))
                if not codes.within(data["new_code"], self.within):
                    self.add_error("code", _("新代码不在您的辖区"))
            except CodeError as error:
                self.add_error("code", str(error))
        return data

    def carry_out(self, request: HttpRequest) -> Place:
        """Found the new place where one is wanted, then merge. Raises ``PlaceError``."""
        data = self.cleaned_data
        decision = {"on": data["on"], "reason": data["reason"], "by": request.post}
        match data["into"]:
            case "new":
                into = actions.add_place(code=data["new_code"], name=data["name"], **decision)
            case "other":
                into = data["other"]
            case kept:
                into = next(place for place in self.old if str(place.code) == kept)
        actions.merge_places(old=[place.code for place in self.old if place.code != into.code], new=into.code, **decision)
        return into


@requires("places.edit")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Read a county's list and keep it for the preview."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        staged = actions.stage_list(found=data["list"], within=request.post.place_id, on=data["on"], complete=data["complete"], by=request.post)
        return redirect("places:preview", upload_id=staged.id)
    return render(request, "places/upload.html", {"form": form, "place": request.post.place}, status=422 if form.is_bound else 200)


@requires("places.edit")
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """What the list adds, renames, closes and reopens; then apply it."""
    staged = get_object_or_404(Upload, pk=upload_id, post_id=request.post.id)
    if request.method == "POST":
        changes = actions.apply_upload(upload=staged, by=request.post)
        counts = {"added": len(changes.added), "renamed": len(changes.renamed), "closed": len(changes.closed)}
        messages.success(request, _("名单已生效：新增%(added)s个，更名%(renamed)s个，撤销%(closed)s个。") % counts)
        return redirect("places:list")
    read = queries.uploaded(staged)
    changes = compare(read, queries.known(read), on=staged.on, complete=staged.complete)
    names = queries.full_names(known.code for known in (*changes.closed, *changes.reopened))
    parents = queries.full_names(codes.parent(listed.code) for listed in changes.added)
    context = {
        "upload": staged,
        "changes": changes,
        "added": [(listed, parents.get(codes.parent(listed.code), "")) for listed in changes.added[:SHOWN]],
        "closed": [(known, names[known.code]) for known in changes.closed[:SHOWN]],
        "reopened": [(known, names[known.code]) for known in changes.reopened[:SHOWN]],
        "problems": changes.problems[:SHOWN],
    }
    return render(request, "places/preview.html", context)


@requires("places.edit")
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Merge the places chosen in the list (``old`` in the address)."""
    old = [found(int(code)) for code in dict.fromkeys(request.GET.getlist("old")) if code.isascii() and code.isdigit() and len(code) <= 12]
    if not old or not all(may_edit(request, place.code) for place in old):
        if old:
            raise Http404
        messages.error(request, _("请先在列表中勾选要撤并的单位"))
        return redirect("places:list")
    form = MergeForm(request.POST or None, old=old, within=request.post.place_id, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            into = form.carry_out(request)
        except PlaceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已合并为“%(name)s”。") % {"name": into.full_name})
            return redirect("places:place", code=into.code)
    below = [place for place in old if place.depth is not Level.VILLAGE]
    return render(
        request, "places/merge.html", {"form": form, "old": old, "above": queries.by_code(codes.parent(old[0].code)), "below": below}, status=422 if form.is_bound else 200
    )
