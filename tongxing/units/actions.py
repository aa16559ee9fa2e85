"""The only writer of units and classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts import actions as accounts
from tongxing.accounts.models import Person, Post
from tongxing.ground.ids import uuid7
from tongxing.journal import actions as journal
from tongxing.places import codes as places
from tongxing.places.codes import Level
from tongxing.places.models import Place
from tongxing.places.names import reading
from tongxing.units import codes
from tongxing.units.models import SchoolClass, Unit, UnitName
from tongxing.units.rules import ClassKey, next_year, valid


class UnitError(Exception):
    """A change that cannot stand; the message says why and what to do."""


@transaction.atomic
def add_unit(
    *,
    kind: str,
    name: str,
    place: Place,
    by: Post | None,
    stages: Sequence[str] = (),
    boarding: bool = False,
    department: str = "",
    parent: Unit | None = None,
    since: date | None = None,
    unit_id: UUID | None = None,
) -> Unit:
    """Enter a unit. Idempotent on ``unit_id``. Raises ``UnitError`` where one of that name and kind stands there already."""
    name = _name(name)
    if unit_id and (known := Unit.objects.filter(pk=unit_id).first()):
        return known
    if Unit.objects.filter(place=place, kind=kind, name=name, valid_until=None).exists():
        raise UnitError(_("%(place)s已有名为“%(name)s”的%(kind)s") % {"place": place.short_name, "name": name, "kind": codes.KIND.text(kind)})
    if kind == "home" and place.level != Level.VILLAGE:
        raise UnitError(_("儿童之家要登记在村（社区）"))
    if kind == "school" and not stages:
        raise UnitError(_("请选择学校的学段"))
    if kind == "department" and department not in codes.DEPARTMENT:
        raise UnitError(_("请选择是哪个部门"))
    read = reading(name)
    unit = Unit.objects.create(
        id=unit_id or uuid7(),
        kind=kind,
        name=name,
        pinyin=read.pinyin,
        initials=read.initials,
        place=place,
        parent=parent,
        stages=[stage for stage in codes.STAGE.values() if stage in stages] if kind == "school" else [],
        boarding=boarding and kind == "school",
        department=department if kind == "department" else "",
        valid_from=since,
    )
    lo, hi = places.span(places.at_level(place.code, places.Level(min(place.level, places.Level.COUNTY))))
    accounts.attach(unit_id=unit.id, name=name, role="teacher" if kind == "school" else "", lo=lo, hi=hi)
    journal.record(by=by, verb="unit_added", subject_kind="unit", subject_id=unit.id, place=place.code, diff={"name": [None, name], "kind": [None, kind]})
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, on: date, reason: str, by: Post | None) -> Unit:
    """From ``on`` the unit is called otherwise; the old name stays readable and findable."""
    name = _name(name)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if name == unit.name:
        return unit
    if not reason.strip():
        raise UnitError(_("请写明更名的原因"))
    if (latest := unit.former_names.order_by("-until").first()) and latest.until >= on:
        raise UnitError(_("上一次更名在 %(on)s，这一次须在其后") % {"on": latest.until})
    if Unit.objects.filter(place=unit.place_id, kind=unit.kind, name=name, valid_until=None).exclude(pk=unit.pk).exists():
        raise UnitError(_("同一地点已有名为“%(name)s”的单位") % {"name": name})
    before = unit.name
    UnitName.objects.create(unit=unit, name=before, until=on, reason=reason.strip())
    read = reading(name)
    unit.name, unit.pinyin, unit.initials = name, read.pinyin, read.initials
    unit.save(update_fields=["name", "pinyin", "initials"])
    diff: dict[str, list[object]] = {"name": [before, name], "on": [None, on.isoformat()], "reason": [None, reason.strip()]}
    journal.record(by=by, verb="unit_renamed", subject_kind="unit", subject_id=unit.id, place=unit.place_id, diff=diff)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, by: Post | None, stages: Sequence[str] | None = None, boarding: bool | None = None, parent: Unit | None = None) -> Unit:
    """Correct what a school offers, or under which unit it stands."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.kind == "school" and stages is not None and not stages:
        raise UnitError(_("请选择学校的学段"))
    if parent and parent.pk == unit.pk:
        raise UnitError(_("单位不能是自己的上级"))
    wanted = {
        "stages": unit.stages if stages is None else [stage for stage in codes.STAGE.values() if stage in stages],
        "boarding": unit.boarding if boarding is None else boarding,
        "parent_id": parent.pk if parent else unit.parent_id,
    }
    diff: dict[str, list[object]] = {field: [getattr(unit, field), new] for field, new in wanted.items() if getattr(unit, field) != new}
    if not diff:
        return unit
    for field, new in wanted.items():
        setattr(unit, field, new)
    unit.save(update_fields=["stages", "boarding", "parent"])
    journal.record(
        by=by, verb="unit_changed", subject_kind="unit", subject_id=unit.id, place=unit.place_id, diff={field: [str(old), str(new)] for field, (old, new) in diff.items()}
    )
    return unit


