"""The only writer of versions, adoptions, and leaves to opt out with the requests for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from tongxing.accounts.models import Post
from tongxing.caremodels import parameters
from tongxing.caremodels.loading import Draft, library
from tongxing.caremodels.models import Adoption, ModelVersion, OptOut, OptOutRequest, version_id
from tongxing.caremodels.parameters import ParameterError, Setting
from tongxing.caremodels.shapes import Lapse, Parameter
from tongxing.ground.today import now, today
from tongxing.journal import actions as journal
from tongxing.outbox import actions as outbox
from tongxing.places import codes
from tongxing.places.models import Place

ASK_ANEW = "tongxing.duties.tasks.open_places"  # the task stands on a higher floor
BACKWARDS = timedelta(days=31)
AHEAD = timedelta(days=2 * 366)
ASKED = gettext_noop("%(place)s申请不采用“%(model)s”，请答复")
GRANTED = gettext_noop("%(place)s申请不采用“%(model)s”，已同意")
REFUSED = gettext_noop("%(place)s申请不采用“%(model)s”，未同意，请看原因")


class NotAdopted(Exception):
    """An adoption, its end or a leave that cannot stand; the message says why. ``wrong`` has a sentence for each parameter that does not fit."""

    def __init__(self, message: str, wrong: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.wrong = dict(wrong or {})


@transaction.atomic
def sync_versions() -> list[ModelVersion]:
    """Keep the text of every model's file as it stands; return those that are new. Done twice it is done once."""
    return [version for draft in library().drafts.values() if (version := _keep(draft)) is not None]


def _keep(draft: Draft) -> ModelVersion | None:
    name = draft.head.id
    version, new = ModelVersion.objects.get_or_create(model=name, sha256=draft.sha256, defaults={"id": version_id(name, draft.sha256), "text": draft.text})
    return version if new else None


@transaction.atomic
def adopt(
    *,
    place: int,
    model: str,
    parameters: Mapping[str, Setting],
    since: date,
    by: Post | None,
    version: ModelVersion | None = None,
    parts: Sequence[str] | None = None,
    replaces: Adoption | None = None,
) -> Adoption:
    """A place adopts a model from that day: wholly, or the parts named. Without a version, the file as it stands.

    Raises ``NotAdopted``: for what the post may not do, a model adopted already, a parameter out of bounds, or what would loosen a model adopted above.
    """
    at = _reachable(place, by)
    Place.objects.select_for_update(no_key=True).get(pk=place)  # two who adopt at once come one after the other
    _near(since, by, _("采用日期应在%(days)s天以前到两年以内"))
    version = version or _current(model)
    draft = Draft(version.text, f"{version.model}/model.toml")
    if since < draft.head.since:
        raise NotAdopted(_("“%(name)s”自%(since)s起才有") % {"name": _(draft.head.name), "since": draft.head.since})
    chosen = _chosen_parts(draft, parts or ())
    values = _settled(draft, chosen, parameters)
    for other in Adoption.objects.filter(model=version.model, place__in=codes.chain(place)).exclude(until__lte=since).select_related("place", "version"):
        if other.place_id == place:
            raise NotAdopted(_("%(place)s已采用“%(name)s”（自%(since)s起）；请先停止或改为变更") % {"place": at.short_name, "name": _(draft.head.name), "since": other.since})
        _not_looser(draft, other, chosen, values)
    lo, hi = codes.span(place)
    adoption = Adoption.objects.create(
        place=at, lo=lo, hi=hi, model=version.model, version=version, parts=chosen, parameters=values, since=since, adopted_by=by.id if by else None, replaces=replaces
    )
    diff: dict[str, list[object]] = {"model": [None, version.model], "version": [None, version.sha256], "since": [None, since.isoformat()]}
    diff |= {"parts": [None, chosen], "parameters": [None, values]}
    journal.record(by=by, verb="adopted", subject_kind="adoption", subject_id=adoption.id, place=place, diff=diff)
    _ask_anew(lo, hi)
    return adoption


