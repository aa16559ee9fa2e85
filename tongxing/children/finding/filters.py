"""The filters of the list of children, declared once: the form, the address, the chips, saved filters and exports all read this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from typing import cast
from uuid import UUID

from django.apps import apps
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.children import codes
from tongxing.children.actions.life import quarter
from tongxing.children.finding.conditions import (
    Asking,
    Chosen,
    Coded,
    Condition,
    Filter,
    Flag,
    Group,
    NotUnderstood,
    Number,
    Params,
    any_of,
    latest_birth,
    text_of,
)
from tongxing.children.models import Category, Leave, State, StatusPeriod, Transfer
from tongxing.ground import scope
from tongxing.places import queries as places
from tongxing.places.codes import CodeError, Level, level, parse, show, span
from tongxing.places.models import Place

LIVING = Q(state__in=(State.DRAFT, State.SUBMITTED, State.RETURNED, State.CURRENT))
SOON = timedelta(days=30)
STATUS_ENDS_AT = codes.STATUS["left_behind"].until_age
SEVERAL = 4  # places named in the question which one is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPlace(Filter):
    """A place below the post's own. The address holds what was typed, and the code in ``place_code`` once it is known."""

    shape: str = field(default="place", init=False)

    def read(self, params: Params, asking: Asking) -> Condition | None:
        text, code = text_of(params, self.key), text_of(params, f"{self.key}_code")
        if not text and not code:
            return None
        place = self._meant(code) if code else None
        if place is None or (text and text not in (place.full_name, place.short_name, code)):
            place = self._named(text) if text else None
        if place is None:
            raise NotUnderstood(_("没有找到地方“%(text)s”，没有按它筛选。") % {"text": (text or code)[:20]})
        return self.at(place)

    def at(self, place: Place) -> Condition:
        lo, hi = span(place.code)
        return Condition(self.key, f"{self.label}：{place.short_name}", Q(scope_place__range=(lo, hi)), {self.key: place.full_name, f"{self.key}_code": show(place.code)})

    def offered(self, asking: Asking) -> bool:
        return level(asking.post.place_id) < Level.VILLAGE

    @staticmethod
    def _meant(code: str) -> Place | None:
        try:
            number = parse(code)
        except CodeError:
            return None
        place = places.by_code(number)
        return place if place and inside(place) else None

    def _named(self, text: str) -> Place | None:
        if text.isdigit():
            return self._meant(text)
        active = scope.current()
        if active.lo > active.hi:
            return None
        found = places.resolve(text, lo=active.lo, hi=active.hi) or places.search(text, lo=active.lo, hi=active.hi, limit=SEVERAL + 1)
        if len(found) > 1:
            names = "、".join(place.full_name for place in found[:SEVERAL])
            raise NotUnderstood(_("“%(text)s”可能是%(names)s等处，请从提示中选择一处。") % {"text": text[:20], "names": names})
        return found[0] if found else None


def inside(place: Place) -> bool:
    """Whether the place lies in the active scope."""
    active = scope.current()
    return active.covers(place.code) and span(place.code)[1] <= active.hi


