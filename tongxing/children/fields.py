"""The scalar fields of a file: how each value is checked, whether it is sealed, which consent it needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import codes, identity, sentences
from tongxing.children.rules import age
from tongxing.ground.codes import Code, Table
from tongxing.ground.today import today
from tongxing.places import codes as place_codes

LONGEST_NAME = 60
ADULT = 18


class Wrong(ValueError):
    """A value that cannot be taken; the message is a sentence."""


def text(longest: int) -> Callable[[object], str]:
    def clean(value: object) -> str:
        plain = unicodedata.normalize("NFC", str(value or "")).replace("\0", "").strip()
        if len(plain) > longest:
            raise Wrong(_("最多%(longest)d个字，这里有%(given)d个字。") % {"longest": longest, "given": len(plain)})
        return plain

    return clean


def name(value: object) -> str:
    """A person's name: any script, rare characters and the dot between foreign names; no digits, no pictures."""
    seen = "".join(char for char in unicodedata.normalize("NFC", str(value or "")) if unicodedata.category(char) != "Cf")  # marks of direction, zero width
    plain = " ".join(seen.replace("\u30fb", "·").replace("\u2022", "·").split())
    if re.fullmatch(r"[\u3400-\U0003ffff· ]*", plain):
        plain = plain.replace(" ", "")
    if len(plain) > LONGEST_NAME:
        raise Wrong(_("姓名最多%(longest)d个字，这里有%(given)d个字。") % {"longest": LONGEST_NAME, "given": len(plain)})
    odd = next((char for char in plain if unicodedata.category(char)[0] not in "LM" and char not in "· .-'"), None)
    if odd:
        raise Wrong(_("姓名里有不能用的字符“%(char)s”。") % {"char": odd})
    return plain


def required_name(value: object) -> str:
    if not (plain := name(value)):
        raise Wrong(_("请填写姓名。"))
    return plain


def one_of[C: Code](table: Table[C], *, required: bool = False) -> Callable[[object], str]:
    def clean(value: object) -> str:
        given = str(value or "").strip()
        if not given and not required:
            return ""
        if given not in table:
            raise Wrong(_("%(table)s里没有“%(value)s”。") % {"table": _(table.label), "value": given[:30]})
        return given

    return clean


def several_of[C: Code](table: Table[C]) -> Callable[[object], list[str]]:
    def clean(value: object) -> list[str]:
        given = [str(item) for item in value] if isinstance(value, (list, tuple, set, frozenset)) else []
        single = one_of(table)
        return [code.value for code in table if code.value in {single(item) for item in given}]

    return clean


def born(value: object) -> date:
    if not isinstance(value, date):
        raise Wrong(_("请填写出生日期。"))
    if value > today():
        raise Wrong(_("出生日期 %(born)s 晚于今天。") % {"born": value.isoformat()})
    if age(value, today()).years >= ADULT:
        raise Wrong(_("出生日期 %(born)s：已满十八周岁，不能建档。") % {"born": value.isoformat()})
    return value


def past_date(value: object) -> date | None:
    if value in (None, ""):
        return None
    if not isinstance(value, date):
        raise Wrong(_("“%(value)s”不是日期。") % {"value": str(value)[:30]})
    if value > today() or value < identity.EARLIEST:
        raise Wrong(_("日期 %(day)s 不可能。") % {"day": value.isoformat()})
    return value


def id_number(value: object) -> str:
    if value in (None, ""):
        return ""
    try:
        return str(identity.parse(value, on=today()))
    except identity.IdNumberError as error:
        raise Wrong(sentences.id_number_fault(error)) from error


def phone(value: object) -> str:
    plain = re.sub(r"[\s()（）—-]+", "", unicodedata.normalize("NFKC", str(value or "")))
    plain = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", plain)
    if not plain:
        return ""
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", plain):
        raise Wrong(_("这个电话号码被 Excel 当作数字保存，请把该列设为“文本”格式后重新填写。"))
    if not re.fullmatch(r"\+?\d{7,15}", plain):
        raise Wrong(_("“%(phone)s”不是电话号码。") % {"phone": str(value)[:30]})
    if plain.startswith("1") and len(plain) != 11 and not plain.startswith(("10", "11", "12")):
        raise Wrong(_("手机号应为11位，这里有%(given)d位。") % {"given": len(plain)})
    return plain


