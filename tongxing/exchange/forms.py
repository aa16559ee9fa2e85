"""The forms of the exchange."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.exchange.recognising import LIMITS

MEGABYTES = LIMITS.size // 2**20


class AboutForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("例如：教育局留守儿童情况统计表"))
    recipient = forms.CharField(label=gettext_lazy("交给谁"), max_length=60, help_text=gettext_lazy("单位或者人，例如：区教育局"))
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=100)


class SheetForm(AboutForm):
    file = forms.FileField(label=gettext_lazy("对方的空表"), widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsm"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("对方发来的 Excel 或 WPS 空表（.xlsx、.xls），不超过 %(size)s MB。标题、表头、签字栏原样保留。") % {"size": MEGABYTES}
        self.fields["file"].error_messages["required"] = _("请选择一个表格文件，不超过 %(size)s MB。") % {"size": MEGABYTES}
        self.order_fields(["file", "title", "recipient", "purpose"])


class FillForm(forms.Form):
    recipient = forms.CharField(label=gettext_lazy("交给谁"), max_length=60)
    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=100)
    whole = forms.BooleanField(
        label=gettext_lazy("身份证号、电话、住址填完整"),
        required=False,
        help_text=gettext_lazy("只在对方依法需要时勾选。不勾选时填 42**************34 这样的脱敏内容。"),
    )

    def __init__(self, *args: Any, may_whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_whole:
            del self.fields["whole"]


class DiscardForm(forms.Form):
    """Nothing to fill in: a confirmation."""
