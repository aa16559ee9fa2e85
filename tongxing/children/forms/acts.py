"""The small forms that open in a dialog: one act each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import checks, codes
from tongxing.children.fields import id_number, name, phone
from tongxing.children.file import File
from tongxing.children.forms.inputs import CLEAR, PRIVATE, UNKNOWN, Cleaned, When, code, day, offer_clearing, radio, several, words
from tongxing.children.forms.register import SchoolForm
from tongxing.children.new import NewAbsence, NewCategory, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.files import intake
from tongxing.ground.today import today
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField

OTHER = "other"
WHYS = (
    ("contact", gettext_lazy("联系家长或照看人")),
    ("check", gettext_lazy("核对证件、户籍")),
    ("aid", gettext_lazy("办理救助、证明")),
    ("urgent", gettext_lazy("紧急情况")),
    (OTHER, gettext_lazy("其他（请写明）")),
)


class ActForm(forms.Form):
    """A form whose fields may wait for another answer (``when``: field → "question=answers")."""

    when: dict[str, str] = {}

    def shown_when(self, field: str) -> str:
        return self.when.get(field, "")


class PlainForm(ActForm):
    """Nothing to fill in: sending it is the answer."""

    sure = forms.BooleanField(initial=True, widget=forms.HiddenInput)


class CommentForm(ActForm):
    """An act that may carry words."""

    comment = words(gettext_lazy("意见"), required=False)


class ReasonForm(ActForm):
    """An act that needs words."""

    comment = words(gettext_lazy("意见"), help_text=gettext_lazy("写清楚要补什么、改什么；经办人会看到"))


class WhyForm(ActForm):
    """A decision that needs its reason."""

    comment = words(gettext_lazy("理由"))

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].help_text = help_text


class EndForm(ActForm):
    """A file ends for a reason only."""

    reason = radio(codes.EXIT_REASON, gettext_lazy("退出原因"), values=tuple(reason.value for reason in codes.EXIT_REASON if not reason.automatic))
    on = day(gettext_lazy("日期"), initial_today=True)
    comment = words(gettext_lazy("说明"), required=False)


class UnmaskForm(ActForm):
    """Why somebody needs to see a value in full."""

    when = {"note": f"why={OTHER}"}
    why = forms.ChoiceField(label=gettext_lazy("为什么要看"), choices=WHYS, widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("写明原因"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("why") == OTHER and not data.get("note"):
            self.add_error("note", _("请写明原因。"))
        return data

    @property
    def words(self) -> str:
        data = self.cleaned_data
        return str(data["note"] if data["why"] == OTHER else dict(WHYS)[data["why"]])


class ConfirmForm(ActForm):
    """Nothing changed; but who was asked?"""

    when = {"asked_other": f"asked={OTHER}"}
    asked = forms.ChoiceField(label=gettext_lazy("询问了谁"), widget=forms.RadioSelect)
    asked_other = forms.CharField(label=gettext_lazy("姓名和关系"), max_length=60, required=False)
    household = forms.BooleanField(label="", required=False, initial=True)

    def __init__(self, *args: Any, file: File, siblings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [f"{codes.RELATION.text(one.relative.relation)} {one.relative.name}" for one in file.family() if one.relative.name and one.relative.until is None]
        self.fields["asked"].choices = [*((each, each) for each in people), ("孩子本人", _("孩子本人")), (OTHER, _("其他人"))]  # type: ignore[attr-defined]
        if siblings:
            self.fields["household"].label = _("同户的 %(names)s 也没有变化") % {"names": _("、").join(siblings)}
        else:
            del self.fields["household"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("asked") == OTHER and not data.get("asked_other"):
            self.add_error("asked_other", _("请填写姓名和关系。"))
        return data

    @property
    def words(self) -> str:
        data = self.cleaned_data
        return str(data["asked_other"] if data["asked"] == OTHER else data["asked"])


class AbsenceForm(ActForm):
    where_text = forms.CharField(label=gettext_lazy("外出地点"), max_length=100, help_text=gettext_lazy("省市，如 广东省东莞市"))
    purpose = code(codes.ABSENCE_PURPOSE, gettext_lazy("外出原因"), required=True, initial="work")
    since = When(label=gettext_lazy("从什么时候起"))

    def new(self) -> NewAbsence:
        since, precision = self.cleaned_data["since"]
        return NewAbsence(since=since, precision=precision, where=self.cleaned_data["where_text"], purpose=self.cleaned_data["purpose"])


class AbsenceEndForm(ActForm):
    on = day(gettext_lazy("返乡日期"), initial_today=True)
    returned = radio(codes.RETURN_KIND, gettext_lazy("返乡情形"), help_text=gettext_lazy("过年、农忙短期返乡不会终止外出"))


class CircumstanceForm(ActForm):
    """What befell a relative; the dates that the rules count from are asked for where they matter."""

    when = {
        "disability": "kind=severe_disability",
        "grade": "kind=severe_disability",
        "expected_until": "kind=" + "|".join(codes.CIRCUMSTANCE.where(lambda kind: kind.clock == "term")),
        "reported": "kind=" + "|".join(codes.CIRCUMSTANCE.where(lambda kind: kind.clock == "reported")),
    }
    kind = code(codes.CIRCUMSTANCE, gettext_lazy("情形"), required=True)
    since = When(label=gettext_lazy("从什么时候起"), required=False)
    disability = code(codes.DISABILITY_KIND, gettext_lazy("残疾类别"))
    grade = code(codes.DISABILITY_GRADE, gettext_lazy("残疾等级"))
    expected_until = day(gettext_lazy("预计期满日期"), required=False, help_text=gettext_lazy("满六个月的，自起始日期计入"))
    reported = day(gettext_lazy("公安受理日期"), required=False, help_text=gettext_lazy("失联满六个月从受理之日起算"))
    evidence = several(codes.EVIDENCE, gettext_lazy("已有的证明材料"))
    note = words(gettext_lazy("说明"), required=False, rows=2)

    def new(self) -> NewCircumstance:
        data = self.cleaned_data
        since, precision = data["since"] or UNKNOWN
        kind = codes.CIRCUMSTANCE[data["kind"]]
        return NewCircumstance(
            kind=data["kind"],
            since=since,
            precision=precision,
            disability=data["disability"] if kind.graded else "",
            grade=data["grade"] if kind.graded else "",
            expected_until=data["expected_until"] if kind.clock == "term" else None,
            reported=data["reported"] if kind.clock == "reported" else None,
            evidence=tuple(data["evidence"]),
            note=data["note"],
        )


class OnForm(ActForm):
    """Something ends on a day."""

    on = day(gettext_lazy("日期"), initial_today=True)


class RelativeForm(ActForm):
    """A relative. Sealed values are not shown for changing: an empty field keeps what is there."""

    relation = code(
        codes.RELATION,
        gettext_lazy("与孩子的关系"),
        required=True,
        values=("51", "52", "57", "58", "61", "62", "63", "64", "71", "73", "75", "77", "81", "82", "83", "84", "85", "86", "87", "88", "89", "90", "97", "99"),
    )
    name = Cleaned(name, label=gettext_lazy("姓名"), max_length=60, required=False)
    born = day(gettext_lazy("出生日期"), required=False)
    phone = Cleaned(phone, label=gettext_lazy("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}))
    id_number = Cleaned(id_number, label=gettext_lazy("身份证号"), max_length=30, required=False, widget=forms.TextInput(attrs=PRIVATE))
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False, widget=forms.TextInput(attrs=PRIVATE))
    entrusted = forms.BooleanField(label=gettext_lazy("被委托人（父母委托照护孩子的人）"), required=False)
    primary = forms.BooleanField(label=gettext_lazy("主要联系人"), required=False)
    siblings = forms.BooleanField(label=gettext_lazy("同户的其他孩子也登记此人"), required=False, initial=True)

    def new(self) -> NewRelative:
        return NewRelative(**{key: value for key, value in self.cleaned_data.items() if key != "siblings"})


KEPT = gettext_lazy("已登记；空着就保持不变")


def keep_sealed(form: forms.Form, *held: str) -> None:
    """Tell that these sealed values are there and stay unless something is written, and let them be emptied."""
    for key in held:
        form.fields[key].help_text = KEPT
        offer_clearing(form, key)


def without_kept(data: dict[str, Any], *sealed: str) -> dict[str, Any]:
    """What was sent, without the sealed fields that were left empty and are not to be emptied."""
    emptied = {key for key in sealed if data.get(CLEAR + key)}
    return {key: value for key, value in data.items() if not key.startswith(CLEAR) and (key not in sealed or value or key in emptied)}


class GuardianshipForm(ActForm):
    kind = radio(codes.GUARDIANSHIP, gettext_lazy("监护类型"))
    since = day(gettext_lazy("从哪天起"), initial_today=True)
    note = words(gettext_lazy("说明"), required=False, rows=2)

    def new(self) -> NewGuardianship:
        return NewGuardianship(**self.cleaned_data)


class SchoolingForm(SchoolForm):
    since = day(gettext_lazy("从哪天起"), initial_today=True)

    def changed(self) -> NewSchooling:
        made = self.new()
        assert made is not None
        return NewSchooling(
            stage=made.stage,
            since=self.cleaned_data["since"],
            enrolment=made.enrolment,
            school_id=made.school_id,
            school_name=made.school_name,
            grade=made.grade,
            class_name=made.class_name,
            boarding=made.boarding,
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].required = True


class ResidenceForm(ActForm):
    place = PlaceField(label=gettext_lazy("现居地"), required=False, help_text=gettext_lazy("搬到别的村常住，请办理转出"))
    address = forms.CharField(label=gettext_lazy("详细地址"), max_length=200, required=False, widget=forms.TextInput(attrs=PRIVATE))
    living_with = code(codes.LIVING_WITH, gettext_lazy("与谁共同生活"), required=True)
    since = day(gettext_lazy("从哪天起"), initial_today=True)

    def new(self) -> NewResidence:
        data = self.cleaned_data
        return NewResidence(since=data["since"], place=data["place"].code if data["place"] else None, address=data["address"], living_with=data["living_with"])


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories of all schemes, by scheme; a restricted one only for those who may see it."""
    hidden = {key: frozenset() if checks.sees_restricted() else scheme.restricted for key, scheme in codes.SCHEMES.items()}
    return [
        (_(scheme.kinds.label), [(f"{key}.{value}", text) for value, text in scheme.kinds.choices(today()) if value not in hidden[key]]) for key, scheme in codes.SCHEMES.items()
    ]


