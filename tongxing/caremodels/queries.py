"""What holds where, and on which day: the rules, roles, chains, events and tags of all models adopted there and above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from uuid import UUID

from tongxing.caremodels.loading import Draft, library
from tongxing.caremodels.models import Adoption, ModelVersion, OptOut, version_id
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import Chain, Duty, Event, Model, Paper, Role, RoleAt, Rule, Step, TagSet
from tongxing.ground.scope import WHOLE_COUNTRY

NATIONAL = "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A model in force in a range of places. ``adoption`` None: it holds by law. ``via``: the adopted model that stands on this one."""

    lo: int
    hi: int
    model: Model
    version_id: UUID
    parts: frozenset[str]
    since: date
    until: date | None
    adoption: Adoption | None = None
    via: str = ""
    without: tuple[OptOut, ...] = ()

    def holds(self, part: str) -> bool:
        """Whether something that belongs to this part was adopted."""
        return not part or not self.parts or part in self.parts

    def ranges(self, part: str) -> list[tuple[int, int]]:
        """The places where it holds: the range without those that opted out."""
        gone = sorted((each.lo, each.hi) for each in self.without if not each.parts or (part and part in each.parts))
        found, lo = [], self.lo
        for start, end in gone:
            if lo < start:
                found.append((lo, start - 1))
            lo = max(lo, end + 1)
        return [*found, (lo, self.hi)] if lo <= self.hi else found


def models_in_force(lo: int, hi: int, on: date, *, without: UUID | None = None) -> list[InForce]:
    """Every model in force in any part of the range: what the law asks first, then the adopted ones with all on which they stand.

    ``without``: as if this adoption were not.
    """
    found = list(_by_law(on))
    adoptions = Adoption.objects.touching(lo, hi).on(on).select_related("version").prefetch_related("opt_outs").order_by("lo", "-hi", "since", "id")
    for adoption in adoptions:
        if adoption.id == without:
            continue
        left = tuple(each for each in adoption.opt_outs.all() if each.since <= on and (each.until is None or on < each.until))
        model = filled(adoption.version, adoption.parameters)
        for name in library().lineage(adoption.model) if adoption.model in library() else [adoption.model]:
            own = name == adoption.model
            if name == NATIONAL and not own:
                continue
            found.append(
                InForce(
                    lo=adoption.lo,
                    hi=adoption.hi,
                    model=model if own else _current(name),
                    version_id=adoption.version_id if own else _version(name),
                    parts=frozenset(adoption.parts) if own else frozenset(),
                    since=adoption.since,
                    until=adoption.until,
                    adoption=adoption,
                    via="" if own else adoption.model,
                    without=left,
                )
            )
    return found


def rules(lo: int, hi: int, on: date, *, without: UUID | None = None) -> list[Rule]:
    """The duties in force in any part of the range on that day, each with the whole range in which it holds.

    A promise of the family (``asked_by``) is none of them. Two models with the same promise give two rules with the same obligation.
    """
    found: list[Rule] = []
    for each in models_in_force(lo, hi, on, without=without):
        for duty in each.model.duties:
            if duty.asked_by or not each.holds(duty.part) or not _holds(duty, on):
                continue
            since, until = max(each.since, duty.since), _earlier(each.until, duty.until)
            for start, end in each.ranges(duty.part):
                if start <= hi and end >= lo and not any(rule.duty == duty and rule.lo <= start and end <= rule.hi for rule in found):
                    found.append(Rule(lo=start, hi=end, model=each.model.id, version_id=each.version_id, duty=duty, since=since, until=until))
    return found


def roles(place: int, on: date) -> list[RoleAt]:
    """The roles at a place, those of the circle from near to far, as all models there ask together: the most of the least, the most of the most."""
    asked: list[tuple[str, Role]] = [
        (each.model.id, role) for each in models_in_force(place, place, on) for role in each.model.roles if _there(each, role.part, place) and _holds(role, on)
    ]
    order = {role.id: number for number, (_model, role) in reversed(list(enumerate(asked)))}
    asked.sort(key=lambda each: (each[1].kind != "circle", each[1].ring or 0, order[each[1].id]))
    return [_together([(model, role) for model, role in group]) for _id, group in groupby(asked, key=lambda each: each[1].id)]


