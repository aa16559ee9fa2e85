"""An adoption as its pages show it: what it says, who decided what and when, and what a change of it would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.accounts.history import Event
from tongxing.accounts.models import Post
from tongxing.caremodels import wording
from tongxing.caremodels.loading import Draft
from tongxing.caremodels.models import Adoption, OptOut, OptOutRequest
from tongxing.caremodels.parameters import Setting
from tongxing.duties import cost
from tongxing.duties.cost import Cost, Line


@dataclass(frozen=True, slots=True)
class Held:
    """An adoption as a page shows it."""

    adoption: Adoption
    name: str
    parts: Sequence[str]
    settings: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A promise before and after a change, how often a month."""

    name: str
    before: Line | None
    after: Line | None

    @property
    def tone(self) -> str:
        if self.before is None:
            return "green"
        return "red" if self.after is None else ""


def held(adoption: Adoption) -> Held:
    draft = Draft(adoption.version.text, adoption.model)
    settings = [(_(each.name), wording.setting(each, adoption.parameters[each.id])) for each in draft.parameters if each.id in adoption.parameters]
    return Held(adoption, _(draft.head.name), part_names(draft, adoption.parts), settings)


def part_names(draft: Draft, parts: Iterable[str]) -> list[str]:
    names = {part.id: _(part.name) for part in draft.parts}
    return [names.get(part, part) for part in parts]


def line_of(adoption: Adoption) -> list[Adoption]:
    """An adoption with those that it has changed, the newest first."""
    found = [adoption]
    while (before := found[-1].replaces) is not None:
        found.append(before)
    return found


def history(adoption: Adoption) -> list[Event]:
    """Who decided what and when, the newest first, with the adoptions that this one has changed."""
    line = line_of(adoption)
    draft = Draft(adoption.version.text, adoption.model)
    names = _Names(line)
    found = [act for each in line for act in _decided(each, draft, names)]
    return sorted(found, key=lambda act: act.at, reverse=True)


class _Names:
    """The holders of the posts that decided."""

    def __init__(self, line: Sequence[Adoption]) -> None:
        asked: set[UUID | None] = set()
        for each in line:
            asked |= {each.adopted_by, each.ended_by}
            asked |= {post for leave in each.opt_outs.all() for post in (leave.granted_by, leave.ended_by)}
            asked |= {post for request in each.requests.all() for post in (request.asked_by, request.answered_by)}
        posts = Post.objects.filter(pk__in=[each for each in asked if each]).select_related("person", "place")
        self.known = {post.id: f"{post.person.name} · {post.definition.name}（{post.place.short_name}）" for post in posts}

    def __call__(self, post: UUID | None) -> str:
        return self.known.get(post, "—") if post else _("系统")


def _decided(each: Adoption, draft: Draft, names: _Names) -> Iterator[Event]:
    if each.replaces is None:
        yield Event(each.adopted_at, _("采用，自%(since)s起：%(parts)s") % {"since": each.since, "parts": _said(draft, each.parts)}, names(each.adopted_by), "green")
    else:
        words = {"since": each.since, "parts": _said(draft, each.parts), "reason": each.replaces.end_reason}
        yield Event(each.adopted_at, _("变更，自%(since)s起：%(parts)s。原因：%(reason)s") % words, names(each.adopted_by), "blue")
    changed = Adoption.objects.filter(replaces=each).exists()
    if each.ended_at and not changed:
        yield Event(each.ended_at, _("停止采用，自%(since)s起。原因：%(reason)s") % {"since": each.until, "reason": each.end_reason}, names(each.ended_by), "red")
    for leave in each.opt_outs.all():
        yield from _left(leave, draft, names, carried=each.replaces is not None and leave.granted_at < each.adopted_at)
    for request in each.requests.all():
        yield from _asked(request, draft, names)


def _left(leave: OptOut, draft: Draft, names: _Names, *, carried: bool) -> Iterator[Event]:
    words = {"place": leave.place.short_name, "parts": _said(draft, leave.parts), "since": leave.since, "reason": leave.reason}
    if not carried:
        yield Event(leave.granted_at, _("准许%(place)s自%(since)s起不采用%(parts)s。原因：%(reason)s") % words, names(leave.granted_by), "amber")
    if leave.ended_at:
        yield Event(leave.ended_at, _("%(place)s自%(until)s起恢复采用%(parts)s") % (words | {"until": leave.until}), names(leave.ended_by), "green")


def _asked(request: OptOutRequest, draft: Draft, names: _Names) -> Iterator[Event]:
    words = {"place": request.place.short_name, "parts": _said(draft, request.parts), "since": request.since, "reason": request.reason}
    yield Event(request.asked_at, _("%(place)s申请自%(since)s起不采用%(parts)s。原因：%(reason)s") % words, names(request.asked_by))
    if request.answered_at and request.leave_id is None:
        yield Event(request.answered_at, _("没有同意%(place)s不采用%(parts)s。原因：%(answer)s") % (words | {"answer": request.answer}), names(request.answered_by), "red")


def _said(draft: Draft, parts: Sequence[str]) -> str:
    return _("、").join(part_names(draft, parts)) or _("全部")


def differences(adoption: Adoption, draft: Draft, parts: Sequence[str], settings: Mapping[str, Setting]) -> list[tuple[str, str, str]]:
    """What an adoption says and what it would say: the parts, then each parameter."""
    pinned = Draft(adoption.version.text, adoption.model)
    chosen = [] if {part.id for part in draft.parts} == set(parts) else [part.id for part in draft.parts if part.id in parts]
    found = [(_("采用部分"), _said(pinned, adoption.parts), _said(draft, chosen))]
    known = {each.id: each for each in (*pinned.parameters, *draft.parameters)}
    for name, each in known.items():
        before, after = adoption.parameters.get(name), settings.get(name)
        found.append((_(each.name), wording.setting(each, before) if before is not None else "—", wording.setting(each, after) if after is not None else "—"))
    return [(word, before, after) for word, before, after in found if before != after]


def costs(adoption: Adoption, parts: Sequence[str], settings: Mapping[str, Setting]) -> tuple[Cost, list[Changed]]:
    """What the place would have to do after a change, and promise by promise what changes."""
    after = cost.of(adoption.model, adoption.place_id, parts, settings, instead_of=adoption.id)
    before = cost.of(adoption.model, adoption.place_id, adoption.parts, adoption.parameters, instead_of=adoption.id)
    olds, news = {line.duty.id: line for line in before.lines}, {line.duty.id: line for line in after.lines}
    found = [Changed(_((news.get(name) or olds[name]).duty.name), olds.get(name), news.get(name)) for name in dict.fromkeys([*olds, *news])]
    return after, [each for each in found if _differs(each)]


def _differs(each: Changed) -> bool:
    if each.before is None or each.after is None:
        return True
    return (each.before.duty.quota, each.before.duty.deadline, each.before.subjects) != (each.after.duty.quota, each.after.duty.deadline, each.after.subjects)