@transaction.atomic
def end_adoption(*, adoption: Adoption, on: date, reason: str, by: Post | None) -> Adoption:
    """The model no longer holds there from that day; what it has opened until then stays. Raises ``NotAdopted``."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    _reachable(adoption.place_id, by)
    if adoption.until is not None:
        raise NotAdopted(_("已于%(until)s停止采用") % {"until": adoption.until})
    if not reason.strip():
        raise NotAdopted(_("请填写停止采用的原因"))
    if on < adoption.since:
        raise NotAdopted(_("停止日期不能早于采用日期%(since)s") % {"since": adoption.since})
    _near(on, by, _("停止日期应在%(days)s天以前到两年以内"))
    adoption.until, adoption.end_reason = on, reason.strip()
    adoption.ended_by, adoption.ended_at = by.id if by else None, now()
    adoption.save(update_fields=["until", "end_reason", "ended_by", "ended_at"])
    diff = {"until": [None, on.isoformat()], "reason": [None, adoption.end_reason]}
    journal.record(by=by, verb="ended_adoption", subject_kind="adoption", subject_id=adoption.id, place=adoption.place_id, diff=diff)
    _ask_anew(adoption.lo, adoption.hi)
    return adoption


@transaction.atomic
def change_adoption(
    *, adoption: Adoption, parameters: Mapping[str, Setting], since: date, reason: str, by: Post | None, parts: Sequence[str] | None = None, version: ModelVersion | None = None
) -> Adoption:
    """From that day with other parameters, parts or a newer version: the adoption ends and another begins. Raises ``NotAdopted``.

    Leaves to do without it that hold then, and requests that nobody has answered, go over to the new one, as far as it has the part.
    """
    if since <= adoption.since:
        raise NotAdopted(_("变更日期应晚于采用日期%(since)s") % {"since": adoption.since})
    before = end_adoption(adoption=adoption, on=since, reason=reason, by=by)
    after = adopt(place=before.place_id, model=before.model, version=version, parts=parts, parameters=parameters, since=since, by=by, replaces=before)
    if (after.version_id, after.parts, after.parameters) == (before.version_id, before.parts, before.parameters):
        raise NotAdopted(_("没有改变任何内容"))
    _carry_over(before, after)
    return after


def _carry_over(before: Adoption, after: Adoption) -> None:
    held = {part.id for part in Draft(after.version.text, after.model).parts if not after.parts or part.id in after.parts}
    for leave in before.opt_outs.exclude(until__lte=after.since):
        if not leave.parts or (parts := [each for each in leave.parts if each in held]):
            OptOut.objects.create(
                adoption=after,
                place_id=leave.place_id,
                lo=leave.lo,
                hi=leave.hi,
                parts=parts if leave.parts else [],
                since=max(leave.since, after.since),
                until=leave.until,
                reason=leave.reason,
                granted_by=leave.granted_by,
                granted_at=leave.granted_at,
            )
    for asked in before.requests.filter(answered_at=None):
        asked.adoption, asked.parts = after, [each for each in asked.parts if each in held]
        asked.save(update_fields=["adoption", "parts"])


@transaction.atomic
def ask_opt_out(*, adoption: Adoption, place: int, since: date, reason: str, by: Post, parts: Sequence[str] | None = None) -> OptOutRequest:
    """A place below asks for leave to do without a model, or without these parts; who adopted it is told. Raises ``NotAdopted``."""
    if not (by.may("caremodels.ask") and codes.within(place, by.place_id)):
        raise NotAdopted(_("您的岗位不能为这个地点提出申请"))
    at, chosen = _leaving(adoption, place, since, parts)
    if not reason.strip():
        raise NotAdopted(_("请填写申请的原因"))
    if adoption.requests.filter(place=at, answered_at=None).exists():
        raise NotAdopted(_("%(place)s的申请还没有答复") % {"place": at.short_name})
    asked = OptOutRequest.objects.create(adoption=adoption, place=at, parts=chosen, since=since, reason=reason.strip(), asked_by=by.id)
    diff: dict[str, list[object]] = {"model": [None, adoption.model], "parts": [None, chosen], "since": [None, since.isoformat()], "reason": [None, asked.reason]}
    journal.record(by=by, verb="asked_opt_out", subject_kind="adoption", subject_id=adoption.id, place=place, diff=diff)
    outbox.tell(
        kind="policy",
        about=ASKED,
        words={"place": at.short_name, "model": Draft(adoption.version.text, adoption.model).head.name},
        url=_address(adoption),
        posts=[post for post in Post.objects.held(today()).filter(place=adoption.place_id) if post.may("caremodels.adopt")],
        key=f"opt-out-asked {asked.id}",
    )
    return asked


@transaction.atomic
def answer_opt_out(*, request: OptOutRequest, grant: bool, answer: str, by: Post) -> OptOutRequest:
    """Who adopted the model grants the leave or refuses it, with the reason; who asked is told. Raises ``NotAdopted``."""
    asked = OptOutRequest.objects.select_for_update(of=("self",)).select_related("adoption__version", "place").get(pk=request.pk)
    _reachable(asked.adoption.place_id, by)
    if asked.answered_at is not None:
        raise NotAdopted(_("这项申请已经答复"))
    if not grant and not answer.strip():
        raise NotAdopted(_("不同意时请写明原因"))
    if grant:
        since = max(asked.since, asked.adoption.since)
        asked.leave = grant_opt_out(adoption=asked.adoption, place=asked.place_id, since=since, reason=asked.reason, parts=asked.parts, by=by)
    asked.answer, asked.answered_by, asked.answered_at = answer.strip(), by.id, now()
    asked.save(update_fields=["leave", "answer", "answered_by", "answered_at"])
    if not grant:
        diff = {"model": [None, asked.adoption.model], "answer": [None, asked.answer]}
        journal.record(by=by, verb="refused_opt_out", subject_kind="adoption", subject_id=asked.adoption_id, place=asked.place_id, diff=diff)
    assert asked.asked_by
    outbox.tell(
        kind="policy",
        about=GRANTED if grant else REFUSED,
        words={"place": asked.place.short_name, "model": Draft(asked.adoption.version.text, asked.adoption.model).head.name},
        url=_address(asked.adoption),
        posts=Post.objects.filter(pk=asked.asked_by),
        key=f"opt-out-answered {asked.id}",
    )
    return asked


@transaction.atomic
def grant_opt_out(*, adoption: Adoption, place: int, since: date, reason: str, by: Post | None, parts: Sequence[str] | None = None, until: date | None = None) -> OptOut:
    """The place that adopted a model gives a place below leave to do without it, or without these parts. Raises ``NotAdopted``."""
    _reachable(adoption.place_id, by)
    at, chosen = _leaving(adoption, place, since, parts)
    if not reason.strip():
        raise NotAdopted(_("请填写准许不采用的原因"))
    if until is not None and until <= since:
        raise NotAdopted(_("停止日期应晚于开始日期"))
    lo, hi = codes.span(place)
    leave = OptOut.objects.create(adoption=adoption, place=at, lo=lo, hi=hi, parts=chosen, since=since, until=until, reason=reason.strip(), granted_by=by.id if by else None)
    diff: dict[str, list[object]] = {"model": [None, adoption.model], "parts": [None, chosen], "since": [None, since.isoformat()], "reason": [None, leave.reason]}
    journal.record(by=by, verb="granted_opt_out", subject_kind="adoption", subject_id=adoption.id, place=place, diff=diff)
    _ask_anew(lo, hi)
    return leave


@transaction.atomic
def end_opt_out(*, opt_out: OptOut, on: date, by: Post | None) -> OptOut:
    """The model holds there again from that day. Raises ``NotAdopted``."""
    _reachable(opt_out.adoption.place_id, by)
    if on < opt_out.since:
        raise NotAdopted(_("停止日期不能早于开始日期%(since)s") % {"since": opt_out.since})
    before, opt_out.until = opt_out.until, on
    opt_out.ended_by, opt_out.ended_at = by.id if by else None, now()
    opt_out.save(update_fields=["until", "ended_by", "ended_at"])
    _ask_anew(opt_out.lo, opt_out.hi)
    diff = {"until": [before.isoformat() if before else None, on.isoformat()]}
    journal.record(by=by, verb="ended_opt_out", subject_kind="adoption", subject_id=opt_out.adoption_id, place=opt_out.place_id, diff=diff)
    return opt_out


def _leaving(adoption: Adoption, place: int, since: date, parts: Sequence[str] | None) -> tuple[Place, list[str]]:
    """The place that would do without, and the parts. Raises ``NotAdopted`` for what cannot be left."""
    at = Place.objects.filter(code=place).first()
    if at is None or place == adoption.place_id or not codes.within(place, adoption.place_id):
        raise NotAdopted(_("只能准许采用地的下级不采用"))
    if adoption.until is not None and adoption.until <= since:
        raise NotAdopted(_("已于%(until)s停止采用") % {"until": adoption.until})
    if since < adoption.since:
        raise NotAdopted(_("开始日期不能早于采用日期%(since)s") % {"since": adoption.since})
    chosen = _chosen_parts(Draft(adoption.version.text, adoption.model), parts or ())
    for part in chosen:
        if adoption.parts and part not in adoption.parts:
            raise NotAdopted(_("没有采用“%(part)s”，不需要准许") % {"part": part})
    if adoption.opt_outs.filter(place__in=codes.chain(place)).exclude(until__lte=since).exists():
        raise NotAdopted(_("%(place)s已获准不采用；要增减请先恢复采用") % {"place": at.short_name})
    return at, chosen


def _ask_anew(lo: int, hi: int) -> None:
    """Have the worker bring the promises of these places up to what holds now; in the action's own transaction, so not for what is rolled back."""
    app.configure_task(ASK_ANEW, queue="housekeeping").defer(lo=lo, hi=hi)


