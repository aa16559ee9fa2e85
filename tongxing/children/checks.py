"""What is wrong with what was entered, one sentence a value. Actions and imports ask the same questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from tongxing.children import codes, fields
from tongxing.children.new import NewAbsence, NewCategory, NewChild, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.children.rules import age
from tongxing.ground import scope
from tongxing.ground.codes import Code, Table
from tongxing.ground.today import today
from tongxing.places import codes as place_codes
from tongxing.places.codes import Level
from tongxing.places.queries import by_code

Errors = dict[str, str]


def _try(errors: Errors, key: str, clean: Callable[[object], object], value: object) -> None:
    try:
        clean(value)
    except fields.Wrong as wrong:
        errors[key] = str(wrong)


def _code[C: Code](errors: Errors, key: str, table: Table[C], value: str, *, required: bool = False) -> None:
    _try(errors, key, fields.one_of(table, required=required), value)


def _past(errors: Errors, key: str, day: date | None) -> None:
    _try(errors, key, fields.past_date, day)


def _order(errors: Errors, key: str, since: date | None, until: date | None) -> None:
    if since and until and until <= since:
        errors[key] = _("结束日期 %(until)s 不晚于开始日期 %(since)s。") % {"until": until.isoformat(), "since": since.isoformat()}


def end(since: date | None, on: date) -> Errors:
    """The day on which something ended: not before it began, not a day to come."""
    errors: Errors = {}
    _past(errors, "on", on)
    _order(errors, "on", since, on)
    return errors


def new_child(new: NewChild) -> Errors:
    """All that is wrong with a new file, by key: ``name``, ``place``, ``schooling.grade``, ``relatives.0.phone`` …"""
    values, errors = fields.clean({"name": "", "born": None, "sex": "9"} | dict(new.fields))
    errors |= fields.contradictions(values)
    errors |= consents(values, lambda kind: kind in new.consents)
    errors |= {f"place{key}": said for key, said in owner(new.place).items()}
    errors |= _prefixed("residence", residence(new.residence))
    if new.schooling:
        errors |= _prefixed("schooling", schooling(new.schooling))
    if new.guardianship:
        errors |= _prefixed("guardianship", guardianship(new.guardianship))
    for number, each in enumerate(new.relatives):
        errors |= _prefixed(f"relatives.{number}", relative(each))
    for number, asked in enumerate(new.categories):
        errors |= _prefixed(f"categories.{number}", category(asked))
    return errors


def _prefixed(prefix: str, errors: Mapping[str, str]) -> Errors:
    return {f"{prefix}.{key}": said for key, said in errors.items()}


def owner(place: int) -> Errors:
    """The place that is to own a file: a village (or a township where no village is known) within the scope."""
    try:
        depth = place_codes.level(place)
    except place_codes.CodeError as error:
        return {"": str(error)}
    if depth < Level.TOWNSHIP:
        return {"": _("请选择孩子居住的村（社区）。")}
    if not scope.current().covers(place):
        return {"": _("这个地方不在您的管辖范围内。")}
    return {}


def transfer_target(place: int) -> str:
    """What is wrong with the place that a file is to move to; it may be anywhere in the country."""
    try:
        depth = place_codes.level(place)
    except place_codes.CodeError as error:
        return str(error)
    found = by_code(place)
    if depth < Level.TOWNSHIP or found is None:
        return _("请选择接收的村（社区）。")
    return _("“%(place)s”已经撤并，请选择现在的村（社区）。") % {"place": found.short_name} if found.closed(today()) else ""


def consents(values: Mapping[str, object], given: Callable[[str], bool]) -> Errors:
    """Optional items need a guardian's consent on record; leaving them empty never does."""
    return {
        key: _("填写“%(label)s”需要先登记监护人对选填内容的同意；不填不影响其他内容。") % {"label": fields.FIELDS[key].label}
        for key, value in values.items()
        if value and fields.FIELDS[key].consent and not given(fields.FIELDS[key].consent)
    }


def relative(new: NewRelative) -> Errors:
    errors: Errors = {}
    _code(errors, "relation", codes.RELATION, new.relation, required=True)
    _try(errors, "name", fields.name, new.name)
    _try(errors, "phone", fields.phone, new.phone)
    _try(errors, "id_number", fields.id_number, new.id_number)
    _try(errors, "address", fields.text(200), new.address)
    _past(errors, "born", new.born)
    if not new.name.strip() and not new.circumstances and new.relation not in codes.PARENTS:
        errors.setdefault("name", _("请填写姓名。"))
    for number, absent in enumerate(new.absences):
        errors |= _prefixed(f"absences.{number}", absence(absent))
    for number, befell in enumerate(new.circumstances):
        errors |= _prefixed(f"circumstances.{number}", circumstance(befell))
    return errors


