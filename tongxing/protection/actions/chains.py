"""Who tells whom, and how fast: a link is told at once and must acknowledge; where it does not in time, the next is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.caremodels import queries as caremodels
from tongxing.caremodels.shapes import Chain, Link
from tongxing.clocks import actions as clocks
from tongxing.clocks.models import Clock
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import CHINA, now
from tongxing.protection import codes, rules, sealing, whom
from tongxing.protection.actions import lines, steps, telling
from tongxing.protection.actions.people import name_for
from tongxing.protection.errors import ProtectionError
from tongxing.protection.models import Case, Hop, Involved, Report

KIND = "hop"
LONGEST_AGO = timedelta(days=365 * 20)
WINDOW = Chain(  # the intake itself: whoever the chain of a model reaches, the office that receives hears of it
    id="window",
    name="受理",
    events=(),
    links=(Link(sender="", to=("supervisor",), within=rules.TO_ACKNOWLEDGE), Link(sender="supervisor", to=("on_call",), within=rules.TO_ACKNOWLEDGE)),
    source="P8-5",
    since=datetime(2016, 1, 1, tzinfo=CHINA).date(),
)
ON_CALL = "on_call"
JUDICIAL = "judicial"  # begins with those who are named, and is told to nobody (YC-10)
WHY = "a chain crosses places and schools"


def at(place: int, event: str) -> list[Chain]:
    """The chains of a place for an event, and the window."""
    on = now().astimezone(CHINA).date()
    return [*(chain for chain in caremodels.chains(place, on) if event in chain.events), WINDOW]


def chain_of(case: Case, chain_id: str) -> Chain | None:
    """A chain by id; None where the place has adopted something else since."""
    if chain_id == WINDOW.id:
        return WINDOW
    return next((chain for chain in at(case.place, codes.SITUATION[case.situation].event) if chain.id == chain_id), None)


def begin(case: Case, report: Report, by: Post | None, *, role: str = "") -> None:
    """Start the chains of a report that its case has not begun for the same situation: those in which the reporter has a place, else all; the window always.

    What anyone begins (the law's chain) runs beside those of the reporter, and from its beginning: that a supervisor reports, who is one of
    its links, does not begin it behind the police. What the law does not want told to the police they hear of when a link passes it on: that
    somebody reports a mood is no decision to send it to them (real-life 13).
    """
    if case.kind == JUDICIAL:
        return
    running = set(Hop.objects.filter(case=case, report__situation=report.situation).values_list("chain", flat=True))
    roles = {role} - {""}
    if by is not None and not report.anonymous:
        roles |= whom.roles_of(by, child_id=report.child_id, at=report.at)
    found = at(report.place, codes.SITUATION[report.situation].event)
    anyone = whom.anyone(report.place, report.at)
    own = [chain for chain in found if any(link.sender in roles for link in chain.links)]
    everybodys = [chain for chain in found if chain not in own and any(link.sender in anyone for link in chain.links)]
    chosen = [*own, *everybodys] if any(chain.id != WINDOW.id for chain in own) else found
    for chain in [*chosen, *([] if WINDOW in chosen else [WINDOW])]:
        if chain.id not in running:
            for number in rules.starts(chain, roles | anyone if chain is not WINDOW else set()):
                _tell(case, report, chain, number, police=codes.SITUATION[report.situation].police)


def _tell(case: Case, report: Report, chain: Chain, number: int, *, police: bool = True) -> None:
    """Tell everybody whom a link names. Whom nobody holds is on record, and the chain goes on at once."""
    for role in chain.links[number].to:
        if Hop.objects.filter(report=report, chain=chain.id, link=number, role=role).exists() or (not police and whom.department_of(role) == "police"):
            continue
        posts = _holders(role, case, report)
        if not posts:
            _nobody(case, report, chain, number, role)
            continue
        _reach(case, report, chain, number, role, posts)


def _reach(case: Case, report: Report, chain: Chain, number: int, role: str, posts: Sequence[Post]) -> None:
    """Those who hold a role are told, and its clock runs."""
    due = steps.due(case.scope_place, now(), rules.time_to_acknowledge(chain, number, role))
    hops = [Hop(id=uuid7(), case=case, report=report, chain=chain.id, link=number, role=role, post=post, due_at=due) for post in posts]
    Hop.objects.bulk_create(hops)
    for post in posts:
        name_for(case, post, Involved.Cause.TOLD, informed=role not in OFFICES)
    telling.tell(case, telling.ALARM if case.urgent else telling.TOLD, posts, key=f"report:{report.pk}")  # several chains may name one person: they hear of it once
    clocks.start(kind=KIND, subject=report.pk, step=f"{chain.id}:{number}:{role}", due_at=due, place=case.place)
    lines.write(case, "told", by=None, data={"chain": chain.id, "role": role, "posts": len(posts)})


OFFICES = frozenset({"supervisor", "county_officer", ON_CALL, "village", "child_director"})


def _holders(role: str, case: Case, report: Report) -> list[Post]:
    found = whom.on_call(case.place, now()) if role == ON_CALL else whom.holders(role, place=case.place, child_id=report.child_id, at=now())
    return list({post.pk: post for post in found if post.pk != report.post_id or role in OFFICES}.values())


def _nobody(case: Case, report: Report, chain: Chain, number: int, role: str) -> None:
    """A role that no post holds: another authority, or somebody of the circle without a sign-in, is told by hand; a vacancy is on record.

    The chain waits for an authority's answer alone: whom the program cannot reach must not hold it up.
    """
    outside, people = whom.outside(role), whom.without_a_post(role, child_id=report.child_id, at=now())
    told = outside or bool(people)
    due = steps.due(case.scope_place, now(), rules.time_to_acknowledge(chain, number, role))
    hop = Hop(id=uuid7(), case=case, report=report, chain=chain.id, link=number, role=role, outside=told, vacant=not told, due_at=due if told else None)
    if whom.department_of(role) == "police" and report.police_at is not None:
        hop.by_hand_at = report.police_at
    if people and (key := sealing.key(case.id)):
        hop.sealed = sealing.seal(key, hop, {"to": "、".join(people)})
    hop.save(force_insert=True)
    if not told:
        lines.write(case, "vacant", by=None, data={"chain": chain.id, "role": role})
    elif hop.by_hand_at is None:
        clocks.start(kind=KIND, subject=report.pk, step=f"{chain.id}:{number}:{role}", due_at=due, place=case.place)
    if not outside:
        _onward(case, report, chain, number, role)


def _onward(case: Case, report: Report, chain: Chain, number: int, role: str) -> None:
    """Tell whomever a role tells; at the end of a chain that nobody acknowledged, whoever is on duty."""
    for link in rules.onward(chain, role, done={number}):
        _tell(case, report, chain, link)


def lapsed(clock: Clock) -> None:
    """Nobody of a link acknowledged in time: on record, and the next is told; after the last link whoever is on duty."""
    chain_id, number_text, role = clock.step.split(":", 2)
    report = Report.objects.select_related("case").get(pk=clock.subject)
    case = Case.objects.select_for_update().get(pk=report.case_id)
    hops = list(Hop.objects.filter(report=report, chain=chain_id, link=int(number_text), role=role))
    if case.ended or any(not hop.waiting for hop in hops):
        return
    Hop.objects.filter(pk__in=[hop.pk for hop in hops]).update(lapsed_at=now())
    lines.write(case, "unheard", by=None, data={"chain": chain_id, "role": role})
    chain = chain_of(case, chain_id)
    if chain is not None and rules.onward(chain, role, done={int(number_text)}):
        _onward(case, report, chain, int(number_text), role)
    else:
        _on_duty(case, report, chain_id, role)


def _on_duty(case: Case, report: Report, chain_id: str, role: str) -> None:
    """The last resort: whoever is on duty, and the county's officers, once for each link that nobody heard."""
    posts = {post.pk: post for post in [*whom.on_call(case.place, now()), *whom.officers(case.place, now(), "county_officer")]}
    for post in posts.values():
        name_for(case, post, Involved.Cause.TOLD, informed=False)
        Hop.objects.get_or_create(report=report, chain=chain_id, link=99, role=ON_CALL, post=post, defaults={"id": uuid7(), "case": case})
    telling.tell(case, telling.UNHEARD, posts.values(), key=f"unheard:{report.pk}")  # of a report once, however many links were silent


def again(case: Case, report: Report) -> None:
    """The child has become known: whoever holds a role that nobody held without it is told now, and the chains of its circle begin."""
    for hop in Hop.objects.filter(report=report, vacant=True, lapsed_at=None).order_by("told_at"):
        chain = chain_of(case, hop.chain)
        posts = _holders(hop.role, case, report)
        if chain is not None and posts and not Hop.objects.filter(report=report, chain=hop.chain, link=hop.link, role=hop.role, post__isnull=False).exists():
            _reach(case, report, chain, hop.link, hop.role, posts)


def police_told(case: Case, report: Report) -> None:
    """The reporter has dialled 110: no clock asks for it any more."""
    for hop in Hop.objects.filter(report=report, outside=True, by_hand_at=None):
        if whom.department_of(hop.role) == "police":
            hop.by_hand_at = report.police_at
            hop.save(update_fields=["by_hand_at"])
            clocks.stop(kind=KIND, subject=report.pk, step=f"{hop.chain}:{hop.link}:{hop.role}")


@transaction.atomic
def seen(*, case: Case, by: Post) -> None:
    """Whoever was told has opened the case."""
    with scope.whole_country(why=WHY):
        Hop.objects.filter(case=case, post__in=_as(by), seen_at=None).update(seen_at=now())


@transaction.atomic
def heard(*, case: Case, by: Post) -> None:
    """Whoever acts on a case has heard of it: what waits for their acknowledgement waits no longer."""
    with scope.whole_country(why=WHY):
        for hop in Hop.objects.filter(case=case, post__in=_as(by), acknowledged_at=None).order_by("told_at"):
            acknowledge(hop=hop, by=by)


@transaction.atomic
def acknowledge(*, hop: Hop, by: Post, pass_on: bool = True, reason: str = "") -> Hop:
    """Say that one has heard, and whether it is told on. Idempotent; heard late is heard, too.

    Raises ``ProtectionError`` where it is not one's own, or where what was reported may not be held back.
    """
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=hop.case_id)
        hop = Hop.objects.get(pk=hop.pk)
        if hop.post_id not in _as(by):
            raise ProtectionError(_("这份报告不是告知您的，不能由您确认。"))
        if hop.acknowledged_at is not None:
            return hop
        if not pass_on:
            _may_hold(case, reason)
        waiting = Hop.objects.select_for_update(of=("self",)).select_related("report").filter(report=hop.report_id, post__in=_as(by), acknowledged_at=None)
        for each in waiting.order_by("told_at", "link"):  # one may stand in several chains, and acknowledges once
            _acknowledged(each, case, by, pass_on=pass_on, reason=reason)
            chain = chain_of(case, each.chain)
            if pass_on and chain is not None and not _others(each):
                _onward(case, each.report, chain, each.link, each.role)
        return Hop.objects.get(pk=hop.pk)