def _address(adoption: Adoption) -> str:
    return f"/care-models/adoptions/{adoption.id}/"


def _near(day: date, by: Post | None, wrong: str) -> None:
    if by is not None and not today() - BACKWARDS <= day <= today() + AHEAD:
        raise NotAdopted(wrong % {"days": BACKWARDS.days})


def _reachable(place: int, by: Post | None) -> Place:
    at = Place.objects.filter(code=place).first()
    if at is None or at.closed(today()):
        raise NotAdopted(_("没有这个地点，或者它已撤销"))
    if by is not None and not (by.may("caremodels.adopt") and codes.within(place, by.place_id)):
        raise NotAdopted(_("您的岗位不能决定%(place)s的关爱保护模式") % {"place": at.short_name})
    return at


def _current(model: str) -> ModelVersion:
    try:
        draft = library().draft(model)
    except KeyError as unknown:
        raise NotAdopted(_("没有名为“%(name)s”的关爱保护模式") % {"name": model}) from unknown
    return _keep(draft) or ModelVersion.objects.get(model=model, sha256=draft.sha256)


def _chosen_parts(draft: Draft, parts: Sequence[str]) -> list[str]:
    """In the order of the file; empty where all of them are named: that is the whole model."""
    known = [part.id for part in draft.parts]
    for part in parts:
        if part not in known:
            raise NotAdopted(_("“%(name)s”没有名为“%(part)s”的部分") % {"name": _(draft.head.name), "part": part})
    chosen = [part for part in known if part in parts]
    return [] if chosen == known else chosen


