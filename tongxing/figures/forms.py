"""The dialogs of statistical tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxing.figures.models import Kind, period_name
from tongxing.figures.rules import last_quarters, quarter_of
from tongxing.ground.today import today

DAYS_TO_REPORT = timedelta(days=15)


class ExportForm(forms.Form):
    unit = forms.CharField(label=_("填报单位"), max_length=60)
    recipient = forms.CharField(label=_("交给谁"), max_length=60, help_text=_("单位或者人，例如：市民政局"))
    purpose = forms.CharField(label=_("用途"), max_length=100, help_text=_("例如：上报季度报表"))


class RegisterForm(ExportForm):
    """``full``: the post may have numbers and addresses unmasked."""

    which = forms.ChoiceField(label=_("哪些儿童"), choices=[("left_behind", _("在册留守儿童")), ("all", _("全部在册儿童"))], widget=forms.RadioSelect, initial="left_behind")
    unmasked = forms.BooleanField(label=_("含完整证件号、电话和地址"), required=False, help_text=_("只在确实需要时勾选；会记入访问记录"))

    def __init__(self, *args: Any, full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not full:
            del self.fields["unmasked"]


class OpenForm(forms.Form):
    which = forms.ChoiceField(label=_("报表期"), help_text=_("括号里是统计时点"))
    due = forms.DateField(label=_("上报期限"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), help_text=_("下级最迟哪天上报"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["which"]
        which.choices = [(f"{kind}:{on.isoformat()}", f"{period_name(kind, on)}（{on.isoformat()}）") for kind, on in periods(today())]
        self.fields["due"].initial = today() + DAYS_TO_REPORT

    @property
    def period(self) -> tuple[str, date]:
        """Kind and statistical date."""
        kind, _colon, on = self.cleaned_data["which"].partition(":")
        return kind, date.fromisoformat(on)


def periods(day: date) -> list[tuple[str, date]]:
    """What can be asked for: the quarters that ended within a year, the present one, and the years that end with them."""
    quarters = [last for _first, last in last_quarters(day, 4)]
    ends = [*quarters[:1], quarter_of(day)[1], *quarters[1:]]
    years = [on for on in ends if (on.month, on.day) == (12, 31)]
    return [(Kind.QUARTER.value, on) for on in ends] + [(Kind.YEAR.value, on) for on in years]


class CommentForm(forms.Form):
    """``needed``: the act asks for words."""

    comment = forms.CharField(label=_("意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needed:
            del self.fields["comment"]