def _acknowledged(hop: Hop, case: Case, by: Post, *, pass_on: bool, reason: str) -> None:
    hop.acknowledged_at, hop.acknowledged_by = now(), by.id
    hop.seen_at = hop.seen_at or hop.acknowledged_at
    hop.decision = Hop.Decision.PASSED if pass_on else Hop.Decision.HELD
    key = sealing.key(case.id)
    if reason and key:
        hop.sealed = sealing.seal(key, hop, {"reason": reason})
    hop.save()
    clocks.stop(kind=KIND, subject=hop.report_id, step=f"{hop.chain}:{hop.link}:{hop.role}")
    lines.write(case, "acknowledged" if pass_on else "held", by=by, words={"words": reason}, data={"chain": hop.chain, "role": hop.role}, case_key=key)


def _may_hold(case: Case, reason: str) -> None:
    """What the law wants told to the police is told on; a mood may stay where it is, with a reason (real-life 13)."""
    if codes.SITUATION[case.situation].police:
        raise ProtectionError(_("这种情形依法必须继续上报并报告公安机关，不能停在这里。"))
    if not reason.strip():
        raise ProtectionError(_("请写明为什么不再上报。"))


def _others(hop: Hop) -> bool:
    """Whether somebody else of the same link has told on already, or it lapsed and was told on."""
    same = Hop.objects.filter(report=hop.report_id, chain=hop.chain, link=hop.link, role=hop.role)
    return hop.lapsed_at is not None or same.exclude(pk=hop.pk).filter(decision=Hop.Decision.PASSED).exists()