@transaction.atomic
def name_keeper(*, unit: Unit, keeper: Person | None, by: Post | None) -> Unit:
    """Say who is in charge of a home; None is the child director of its village."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("keeper").get(pk=unit.pk)
    if unit.kind != "home":
        raise UnitError(_("只有儿童之家要登记负责人"))
    if unit.keeper == keeper:
        return unit
    diff: dict[str, list[object]] = {"keeper": [str(unit.keeper_id or ""), str(keeper.id if keeper else "")]}
    unit.keeper = keeper
    unit.save(update_fields=["keeper"])
    journal.record(by=by, verb="keeper_named", subject_kind="unit", subject_id=unit.id, place=unit.place_id, diff=diff)
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, on: date, reason: str, by: Post | None) -> Unit:
    """End a unit from a day; closing it again changes nothing. Its classes and history stay."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.valid_until is not None:
        return unit
    if not reason.strip():
        raise UnitError(_("请写明撤销的原因"))
    if unit.valid_from and on < unit.valid_from:
        raise UnitError(_("撤销日期早于设立日期 %(on)s") % {"on": unit.valid_from})
    unit.valid_until, unit.end_reason = on, reason.strip()
    unit.save(update_fields=["valid_until", "end_reason"])
    diff = {"valid_until": [None, on.isoformat()], "reason": [None, unit.end_reason]}
    journal.record(by=by, verb="unit_closed", subject_kind="unit", subject_id=unit.id, place=unit.place_id, diff=diff)
    return unit


@transaction.atomic
def open_classes(*, school: Unit, year: int, keys: Iterable[ClassKey], by: Post | None) -> list[SchoolClass]:
    """Open classes for a school year; those that are open already stay as they are."""
    wanted = list(dict.fromkeys(keys))
    if wrong := [key for key in wanted if not valid(key) or key.stage not in school.stages]:
        raise UnitError(_("“%(school)s”没有这样的班级：%(keys)s") % {"school": school.name, "keys": "、".join(f"{key.stage} {key.grade}.{key.number}" for key in wrong[:5])})
    known = {each.key: each for each in SchoolClass.objects.filter(school=school, year=year)}
    fresh = [SchoolClass(school=school, year=year, stage=key.stage, grade=key.grade, number=key.number) for key in wanted if key not in known]
    if fresh:
        SchoolClass.objects.bulk_create(fresh)
        diff: dict[str, list[object]] = {"classes": [None, [each.name for each in fresh]], "year": [None, year]}
        journal.record(by=by, verb="classes_opened", subject_kind="unit", subject_id=school.id, place=school.place_id, diff=diff)
    return [known.get(key) or next(each for each in fresh if each.key == key) for key in wanted]


@transaction.atomic
def remove_class(*, school_class: SchoolClass, reason: str, by: Post | None) -> None:
    """Take back a class that was opened by mistake. Children keep what was written about them."""
    if not reason.strip():
        raise UnitError(_("请写明删除的原因"))
    school = school_class.school
    diff: dict[str, list[object]] = {"class": [school_class.name, None], "year": [school_class.year, None], "reason": [None, reason.strip()]}
    journal.record(by=by, verb="class_removed", subject_kind="unit", subject_id=school.id, place=school.place_id, diff=diff)
    school_class.delete()


def next_classes(school: Unit, *, year: int) -> list[ClassKey]:
    """The classes of the year after: every class one grade up, and as many first grades as this year has."""
    keys = [each.key for each in SchoolClass.objects.filter(school=school, year=year)]
    moved = [after for key in keys if (after := next_year(key)) is not None]
    return sorted({*moved, *(key for key in keys if key.grade == 1)}, key=lambda key: (key.stage, key.grade, key.number))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > 100 or not name.isprintable():
        raise UnitError(_("请填写名称，不超过100个字"))
    return name
