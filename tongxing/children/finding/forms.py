"""The dialogs of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxing.children.finding import exports


class SaveForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=30, help_text=_("不要写孩子的姓名"))
    shared = forms.BooleanField(label=_("本地区共用"), required=False, help_text=_("本地区及下级的同事也能看到这个筛选；各人仍只看到自己范围内的孩子"))


class RecipientForm(forms.Form):
    """To whom a list is given, and what for."""

    recipient = forms.CharField(label=_("交给谁"), max_length=60, help_text=_("单位或者人，例如：区教育局"))
    purpose = forms.CharField(label=_("用途"), max_length=100)


class ExportForm(RecipientForm):
    columns = forms.MultipleChoiceField(label=_("包含哪些列"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns: Any = self.fields["columns"]
        columns.choices = [(column.key, _(column.heading)) for column in exports.catalogue().columns]
        columns.initial = list(exports.USUAL)