@transaction.atomic
def by_hand(*, hop: Hop, by: Post, at_time: datetime, whom_told: str, number: str = "") -> Hop:
    """Another authority was told by telephone or with the notice sheet: when, and whom; for the police the incident's number."""
    with scope.whole_country(why=WHY):
        case = Case.objects.select_for_update().get(pk=hop.case_id)
        hop = Hop.objects.select_for_update().get(pk=hop.pk)
        if not (now() - LONGEST_AGO < at_time <= now()):
            raise ProtectionError(_("告知时间在将来，请改正。"))
        hop.by_hand_at = at_time
        if key := sealing.key(case.id):
            hop.sealed = sealing.seal(key, hop, sealing.opened(key, hop, hop.sealed) | {"whom": whom_told, "number": number})
        hop.save()
        clocks.stop(kind=KIND, subject=hop.report_id, step=f"{hop.chain}:{hop.link}:{hop.role}")
        if number and whom.department_of(hop.role) == "police":
            Report.objects.filter(pk=hop.report_id, police_at=None).update(police_at=at_time, police_number=number[:40])
        lines.write(case, "told_by_hand", by=by, words={"words": whom_told}, data={"role": hop.role, "number": number}, on_at=at_time)
        chain = chain_of(case, hop.chain)
        if chain is not None:
            _onward(case, Report.objects.get(pk=hop.report_id), chain, hop.link, hop.role)
        return hop


def _as(by: Post) -> Sequence[UUID]:
    """The posts for which somebody answers: the own one, and the one for which they stand in."""
    return [each for each in (by.pk, by.deputy_of_id) if each]


def level_posts(case: Case, height: str) -> list[Post]:
    """Who hears of a breach at a level of the administration."""
    match height:
        case "county":
            return list({post.pk: post for post in [*whom.on_call(case.scope_place, now()), *whom.officers(case.scope_place, now(), "county_officer")]}.values())
        case "township":
            return whom.officers(case.scope_place, now(), "supervisor")
        case "village":
            return whom.officers(case.scope_place, now(), "child_director")
        case _:
            role = ROLES.get(f"{height}_officer")
            return whom.at_office(role, case.scope_place, now()) if role else []
