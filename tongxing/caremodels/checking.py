"""What holds between the items of the models: every name means something, nothing stands twice at the same time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from tongxing.accounts.roles import ROLES
from tongxing.calendars.festivals import FESTIVALS
from tongxing.caremodels.parameters import ParameterError, marks, sample, settled
from tongxing.caremodels.shapes import Chain, Duty, Event, Model, Parameter, Role, Step
from tongxing.caremodels.vocabulary import vocabulary
from tongxing.ground import toml
from tongxing.units.codes import DEPARTMENT

if TYPE_CHECKING:
    from tongxing.caremodels.loading import Draft, Library


class _Item(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...


class _Member(_Item, Protocol):
    @property
    def part(self) -> str: ...


class _Dated(_Item, Protocol):
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


def declared(source: toml.Source, said: Sequence[Parameter], content: Mapping[str, Any]) -> None:
    """Raise ``toml.DataFileError`` where a parameter cannot be set as it says, is used and not declared, or declared and not used."""
    known = {each.id for each in said}
    used = set(marks({key: value for key, value in content.items() if key not in ("model", "parameter")}))
    for name in used - known:
        raise source.error(f"unknown parameter “${name}”; the nearest known one is “{toml.nearest(name, known) or 'none'}”", name)
    for number, each in enumerate(said):
        line = source.table("parameter", number)
        for wrong, why in (
            (sum(other.id == each.id for other in said) > 1, "is declared twice"),
            (each.id not in used, "is used nowhere"),
            (not each.source, "has no source; say why a place must set it"),
            ((each.kind == "choice") != bool(each.options), "has options if and only if its kind is “choice”"),
            (len({option.value for option in each.options}) < len(each.options), "has an option twice"),
            (each.least is not None and each.most is not None and each.least > each.most, f"has a least ({each.least}) above its most ({each.most})"),
            (each.kind == "lapse" and each.unit not in ("m", "h", "d", "wd"), "is a length of time and needs a unit: m, h, d or wd"),
        ):
            if wrong:
                raise source.error(f"the parameter “{each.id}” {why}", each.id, start=line)
        try:
            settled([each], {each.id: sample(each)})
        except ParameterError as wrong:
            raise source.error(f"the parameter “{each.id}” cannot have its own default: {wrong}", each.id, start=line) from wrong


def library(books: Library) -> list[str]:
    """Everything wrong between the models, a sentence each with file and line."""
    faults = [str(wrong) for wrong in _extends(books)]
    if faults:
        return faults
    for name, draft in books.drafts.items():
        try:
            faults += _names(books, name, draft)
        except toml.DataFileError as wrong:
            faults.append(str(wrong))
    return faults or [str(wrong) for wrong in _between(books)]


def _extends(books: Library) -> Iterator[toml.DataFileError]:
    for name, draft in books.drafts.items():
        for parent in draft.head.extends:
            if parent not in books:
                yield draft.source.error(f"extends the unknown model “{parent}”; the nearest known one is “{toml.nearest(parent, books.drafts)}”", parent)
        path = [name]
        while len(path) <= len(books.drafts) and path[-1] in books:
            ahead = [each for each in books.drafts[path[-1]].head.extends if each in books and _reaches(books, each, name)]
            if not ahead:
                break
            path.append(ahead[0])
            if ahead[0] == name:
                yield draft.source.error(f"extends itself: {' → '.join(path)}", "extends")
                break


def _reaches(books: Library, start: str, goal: str) -> bool:
    seen, waiting = set[str](), [start]
    while waiting:
        each = waiting.pop()
        if each == goal:
            return True
        if each in books and each not in seen:
            seen.add(each)
            waiting += books.drafts[each].head.extends
    return False


def _names(books: Library, name: str, draft: Draft) -> list[str]:
    """One model against all on which it stands, with every option of its parameters."""
    line = [books.drafts[each] for each in books.lineage(name)]
    roles = {role.id for each in line for role in each.model().roles}
    own: dict[str, None] = {}
    for values in draft.variants():
        model = draft.model(values, roles=roles)
        own |= dict.fromkeys(str(wrong) for wrong in _Checks(books, draft, model, [each.model() for each in line]).all())
        if own:
            break
    return list(own)


class _Checks:
    """One model, its names and its file."""

    def __init__(self, books: Library, draft: Draft, model: Model, line: Sequence[Model]) -> None:
        self.books = books
        self.source = draft.source
        self.model = model
        self.roles: dict[str, Role] = {role.id: role for each in line for role in each.roles}
        self.events: dict[str, Event] = {event.id: event for each in line for event in each.events}
        self.tags = {f"{tags.id}.{tag.id}" for each in line for tags in each.tag_sets for tag in tags.tags}
        self.parts = {part.id for part in model.parts}
        self.duties = {duty.id for duty in model.duties} | {f"{each.id}.{duty.id}" for each in line for duty in each.duties}
        self.line = 1

    def error(self, message: str, token: str = "") -> toml.DataFileError:
        return self.source.error(message, token, start=self.line)

    def known(self, name: str, names: Collection[str], what: str, of: str) -> Iterator[toml.DataFileError]:
        if name not in names:
            near = toml.nearest(name, names)
            yield self.error(f"{of} names the unknown {what} “{name}”" + (f"; the nearest known one is “{near}”" if near else ""), name)

    def all(self) -> Iterator[toml.DataFileError]:
        model = self.model
        for table, items in (("role", model.roles), ("duty", model.duties), ("chain", model.chains), ("step", model.steps)):
            yield from self.overlaps(table, items)
        yield from self.once()
        yield from self.belonging()
        for number, role in enumerate(model.roles):
            self.line = self.source.table("role", number)
            yield from self.role(role)
        for number, duty in enumerate(model.duties):
            self.line = self.source.table("duty", number)
            yield from self.duty(duty)
            yield from self.entries(duty)
        for number, chain in enumerate(model.chains):
            self.line = self.source.table("chain", number)
            yield from self.chain(chain)
        for number, step in enumerate(model.steps):
            self.line = self.source.table("step", number)
            yield from self.step(step)

    def once(self) -> Iterator[toml.DataFileError]:
        model = self.model
        tables: list[tuple[str, Sequence[_Item]]] = [("part", model.parts), ("event", model.events), ("tags", model.tag_sets), ("paper", model.papers)]
        for table, things in tables:
            seen: set[str] = set()
            for number, thing in enumerate(things):
                self.line = self.source.table(table, number)
                if thing.id in seen:
                    yield self.error(f"the {table} “{thing.id}” stands twice", thing.id)
                seen.add(thing.id)
                if not thing.source:
                    yield self.error(f"the {table} “{thing.id}” has no source", thing.id)

    def belonging(self) -> Iterator[toml.DataFileError]:
        """Every part has something in it, and what belongs to a part names one."""
        model = self.model
        tables: list[tuple[str, Sequence[_Member]]] = [
            ("role", model.roles),
            ("duty", model.duties),
            ("chain", model.chains),
            ("step", model.steps),
            ("event", model.events),
            ("paper", model.papers),
            ("parameter", model.parameters),
        ]
        for table, things in tables:
            for number, each in enumerate(things):
                self.line = self.source.table(table, number)
                if each.part:
                    yield from self.known(each.part, self.parts, "part", f"the {table} “{each.id}”")
        self.line = 1
        for part in self.parts - {each.part for _table, things in tables for each in things}:
            yield self.error(f"nothing belongs to the part “{part}”", part)

    def overlaps(self, table: str, items: Sequence[_Dated]) -> Iterator[toml.DataFileError]:
        for number, item in enumerate(items):
            self.line = self.source.table(table, number)
            if item.until is not None and item.until <= item.since:
                yield self.error(f"the {table} “{item.id}” ends before it begins", item.id)
            for other in items[:number]:
                if other.id == item.id and _overlap(item, other):
                    yield self.error(f"the {table} “{item.id}” holds twice from {max(item.since, other.since)}; end the earlier one with “until”", item.id)

    def role(self, role: Role) -> Iterator[toml.DataFileError]:
        of = f"the role “{role.id}”"
        if role.kind == "post":
            yield from self.known(role.post, ROLES, "post", of)
        elif role.post:
            yield self.error(f"{of} names a post, but its kind is “{role.kind}”", "post")
        if role.department and role.kind != "outside":
            yield self.error(f"{of} names a department, but its kind is “{role.kind}”", "department")
        elif role.department:
            yield from self.known(role.department, DEPARTMENT.values(), "department", of)
        if (role.kind == "unit") != (role.unit is not None):
            yield self.error(f"{of} names a unit (class, school or home) if and only if its kind is “unit”", role.id)
        if role.least < 0 or (role.most is not None and role.most < max(1, role.least)):
            yield self.error(f"{of} asks for at least {role.least} and at most {role.most}", role.id)
        if (role.kind == "circle") != (role.ring is not None):
            yield self.error(f"{of} has a ring if and only if its kind is “circle”", role.id)
        for each in role.qualifications:
            yield from self.known(each, vocabulary().qualifications, "qualification", of)
        if role.load is not None and role.load.children < 1:
            yield self.error(f"{of} has a load of {role.load.children} children", "load")

    def duty(self, duty: Duty) -> Iterator[toml.DataFileError]:
        """Who promises, for whom, and when."""
        of = f"the duty “{duty.id}”"
        yield from self.known(duty.who, self.roles, "role", of)
        if duty.deadline:
            yield from self.known(duty.deadline.event, self.events, "event", of)
        for tag in duty.tags:
            yield from self.known(tag, self.tags, "tag", of)
        for festival in duty.quota.festivals if duty.quota else ():
            yield from self.known(festival, FESTIVALS, "festival", of)
        if (duty.level is not None) != (duty.about == "place"):
            yield self.error(f"{of} names a level if and only if it is about a place", duty.id)
        if not (role := self.roles.get(duty.who)):
            return
        if duty.about == "post" and role.kind != "post":
            yield self.error(f"{of} is about each holder of a post, but “{role.id}” is no post", duty.id)
        if (role.kind == "family") != bool(duty.asked_by):
            yield self.error(f"{of}: what a family promises is asked after by another duty (asked_by), and only that", duty.id)
        if role.kind in ("outside", "anyone"):
            yield self.error(f"{of} is put on “{role.id}”, who does not work in this system", duty.who)

    def entries(self, duty: Duty) -> Iterator[toml.DataFileError]:
        """By what it is kept."""
        of = f"the duty “{duty.id}”"
        if duty.by.role not in ("", "any"):
            yield from self.known(duty.by.role, self.roles, "role", of)
        if duty.by.max_per_day < 1:
            yield self.error(f"{of} counts {duty.by.max_per_day} entries a day", "max_per_day")
        for other in (*duty.also_discharges, *filter(None, [duty.asked_by])):
            yield from self.known(other, self.duties - {duty.id}, "duty", of)
        if not self.books.kinds:
            return
        for kind in duty.by.kinds:
            yield from self.known(kind, self.books.kinds, "kind of entry", of)
        sections = {section for kind in duty.by.kinds if kind in self.books.kinds for section in self.books.kinds[kind].sections}
        for section in duty.by.sections:
            yield from self.known(section, sections, "section", of)

    def chain(self, chain: Chain) -> Iterator[toml.DataFileError]:
        of = f"the chain “{chain.id}”"
        for event in chain.events:
            yield from self.known(event, self.events, "event", of)
        told: set[str] = {chain.links[0].sender}
        for number, link in enumerate(chain.links):
            for name in (*link.to, *([link.sender] if number else [])):
                if name in self.roles and self.roles[name].kind in ("anyone", "family"):
                    yield self.error(f"{of} tells “{name}”, whom nobody can find at the place", name)
        for link in chain.links:
            for role in (link.sender, *link.to):
                yield from self.known(role, self.roles, "role", of)
            if link.sender not in told:
                yield self.error(f"{of}: nobody has told “{link.sender}” before it tells others", link.sender)
            told |= set(link.to)

    def step(self, step: Step) -> Iterator[toml.DataFileError]:
        of = f"the step “{step.id}”"
        yield from self.known(step.state, vocabulary().states, "state", of)
        for event in step.events:
            yield from self.known(event, self.events, "event", of)
        after = [each.after.minutes for each in step.escalate]
        if after != sorted(after):
            yield self.error(f"{of} escalates to “{step.escalate[-1].to}” before those below it", "escalate")


def _overlap(one: _Dated, other: _Dated) -> bool:
    return (one.until is None or other.since < one.until) and (other.until is None or one.since < other.until)


def _between(books: Library) -> Iterator[toml.DataFileError]:
    """The same id means the same in all models; a key of obligation that is not a duty's own is shared by two at least."""
    roles: dict[str, tuple[str, Role]] = {}
    events: dict[str, tuple[str, Event]] = {}
    promises: dict[str, list[tuple[Draft, int, Duty]]] = {}
    for name, model in books.models.items():
        draft = books.drafts[name]
        for number, role in enumerate(model.roles):
            before, first = roles.setdefault(role.id, (name, role))
            if (role.name, role.kind, role.ring) != (first.name, first.kind, first.ring):
                yield draft.source.error(f"the role “{role.id}” is “{first.name}” ({first.kind}, ring {first.ring}) in {before}", role.id, start=draft.source.table("role", number))
        for number, event in enumerate(model.events):
            before, known = events.setdefault(event.id, (name, event))
            if (event.name, event.about) != (known.name, known.about):
                yield draft.source.error(f"the event “{event.id}” is “{known.name}” in {before}", event.id, start=draft.source.table("event", number))
        for number, duty in enumerate(model.duties):
            promises.setdefault(duty.obligation, []).append((draft, draft.source.table("duty", number), duty))
    own = {f"{name}.{duty.id}" for name, model in books.models.items() for duty in model.duties}
    for key, duties in promises.items():
        draft, line, duty = duties[-1]
        if key not in own and len(duties) < 2:
            yield draft.source.error(f"no other duty has the obligation “{key}”; the nearest one is “{toml.nearest(key, (own | set(promises)) - {key})}”", "obligation", start=line)
        yield from _same(key, duties)


def _same(key: str, duties: Iterable[tuple[Draft, int, Duty]]) -> Iterator[toml.DataFileError]:
    (_first, _line, model), *others = duties
    for draft, line, duty in others:
        if (duty.who, duty.about, duty.level) != (model.who, model.about, model.level):
            yield draft.source.error(
                f"the duty “{duty.id}” cannot be the same promise as “{model.id}” ({key}): someone else keeps it, or for something else", "obligation", start=line
            )
