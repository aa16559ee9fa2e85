"""The forms of a street case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongxing.children.forms.acts import ActForm
from tongxing.protection.cases.forms import MomentField

SEX = (("", gettext_lazy("不清楚")), ("1", gettext_lazy("男")), ("2", gettext_lazy("女")))
RECEIVER = (("family", gettext_lazy("父母、其他监护人")), ("station", gettext_lazy("流出地的救助管理机构")), ("county", gettext_lazy("流出地的民政部门")))


def _line(label: Any, most: int = 200, hint: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class DescribeForm(ActForm):
    """What the child looks like and says."""

    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=SEX, required=False)
    youngest = forms.IntegerField(label=gettext_lazy("大约几岁，从"), min_value=0, max_value=18, required=False)
    oldest = forms.IntegerField(label=gettext_lazy("到"), min_value=0, max_value=18, required=False)
    name = _line(gettext_lazy("自己说叫什么"), 40)
    origin = _line(gettext_lazy("自己说家在哪里"), 80)
    dialect = _line(gettext_lazy("口音"))
    clothing = _line(gettext_lazy("衣着"))
    marks = _line(gettext_lazy("体貌特征"))
    belongings = _line(gettext_lazy("随身物品"))


class SearchForm(forms.Form):
    """A search in the whole country, with its reason."""

    name = _line(gettext_lazy("姓名、拼音或首字母"), 40)
    origin = _line(gettext_lazy("籍贯地名"), 40, gettext_lazy("县、乡镇或村的名称"))
    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=SEX, required=False)
    youngest = forms.IntegerField(label=gettext_lazy("大约几岁，从"), min_value=0, max_value=18, required=False)
    oldest = forms.IntegerField(label=gettext_lazy("到"), min_value=0, max_value=18, required=False)
    why = _line(gettext_lazy("为什么查找"), 200, gettext_lazy("会记录在案"), required=True)


class FamilyForm(ActForm):
    """The family is found."""

    who = _line(gettext_lazy("家人是谁"), required=True)
    contact = _line(gettext_lazy("联系方式"), 60)
    how = forms.CharField(label=gettext_lazy("怎样找到、怎样核实"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    on_at = MomentField(label=gettext_lazy("找到的时间"), required=False)


class EscortForm(ActForm):
    """Who brings the child home."""

    who = _line(gettext_lazy("护送人"), required=True)
    how = _line(gettext_lazy("车次、路线"), required=True)
    to = _line(gettext_lazy("护送到哪里"), required=True)
    on_at = MomentField(label=gettext_lazy("出发时间"), required=False)


class HandForm(ActForm):
    """To whom the child was handed over."""

    kind = forms.ChoiceField(label=gettext_lazy("交给谁"), choices=RECEIVER)
    receiver = _line(gettext_lazy("接收人、单位"), required=True)
    words = _line(gettext_lazy("交接情况"))
    on_at = MomentField(label=gettext_lazy("交接时间"), required=False)
