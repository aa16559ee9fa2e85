"""What is asked before an act on a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children.forms.acts import ActForm, SchoolingForm
from tongxing.children.forms.inputs import PRIVATE, day, radio, words
from tongxing.ground.today import CHINA, now
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField
from tongxing.protection import codes
from tongxing.protection.scales import Band, Scale
from tongxing.protection.states import Step

type Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A day and a time, as clocks in China show them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)

    def clean(self, value: Any) -> datetime | None:
        given: datetime | None = super().clean(value)
        if given is not None and not 2000 <= given.year <= now().year + 50:
            raise forms.ValidationError(_("日期 %(day)s 不可能。") % {"day": f"{given:%Y-%m-%d}"})
        return given.astimezone(CHINA) if given is not None else None


def happened(label: Any = gettext_lazy("实际时间"), hint: Any = gettext_lazy("事后补记的，填真正做的时间；刚刚做的不用填")) -> MomentField:
    return MomentField(label=label, required=False, help_text=hint)


def deadline(label: Any = gettext_lazy("期限"), *, required: bool = False) -> MomentField:
    return MomentField(label=label, required=required)


def picker(label: Any, groups: Groups, *, required: bool = True, empty: Any = gettext_lazy("请选择"), **kwargs: Any) -> forms.ChoiceField:
    """A post, grouped by role or department."""
    return forms.ChoiceField(label=label, required=required, choices=[("", str(empty)), *((title, list(posts)) for title, posts in groups)], **kwargs)


class StepForm(ActForm):
    """An act of the table: words, the outcome where it ends with one, and when it really was done."""

    words = words(gettext_lazy("情况说明"), longest=2000, rows=4, required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("结果"), widget=forms.RadioSelect)
    on_at = happened()

    def __init__(self, *args: Any, step: Step, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = step.comment
        if step.outcome:
            choice: Any = self.fields["outcome"]
            choice.choices = [(each.value, codes.OUTCOME.text(each.value)) for each in codes.outcomes(kind)]
        else:
            del self.fields["outcome"]


class NoteForm(ActForm):
    words = words(gettext_lazy("情况"), longest=2000, rows=4)
    on_at = happened()


class WhyForm(ActForm):
    words = words(gettext_lazy("原因"), longest=500)


class PlainForm(ActForm):
    sure = forms.BooleanField(initial=True, widget=forms.HiddenInput)


class PostForm(ActForm):
    """One post, and why."""

    def __init__(self, *args: Any, groups: Groups, label: Any = gettext_lazy("选择人员"), why: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"] = picker(label, groups)
        if why:
            self.fields["why"] = words(gettext_lazy("原因"), longest=200, rows=2, required=False)


class PostsForm(ActForm):
    """Several posts: those who alone will see the case."""

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flat = [(value, f"{word}（{title}）" if title not in word else word) for title, posts in groups for value, word in posts]
        self.fields["posts"] = forms.MultipleChoiceField(label=_("还可以查看和办理的人"), required=False, choices=flat, widget=forms.CheckboxSelectMultiple)


class TaskForm(ActForm):
    """One more thing to do."""

    name = forms.CharField(label=gettext_lazy("要做什么"), max_length=120)

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"] = picker(_("责任人"), groups)
        self.fields["due_at"] = deadline(_("期限"), required=True)


class MeasureForm(ActForm):
    """A measure of the catalogue, who does it and by when."""

    def __init__(self, *args: Any, measures: Groups, groups: Groups, proposed: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"] = forms.ChoiceField(label=_("帮扶措施"), choices=[("", _("请选择")), *((title, list(rows)) for title, rows in measures)])
        if proposed:
            self.fields["measure"].help_text = _("按评估建议：%(names)s") % {"names": _("、").join(proposed)}
        self.fields["post"] = picker(_("责任人"), groups)
        self.fields["due_at"] = deadline(_("期限"), required=True)


class AssignForm(ActForm):
    """To whom a task is given, and by when."""

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"] = picker(_("责任人"), groups)
        self.fields["due_at"] = deadline()


class FinishForm(ActForm):
    result = words(gettext_lazy("办理情况"), longest=2000, rows=4)
    at_time = happened(gettext_lazy("办结时间"))


class PlaceForm(ActForm):
    """Where a child is put into safety."""

    kind = radio(codes.PLACEMENT, gettext_lazy("安置到哪里"))
    with_whom = forms.CharField(label=gettext_lazy("由谁照料"), max_length=60, widget=forms.TextInput(attrs=PRIVATE))
    where = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False, widget=forms.TextInput(attrs=PRIVATE))
    order = forms.CharField(label=gettext_lazy("由谁决定"), max_length=100, required=False, help_text=gettext_lazy("例如：派出所通知、县民政局决定"))
    since = happened(gettext_lazy("从什么时候起"))

    def __init__(self, *args: Any, children: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(children) > 1:
            self.fields["child"] = forms.ChoiceField(label=_("哪个孩子"), choices=children)
            self.order_fields(["child"])


class EndPlacementForm(ActForm):
    words = words(gettext_lazy("孩子去了哪里"), longest=500)
    until = happened(gettext_lazy("什么时候结束的"))


class BranchForm(ActForm):
    branch = forms.ChoiceField(label=gettext_lazy("哪一种情形"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, branches: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["branch"]
        choice.choices = branches


class HandOverForm(ActForm):
    place = PlaceField(label=gettext_lazy("移交给哪里"), levels=(Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE))
    words = words(gettext_lazy("移交的原因和情况"), longest=1000)


class ScaleForm(ActForm):
    """A scale as a form: one question for each indicator."""

    def __init__(self, *args: Any, scale: Scale, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in scale.indicators:
            choices = [(option.value, _(option.label)) for option in each.options]
            self.fields[each.id] = forms.ChoiceField(label=_(each.label), choices=choices, widget=forms.RadioSelect, help_text=_(each.hint) if each.hint else "")

    def answers(self) -> Mapping[str, str]:
        return {name: str(value) for name, value in self.cleaned_data.items()}


class ConcludeForm(ActForm):
    why = words(gettext_lazy("为什么定这个等级"), longest=1000, rows=4, help_text=gettext_lazy("两份评估不一致时，写明以哪一份为准、为什么"))
    review_on = day(gettext_lazy("下次评估"))

    def __init__(self, *args: Any, bands: Sequence[Band], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["band"] = forms.ChoiceField(label=_("风险等级"), widget=forms.RadioSelect, choices=[(each.id, _(each.label)) for each in reversed(bands)])
        self.order_fields(["band", "why", "review_on"])


class PersuadedForm(ActForm):
    who_went = forms.CharField(label=gettext_lazy("谁去的"), max_length=100)
    whom_met = forms.CharField(label=gettext_lazy("见到谁"), max_length=100)
    words = words(gettext_lazy("怎么说的"), longest=1000)
    promised = forms.BooleanField(label=gettext_lazy("答应返校"), required=False)
    on_at = happened(gettext_lazy("劝返时间"))


class LessonForm(ActForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("教育的种类"),
        choices=[("skills", gettext_lazy("劳动技能教育")), ("law", gettext_lazy("法治教育")), ("mind", gettext_lazy("心理辅导"))],
        widget=forms.RadioSelect,
    )
    hours = forms.IntegerField(label=gettext_lazy("课时"), min_value=1, max_value=24, initial=1)
    words = words(gettext_lazy("内容和表现"), longest=1000)
    on_at = happened()


class ReturnedForm(SchoolingForm):
    """Back at school: where, and what was done."""

    comment = words(gettext_lazy("返校的情况"), longest=1000)


class GlassForm(ActForm):
    number = forms.CharField(label=gettext_lazy("个案编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    why = words(gettext_lazy("为什么必须查看"), longest=200, help_text=gettext_lazy("至少5个字。办理这个个案的人会马上收到提醒，您的查看会记入审计。"))


class OpenForm(ActForm):
    """A case of a lighter kind, written down at the desk."""

    place = PlaceField(label=gettext_lazy("在哪里"))
    words = words(gettext_lazy("情况"), longest=2000, rows=4)


class FileForm(ActForm):
    file = forms.FileField(label=gettext_lazy("文件"), help_text=gettext_lazy("图片、PDF、Word 或 Excel；带宏的不收"))
    title = forms.CharField(label=gettext_lazy("名称"), max_length=100, required=False)