def _settled(draft: Draft, parts: Sequence[str], given: Mapping[str, Setting]) -> dict[str, Setting]:
    wanted = [each for each in draft.parameters if not each.part or not parts or each.part in parts]
    try:
        return parameters.settled(wanted, given)
    except ParameterError as wrong:
        raise NotAdopted(str(wrong), wrong.wrong) from wrong


def _not_looser(draft: Draft, above: Adoption, parts: Sequence[str], values: Mapping[str, Setting]) -> None:
    """A place below adds or tightens. Raises ``NotAdopted`` where it would loosen, or change nothing."""
    for each in draft.parameters:
        if each.id in values and each.id in above.parameters and _looser(each, values[each.id], above.parameters[each.id]):
            raise NotAdopted(_("“%(name)s”：%(place)s已定为%(value)s，下级只能更严") % {"name": _(each.name), "place": above.place.short_name, "value": above.parameters[each.id]})
    covered = not above.parts or (parts and set(parts) <= set(above.parts))
    if covered and all(above.parameters.get(name) == value for name, value in values.items()):
        raise NotAdopted(_("%(place)s已采用同样的内容，在这里已经生效") % {"place": above.place.short_name})


def _looser(parameter: Parameter, value: Setting, above: Setting) -> bool:
    if not parameter.stricter:
        return False
    mine, theirs = ((Lapse.parse(str(each)).minutes if parameter.kind == "lapse" else int(each)) for each in (value, above))
    return mine > theirs if parameter.stricter == "less" else mine < theirs