class CategoryForm(ActForm):
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=lambda: [("", _("请选择")), *kinds()])
    since = day(gettext_lazy("从哪天起"), initial_today=True)
    reason = words(gettext_lazy("情况说明"))
    evidence = several(codes.EVIDENCE, gettext_lazy("证明材料"))

    def new(self) -> NewCategory:
        data = self.cleaned_data
        scheme, _dot, kind = data["kind"].partition(".")
        return NewCategory(scheme=scheme, kind=kind, since=data["since"], reason=data["reason"], evidence=tuple(data["evidence"]))


class DecisionForm(ActForm):
    """Yes or no; no needs words."""

    yes = forms.TypedChoiceField(
        label=gettext_lazy("意见"), choices=[("1", gettext_lazy("同意")), ("0", gettext_lazy("不同意"))], coerce=lambda value: value == "1", widget=forms.RadioSelect
    )
    comment = words(gettext_lazy("说明"), required=False, help_text=gettext_lazy("不同意请写明理由"))


class CategoryEndForm(ActForm):
    on = day(gettext_lazy("日期"), initial_today=True)
    reason = words(gettext_lazy("终止原因"), longest=200)


class DeterminationForm(ActForm):
    status = radio(codes.STATUS, gettext_lazy("身份"), values=("left_behind", "migrant"))
    holds = forms.TypedChoiceField(
        label=gettext_lazy("认定为"), choices=[("1", gettext_lazy("是")), ("0", gettext_lazy("不是"))], coerce=lambda value: value == "1", widget=forms.RadioSelect
    )
    since = day(gettext_lazy("从哪天起"), initial_today=True)
    until = day(gettext_lazy("到哪天止"), required=False, help_text=gettext_lazy("空着就是一直有效"))
    reason = words(gettext_lazy("理由"))


