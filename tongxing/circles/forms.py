"""What is asked before somebody joins, leaves or hands over."""

from __future__ import annotations

from collections.abc import Mapping
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


class CardForm(PrintForm):
    """Which of the two cards, masked or in full."""

    sheet = forms.ChoiceField(label=gettext_lazy("打印什么"), choices=list(printouts.SHEETS.items()), widget=forms.RadioSelect, initial=printouts.CIRCLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, family=True, **kwargs)
        choices: Any = self.fields["content"]
        choices.choices = [(MASKED, _("脱敏：姓名、电话部分隐去")), *((value, _("完整：含孩子姓名和电话")) for value, _word in choices.choices[1:])]


class NeedsForm(ActForm):
    """What the child needs, in words."""

    needs = words(gettext_lazy("需求"), longest=1000, rows=4, help_text=gettext_lazy("孩子现在最需要什么；只写和帮扶有关的"))


class ItemForm(ActForm):
    """One of the N items of a plan."""

    area = radio(codes.AREA, gettext_lazy("方面"))
    goal = words(gettext_lazy("目标"), rows=2, help_text=gettext_lazy("写清楚做什么、做到什么程度，例如：本学期数学及格，每周辅导一次"))
    owner = forms.ChoiceField(label=gettext_lazy("负责人"))
    review_on = day(gettext_lazy("评估日期"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, owners: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["owner"]
        choice.choices = [(str(person), name) for person, name in owners.items()]


class ReviewForm(ActForm):
    """What was found, and what follows."""

    when = {"next_on": "closing=go_on", "result": "closing=close"}
    words = words(gettext_lazy("评估情况"), longest=1000)
    closing = forms.ChoiceField(
        label=gettext_lazy("接下来"), choices=[("go_on", gettext_lazy("继续")), ("close", gettext_lazy("完成或者结束"))], widget=forms.RadioSelect, initial="go_on"
    )
    next_on = day(gettext_lazy("下次评估"), required=False)
    result = radio(codes.RESULT, gettext_lazy("结果"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
