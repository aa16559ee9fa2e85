"""What is asked before a card is printed, and of a guardian's request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import codes, printouts
from tongxing.children.actions import NewRequest
from tongxing.children.forms.acts import OTHER, ActForm
from tongxing.children.forms.inputs import code, day, radio, words

MASKED, FULL = "masked", "full"
PURPOSES = (
    ("envelope", gettext_lazy("装入档案袋")),
    ("signature", gettext_lazy("请监护人核对、签字")),
    ("guardian", gettext_lazy("答复监护人查阅、复制")),
    ("superior", gettext_lazy("报送上级")),
    (OTHER, gettext_lazy("其他（请写明）")),
)
GUARDIANS = ("51", "52", "57", "58", "61", "62", "63", "64", "97", "99", "01")


class PrintForm(ActForm):
    """Which sheet, masked or in full; in full says what for."""

    when = {"why": f"content={FULL}", "note": f"why={OTHER}"}
    sheet = forms.ChoiceField(label=gettext_lazy("打印什么"), choices=list(printouts.SHEETS.items()), widget=forms.RadioSelect, initial=printouts.BASIC)
    content = forms.ChoiceField(label=gettext_lazy("内容"), widget=forms.RadioSelect, initial=MASKED)
    why = forms.ChoiceField(label=gettext_lazy("用途"), choices=PURPOSES, widget=forms.RadioSelect, required=False)
    note = forms.CharField(label=gettext_lazy("写明用途"), max_length=120, required=False)

    def __init__(self, *args: Any, may_unmask: bool, family: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(MASKED, _("脱敏：姓名、证件号码、电话和住址部分隐去"))]
        if may_unmask:
            choices.append((FULL, _("完整：含证件号码、电话、住址和病史")))
        self.fields["content"].choices = choices  # type: ignore[attr-defined]
        if not family:
            del self.fields["sheet"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("content") == FULL:
            if not data.get("why"):
                self.add_error("why", _("请选择用途。"))
            elif data["why"] == OTHER and not data.get("note"):
                self.add_error("note", _("请写明用途。"))
        return data

    def order(self, link: str) -> printouts.Order:
        """What to print; `link` has `{child}` where the id of a child belongs."""
        data = self.cleaned_data
        masked = data["content"] == MASKED
        why = "" if masked else data["note"] if data["why"] == OTHER else str(dict(PURPOSES)[data["why"]])
        return printouts.Order(sheet=data.get("sheet") or printouts.BASIC, masked=masked, why=why, link=link)


class RequestForm(ActForm):
    """What a guardian asks, as they put it."""

    kind = radio(codes.REQUEST_KIND, gettext_lazy("请求"))
    by_whom = forms.CharField(label=gettext_lazy("请求人"), max_length=60)
    relation = code(codes.RELATION, gettext_lazy("与孩子的关系"), required=True, values=GUARDIANS)
    received_on = day(gettext_lazy("受理日期"), initial_today=True)
    words = words(gettext_lazy("请求内容"), required=False, longest=2000, help_text=gettext_lazy("照请求人的话写；更正的请写明改什么"))

    def new(self) -> NewRequest:
        return NewRequest(**self.cleaned_data)


class AnswerForm(ActForm):
    """What the guardian is told, and whether what rests on consent goes."""

    when = {"remove_optional": "granted=1"}
    granted = forms.TypedChoiceField(
        label=gettext_lazy("办理结果"), choices=[("1", gettext_lazy("已办结")), ("0", gettext_lazy("不予办理"))], coerce=lambda value: value == "1", widget=forms.RadioSelect
    )
    remove_optional = forms.BooleanField(label=gettext_lazy("撤回全部同意，并删除凭同意保存的照片、性格、爱好"), required=False)
    answer = words(gettext_lazy("答复"), longest=2000, help_text=gettext_lazy("会告知请求人；不予办理的写明依据"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "delete":
            del self.fields["remove_optional"]