class ConsentForm(ActForm):
    given_by = forms.CharField(label=gettext_lazy("监护人"), max_length=60, help_text=gettext_lazy("姓名和关系，如 王秀英（祖母）"))
    refused = forms.TypedChoiceField(
        label=gettext_lazy("监护人的意思"),
        choices=[("0", gettext_lazy("同意")), ("1", gettext_lazy("拒绝"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )


class UploadForm(ActForm):
    """A scan, a piece of evidence, or the photo; without a consent to photos on record (``consented``), who gives it now."""

    when = {"consent_by": "kind=photo", "title": "kind=scan|evidence"}
    kind = forms.ChoiceField(label=gettext_lazy("是什么"), widget=forms.RadioSelect, initial="scan")
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120, required=False, help_text=gettext_lazy("如 户口簿、残疾证；空着用文件名"))
    consent_by = forms.CharField(label=gettext_lazy("同意拍照的监护人"), max_length=60, required=False, help_text=gettext_lazy("姓名和关系，如 王秀英（祖母）；不同意就不要上传"))
    file = forms.FileField(label=gettext_lazy("文件"))

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], consented: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["file"].help_text = _("JPG、PNG、WebP 图片或 PDF，不超过 %(most)d MB") % {"most": intake.MEGABYTES}
        if consented:
            del self.fields["consent_by"]


class RemoveForm(ActForm):
    why = words(gettext_lazy("为什么移除"), longest=200, rows=2)


class LeaveForm(ActForm):
    kind = radio(codes.LEAVE_KIND, gettext_lazy("离开原因"))
    where_text = forms.CharField(label=gettext_lazy("去往何处"), max_length=100, required=False)
    with_whom = forms.CharField(label=gettext_lazy("与谁一起"), max_length=60, required=False)
    left_on = day(gettext_lazy("离开日期"), initial_today=True)
    expected_on = day(gettext_lazy("预计返回日期"), required=False)


class BackForm(ActForm):
    returned_on = day(gettext_lazy("返回日期"), initial_today=True)


class TransferForm(ActForm):
    to_place = PlaceField(label=gettext_lazy("转往的村（社区）"), levels=(Level.VILLAGE, Level.TOWNSHIP))
    reason = words(gettext_lazy("转移原因"))
