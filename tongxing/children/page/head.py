"""The head of a file: who this is, what status and why, who looks after the child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.children import codes, sentences
from tongxing.children.cards import file_number
from tongxing.children.file import Family, holds
from tongxing.children.lifecycle import LIFE, possible
from tongxing.children.models import Category, State, StatusPeriod
from tongxing.children.page import alarms, words
from tongxing.children.page.reader import Reader
from tongxing.children.page.shapes import Act, Carer, Head, Mark, Status
from tongxing.children.rules import age
from tongxing.crypto import masking

STATES = {
    State.DRAFT: ("blue", "pencil"),
    State.SUBMITTED: ("amber", "clock"),
    State.RETURNED: ("amber", "arrow-back-up"),
    State.ENDED: ("grey", "archive"),
}
ICONS = {"left_behind": "users", "migrant": "arrows-exchange", "de_facto_unsupported": "help", "orphan_review": "help"}
# What the rule finds is a question to an official, not a status; these categories answer it.
PROPOSED: Mapping[str, frozenset[str]] = {
    "de_facto_unsupported": frozenset({"de_facto_unsupported"}),
    "orphan_review": frozenset({"orphan", "orphan_family", "orphan_institution"}),
}
STEPS = {
    Category.State.REPORTED: Mark("amber", "", "clock"),
    Category.State.CHECKED: Mark("amber", "", "clock"),
    Category.State.CONFIRMED: Mark("blue", "", "flag"),
}


def head(reader: Reader, places: dict[int, str], on: date) -> Head:
    child, file = reader.child, reader.file
    school, home = file.current(file.schoolings, on), file.current(file.residences, on)
    state = State(child.state)
    tone = STATES.get(state)
    flags = [Status("red", alarm.word, alarm.icon, "", url=alarm.url, opens=True) for alarm in alarms.of(reader.post, [child.id]).get(child.id, [])]
    return Head(
        name=reader.name(child.name),
        initial=child.name[:1],
        sex=codes.SEX.text(child.sex),
        born=child.born,
        ethnic=codes.ETHNIC_GROUP.text(child.ethnic_group),
        school=words.schooling(school),
        boarding=codes.BOARDING.text(school.boarding) if school and school.boarding not in ("", "no") else "",
        residence=words.place(places, home.place if home else child.scope_place),
        number=file_number(file),
        statuses=[*flags, *sorted([*statuses(reader, on), *categories(reader, on)], key=lambda one: one.tone == "grey")],
        acts=acts(reader, on),
        more=more(reader),
        state=Mark(tone[0], str(state.label), tone[1]) if tone else None,
        photo_url=reader.url("photo") if child.photo_id else "",
        unmask_name_url="" if reader.sees_names else reader.unmask("name"),
    )


def statuses(reader: Reader, on: date) -> list[Status]:
    """What holds and why; where an official determination differs from the rule, both. A child under sixteen always has a line about being left behind."""
    found: list[Status] = []
    if reader.child.end_reason:
        ended = codes.EXIT_REASON.text(reader.child.end_reason)
        found.append(Status("grey", str(State.ENDED.label), "circle-minus", "：".join(filter(None, [ended, reader.child.end_note])), reader.child.state_since.isoformat()))
    recognised = {row.kind for row in reader.file.categories if row.state == Category.State.CONFIRMED and holds(row, on)}
    if reader.child.registration == "none":
        found.append(Status("red", _("无户籍"), "id", _("还没有登记户口，需要协助办理。")))
    for status in codes.STATUS.values():
        standing = reader.file.standing(status, on)
        why = sentences.reasons(standing.derived.reasons, discreet=not reader.sees_private)
        label = codes.STATUS.text(status)
        if standing.official:
            note = _("人工认定，%(since)s 起") % {"since": standing.official.since.isoformat()}
            if standing.differs:
                rule = _("符合条件") if standing.derived.holds else _("条件不足以判定") if standing.derived.holds is None else _("不符合条件")
                note = _("%(note)s；规则判定为%(rule)s：%(why)s") % {"note": note, "rule": rule, "why": why}
            word = label if standing.official.holds else _("非%(status)s") % {"status": label}
            found.append(Status("blue" if standing.official.holds else "grey", word, "gavel", standing.official.reason, note))
        elif standing.holds and status in PROPOSED and recognised & PROPOSED[status]:
            continue  # recognised already: the category says so below
        elif standing.holds:
            found.append(Status("amber" if status in PROPOSED else "blue", label, ICONS[status], why, since(reader, status, on)))
        elif status == "left_behind" and age(reader.child.born, on).years < codes.STATUS[status].until_age:
            if standing.holds is None:
                found.append(Status("amber", _("留守情况待定"), "help", why, _("补全后由规则判定")))
            else:
                found.append(Status("grey", _("非留守"), "circle-minus", why))
    return found


def since(reader: Reader, status: str, on: date) -> str:
    """自 2024-03-01 起算, as the stored period has it."""
    rows = (row for row in reader.file.status_periods if row.status == status and row.origin == StatusPeriod.Origin.STANDS and row.since <= on < row.until)
    period = next(rows, None)
    return _("自 %(since)s 起算") % {"since": period.since.isoformat()} if period else ""


def categories(reader: Reader, on: date) -> list[Status]:
    """Categories that are reported or recognised."""
    found = []
    for row in reader.file.categories:
        if not holds(row, on) or row.state == Category.State.REFUSED:
            continue
        scheme = codes.SCHEMES[row.scheme]
        if scheme.kinds[row.kind].discreet and not reader.sees_private:
            continue
        step = STEPS[Category.State(row.state)]
        note = _("%(since)s 起") % {"since": row.since.isoformat()}
        if row.state != Category.State.CONFIRMED:
            note = f"{Category.State(row.state).label} · {note}"
        why = row.reason or _(scheme.kinds[row.kind].hint)
        found.append(Status(step.tone, scheme.kinds.text(row.kind), step.icon, why, f"{_(scheme.kinds.label)} · {note}"))
    return found


def carers(reader: Reader, on: date) -> list[Carer]:
    """Those who look after the child now first, then the parents, then the rest."""
    home = reader.file.current(reader.file.residences, on)
    living = home.living_with if home else ""
    found = [_carer(reader, one, living, on) for one in reader.file.family() if one.relative.until is None]
    return sorted(found, key=lambda one: not one.cares)


def in_full(found: Iterable[Carer]) -> tuple[str, ...]:
    """The numbers that are shown unmasked, as the log of reads names them."""
    return tuple(f"{carer.relation}{_('电话')}" for carer in found if carer.phone_open)


AT_HOME = ("incapable", "none")  # what befell a parent who is there all the same
WITH = {
    "parents": codes.PARENTS,
    "father": codes.FATHERS,
    "mother": codes.MOTHERS,
    "grandparents": frozenset({"61", "62"}),
    "maternal_grandparents": frozenset({"63", "64"}),
}
WITH_SOMEBODY = frozenset({"", "other_guardian", "relatives", "entrusted"})  # not said with whom: then it is the main contact


def looks_after(one: Family, living: str, on: date) -> bool:
    """Whether this relative looks after the child today, as far as the file says."""
    if one.away(on) or any(codes.CIRCUMSTANCE[row.kind].effect != "none" for row in one.now(on)):
        return False
    if one.relative.entrusted or one.relative.relation in WITH.get(living, frozenset()):
        return True
    return one.relative.primary and one.relative.relation not in codes.PARENTS and living in WITH_SOMEBODY


def _carer(reader: Reader, one: Family, living: str, on: date) -> Carer:
    relative = one.relative
    away, befell = one.away(on), one.now(on)
    gone = any(codes.CIRCUMSTANCE[row.kind].effect == "gone" for row in befell)
    cares = looks_after(one, living, on)
    marks = []
    if cares:
        marks.append(Mark("green", _("照看人"), "user-heart"))
    if relative.entrusted:
        marks.append(Mark("blue", _("被委托人"), "file-text"))
    parts = [words.circumstance(row, private=reader.sees_private) for row in befell]
    if away:
        parts[:0] = [words.absence(away), words.span(away.since, None, precision=away.precision)]
    elif relative.relation in codes.PARENTS and all(codes.CIRCUMSTANCE[row.kind].effect in AT_HOME for row in befell):
        parts.insert(0, _("在家"))
    if relative.born and not gone:
        parts.insert(0, _("%(n)s岁") % {"n": age(relative.born, on).years})
    phone = reader.file.open(relative, "phone")
    return Carer(
        relation=words.relation(relative),
        name=reader.name(relative.name) or _("姓名未登记"),
        situation=parts,
        marks=marks,
        cares=cares,
        phone=masking.mask_phone(phone) if phone else "",
        phone_open=phone if reader.sees_phones else "",
        phone_missing=not phone and not gone and (cares or relative.relation in codes.PARENTS or relative.entrusted),
        unmask_url=reader.unmask(f"{relative.id}:phone"),
    )


def acts(reader: Reader, on: date) -> list[Act]:
    """The two or three things done most, by state and right."""
    found = [
        Act(str(LIFE[name].label), reader.url("life", name), {"approve": "check", "return": "arrow-back-up", "submit": "send"}[name], primary=name in ("approve", "submit"))
        for name in possible(reader.child.state, reader.post.rights)
        if name in ("submit", "approve", "return")
    ]
    if reader.child.state == State.CURRENT and reader.may("children.confirm_unchanged"):
        found.append(Act(_("确认无变化"), reader.url("confirm"), "check", primary=not confirmed_this_quarter(reader, on)))
    if reader.may_edit:
        found.append(Act(_("修改"), reader.url("edit"), "pencil", dialog=False))
    return [*found, *_card(reader)] if reader.child.state != State.SUBMITTED else found


def _card(reader: Reader) -> list[Act]:
    return [Act(_("打印卡片"), reader.url("card"), "printer")] if reader.may("children.print") else []


def more(reader: Reader) -> list[Act]:
    """What is done rarely, in a menu."""
    child, found = reader.child, []
    current = child.state == State.CURRENT
    if child.state == State.SUBMITTED:
        found += _card(reader)
    if current and reader.may("children.leave"):
        found.append(Act(_("登记临时离开"), f"{reverse('children:leave')}?child={child.id}", "calendar-event"))
    if current and reader.may("transfers.request"):
        found.append(Act(_("转出到别处"), reader.url("transfer"), "arrow-right"))
    if reader.may_edit:
        found.append(Act(_("同户的孩子"), reader.url("household"), "users-group"))
    if reader.may("children.merge"):
        found.append(Act(_("合并重复档案"), reader.url("merge"), "git-merge"))
    if reader.may("children.merge"):
        found += [Act(_("撤销合并"), reverse("children:merge_undo", args=[row.id]), "git-merge") for row in reader.file.merges if row.undone_on is None]
    if reader.may("privacy.record"):
        found.append(Act(_("登记监护人的请求"), reader.url("request"), "mail"))
    icons = {"withdraw": "arrow-back-up", "discard": "trash", "end": "archive", "re_enter": "refresh"}
    found += [Act(str(LIFE[name].label), reader.url("life", name), icons[name]) for name in possible(child.state, reader.post.rights) if name in icons]
    return found


def quarter(on: date) -> date:
    """The first day of the quarter."""
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def confirmed_this_quarter(reader: Reader, on: date) -> bool:
    return reader.child.confirmed_on is not None and reader.child.confirmed_on >= quarter(on)
