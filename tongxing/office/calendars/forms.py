"""Forms of the calendar."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.calendars.festivals import FESTIVALS
from tongxing.calendars.workdays import STATUTORY

WRITTEN = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})")
BETWEEN = re.compile(r"[\s,，、;；日号]*")


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DaysField(forms.CharField):
    """Several days in one line, as a notice lists them: 2027-02-06、2027年2月20日."""

    def clean(self, value: Any) -> list[date]:
        text = super().clean(value)
        if BETWEEN.fullmatch(WRITTEN.sub("", text)) is None:
            raise forms.ValidationError(_("请写成 2027-02-06、2027-02-20 这样的日期"))
        try:
            return [date(*map(int, found)) for found in WRITTEN.findall(text)]
        except ValueError as wrong:
            raise forms.ValidationError(_("“%(text)s”里有不存在的日期") % {"text": text[:40]}) from wrong


class TermForm(forms.Form):
    """The first and the last day of a term."""

    since = forms.DateField(label=gettext_lazy("开学（第一天）"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("最后一天"), widget=DateInput(), help_text=gettext_lazy("第二天起是假期"))
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False, help_text=gettext_lazy("例如教育局的校历通知"))


class HolidayForm(forms.Form):
    """A holiday: its free days, and the days worked in its place."""

    names = forms.MultipleChoiceField(label=gettext_lazy("节日"), widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("两个节日连休的，一起选上"))
    since = forms.DateField(label=gettext_lazy("放假第一天"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("放假最后一天"), widget=DateInput())
    worked = DaysField(label=gettext_lazy("调休上班的日子"), required=False, help_text=gettext_lazy("例如 2027-02-06、2027-02-20；没有就不填"))
    source = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False, help_text=gettext_lazy("例如国务院办公厅通知的文号"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = (*STATUTORY, *(name for name in FESTIVALS if name not in STATUTORY))
        self.fields["names"].choices = [(name, _(FESTIVALS[name].label)) for name in ids]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