def absence(new: NewAbsence) -> Errors:
    errors: Errors = {}
    _code(errors, "purpose", codes.ABSENCE_PURPOSE, new.purpose, required=True)
    _code(errors, "returned", codes.RETURN_KIND, new.returned)
    _try(errors, "where", fields.text(100), new.where)
    _past(errors, "since", new.since)
    _past(errors, "until", new.until)
    _order(errors, "until", new.since, new.until)
    return errors


def circumstance(new: NewCircumstance) -> Errors:
    errors: Errors = {}
    _code(errors, "kind", codes.CIRCUMSTANCE, new.kind, required=True)
    _code(errors, "grade", codes.DISABILITY_GRADE, new.grade)
    _code(errors, "disability", codes.DISABILITY_KIND, new.disability)
    _past(errors, "since", new.since)
    _past(errors, "reported", new.reported)
    _order(errors, "until", new.since, new.until)
    _order(errors, "expected_until", new.since, new.expected_until)
    _try(errors, "note", fields.text(500), new.note)
    for document in new.evidence:
        _code(errors, "evidence", codes.EVIDENCE, document)
    return errors


def schooling(new: NewSchooling) -> Errors:
    errors: Errors = {}
    _code(errors, "stage", codes.SCHOOL_STAGE, new.stage, required=True)
    _code(errors, "enrolment", codes.ENROLMENT, new.enrolment)
    _code(errors, "boarding", codes.BOARDING, new.boarding)
    _try(errors, "school_name", fields.text(100), new.school_name)
    _try(errors, "class_name", fields.text(30), new.class_name)
    _past(errors, "since", new.since)
    years = codes.SCHOOL_STAGE[new.stage].years if new.stage in codes.SCHOOL_STAGE else 0
    if new.grade is not None and not 1 <= new.grade <= (years or 9):
        errors["grade"] = _("%(stage)s没有%(grade)d年级。") % {"stage": codes.SCHOOL_STAGE.text(new.stage), "grade": new.grade}
    return errors


def guardianship(new: NewGuardianship) -> Errors:
    errors: Errors = {}
    _code(errors, "kind", codes.GUARDIANSHIP, new.kind, required=True)
    _try(errors, "note", fields.text(500), new.note)
    _past(errors, "since", new.since)
    return errors


def residence(new: NewResidence) -> Errors:
    errors: Errors = {}
    _code(errors, "living_with", codes.LIVING_WITH, new.living_with)
    _try(errors, "address", fields.text(200), new.address)
    _try(errors, "place", fields.place, new.place)
    _past(errors, "since", new.since)
    return errors


def category(new: NewCategory) -> Errors:
    errors: Errors = {}
    if new.scheme not in codes.SCHEMES:
        return {"scheme": _("没有这个分类体系。")}
    _code(errors, "kind", codes.SCHEMES[new.scheme].kinds, new.kind, required=True)
    _try(errors, "reason", fields.text(500), new.reason)
    _past(errors, "since", new.since)
    for document in new.evidence:
        _code(errors, "evidence", codes.EVIDENCE, document)
    if new.kind in codes.SCHEMES[new.scheme].restricted and not sees_restricted():
        errors["kind"] = _("这一类别只能由县级登记和查看。")
    return errors


def sees_restricted() -> bool:
    """Restricted kinds are for the county and above: the policy of the table says the same."""
    return scope.current().hi - scope.current().lo >= place_codes.SIZES[Level.COUNTY] - 1


def warnings(born: date, school: NewSchooling | None) -> Errors:
    """What is possible but unusual, to be asked about and not refused."""
    if not school or school.stage not in codes.SCHOOL_STAGE:
        return {}
    years, (first, last) = age(born, today()).years, codes.SCHOOL_STAGE[school.stage].ages[:2]
    if first <= years <= last:
        return {}
    return {"schooling.stage": _("%(years)d岁读%(stage)s，请核对。") % {"years": years, "stage": codes.SCHOOL_STAGE.text(school.stage)}}
