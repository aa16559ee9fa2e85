"""What is asked before somebody joins, leaves or hands over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children.fields import phone
from tongxing.children.forms.acts import ActForm
from tongxing.children.forms.inputs import PRIVATE, Cleaned, day, radio, words
from tongxing.children.forms.papers import MASKED, PrintForm
from tongxing.circles import codes, printouts

MOVING = tuple(each.value for each in codes.LEAVING if each.moves)
CHOSEN = tuple(each.value for each in codes.LEAVING if not each.automatic)


class JoinForm(ActForm):
    """Who joins: somebody picked from those who were found, or somebody written down here."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60, required=False)
    phone = Cleaned(phone, label=gettext_lazy("电话"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", **PRIVATE}))
    team = forms.CharField(label=gettext_lazy("团队名称"), max_length=60, help_text=gettext_lazy("团队由一名联系人负责，下面选择或者登记联系人"))
    since = day(gettext_lazy("开始日期"), initial_today=True)
    reason = radio(codes.LEAVING, gettext_lazy("更换原因"), values=MOVING)
    note = words(gettext_lazy("说明"), required=False, longest=200, rows=2)

    def __init__(self, *args: Any, team: bool, replacing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not team or replacing:
            del self.fields["team"]
        if replacing:
            del self.fields["since"]
        else:
            del self.fields["reason"], self.fields["note"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("person") and not str(data.get("name") or "").strip() and "name" not in self.errors:
            self.add_error("name", _("请从上面选一个人，或者在这里写下姓名。"))
        return data


class EndForm(ActForm):
    """Why somebody leaves a circle."""

    reason = radio(codes.LEAVING, gettext_lazy("结束原因"), values=CHOSEN)
    on = day(gettext_lazy("结束日期"), initial_today=True)
    note = words(gettext_lazy("说明"), required=False, longest=200, rows=2)


class HandOverForm(ActForm):
    """To whom, and why. The children are ticked beside it."""

    to = forms.UUIDField(error_messages={"required": gettext_lazy("请选择接手的人。")}, widget=forms.HiddenInput)
    reason = radio(codes.LEAVING, gettext_lazy("交接原因"), values=MOVING)
    on = day(gettext_lazy("交接日期"), initial_today=True)
    note = words(gettext_lazy("说明"), required=False, longest=200, rows=2)


class PersonForm(ActForm):
    """Name and telephone of a member who has no account."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    phone = Cleaned(phone, label=gettext_lazy("电话"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", **PRIVATE}))


class SinceForm(ActForm):
    """From when a batch holds."""

    since = day(gettext_lazy("开始日期"), initial_today=True)


def uuids(values: list[str]) -> list[UUID]:
    """The ids among what was sent, each once."""
    found: dict[UUID, None] = {}
    for value in values:
        try:
            found[UUID(value)] = None
        except ValueError:
            continue
    return list(found)


class CardForm(PrintForm):
    """Which of the two cards, masked or in full."""

    sheet = forms.ChoiceField(label=gettext_lazy("打印什么"), choices=list(printouts.SHEETS.items()), widget=forms.RadioSelect, initial=printouts.CIRCLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, family=True, **kwargs)
        choices: Any = self.fields["content"]
        choices.choices = [(MASKED, _("脱敏：姓名、电话部分隐去")), *((value, _("完整：含孩子姓名和电话")) for value, _word in choices.choices[1:])]
