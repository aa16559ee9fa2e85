"""What is asked about a measure against a guardian, and about an application to the court."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import codes as child_codes
from tongxing.children.fields import name, phone
from tongxing.children.forms.acts import ActForm
from tongxing.children.forms.inputs import PRIVATE, Cleaned, code, day, radio, several, words
from tongxing.children.new import NewRelative
from tongxing.guardianship import codes, grounds
from tongxing.guardianship.actions import NewEvidence, NewIntervention
from tongxing.guardianship.forms import GUARDED, RELATIONS, STRANGER
from tongxing.guardianship.parties import Somebody


def _choices(form: forms.Form, field: str, found: Sequence[tuple[str, str]]) -> None:
    choice: Any = form.fields[field]
    choice.choices = found


class InterventionForm(ActForm):
    """Admonished, reprimanded, punished: who, when, why, what was said, whom."""

    when = {"refusing_since": "about=refusal", "named": "restricted=on"}
    kind = radio(codes.MEASURE, gettext_lazy("措施"), initial="admonition")
    authority = code(codes.AUTHORITY, gettext_lazy("作出机关"), required=True, initial="village")
    given_by = forms.CharField(label=gettext_lazy("谁作出的"), max_length=60, help_text=gettext_lazy("姓名或者单位，例如 某某派出所"))
    children = forms.TypedMultipleChoiceField(
        label=gettext_lazy("涉及的孩子"), coerce=UUID, widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("请选择至少一个孩子。")}
    )
    person = forms.TypedChoiceField(label=gettext_lazy("对谁"), coerce=UUID, widget=forms.RadioSelect)
    on = day(gettext_lazy("日期"), initial_today=True)
    about = several(codes.CONDUCT, gettext_lazy("事由"))
    refusing_since = day(gettext_lazy("从什么时候起不履行"), required=False, help_text=gettext_lazy("查实的日期；满六个月从这一天算起"))
    facts = words(gettext_lazy("发生了什么"), longest=1000, rows=3, help_text=gettext_lazy("加密保存"))
    words = words(gettext_lazy("说了什么、提了什么要求"), required=False, longest=1000, rows=3)
    number = forms.CharField(label=gettext_lazy("文书编号或者警情编号"), max_length=60, required=False)
    next_check = day(gettext_lazy("什么时候查看改正情况"), required=False)
    restricted = forms.BooleanField(label=gettext_lazy("仅指定人员可见（涉及性侵害、未成年人案件等）"), required=False)
    named = forms.TypedMultipleChoiceField(label=gettext_lazy("还有谁可以看"), coerce=UUID, widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, children: Sequence[tuple[UUID, str]], people: Sequence[Somebody], colleagues: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "children", [(str(key), word) for key, word in children])
        _choices(self, "person", [(str(each.key), each.word) for each in people])
        _choices(self, "named", [(str(key), word) for key, word in colleagues])

    def new(self, case_id: UUID | None = None) -> NewIntervention:
        return NewIntervention(**self.cleaned_data, case_id=case_id)


class LookForm(ActForm):
    """Was it heeded?"""

    when = {"next_check": "heeded=no|partly"}
    heeded = radio(codes.HEEDED, gettext_lazy("改正了没有"))
    on = day(gettext_lazy("查看日期"), initial_today=True)
    found = words(gettext_lazy("看到的情况"), required=False, longest=1000, rows=3)
    next_check = day(gettext_lazy("下次查看日期"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("heeded") == "yes":
            data["next_check"] = None
        return data


class OpenForm(ActForm):
    """Against whom, for whom, who may see it."""

    when = {"named": "restricted=on"}
    children = forms.TypedMultipleChoiceField(
        label=gettext_lazy("孩子"), coerce=UUID, widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("请选择至少一个孩子。")}
    )
    person = forms.TypedChoiceField(label=gettext_lazy("被申请人（监护人）"), coerce=UUID, widget=forms.RadioSelect)
    restricted = forms.BooleanField(label=gettext_lazy("仅指定人员可见（涉及性侵害、未成年人案件等）"), required=False)
    named = forms.TypedMultipleChoiceField(label=gettext_lazy("还有谁可以看"), coerce=UUID, widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, children: Sequence[tuple[UUID, str]], people: Sequence[Somebody], colleagues: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "children", [(str(key), word) for key, word in children])
        _choices(self, "person", [(str(each.key), each.word) for each in people])
        _choices(self, "named", [(str(key), word) for key, word in colleagues])


class RestrictForm(ActForm):
    """Who may see it."""

    when = {"named": "restricted=on"}
    restricted = forms.BooleanField(label=gettext_lazy("仅指定人员可见（涉及性侵害、未成年人案件等）"), required=False)
    named = forms.TypedMultipleChoiceField(label=gettext_lazy("还有谁可以看"), coerce=UUID, widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, colleagues: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "named", [(str(key), word) for key, word in colleagues])


class EvidenceForm(ActForm):
    """A piece of evidence for one condition."""

    when = {"since": "condition=six_months", "act_key": "kind=measure", "entry_id": "kind=log"}
    condition = forms.ChoiceField(label=gettext_lazy("证明什么"))
    supports = forms.TypedChoiceField(
        label=gettext_lazy("证明的方向"),
        choices=[("1", gettext_lazy("支持")), ("0", gettext_lazy("不支持（反证）"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    kind = radio(codes.PROOF, gettext_lazy("证据种类"))
    act_key = forms.TypedChoiceField(label=gettext_lazy("哪一次劝诫、训诫"), coerce=UUID, required=False, empty_value=None)
    entry_id = forms.TypedChoiceField(label=gettext_lazy("哪一条工作记录"), coerce=UUID, required=False, empty_value=None)
    what = words(gettext_lazy("证据的内容"), longest=1000, rows=3, help_text=gettext_lazy("谁出具的、说明什么；加密保存"))
    on = day(gettext_lazy("形成日期"), initial_today=True)
    since = day(gettext_lazy("证明从什么时候起"), required=False)
    file = forms.FileField(label=gettext_lazy("扫描件或者文件"), required=False, help_text=gettext_lazy("图片、PDF 或者 Word；不是必须的"))

    def __init__(self, *args: Any, measures: Sequence[tuple[UUID, str]], entries: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = grounds.conditions()
        _choices(self, "condition", [(key, _(condition.label)) for key, condition in known.items() if condition.test not in ("unheeded", "criticised")])
        _choices(self, "act_key", [("", _("未选择")), *((str(key), word) for key, word in measures)])
        _choices(self, "entry_id", [("", _("未选择")), *((str(key), word) for key, word in entries)])

    def new(self) -> NewEvidence:
        data = dict(self.cleaned_data)
        given = data.pop("file")
        if data["condition"] != "six_months":
            data["since"] = None
        return NewEvidence(**data, file=given.read() if given else None)


class PrepareForm(ActForm):
    """Who applies, where, on which grounds."""

    grounds_ = forms.MultipleChoiceField(label=gettext_lazy("申请撤销的情形"), widget=forms.CheckboxSelectMultiple, required=False)
    applicant = radio(codes.APPLICANT, gettext_lazy("申请人"))
    applicant_name = forms.CharField(label=gettext_lazy("申请人名称"), max_length=100, required=False)
    court = forms.CharField(label=gettext_lazy("受理法院"), max_length=100, help_text=gettext_lazy("被监护人住所地的基层人民法院"))
    proposed_guardian = forms.CharField(label=gettext_lazy("建议指定的监护人"), max_length=100, required=False)
    summary = words(gettext_lazy("补充的事实和理由"), required=False, longest=3000, rows=6, help_text=gettext_lazy("写入申请书；经过和证据会自动列出，不用重复"))

    def __init__(self, *args: Any, verdicts: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "grounds_", [(key, f"{_(ground.label)}（{verdicts[key]}）") for key, ground in grounds.grounds().items()])


class FileForm(ActForm):
    on = day(gettext_lazy("提交日期"), initial_today=True)
    court_number = forms.CharField(label=gettext_lazy("案号"), max_length=60, required=False)


class RuleForm(ActForm):
    """What the court decided."""

    when = {"why": "revoked=0"}
    revoked = forms.TypedChoiceField(
        label=gettext_lazy("判决结果"),
        choices=[("1", gettext_lazy("撤销监护人资格")), ("0", gettext_lazy("不予撤销"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    on = day(gettext_lazy("判决日期"), initial_today=True)
    number = forms.CharField(label=gettext_lazy("案号"), max_length=60, required=False)
    why = words(gettext_lazy("法院的理由"), required=False, longest=1000)
    file = forms.FileField(label=gettext_lazy("判决书"), required=False)


class SettleForm(ActForm):
    """Who is the guardian now."""

    when = dict.fromkeys(("name", "relation", "phone"), f"guardian={STRANGER}") | {"unit": "guardian=unit"}
    guardian = forms.ChoiceField(label=gettext_lazy("新的监护人"), widget=forms.RadioSelect)
    name = Cleaned(name, label=gettext_lazy("姓名"), max_length=60, required=False)
    relation = code(child_codes.RELATION, gettext_lazy("与孩子的关系"), values=RELATIONS)
    phone = Cleaned(phone, label=gettext_lazy("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}))
    unit = forms.CharField(label=gettext_lazy("单位名称"), max_length=100, required=False)
    guardianship = radio(child_codes.GUARDIANSHIP, gettext_lazy("监护情况"), values=GUARDED, initial="fair")
    on = day(gettext_lazy("从哪天起"), initial_today=True)

    def __init__(self, *args: Any, people: Sequence[Somebody], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "guardian", [*((str(each.key), each.word) for each in people), (STRANGER, _("其他人，在这里登记")), ("unit", _("民政部门、村（居）民委员会等单位"))])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("guardian") == STRANGER:
            for key, sentence in (("name", _("请填写监护人的姓名。")), ("relation", _("请选择与孩子的关系。"))):
                if not data.get(key) and key not in self.errors:
                    self.add_error(key, sentence)
        if data.get("guardian") == "unit" and not data.get("unit"):
            self.add_error("unit", _("请填写单位名称。"))
        return data

    def chosen(self) -> dict[str, Any]:
        """What `actions.settle` is given."""
        data = self.cleaned_data
        found: dict[str, Any] = {"guardianship": data["guardianship"], "on": data["on"]}
        match data["guardian"]:
            case "unit":
                return found | {"unit": data["unit"]}
            case value if value == STRANGER:
                return found | {"stranger": NewRelative(relation=data["relation"], name=data["name"], phone=data["phone"], primary=True)}
            case value:
                return found | {"guardian": UUID(value)}
