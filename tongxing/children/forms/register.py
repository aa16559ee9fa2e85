"""Registering a child: the sections of the 2016 form, one form each, read together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongxing.children import codes
from tongxing.children.fields import id_number as clean_id_number
from tongxing.children.fields import name, phone
from tongxing.children.forms.grades import GradeSelect, grades
from tongxing.children.forms.inputs import PRIVATE, UNKNOWN, Cleaned, SchoolField, When, add_error, catalogue, code
from tongxing.children.new import NewAbsence, NewChild, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.ground.scope import Scope
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField
from tongxing.units.rules import ClassKey, class_name, valid

ENROLLED = "|".join(codes.SCHOOL_STAGE.where(lambda stage: stage.enrolled))
SITUATIONS = (("home", _("在家")), ("away", _("外出")), ("befell", _("有特殊情形（死亡、服刑、重残、失联、无监护能力等）")), ("unknown", _("不清楚")))


class SectionForm(forms.Form):
    """A part of a page. ``title`` heads it; ``when`` hides fields until another answer asks for them."""

    title: Any = ""
    whose: Any = ""  # where several sections ask for the same: whose name, telephone …
    lead: Any = ""
    when: Mapping[str, str] = {}

    def shown_when(self, field: str) -> str:
        """``data-when`` of a field: the prefixed name of the question, and the answers."""
        if field not in self.when:
            return ""
        question, _sign, answers = self.when[field].partition("=")
        return f"{self.add_prefix(question)}={answers}"

    def named(self, label: Any) -> str:
        """The label of a field as the list of errors calls it."""
        return _("%(whose)s：%(label)s") % {"whose": self.whose, "label": label} if self.whose else str(label)


class IdentityForm(SectionForm):
    title = _("身份和户籍")
    when = {"id_number": "registration=registered|unknown", "registered_place": "registration=registered", "registered_address": "registration=registered"}

    name = catalogue("name")
    sex = catalogue("sex")
    ethnic_group = catalogue("ethnic_group")
    born = catalogue("born")
    born_estimated = catalogue("born_estimated")
    registration = catalogue("registration")
    id_number = catalogue("id_number")
    registered_place = catalogue("registered_place")
    registered_address = catalogue("registered_address")


class HealthForm(SectionForm):
    title = _("健康情况")
    when = {"disability_kind": "health=disabled", "disability_grade": "health=disabled", "illness": "health=ill"}

    health = catalogue("health")
    disability_kind = catalogue("disability_kind")
    disability_grade = catalogue("disability_grade")
    illness = catalogue("illness")
    medical_history = catalogue("medical_history")


class LivelihoodForm(SectionForm):
    title = _("家庭生活")

    income = catalogue("income")
    aid = catalogue("aid")


class OptionalForm(SectionForm):
    """What needs a guardian's consent; never asked of anybody."""

    title = _("选填内容")
    lead: Any = _("性格和爱好可以不填，不影响任何服务。要填写，先写明哪位监护人同意。")

    consent_by = forms.CharField(label=_("同意的监护人"), max_length=60, required=False)
    character = catalogue("character")
    hobbies = catalogue("hobbies")


