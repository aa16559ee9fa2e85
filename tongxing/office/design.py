"""The page /design/: every component with sample data, for whoever builds a page. Shown while DEBUG is on."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongxing.accounts.access import signed_in
from tongxing.circles.drawing import Seat
from tongxing.ground import dialogs
from tongxing.ground.today import today


class SampleForm(forms.Form):
    """One field of each shape."""

    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("与户口簿一致；生僻字直接输入"))
    born = forms.DateField(label=_("出生日期"), widget=forms.DateInput(attrs={"type": "date"}))
    stage = forms.ChoiceField(label=_("就学"), choices=[("", "—"), ("primary", _("小学")), ("junior", _("初中"))])
    income = forms.MultipleChoiceField(label=_("经济来源"), choices=[("work", _("打工")), ("farm", _("种养殖")), ("aid", _("政府救助"))], widget=forms.CheckboxSelectMultiple)
    sex = forms.ChoiceField(label=_("性别"), choices=[("1", _("男")), ("2", _("女"))], widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    boards = forms.BooleanField(label=_("在校寄宿"), required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}), help_text=_("会记入档案历史，上级可以看到"))


@dataclass
class SamplePage:
    rows: list[SimpleNamespace]
    count: int = 1284
    exact: bool = True
    size: int = 20
    sizes: ClassVar[tuple[int, ...]] = (20, 50, 100)
    before: str | None = None
    after: str | None = "k"


TOTAL = 1500


@dataclass
class SampleWork:
    label: str
    done: int
    total: int
    finished: bool = False
    failed: str = ""
    url: str = ""
    next_url: str = ""
    next_word: str = ""


def _work(done: int) -> SampleWork:
    return SampleWork("正在导入 分乡镇台账.xlsx", done, TOTAL, finished=done >= TOTAL, url=reverse("office:design_progress", args=[done + 120]))


def _rows(day: date) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(name="张*轩", sex="男", born=day - timedelta(days=3410), village="分乡场村", school="分乡镇中心小学 三年级2班", tone="amber", flag="待季度确认"),
        SimpleNamespace(name="李*", sex="女", born=day - timedelta(days=1510), village="普溪河村", school="未入园", tone="red", flag="逾期12天"),
        SimpleNamespace(name="覃*雨", sex="女", born=day - timedelta(days=5201), village="百里荒村", school="小溪塔三中 初二4班", tone="green", flag="已确认"),
    ]


CIRCLE = (
    Seat(1, "父亲", "张建国"),
    Seat(1, "母亲", "李春梅"),
    Seat(1, "祖母", "王秀英"),
    Seat(2, "爱心邻居", "陈大山"),
    Seat(2, "学校老师", "周敏"),
    Seat(2, "村干部", "刘志强"),
    Seat(2, "专业社工", None),
    Seat(2, "爱心团队", "青山志愿队"),
)


@signed_in
def design(request: HttpRequest) -> HttpResponse:
    """Every component once."""
    if not settings.DEBUG:
        raise Http404
    day = today()
    form = SampleForm({"name": "", "born": "2031-02-30", "stage": "primary", "sex": "1"})
    messages.info(request, _("已保存。"))
    context = {
        "tones": [("red", _("逾期")), ("amber", _("3天内到期")), ("green", _("已完成")), ("blue", _("留守")), ("grey", _("已结束"))],
        "form": form,
        "page": SamplePage(_rows(day)),
        "works": [
            _work(640),
            SampleWork("已生成 120 张基本信息卡", 120, 120, finished=True, next_url="#", next_word="下载"),
            SampleWork("导入停止", 310, 1500, finished=True, failed="第 311 行以后无法读取：文件可能已损坏，请另存为 .xlsx 后重新上传。"),
        ],
        "events": [
            {"at": day, "text": "季度确认：情况无变化", "who": "刘志强 · 儿童主任", "tone": "green"},
            {"at": day - timedelta(days=34), "text": "父亲务工地点由 武汉市 改为 东莞市", "who": "王芳 · 儿童督导员"},
            {"at": day - timedelta(days=120), "text": "建档", "who": "刘志强 · 儿童主任"},
        ],
        "circle": CIRCLE,
        "tabs": [
            SimpleNamespace(key="facts", word=_("基本情况"), url="?tab=facts", count=None),
            SimpleNamespace(key="family", word=_("家庭和监护"), url="?tab=family", count=4),
            SimpleNamespace(key="history", word=_("变更历史"), url="?tab=history", count=12),
        ],
        "tab": request.GET.get("tab", "facts"),
        "panel_template": "office/parts/design_tab.html",
        "born": day - timedelta(days=1510),
        "day": day,
        "areas": [SimpleNamespace(code=420527104201, short_name="分乡场村"), SimpleNamespace(code=420527104202, short_name="普溪河村")],
        "active_filters": [{"word": "村：分乡场村", "url": "?"}, {"word": "就学：小学", "url": "?"}],
    }
    return render(request, "office/design.html", context)


@signed_in
def sample_dialog(request: HttpRequest) -> HttpResponse:
    """A confirmation with a reason."""
    if not settings.DEBUG:
        raise Http404
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        return dialogs.done(request, reverse("office:design"))
    context = {
        "form": form,
        "dialog_title": _("终止这份档案？"),
        "confirm_text": _("档案转入已终止，不再产生工作任务；以后可以恢复。"),
        "confirm_word": _("终止档案"),
        "confirm_danger": True,
    }
    return dialogs.show(request, "office/confirm.html", context)


@signed_in
def sample_progress(request: HttpRequest, done: int) -> HttpResponse:
    """A long work, one step further at each question."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "office/parts/progress.html", {"work": _work(min(done, TOTAL))})
