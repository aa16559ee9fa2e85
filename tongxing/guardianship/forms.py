"""What is asked before a paper is drafted, signed, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import codes as child_codes
from tongxing.children.fields import id_number, name, phone
from tongxing.children.forms.acts import ActForm
from tongxing.children.forms.inputs import PRIVATE, Cleaned, code, day, radio, words
from tongxing.children.new import NewRelative
from tongxing.guardianship import codes
from tongxing.guardianship.actions import NewAgreement
from tongxing.guardianship.parties import Somebody

STRANGER = "new"
RELATIONS = ("61", "62", "63", "64", "71", "73", "75", "77", "81", "82", "83", "84", "85", "86", "87", "88", "89", "90", "97", "99")
GUARDED = ("good", "fair", "weak_entrusted")


class AgreementForm(ActForm):
    """Children, who entrusts, who is entrusted, how long, who witnesses. Everything is filled in from the file."""

    when = dict.fromkeys(("name", "relation", "born", "id_number", "phone", "address"), f"guardian={STRANGER}")
    kind = radio(codes.PAPER, gettext_lazy("文书"), initial="confirmation")
    children = forms.TypedMultipleChoiceField(
        label=gettext_lazy("孩子"), coerce=UUID, widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("请选择至少一个孩子。")}
    )
    parents = forms.TypedMultipleChoiceField(label=gettext_lazy("委托人"), coerce=UUID, widget=forms.CheckboxSelectMultiple, required=False)
    guardian = forms.ChoiceField(label=gettext_lazy("被委托人"), widget=forms.RadioSelect, error_messages={"required": gettext_lazy("请选择被委托人。")})
    name = Cleaned(name, label=gettext_lazy("姓名"), max_length=60, required=False)
    relation = code(child_codes.RELATION, gettext_lazy("与孩子的关系"), values=RELATIONS)
    born = day(gettext_lazy("出生日期"), required=False)
    id_number = Cleaned(id_number, label=gettext_lazy("身份证号"), max_length=30, required=False, widget=forms.TextInput(attrs=PRIVATE))
    phone = Cleaned(phone, label=gettext_lazy("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}))
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False, widget=forms.TextInput(attrs=PRIVATE))
    since = day(gettext_lazy("开始日期"), initial_today=True)
    until = day(gettext_lazy("结束日期"), required=False, help_text=gettext_lazy("不填为一年"))
    witness = forms.CharField(label=gettext_lazy("见证人"), max_length=60)
    witness_standing = forms.CharField(label=gettext_lazy("见证人职务"), max_length=60, required=False)

    def __init__(self, *args: Any, children: Sequence[tuple[UUID, str]], parents: Sequence[Somebody], guardians: Sequence[Somebody], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["children"]
        choices.choices = [(str(key), word) for key, word in children]
        choices = self.fields["parents"]
        choices.choices = [(str(each.key), each.word) for each in parents]
        choices = self.fields["guardian"]
        offered = [(str(each.key), each.word if each.able else _("%(who)s：档案登记不能履行监护职责") % {"who": each.word}) for each in guardians]
        choices.choices = [*offered, (STRANGER, _("其他人，在这里登记"))]
        if not parents:
            del self.fields["parents"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("guardian") == STRANGER:
            for key, sentence in (("name", _("请填写被委托人的姓名。")), ("relation", _("请选择与孩子的关系。"))):
                if not data.get(key) and key not in self.errors:
                    self.add_error(key, sentence)
        return data

    def new(self) -> NewAgreement:
        data = self.cleaned_data
        stranger = None
        if data["guardian"] == STRANGER:
            stranger = NewRelative(**{key: data[key] for key in ("name", "relation", "born", "id_number", "phone", "address")})
        return NewAgreement(
            children=data["children"],
            guardian=None if stranger else UUID(data["guardian"]),
            stranger=stranger,
            parents=data.get("parents") or (),
            kind=data["kind"],
            since=data["since"],
            until=data["until"],
            witness=data["witness"],
            witness_standing=data["witness_standing"],
        )


YES_NO = [("no", gettext_lazy("没有")), ("yes", gettext_lazy("有"))]
HEARD = [("yes", gettext_lazy("愿意")), ("no", gettext_lazy("不愿意，或者有别的想法")), ("", gettext_lazy("没有询问"))]


class AnswersForm(ActForm):
    """The declarations of article 22, one by one, and what each child wishes."""

    def __init__(self, *args: Any, declared: Mapping[str, bool], children: Sequence[tuple[UUID, str, bool | None, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in codes.UNFIT:
            given = declared.get(each.value)
            initial = None if given is None else "yes" if given else "no"
            self.fields[f"unfit_{each.value}"] = forms.ChoiceField(label=_(each.label), choices=YES_NO, widget=forms.RadioSelect, required=False, initial=initial)
        for child_id, called, heard, wish in children:
            initial = "" if heard is None else "yes" if heard else "no"
            self.fields[f"heard_{child_id}"] = forms.ChoiceField(
                label=_("%(name)s愿意由被委托人照护吗") % {"name": called}, choices=HEARD, widget=forms.RadioSelect, required=False, initial=initial
            )
            self.fields[f"wish_{child_id}"] = words(_("%(name)s怎么说") % {"name": called}, required=False, longest=300, rows=2, initial=wish)

    def declarations(self) -> dict[str, bool]:
        given = {each: self.cleaned_data.get(f"unfit_{each}") for each in codes.UNFIT.values()}
        return {each: value == "yes" for each, value in given.items() if value}

    def wishes(self, children: Sequence[UUID]) -> dict[UUID, tuple[bool | None, str]]:
        found: dict[UUID, tuple[bool | None, str]] = {}
        for child_id in children:
            heard = self.cleaned_data.get(f"heard_{child_id}", "")
            found[child_id] = (None if not heard else heard == "yes", self.cleaned_data.get(f"wish_{child_id}", ""))
        return found


def guarded() -> forms.ChoiceField:
    return radio(child_codes.GUARDIANSHIP, gettext_lazy("村里评估的监护情况"), values=GUARDED, initial="fair", help_text=gettext_lazy("签订以后写入孩子档案的监护类型"))


class SignForm(ActForm):
    """Everybody has signed on the screen."""

    guardianship = guarded()
    on = day(gettext_lazy("签订日期"), initial_today=True)


class ScanForm(ActForm):
    """The signed sheet comes back: who signed on it, and its picture."""

    file = forms.FileField(
        label=gettext_lazy("签好的扫描件或者照片"),
        help_text=gettext_lazy("JPG、PNG 或者 PDF；会存入每个孩子的材料"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )
    signed = forms.TypedMultipleChoiceField(
        label=gettext_lazy("谁在纸上签了字"), coerce=UUID, widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("请勾选在纸上签了字的人。")}
    )
    guardianship = guarded()
    on = day(gettext_lazy("签订日期"), initial_today=True)

    def __init__(self, *args: Any, parties: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["signed"]
        choices.choices = [(str(key), word) for key, word in parties]
        choices.initial = [str(key) for key, _word in parties]


class EndForm(ActForm):
    """Why it ends, and how the children are guarded from then on."""

    reason = radio(codes.ENDING, gettext_lazy("终止原因"), values=tuple(each.value for each in codes.ENDING if not each.automatic))
    guardianship = radio(child_codes.GUARDIANSHIP, gettext_lazy("终止以后的监护情况"), help_text=gettext_lazy("没有人监护的，选“无人监护”，会列入待落实名单"))
    on = day(gettext_lazy("终止日期"), initial_today=True)
    note = words(gettext_lazy("说明"), required=False, longest=200, rows=2)


class ToldForm(ActForm):
    """When the parents told school and village in writing."""

    told_school_on = day(gettext_lazy("书面告知学校、幼儿园的日期"), required=False)
    told_village_on = day(gettext_lazy("书面告知村（居）委会的日期"), required=False)


class DrawForm(ActForm):
    """A signature from the canvas, as a data address."""

    picture = forms.CharField(widget=forms.HiddenInput, error_messages={"required": gettext_lazy("请先在框里签字。")}, max_length=600_000)