class HomeForm(SectionForm):
    title = _("居住")

    place = PlaceField(label=_("居住的村（社区）"), help_text=_("决定由谁负责这份档案"))
    address = forms.CharField(label=_("详细地址"), max_length=200, required=False, widget=forms.TextInput(attrs=PRIVATE))
    living_with = code(codes.LIVING_WITH, _("与谁共同生活"))

    def __init__(self, *args: Any, within: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lowest = within.lo if within.lo == within.hi else None
        self.fields["place"] = PlaceField(label=_("居住的村（社区）"), levels=(Level.TOWNSHIP, Level.VILLAGE), help_text=_("决定由谁负责这份档案"), initial=lowest)


class SchoolForm(SectionForm):
    title = _("就学")
    when = dict.fromkeys(("school", "grade", "class_name", "boarding", "enrolment"), f"stage={ENROLLED}")

    stage = code(codes.SCHOOL_STAGE, _("就学情况"))
    school = SchoolField(label=_("学校"), required=False, help_text=_("本地没有登记的学校直接写名称"))
    grade = forms.TypedChoiceField(label=_("年级"), choices=grades, coerce=int, empty_value=None, required=False, widget=GradeSelect)
    class_name = forms.CharField(label=_("班级"), max_length=30, required=False, help_text=_("几班写数字，如 2"))
    boarding = code(codes.BOARDING, _("寄宿"))
    enrolment = code(codes.ENROLMENT, _("学籍状态"))

    def new(self) -> NewSchooling | None:
        data = self.cleaned_data
        if not data["stage"]:
            return None
        if not codes.SCHOOL_STAGE[data["stage"]].enrolled:
            return NewSchooling(stage=data["stage"])
        school_id, school_name = data["school"]
        return NewSchooling(
            stage=data["stage"],
            school_id=school_id,
            school_name=school_name,
            grade=data["grade"],
            class_name=self.class_name_of(data["stage"], data["grade"], data["class_name"]),
            boarding=data["boarding"],
            enrolment=data["enrolment"],
        )

    @staticmethod
    def class_name_of(stage: str, grade: int | None, given: str) -> str:
        """2 in the third grade is 三年级2班; other names stay as they are."""
        number = given.removesuffix("班")
        key = ClassKey(stage, grade or 0, int(number) if number.isdecimal() and len(number) < 3 else 0)
        return class_name(key) if valid(key) else given


class ParentForm(SectionForm):
    """A parent: name, telephone, and whether at home, away, or kept from caring."""

    when = {
        "where": "situation=away",
        "since": "situation=away",
        "purpose": "situation=away",
        "kind": "situation=befell",
        "kind_since": "situation=befell",
        "disability": "kind=severe_disability",
        "grade": "kind=severe_disability",
    }

    name = Cleaned(name, label=_("姓名"), max_length=60, required=False)
    phone = Cleaned(phone, label=_("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}))
    id_number = Cleaned(clean_id_number, label=_("身份证号"), max_length=30, required=False, widget=forms.TextInput(attrs=PRIVATE))
    situation = forms.ChoiceField(label=_("现在的情况"), choices=SITUATIONS, widget=forms.RadioSelect, initial="unknown")
    where = forms.CharField(label=_("外出地点"), max_length=100, required=False, help_text=_("省市，如 广东省东莞市"))
    purpose = code(codes.ABSENCE_PURPOSE, _("外出原因"), initial="work")
    since = When(label=_("外出日期"), required=False)
    kind = code(codes.CIRCUMSTANCE, _("情形"))
    kind_since = When(label=_("从什么时候起"), required=False)
    disability = code(codes.DISABILITY_KIND, _("残疾类别"))
    grade = code(codes.DISABILITY_GRADE, _("残疾等级"))

    def __init__(self, *args: Any, relation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relation = relation
        self.title = self.whose = codes.RELATION.text(relation)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        situation = data.get("situation")
        if situation == "away" and "since" not in self.errors and not data.get("since"):
            self.add_error("since", _("请填写从什么时候起外出。"))
        if situation == "befell" and not data.get("kind"):
            self.add_error("kind", _("请选择情形。"))
        return data

    def new(self) -> NewRelative | None:
        """None where nothing at all is known of this parent."""
        data = self.cleaned_data
        situation = data["situation"]
        if situation == "unknown" and not (data["name"] or data["phone"] or data["id_number"]):
            return None
        absences: tuple[NewAbsence, ...] = ()
        circumstances: tuple[NewCircumstance, ...] = ()
        if situation == "away":
            since, precision = data["since"]
            absences = (NewAbsence(since=since, precision=precision, where=data["where"], purpose=data["purpose"] or "work"),)
        if situation == "befell":
            since, precision = data["kind_since"] or UNKNOWN
            severe = data["kind"] == "severe_disability"
            circumstances = (
                NewCircumstance(kind=data["kind"], since=since, precision=precision, disability=data["disability"] if severe else "", grade=data["grade"] if severe else ""),
            )
        return NewRelative(relation=self.relation, name=data["name"], phone=data["phone"], id_number=data["id_number"], absences=absences, circumstances=circumstances)


class CarerForm(SectionForm):
    """Who looks after the child in the parents' stead, and how well."""

    title = _("谁在照看")
    whose = _("照看人")
    lead: Any = _("父母不在身边时，写实际照看孩子的人。")

    guardianship = code(codes.GUARDIANSHIP, _("监护类型"))
    relation = code(codes.RELATION, _("与孩子的关系"), values=("61", "62", "63", "64", "71", "73", "75", "77", "81", "83", "85", "90", "97", "99"))
    name = Cleaned(name, label=_("姓名"), max_length=60, required=False)
    phone = Cleaned(phone, label=_("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={**PRIVATE, "inputmode": "tel"}))
    address = forms.CharField(label=_("地址"), max_length=200, required=False, widget=forms.TextInput(attrs=PRIVATE))
    entrusted = forms.BooleanField(label=_("父母已委托此人照护（被委托人）"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("name") and not data.get("relation"):
            self.add_error("relation", _("请选择与孩子的关系。"))
        if data.get("relation") and not data.get("name"):
            self.add_error("name", _("请填写姓名。"))
        return data

    def new(self) -> NewRelative | None:
        data = self.cleaned_data
        if not data["name"]:
            return None
        return NewRelative(relation=data["relation"], name=data["name"], phone=data["phone"], address=data["address"], entrusted=data["entrusted"], primary=True)


class Registration:
    """All sections of a new file."""

    def __init__(self, data: QueryDict | None = None, *, within: Scope) -> None:
        self.identity = IdentityForm(data, prefix="identity", initial={"registration": "registered", "ethnic_group": "01"})
        self.home = HomeForm(data, prefix="home", within=within)
        self.father = ParentForm(data, prefix="father", relation="51")
        self.mother = ParentForm(data, prefix="mother", relation="52")
        self.carer = CarerForm(data, prefix="carer")
        self.school = SchoolForm(data, prefix="school")
        self.health = HealthForm(data, prefix="health")
        self.livelihood = LivelihoodForm(data, prefix="livelihood")
        self.optional = OptionalForm(data, prefix="optional")

    def __iter__(self) -> Iterator[SectionForm]:
        return iter((self.identity, self.home, self.father, self.mother, self.carer, self.school, self.health, self.livelihood, self.optional))

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self]  # each of them: all errors are shown at once
        return all(checked)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """``(label, id of the field, sentence)`` of everything wrong, in the order of the page."""
        return [(form.named(field.label), field.auto_id, str(sentence)) for form in self for field in form for sentence in field.errors] + [
            ("", "", str(sentence)) for form in self for sentence in form.non_field_errors()
        ]

    def new(self) -> NewChild:
        identity = {**self.identity.cleaned_data}
        place = identity["registered_place"]
        identity["registered_place"] = place.code if place else None
        home, optional = self.home.cleaned_data, self.optional.cleaned_data
        guardianship = self.carer.cleaned_data["guardianship"]
        values = {**identity, **self.health.cleaned_data, **self.livelihood.cleaned_data}
        consents = {"optional": optional["consent_by"]} if optional["consent_by"] else {}
        values |= {key: optional[key] for key in ("character", "hobbies") if optional[key]}
        self.relatives = [(form, made) for form in (self.father, self.mother, self.carer) if (made := form.new())]
        return NewChild(
            place=home["place"].code,
            fields=values,
            relatives=tuple(made for _form, made in self.relatives),
            schooling=self.school.new(),
            guardianship=NewGuardianship(kind=guardianship) if guardianship else None,
            residence=NewResidence(address=home["address"], living_with=home["living_with"]),
            consents=consents,
        )

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Put what the action refused beside its field: ``name``, ``placeX``, ``schooling.grade``, ``relatives.0.phone`` …"""
        for key, sentence in errors.items():
            form, name = self._place_of(key)
            add_error(form, name, sentence)

    def _place_of(self, key: str) -> tuple[SectionForm, str]:
        head, _dot, rest = key.partition(".")
        match head:
            case "schooling":
                return self.school, {"school_name": "school"}.get(rest, rest)
            case "residence":
                return self.home, rest
            case "guardianship":
                return self.carer, "guardianship"
            case "relatives":
                number, _dot, name = rest.partition(".")
                tail = name.rpartition(".")[2]
                return self.relatives[int(number)][0], tail
        if head.startswith("place"):
            return self.home, "place"
        return next((form for form in self if head in form.fields), self.identity), head