def place(value: object) -> int | None:
    if value in (None, ""):
        return None
    try:
        code = value if isinstance(value, int) else place_codes.parse(str(value))
        place_codes.check(code)
    except place_codes.CodeError as error:
        raise Wrong(str(error)) from error
    return code


def flag(value: object) -> bool:
    return bool(value)


@dataclass(frozen=True, slots=True)
class Field:
    """``column`` on the child; sealed ones end in ``_sealed``. ``consent`` is the kind that must be on record for a value."""

    key: str
    label: str | Promise
    clean: Callable[[object], object]
    sealed: bool = False
    consent: str = ""

    @property
    def column(self) -> str:
        return f"{self.key}_sealed" if self.sealed else self.key


FIELDS: Mapping[str, Field] = {
    field.key: field
    for field in (
        Field("name", gettext_lazy("姓名"), required_name),
        Field("sex", gettext_lazy("性别"), one_of(codes.SEX, required=True)),
        Field("ethnic_group", gettext_lazy("民族"), one_of(codes.ETHNIC_GROUP)),
        Field("born", gettext_lazy("出生日期"), born),
        Field("born_estimated", gettext_lazy("出生日期为估计"), flag),
        Field("id_number", gettext_lazy("身份证号"), id_number, sealed=True),
        Field("registration", gettext_lazy("户口登记"), one_of(codes.REGISTRATION, required=True)),
        Field("registered_place", gettext_lazy("户籍地"), place),
        Field("registered_address", gettext_lazy("户籍地详细地址"), text(200), sealed=True),
        Field("health", gettext_lazy("身体状况"), one_of(codes.HEALTH)),
        Field("disability_kind", gettext_lazy("残疾类别"), one_of(codes.DISABILITY_KIND)),
        Field("disability_grade", gettext_lazy("残疾等级"), one_of(codes.DISABILITY_GRADE)),
        Field("illness", gettext_lazy("患病类型"), one_of(codes.ILLNESS)),
        Field("medical_history", gettext_lazy("病史"), text(1000), sealed=True),
        Field("character", gettext_lazy("性格"), text(200), sealed=True, consent="optional"),
        Field("hobbies", gettext_lazy("爱好"), text(200), sealed=True, consent="optional"),
        Field("income", gettext_lazy("家庭主要经济来源"), several_of(codes.INCOME)),
        Field("aid", gettext_lazy("享受救助情况"), several_of(codes.AID)),
    )
}
OF_THE_HOUSEHOLD = ("income", "aid")  # what children who live together share


def clean(given: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """The values as they are stored (sealed ones in plain), and a sentence for each that is wrong. Unknown keys raise KeyError."""
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    for key, value in given.items():
        try:
            values[key] = FIELDS[key].clean(value)
        except Wrong as wrong:
            errors[key] = str(wrong)
    return values, errors


def contradictions(values: Mapping[str, object]) -> dict[str, str]:
    """What cannot be true together: the id number says when somebody was born and of which sex."""
    errors: dict[str, str] = {}
    number = values.get("id_number")
    if isinstance(number, str) and number:
        said = identity.IdNumber(number)
        if values.get("born") not in (None, said.born):
            errors["born"] = _("出生日期与身份证号不符：身份证号上是 %(born)s。") % {"born": said.born.isoformat()}
        if values.get("sex") in ("1", "2") and values["sex"] != said.sex:
            errors["sex"] = _("性别与身份证号不符：身份证号上是%(sex)s。") % {"sex": codes.SEX.text(said.sex)}
        if values.get("registration") == "none":
            errors["registration"] = _("有身份证号的孩子已经登记户口。")
    return errors
