"""Dates, places and masked values in words."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from tongxing.children import codes, sentences
from tongxing.children.file import File
from tongxing.children.models import Absence, Child, Circumstance, Relative, Schooling
from tongxing.children.rules.ages import anniversary
from tongxing.units.rules import ClassKey, grade_name, valid
from tongxing.units.rules import class_name as called


def span(since: date | None, until: date | None, *, precision: str = "day", inclusive: bool = True) -> str:
    """2024-03 起; 2021-09-01 至 2024-06-30. ``inclusive``: ``until`` is the first day on which it no longer held."""
    begin = sentences.when(since, precision) or _("出生")
    if until is None:
        return _("%(since)s 起") % {"since": begin}
    end = until - timedelta(days=1) if inclusive and (since is None or until - timedelta(days=1) >= since) else until
    return _("%(since)s 至 %(until)s") % {"since": begin, "until": end.isoformat()}


def at_age(born: date, status: str, until: date) -> str:
    """到满16周岁为止, where a status ends on the birthday that ends it."""
    years = codes.STATUS[status].until_age
    return _("到满%(years)d周岁为止") % {"years": years} if until == anniversary(born, years) else ""


def grade(stage: str, number: int | None, class_name: str = "") -> str:
    """三年级2班, 初二. A class may be stored by its whole name (三年级2班), without its grade (2班, 雏鹰班) or as a number."""
    known = number is not None and valid(ClassKey(stage, number, 1))
    if number is None or not known:
        return "" if class_name.isdecimal() else class_name
    if class_name.isdecimal() and len(class_name) < 3:
        return called(ClassKey(stage, number, int(class_name)))
    name = grade_name(stage, number)
    return class_name if class_name.startswith(name.removesuffix("班")) else name + class_name


def schooling(row: Schooling | None) -> str:
    """分乡镇中心小学 三年级2班, or the stage where there is no school."""
    if row is None:
        return ""
    parts = [row.school_name or codes.SCHOOL_STAGE.text(row.stage), grade(row.stage, row.grade, row.class_name)]
    if row.enrolment and row.enrolment != "attending":
        parts.append(codes.ENROLMENT.text(row.enrolment))
    return " ".join(part for part in parts if part)


def circumstance(row: Circumstance, *, private: bool) -> str:
    """重残（精神残疾二级）; without the reason where it is not for everyone."""
    kind = codes.CIRCUMSTANCE[row.kind]
    if kind.discreet and not private:
        return _("不能履行监护职责")
    detail = codes.DISABILITY_KIND.text(row.disability) + codes.DISABILITY_GRADE.text(row.grade)
    return f"{_(kind.label)}（{detail}）" if detail else _(kind.label)


def absence(row: Absence) -> str:
    """广东省东莞市 · 务工."""
    return " · ".join(part for part in (row.where, codes.ABSENCE_PURPOSE.text(row.purpose)) if part)


def disability(child: Child) -> str:
    return codes.DISABILITY_KIND.text(child.disability_kind) + codes.DISABILITY_GRADE.text(child.disability_grade)


def relation(relative: Relative) -> str:
    return codes.RELATION.text(relative.relation)


def place(names: dict[int, str], code: int | None) -> str:
    return names.get(code, str(code)) if code else ""


def several(table: str, values: list[str]) -> str:
    """Codes of a table as a list: 打工、种养殖."""
    found = getattr(codes, table)
    return _("、").join(found.text(value) for value in values)


def opened(file: File, row: Child | Relative, name: str) -> str:
    return file.open(row, name)