def _together(asked: Sequence[tuple[str, Role]]) -> RoleAt:
    _model, first = asked[0]
    several = [role for _model, role in asked]
    mosts = [role.most for role in several]
    loads = [role.load for role in several if role.load]
    return RoleAt(
        id=first.id,
        name=first.name,
        kind=first.kind,
        post=first.post,
        department=next((role.department for role in several if role.department), ""),
        unit=first.unit,
        ring=first.ring,
        least=max(role.least for role in several),
        most=None if None in mosts else max(most for most in mosts if most is not None),
        load=min(loads, key=lambda load: (not load.ceiling, load.children)) if loads else None,
        first_informant=any(role.first_informant for role in several),
        team=any(role.team for role in several),
        qualifications=tuple(dict.fromkeys(each for role in several for each in role.qualifications)),
        models=tuple(dict.fromkeys(model for model, _role in asked)),
    )


def chains(place: int, on: date) -> list[Chain]:
    """Who tells whom at a place. Where the same model was adopted nearer to it, with parameters of its own, the nearest says it."""
    found = [(each.model.id, chain) for each in models_in_force(place, place, on) for chain in each.model.chains if _there(each, chain.part, place) and _holds(chain, on)]
    return list({(model, chain.id): chain for model, chain in found}.values())


def steps(place: int, on: date) -> list[Step]:
    """How long a case may stay in each state there: of one model what was adopted nearest, between models the strictest for state and event.

    What another says as strictly of the same cases, and more, is left out: two that touch the same event are both there.
    """
    found = [(each.model.id, step) for each in models_in_force(place, place, on) for step in each.model.steps if _there(each, step.part, place) and _holds(step, on)]
    nearest = list({(model, step.id): step for model, step in found}.values())
    return [
        step for number, step in enumerate(nearest) if not any(other.covers(step) and not (step.covers(other) and number < at) for at, other in enumerate(nearest) if at != number)
    ]


def step(place: int, on: date, state: str, event: str) -> Step | None:
    """How long a case of this event may stay in this state there; None where nothing says so."""
    return min((each for each in steps(place, on) if each.state == state and each.holds_for(event)), key=lambda each: each.within.minutes, default=None)


def events(place: int, on: date) -> list[Event]:
    """What a place calls an event, each once."""
    return list({event.id: event for each in models_in_force(place, place, on) for event in each.model.events if _there(each, event.part, place)}.values())


def tags(place: int, on: date) -> list[TagSet]:
    """What a place sorts its work by."""
    return list({tags.id: tags for each in models_in_force(place, place, on) for tags in each.model.tag_sets if _there(each, "", place)}.values())


def papers(place: int, on: date) -> list[tuple[str, Paper]]:
    """The cards, books and letters that models bring to a place, with the model's id."""
    return [(each.model.id, paper) for each in models_in_force(place, place, on) for paper in each.model.papers if _there(each, paper.part, place)]


def role(name: str) -> Role:
    """A role by id, of whatever model. Raises ``KeyError``."""
    return _every_role()[name]


def event(name: str) -> Event:
    """An event by id, of whatever model. Raises ``KeyError``."""
    return _every_event()[name]


def known_models() -> Mapping[str, Model]:
    """All models of the files, with sample values where a place must set one: for names, sources and lists to choose from."""
    return library().models


def filled(version: ModelVersion, given: Mapping[str, Setting]) -> Model:
    """A version with the parameters of a place. What needs a parameter that the place did not set is left out."""
    return _filled(version.text, version.model, tuple(sorted(given.items())))


@lru_cache(maxsize=512)
def _filled(text: str, name: str, given: tuple[tuple[str, Setting], ...]) -> Model:
    draft = Draft(text, f"{name}/model.toml")
    defaults = {each.id: each.default for each in draft.parameters if each.default is not None}
    return draft.without(defaults | dict(given))


@cache
def _every_role() -> dict[str, Role]:
    return {role.id: role for model in library().models.values() for role in model.roles}


@cache
def _every_event() -> dict[str, Event]:
    return {event.id: event for model in library().models.values() for event in model.events}


def _by_law(on: date) -> Iterator[InForce]:
    """The national model, as far as it needs nothing that a place must set."""
    model = _current(NATIONAL)
    if model.since <= on and (model.until is None or on < model.until):
        lo, hi = WHOLE_COUNTRY
        yield InForce(lo=lo, hi=hi, model=model, version_id=_version(NATIONAL), parts=frozenset(), since=model.since, until=model.until)


def _current(name: str) -> Model:
    """The model of the files with what its own defaults say."""
    return _filled(library().draft(name).text, name, ())


def _version(name: str) -> UUID:
    return version_id(name, library().draft(name).sha256)


def _there(each: InForce, part: str, place: int) -> bool:
    return each.holds(part) and any(lo <= place <= hi for lo, hi in each.ranges(part))


def _holds(item: Duty | Role | Chain | Step, on: date) -> bool:
    return item.since <= on and (item.until is None or on < item.until)


def _earlier(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)