ANY: Mapping[str, tuple[Promise, Q]] = {
    "any": (_lazy("任何一类"), Q()),
    "confirmed": (_lazy("任何一类，已认定"), Q(state=Category.State.CONFIRMED)),
    "waiting": (_lazy("任何一类，待审核或待认定"), Q(state__in=(Category.State.REPORTED, Category.State.CHECKED))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InCategory(Filter):
    """A category that runs today and was not refused: any (of those recognised, of those that wait), any of a scheme (``suxian``), or one (``suxian:dropout``).

    ``suxian:dropout:confirmed`` and ``suxian::confirmed`` ask for those that have been recognised; statistical tables link to them.
    """

    def condition(self, text: str, asking: Asking) -> Condition:
        scheme, kind, confirmed = (*text.split(":", 2), "", "")[:3]
        if text in ANY:
            return self.made(text, str(ANY[text][0]), self._held(asking, ANY[text][1]))
        if scheme not in codes.SCHEMES or (kind and kind not in self._kinds(scheme, asking)) or confirmed not in ("", "confirmed"):
            raise self.wrong(text)
        table = codes.SCHEMES[scheme].kinds
        which = Q(scheme=scheme, kind=kind) if kind else Q(scheme=scheme)
        word = table.text(kind) if kind else _(table.label)
        if confirmed:
            which, word = which & Q(state=Category.State.CONFIRMED), _("%(category)s（已认定）") % {"category": word}
        return self.made(text, word, self._held(asking, which))

    def groups(self, asking: Asking) -> list[Group]:
        own: list[Group] = [("", [(value, str(word)) for value, (word, _which) in ANY.items()])]
        return own + [
            (
                _(scheme.about.label),
                [(name, _("%(scheme)s：全部") % {"scheme": _(scheme.about.label)}), *((f"{name}:{kind}", scheme.kinds.text(kind)) for kind in self._kinds(name, asking))],
            )
            for name, scheme in codes.SCHEMES.items()
        ]

    @staticmethod
    def _kinds(scheme: str, asking: Asking) -> list[str]:
        """What may be asked for: never a restricted kind; a discreet one by those who work with the children."""
        return [kind.value for kind in codes.SCHEMES[scheme].kinds if not kind.restricted and (asking.works_with_children or not kind.discreet)]

    def _held(self, asking: Asking, which: Q) -> Q:
        hidden = {(name, kind.value) for name, scheme in codes.SCHEMES.items() for kind in scheme.kinds if kind.value not in self._kinds(name, asking)}
        held = Category.objects.filter(which, running(asking), restricted=False).exclude(state=Category.State.REFUSED)
        for scheme, kind in sorted(hidden):
            held = held.exclude(scheme=scheme, kind=kind)
        return Q(pk__in=held.values("child_id"))


def _in_state(state: str, asking: Asking) -> Q:
    return Q(state=state)


def running(asking: Asking) -> Q:
    """Dated rows that hold today."""
    return Q(Q(until=None) | Q(until__gt=asking.on), since__lte=asking.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedBy(Filter):
    """The child director who is responsible: everybody in the villages of her posts. ``none``: villages without one."""

    def condition(self, text: str, asking: Asking) -> Condition:
        directors = _directors(asking)
        if text == "none":
            return self.made(text, _("没有儿童主任的村"), ~Q(scope_place__in=directors.values("place_id")))
        try:
            person = UUID(text)
        except ValueError:
            raise self.wrong(text) from None
        held = list(directors.filter(person=person).select_related("person"))
        if not held:
            raise self.wrong(text)
        return self.made(str(person), held[0].person.name, any_of(Q(scope_place=post.place_id) for post in held))

    def groups(self, asking: Asking) -> list[Group]:
        held: dict[str, list[str]] = {}
        names: dict[str, str] = {}
        for post in _directors(asking).select_related("person", "place").order_by("place_id", "since"):
            held.setdefault(str(post.person_id), []).append(post.place.short_name)
            names[str(post.person_id)] = post.person.name
        choices = [(person, f"{names[person]}（{'、'.join(villages)}）") for person, villages in held.items()]
        return [("", [("none", _("没有儿童主任的村")), *choices])]

    def offered(self, asking: Asking) -> bool:
        return Level.COUNTY <= level(asking.post.place_id) < Level.VILLAGE


def _directors(asking: Asking) -> PostQuerySet:
    active = scope.current()
    held: PostQuerySet = Post.objects.held(asking.on)
    return held.filter(role="child_director", place__code__range=(active.lo, active.hi))


@dataclass(frozen=True, slots=True, kw_only=True)
class AtSchool(Filter):
    """A school by its id, or by a part of its name: that narrows rows which the scope has found, it finds none itself."""

    shape: str = field(default="text", init=False)

    def condition(self, text: str, asking: Asking) -> Condition:
        try:
            return self.made(str(UUID(text)), _("所选学校"), Q(school_id=UUID(text)))
        except ValueError:
            return self.made(text, text, Q(school_name__contains=text))


def _status(column: str) -> Callable[[Asking], Q]:
    return lambda asking: Q(**{f"{column}_since__lte": asking.on, f"{column}_until__gt": asking.on})


def _orphan_review(asking: Asking) -> Q:
    standing = StatusPeriod.objects.filter(status="orphan_review", origin=StatusPeriod.Origin.STANDS, since__lte=asking.on, until__gt=asking.on)
    return Q(pk__in=standing.values("child_id"))


def _unconfirmed(asking: Asking) -> Q:
    return Q(state=State.CURRENT) & (Q(confirmed_on=None) | Q(confirmed_on__lt=quarter(asking.on)))


def _ending(asking: Asking) -> Q:
    """Left behind, and sixteen within the next thirty days."""
    soon = asking.on + SOON
    return Q(left_behind_until__gt=asking.on, left_behind_until__lte=soon, born__lte=latest_birth(soon, STATUS_ENDS_AT))


STATUSES: dict[str, Callable[[Asking], Q]] = {
    "left_behind": _status("left_behind"),
    "migrant": _status("migrant"),
    "de_facto_unsupported": _status("unsupported"),
    "orphan_review": _orphan_review,
}

PLACE = AtPlace(key="place", label=_lazy("地区"))
STATE = Chosen(
    key="state",
    label=_lazy("档案状态"),
    options={
        **{state.value: (cast("Promise", state.label), partial(_in_state, state.value)) for state in State},
        "all": (_lazy("全部（含已退出）"), lambda asking: Q()),
    },
)

CATALOGUE: tuple[Filter, ...] = (
    PLACE,
    Chosen(key="status", label=_lazy("身份状态"), options={name: (_lazy(codes.STATUS[name].label), where) for name, where in STATUSES.items()}),
    InCategory(key="category", label=_lazy("困境类别")),
    Number(key="age_from", label=_lazy("年龄从"), least=0, most=25, unit=_lazy("周岁"), where=lambda years, asking: Q(born__lte=latest_birth(asking.on, years))),
    Number(key="age_to", label=_lazy("年龄到"), least=0, most=25, unit=_lazy("周岁"), where=lambda years, asking: Q(born__gt=latest_birth(asking.on, years + 1))),
    STATE,
    Coded(key="sex", label=_lazy("性别"), table=codes.SEX, column="sex", more=True),
    Coded(key="stage", label=_lazy("就学情况"), table=codes.SCHOOL_STAGE, column="school_stage", more=True),
    Coded(key="enrolment", label=_lazy("学籍状态"), table=codes.ENROLMENT, column="enrolment", more=True),
    AtSchool(key="school", label=_lazy("学校"), more=True),
    Coded(key="boarding", label=_lazy("是否寄宿"), table=codes.BOARDING, column="boarding", more=True),
    Coded(key="guardianship", label=_lazy("监护类型"), table=codes.GUARDIANSHIP, column="guardianship", more=True),
    Coded(key="living_with", label=_lazy("现与谁共同生活"), table=codes.LIVING_WITH, column="living_with", more=True),
    Coded(key="registration", label=_lazy("户口登记"), table=codes.REGISTRATION, column="registration", more=True),
    Number(key="complete_below", label=_lazy("完整度低于"), least=1, most=100, unit=_lazy("分"), where=lambda score, asking: Q(completeness__lt=score), more=True),
    OwnedBy(key="owner", label=_lazy("儿童主任"), more=True),
    Flag(key="unconfirmed", label=_lazy("本季未核实"), where=_unconfirmed, more=True),
    Flag(key="ending", label=_lazy("30天内满16周岁"), where=_ending, more=True),
    Flag(key="leave", label=_lazy("临时离开"), where=lambda asking: Q(pk__in=Leave.objects.filter(returned_on=None, left_on__lte=asking.on).values("child_id")), more=True),
    Flag(key="transfer", label=_lazy("转移办理中"), where=lambda asking: Q(pk__in=Transfer.objects.filter(state=Transfer.State.REQUESTED).values("child_id")), more=True),
)
BY_KEY = {each.key: each for each in CATALOGUE}


@cache
def catalogue() -> tuple[Filter, ...]:
    """The register's own filters and those of higher floors, which an app declares on its ``AppConfig``: ``child_filters``, names of ``Filter`` objects."""
    names = [name for config in apps.get_app_configs() for name in getattr(config, "child_filters", ())]
    return (*CATALOGUE, *(import_string(name) for name in names))
