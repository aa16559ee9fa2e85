"""What stands on the 基本信息卡 of a child and of a family: plain text and ticks, already masked as the reader may see them.

Source: 农村留守儿童基本情况登记表 (民发〔2016〕42号, annex 1), LHK-1, P6-3. Labels of ticks are the form's own words; what the
form has no box for goes into the text beside it (`schooling_other`) or into `remarks`. An empty field prints as an
empty box, to be filled in by hand; a person who has died prints as "—" (note 2 of the form).
"""

import base64
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import segno

type Health = Literal["健康", "残疾", "患病"]
type Stage = Literal["未入园", "幼儿园", "小学", "初中", "高中", "中职", "辍学", "不在学"]
type ParentRole = Literal["父亲", "母亲"]
type Guardianship = Literal["无人监护", "父或母无监护能力", "受委托监护人监护能力不足", "监护情况一般", "监护情况较好"]
type Income = Literal["打工收入", "种养殖业", "政府救助", "亲朋接济", "其他"]
type Aid = Literal["享受低保", "临时救助", "医疗救助", "住房救助", "其他救助"]

DECEASED = "—"
LONGEST_RUN = 60
_UNBROKEN = re.compile(rf"[!-~]{{{LONGEST_RUN}}}(?=[!-~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Elder:
    """A grandparent: name and birth date."""

    name: str = ""
    born: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    name: str = ""
    born: str = ""
    works_at: str = ""
    """Province and city (note 2 of the form)."""
    phone: str = ""
    id_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardian:
    """受委托监护人: the person the parents entrusted the child to."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    relation: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What brothers and sisters share."""

    registered_at: str = ""
    lives_at: str = ""
    paternal_grandfather: Elder = Elder()
    paternal_grandmother: Elder = Elder()
    maternal_grandfather: Elder = Elder()
    maternal_grandmother: Elder = Elder()
    father: Parent = Parent()
    mother: Parent = Parent()
    both_away: bool | None = None
    one_away: bool | None = None
    incapable: Sequence[ParentRole] = ()
    entrusted: bool | None = None
    guardian: Guardian = Guardian()
    guardianship: Guardianship | None = None
    income: Sequence[Income] = ()
    aid: Sequence[Aid] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The child."""

    name: str
    sex: str = ""
    ethnicity: str = ""
    born: str = ""
    id_number: str = ""
    registered: bool | None = None
    health: Sequence[Health] = ()
    disability: str = ""
    illness: str = ""
    boarding: bool | None = None
    schooling: Stage | None = None
    schooling_other: str = ""
    """What the form has no box for: 送教上门, 休学, 特殊教育 …"""
    school: str = ""
    character: str = ""
    hobbies: str = ""
    medical_history: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Above the table: `unit` fills it in (village committee), `number` of the file, `link` that the QR code opens."""

    unit: str = ""
    filled_on: str = ""
    number: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicCard:
    """One child's card: template `basic_card`."""

    heading: Heading
    child: Person
    family: Family
    photo: bytes | None = None
    """A JPEG, upright, of about 5:7."""

    def data(self) -> dict[str, Any]:
        return headed(self.heading) | flat(self.child) | flat(self.family) | {"photo": framed(self.photo, width=50, height=70, whole=False) if self.photo else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCard:
    """One family's card: template `family_card`. Three children beside the family on the first sheet, the others on a second."""

    heading: Heading
    children: Sequence[Person]
    family: Family

    def data(self) -> dict[str, Any]:
        return headed(self.heading) | flat(self.family) | {"children": [_child(child) for child in self.children]}


def _child(child: Person) -> dict[str, Any]:
    """The family's card has one box for what a child's own card has four for."""
    named = (("性格：", child.character), ("爱好：", child.hobbies), ("病史：", child.medical_history), ("", child.remarks))
    return flat(child) | {"remarks": clean("；".join(title + text for title, text in named if text))}


def headed(heading: Heading) -> dict[str, Any]:
    return flat(heading) | {"qr": qr_code(heading.link) if heading.link else None}


def flat(part: Any) -> dict[str, Any]:
    """`father.born` becomes `father_born`, as the templates name it; ticks become lists."""
    found: dict[str, Any] = {}
    for name, value in ((one.name, getattr(part, one.name)) for one in fields(part)):
        match value:
            case Elder() | Parent() | Guardian():
                inner = flat(value)
                found[name] = inner.pop("name")
                found |= {f"{name}_{key}": text for key, text in inner.items()}
            case bool() | None if name not in TICKS:
                found[name] = value
            case _ if name in TICKS:
                found[name] = [] if value is None else [value] if isinstance(value, str) else list(value)
            case _:
                found[name] = clean(value)
    return found


TICKS: Mapping[str, tuple[Any, ...]] = {
    "health": Health.__value__.__args__,
    "schooling": Stage.__value__.__args__,
    "incapable": ParentRole.__value__.__args__,
    "guardianship": Guardianship.__value__.__args__,
    "income": Income.__value__.__args__,
    "aid": Aid.__value__.__args__,
}


def clean(text: str) -> str:
    """Without control characters and unassigned ones, and with a space in runs of letters longer than a line."""
    kept = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp", "Co", "Cn", "Cs") else letter for letter in text)
    return _UNBROKEN.sub(r"\g<0> ", kept.replace("\u200b", "")).strip()


def qr_code(link: str) -> str:
    """The link as a QR code, an SVG. The mask is given: trying all eight costs five times as much and reads no better."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False, mask=4).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def framed(jpeg: bytes, *, width: int, height: int, whole: bool) -> str:
    """A picture inside an SVG: JSON carries no bytes, and a file on disk would be a copy of it in clear. ``whole``: nothing is cut off."""
    code, fit = base64.b64encode(jpeg).decode(), "meet" if whole else "slice"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" preserveAspectRatio="xMidYMid {fit}" href="data:image/jpeg;base64,{code}"/></svg>'
    )
