"""The dialogs of statistical tables."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    unit = forms.CharField(label=_("填报单位"), max_length=60)
    recipient = forms.CharField(label=_("交给谁"), max_length=60, help_text=_("单位或者人，例如：市民政局"))
    purpose = forms.CharField(label=_("用途"), max_length=100, help_text=_("例如：上报季度报表"))
