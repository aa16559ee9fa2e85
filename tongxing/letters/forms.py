"""What is asked before a letter, a need, a matter or a meeting is written down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongxing.children.forms.acts import ActForm
from tongxing.children.forms.inputs import code, day, radio, words
from tongxing.letters import codes
from tongxing.letters.actions.writing import LONGEST_DAYS
from tongxing.notices.forms import FilesField
from tongxing.units.forms import UnitField

NO_NAMES = gettext_lazy("不写儿童姓名、身份证号和电话：名单另附。")


class LetterForm(ActForm):
    """A letter as it is drafted."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=80)
    text = words(gettext_lazy("正文"), longest=4000, rows=12, help_text=NO_NAMES)
    days = forms.IntegerField(label=gettext_lazy("复函期限（工作日）"), min_value=1, max_value=LONGEST_DAYS, help_text=gettext_lazy("从发出的第二天起算，节假日不算"))


class NeedForm(ActForm):
    """A need written down by hand."""

    kind = code(codes.NEED, gettext_lazy("需求"), required=True, empty=gettext_lazy("请选择"))
    note = words(gettext_lazy("说明"), required=False, longest=300, rows=3, help_text=gettext_lazy("列入联函时，部门看得到这段话"))


class NeedEndForm(ActForm):
    """Why a need is none any more."""


class ReasonForm(ActForm):
    comment = words(gettext_lazy("原因"), longest=300, rows=3)


class RemarkForm(ActForm):
    comment = words(gettext_lazy("意见"), required=False, longest=300, rows=2)


class SealForm(ActForm):
    number = forms.CharField(label=gettext_lazy("文号"), max_length=40, help_text=gettext_lazy("单位的发文字号，如“夷民函〔2026〕12号”"))


class ReplyForm(ActForm):
    """What goes with the answers: the day, where they came on paper, and scans."""

    on = day(gettext_lazy("复函日期"), initial_today=True)
    scans = FilesField(label=gettext_lazy("复函扫描件"), required=False, help_text=gettext_lazy("图片、PDF、Word 或 Excel"))

    def __init__(self, *args: Any, paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not paper:
            del self.fields["on"]


class PrintForm(ActForm):
    """A letter on paper: with numbers in full where the department needs them."""

    full = forms.BooleanField(label=gettext_lazy("附件名单写明完整的身份证号（正式发文用；不选则隐去中间几位）"), required=False)


class IntakeForm(ActForm):
    """What came in."""

    when = {"outer_number": "channel=" + ",".join(codes.CHANNEL.where(lambda channel: channel.outer))}
    channel = radio(codes.CHANNEL, gettext_lazy("受理渠道"))
    outer_number = forms.CharField(label=gettext_lazy("来文（工单）编号"), max_length=40, required=False)
    title = forms.CharField(label=gettext_lazy("事项"), max_length=80, help_text=gettext_lazy("一句话，不写儿童姓名：各部门都看得到"))
    words = words(gettext_lazy("内容"), longest=3000, rows=6)
    asker = forms.CharField(label=gettext_lazy("谁提出的，怎样联系"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "data-private": ""}))
    received_on = day(gettext_lazy("受理日期"), initial_today=True)
    due_on = day(gettext_lazy("答复期限"))


class AnswerForm(ActForm):
    """One answer back to who asked."""

    words = words(gettext_lazy("答复内容"), longest=3000, rows=8)
    told_by = radio(codes.TOLD_BY, gettext_lazy("答复方式"))
    on = day(gettext_lazy("答复日期"), initial_today=True)
    anyway = forms.BooleanField(label=gettext_lazy("不等全部复函"), required=False)


class MemberForm(ActForm):
    """A member unit of the joint meeting."""

    name = forms.CharField(label=gettext_lazy("成员单位"), max_length=60)
    department = code(codes.ADDRESSEE, gettext_lazy("部门"), empty=gettext_lazy("其他单位"))
    post = forms.ChoiceField(label=gettext_lazy("联络员（有账号的）"), required=False, help_text=gettext_lazy("能看到会议和本单位的工作事项"))
    contact = forms.CharField(label=gettext_lazy("联络员姓名、职务"), max_length=60, required=False, help_text=gettext_lazy("没有账号的写在这里"))
    leads = forms.BooleanField(label=gettext_lazy("召集单位"), required=False)

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = [("", "—"), *posts]  # type: ignore[attr-defined]


class MeetingForm(ActForm):
    title = forms.CharField(label=gettext_lazy("会议名称"), max_length=80)
    on = day(gettext_lazy("日期"), initial_today=True)
    at = forms.TimeField(label=gettext_lazy("时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    room = forms.CharField(label=gettext_lazy("地点"), max_length=60)
    agenda = words(gettext_lazy("议题"), longest=3000, rows=6, help_text=gettext_lazy("不写儿童姓名"))


class MinutesForm(ActForm):
    minutes = words(gettext_lazy("会议纪要"), required=False, longest=10000, rows=18, help_text=gettext_lazy("不写儿童姓名"))


class AssignForm(ActForm):
    """What a member unit is to do."""

    words = words(gettext_lazy("工作事项"), longest=300, rows=2)
    owner = forms.ChoiceField(label=gettext_lazy("责任单位"))
    due_on = day(gettext_lazy("完成期限"))

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = members  # type: ignore[attr-defined]


class DoneForm(ActForm):
    note = words(gettext_lazy("完成情况"), longest=500, rows=3)


class ProgrammeForm(ActForm):
    """A network or a campaign: one of those that the plans name, or another."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("种类"), widget=forms.RadioSelect, choices=[("network", gettext_lazy("联动网络")), ("campaign", gettext_lazy("维权行动"))])
    words = words(gettext_lazy("做什么"), required=False, longest=1000)
    lead = forms.ChoiceField(label=gettext_lazy("牵头单位"), required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", "—"), *members]  # type: ignore[attr-defined]


class HazardForm(ActForm):
    kind = code(codes.HAZARD, gettext_lazy("隐患"), required=True, empty=gettext_lazy("请选择"))
    words = words(gettext_lazy("情况"), longest=300, rows=3, help_text=gettext_lazy("在哪里、什么问题"))
    found_on = day(gettext_lazy("发现日期"), initial_today=True)
    photo = forms.FileField(label=gettext_lazy("照片"), required=False)

    def __init__(self, *args: Any, within: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"] = UnitField(label=gettext_lazy("学校"), kind="school", within=within)
        self.order_fields(["school"])


class RectifyForm(ActForm):
    how = words(gettext_lazy("整改情况"), longest=300, rows=3)
    on = day(gettext_lazy("整改日期"), initial_today=True)
    photo = forms.FileField(label=gettext_lazy("照片"), required=False)
