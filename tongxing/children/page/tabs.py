"""The tabs of a file: sections of facts and of dated facts, each with what may be changed there."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import codes, levels, sentences
from tongxing.children.fields import FIELDS
from tongxing.children.file import Family, holds
from tongxing.children.models import Category, PrivacyRequest
from tongxing.children.page import words
from tongxing.children.page.head import PROPOSED
from tongxing.children.page.reader import Reader
from tongxing.children.page.shapes import Act, Candidate, Mark, Person, Section, Shown, Spell
from tongxing.children.rules.periods import Reason
from tongxing.children.rules.unsupported import Unsupported
from tongxing.crypto import masking


def edit(reader: Reader, word: str, view: str, *args: object, icon: str = "pencil") -> list[Act]:
    return [Act(word, reader.url(view, *args), icon)] if reader.may_edit else []


def label(key: str) -> str:
    return str(FIELDS[key].label)


def facts(reader: Reader, places: dict[int, str], on: date) -> list[Section]:
    """Identity, home and livelihood."""
    child, file = reader.child, reader.file
    number, address = file.open(child, "id_number"), file.open(child, "registered_address")
    home = file.current(file.residences, on)
    registered = child.registration == "registered"
    change = [Act(_("修改"), reader.url("edit"), "pencil", dialog=False)] if reader.may_edit else []
    identity = [
        Shown(label("sex"), codes.SEX.text(child.sex) if child.sex in ("1", "2") else ""),
        Shown(label("ethnic_group"), codes.ETHNIC_GROUP.text(child.ethnic_group)),
        Shown(label("born"), _("%(born)s（估计）") % {"born": child.born.isoformat()} if child.born_estimated else child.born),
        Shown(label("id_number"), masking.mask_id_number(number), optional=not registered, unmask_url=reader.unmask("id_number") if number else ""),
        Shown(label("registration"), codes.REGISTRATION.text(child.registration)),
        Shown(label("registered_place"), words.place(places, child.registered_place), optional=not registered),
        Shown(label("registered_address"), masking.mask_address(address) if address else "", optional=True, unmask_url=reader.unmask("registered_address") if address else ""),
    ]
    lives = file.open(home, "address") if home else ""
    living = [
        Shown(_("现居地"), words.place(places, home.place if home else child.scope_place)),
        Shown(_("详细地址"), masking.mask_address(lives) if lives else "", unmask_url=reader.unmask("address") if lives else ""),
        Shown(_("与谁共同生活"), codes.LIVING_WITH.text(home.living_with) if home else ""),
    ]
    consented = file.consents_to("optional", on)
    livelihood = [
        Shown(label("income"), words.several("INCOME", child.income)),
        Shown(label("aid"), words.several("AID", child.aid), optional=True),
        Shown(label("character"), file.open(child, "character"), optional=not consented),
        Shown(label("hobbies"), file.open(child, "hobbies"), optional=not consented),
    ]
    earlier = [
        Spell(words.span(row.since, row.until), words.place(places, row.place), codes.LIVING_WITH.text(row.living_with), over=True)
        for row in reversed(file.residences)
        if row is not home
    ]
    return [
        Section("identity", _("身份和户籍"), identity, acts=change),
        Section("home", _("居住"), living, earlier, edit(reader, _("登记变化"), "residence")),
        Section("livelihood", _("家庭生活"), livelihood, acts=change),
    ]


def school(reader: Reader, on: date) -> list[Section]:
    file = reader.file
    now = file.current(file.schoolings, on)
    shown = [
        Shown(_("就学情况"), codes.SCHOOL_STAGE.text(now.stage) if now else ""),
        Shown(_("学校"), now.school_name if now else "", optional=bool(now) and not codes.SCHOOL_STAGE[now.stage].enrolled if now else False),
        Shown(_("年级班级"), words.grade(now.stage, now.grade, now.class_name) if now else "", optional=bool(now) and not codes.SCHOOL_STAGE[now.stage].enrolled if now else False),
        Shown(_("学籍状态"), codes.ENROLMENT.text(now.enrolment) if now else "", optional=True),
        Shown(_("寄宿"), codes.BOARDING.text(now.boarding) if now else "", optional=bool(now) and not codes.SCHOOL_STAGE[now.stage].enrolled if now else False),
        Shown(_("起始"), words.span(now.since, None) if now else "", optional=True),
    ]
    earlier = [Spell(words.span(row.since, row.until), words.schooling(row), codes.BOARDING.text(row.boarding), over=True) for row in reversed(file.schoolings) if row is not now]
    return [Section("school", _("就学"), shown, earlier, edit(reader, _("登记变化"), "schooling"))]


def health(reader: Reader, on: date) -> list[Section]:
    child, file = reader.child, reader.file
    history = file.open(child, "medical_history")
    change = [Act(_("修改"), reader.url("edit") + "#health", "pencil", dialog=False)] if reader.may_edit else []
    shown = [
        Shown(label("health"), codes.HEALTH.text(child.health)),
        Shown(_("残疾类别和等级"), words.disability(child), optional=child.health != "disabled"),
        Shown(label("illness"), codes.ILLNESS.text(child.illness), optional=child.health != "ill"),
        Shown(label("medical_history"), _("已填写") if history else "", wide=True, unmask_url=reader.unmask("medical_history") if history else ""),
    ]
    return [Section("health", _("健康情况"), shown, acts=change)]


def people(reader: Reader, on: date) -> list[Person]:
    """Everyone of the family with what befell them."""
    return [_person(reader, one, on) for one in reader.file.family()]


def _person(reader: Reader, one: Family, on: date) -> Person:
    relative, file = one.relative, reader.file
    number, phone, address = (file.open(relative, name) for name in ("id_number", "phone", "address"))
    parent = relative.relation in codes.PARENTS
    away = one.away(on)
    marks = [Mark("blue", _("被委托人"), "file-text")] if relative.entrusted else []
    marks += [Mark("blue", _("主要联系人"), "phone")] if relative.primary else []
    marks += [Mark("grey", _("%(until)s 终止") % {"until": relative.until.isoformat()}, "circle-minus")] if relative.until else []
    shown = [
        Shown(_("出生日期"), relative.born, optional=parent),
        Shown(
            _("电话"),
            phone if phone and reader.sees_phones else masking.mask_phone(phone),
            unmask_url="" if reader.sees_phones or not phone else reader.unmask(f"{relative.id}:phone"),
        ),
        Shown(_("身份证号"), masking.mask_id_number(number) if number else "", optional=not parent, unmask_url=reader.unmask(f"{relative.id}:id_number") if number else ""),
        Shown(_("地址"), masking.mask_address(address) if address else "", optional=True, unmask_url=reader.unmask(f"{relative.id}:address") if address else ""),
    ]
    acts: list[Act] = []
    if reader.may_edit and relative.until is None:
        acts = [Act(_("修改"), reader.url("relative", relative.id))]
        if parent:
            acts.append(Act(_("登记返乡"), reader.url("absence_end", away.id)) if away else Act(_("登记外出"), reader.url("absence", relative.id)))
        acts.append(Act(_("登记情形"), reader.url("circumstance", relative.id)))
        acts.append(Act(_("关系终止"), reader.url("relative_end", relative.id)))
    spells = [(row.since or date.min, _befell(reader, row, on)) for row in one.circumstances]
    spells += [(row.since, _absent(reader, row, on, said_above=away is not None and row.id == away.id)) for row in one.absences]
    ordered = [spell for _since, spell in sorted(spells, key=lambda pair: (not pair[1].over, pair[0]), reverse=True)]
    return Person(relative.id, words.relation(relative), reader.name(relative.name), marks, acts, shown, ordered)


def _befell(reader: Reader, row: object, on: date) -> Spell:
    from tongxing.children.models import Circumstance

    assert isinstance(row, Circumstance)
    evidence = words.several("EVIDENCE", row.evidence) if reader.sees_private else ""
    note = " · ".join(part for part in (row.note if reader.sees_private else "", _("材料：%(evidence)s") % {"evidence": evidence} if evidence else "") if part)
    over = not holds(row, on)
    acts = [Act(_("结束"), reader.url("circumstance_end", row.id))] if reader.may_edit and row.until is None else []
    return Spell(words.span(row.since, row.until, precision=row.precision, inclusive=False), words.circumstance(row, private=reader.sees_private), note, acts=acts, over=over)


def _absent(reader: Reader, row: object, on: date, *, said_above: bool) -> Spell:
    from tongxing.children.models import Absence

    assert isinstance(row, Absence)
    note = codes.RETURN_KIND.text(row.returned) if row.returned else ""
    acts = [Act(_("登记返乡"), reader.url("absence_end", row.id))] if reader.may_edit and row.until is None and not said_above else []
    return Spell(words.span(row.since, row.until, precision=row.precision, inclusive=False), words.absence(row), note, acts=acts, over=not holds(row, on))


def guardianship(reader: Reader, on: date) -> list[Section]:
    file = reader.file
    names = {relative.id: reader.name(relative.name) for relative in file.relatives}
    spells = [
        Spell(
            words.span(row.since, row.until),
            codes.GUARDIANSHIP.text(row.kind),
            " · ".join(part for part in (_("被委托人：%(name)s") % {"name": names.get(row.entrusted_id, "")} if row.entrusted_id else "", row.note) if part),
            over=not holds(row, on),
        )
        for row in reversed(file.guardianships)
    ]
    acts = edit(reader, _("登记变化"), "guardianship") + edit(reader, _("添加亲属"), "relative_new", icon="user-plus")
    return [Section("guardianship", _("监护类型"), periods=spells, acts=acts, nothing=_("还没有登记监护类型。"))]


def categories(reader: Reader, on: date) -> list[Section]:
    found: list[Spell] = []
    for row in reversed(reader.file.categories):
        scheme = codes.SCHEMES[row.scheme]
        if scheme.kinds[row.kind].discreet and not reader.sees_private:
            continue
        waiting = levels.next_level(scheme.about.levels, row.step)
        state = Category.State(row.state)
        tone = {"confirmed": "green", "refused": "grey"}.get(state.value, "amber")
        word = _("待%(level)s审核") % {"level": LEVEL_WORDS[waiting]} if waiting and tone == "amber" else str(state.label)
        note = [row.reason, _("材料：%(evidence)s") % {"evidence": words.several("EVIDENCE", row.evidence)} if row.evidence else _("还没有证明材料")]
        if state == Category.State.REFUSED:
            note += [_("不予认定：%(why)s") % {"why": said.comment} for said in reversed(reader.file.reviews) if said.category_id == row.id and said.comment][:1]
        acts: list[Act] = []
        if row.until is None and state != Category.State.REFUSED:
            if waiting and reader.may("children.check") and levels.may_advance(scheme.about.levels, row.step, reader.post):
                acts.append(Act(_("审核"), reader.url("category", row.id)))
            if reader.may_edit:
                acts.append(Act(_("终止"), reader.url("category_end", row.id)))
        found.append(
            Spell(
                words.span(row.since, row.until),
                f"{scheme.kinds.text(row.kind)}",
                " · ".join([_(scheme.kinds.label), *(part for part in note if part)]),
                [Mark(tone, word)],
                acts,
                not holds(row, on),
            )
        )
    official = [
        Spell(
            words.span(row.since, row.until),
            (_("认定为%(status)s") if row.holds else _("认定为非%(status)s")) % {"status": codes.STATUS.text(row.status)},
            row.reason,
            [Mark("green", _("已批准"))] if row.approved_on else [Mark("grey", _("不批准"))] if row.refused_on else [Mark("amber", _("待县批准"))],
            _official_acts(reader, row.id, decided=bool(row.approved_on or row.refused_on), open_ended=bool(row.approved_on) and row.until is None),
            not holds(row, on),
        )
        for row in reversed(reader.file.determinations)
    ]
    spells = [
        Spell(
            words.span(row.since, row.until),
            codes.STATUS.text(row.status),
            " · ".join(
                filter(
                    None,
                    [sentences.reasons((Reason.from_json(each) for each in row.why), discreet=not reader.sees_private), words.at_age(reader.child.born, row.status, row.until)],
                )
            ),
            over=not row.since <= on < row.until,
        )
        for row in sorted(reader.file.status_periods, key=lambda each: each.since, reverse=True)
        if row.origin == "stands" and row.since <= on
    ]
    return [
        Section("categories", _("类别"), periods=found, acts=edit(reader, _("上报类别"), "category_new", icon="plus"), nothing=_("没有登记类别。")),
        Section("official", _("人工认定"), periods=official, acts=edit(reader, _("提出认定"), "determination_new", icon="gavel"), nothing=_("没有人工认定，身份由规则判定。")),
        Section("statuses", _("身份状态沿革"), periods=spells, nothing=_("还没有身份状态。")),
    ]


LEVEL_WORDS = {"village": gettext_lazy("村"), "township": gettext_lazy("乡镇"), "county": gettext_lazy("县")}


def _official_acts(reader: Reader, row_id: object, *, decided: bool, open_ended: bool) -> list[Act]:
    if not decided and reader.may("children.determine"):
        return [Act(_("处理"), reader.url("determination", row_id))]
    if open_ended and reader.may("children.determine"):
        return [Act(_("终止"), reader.url("determination_end", row_id))]
    return []


def candidates(reader: Reader, on: date) -> list[Candidate]:
    """What the rule proposes about de-facto unsupported, with the evidence there is and what is missing (YC-6)."""
    found: Unsupported = reader.file.unsupported(on)
    titles = {
        "candidate": _("符合事实无人抚养的条件，请收集材料上报"),
        "orphan_review": _("父母双方死亡或宣告失踪，请按孤儿核查"),
        "pending": _("其他条件已具备，%(day)s 起满足时间条件") % {"day": found.from_day.isoformat() if found.from_day else ""},
    }
    recognised = {row.kind for row in reader.file.categories if row.state == Category.State.CONFIRMED and holds(row, on)}
    if found.state not in titles or not reader.sees_private or recognised & frozenset().union(*PROPOSED.values()):
        return []
    return [
        Candidate(
            titles[found.state],
            sentences.reasons(found.reasons),
            [sentences.document(each) for each in found.supports],
            [sentences.document(each) for each in found.missing],
        )
    ]


def _state_of(row: PrivacyRequest, on: date) -> Mark:
    """How a guardian's request stands."""
    if row.state == PrivacyRequest.State.RECEIVED and row.due_on < on:
        return Mark("red", _("逾期未答复"))
    tone = {PrivacyRequest.State.RECEIVED: "amber", PrivacyRequest.State.DONE: "green"}.get(PrivacyRequest.State(row.state), "grey")
    return Mark(tone, str(PrivacyRequest.State(row.state).label))


def documents(reader: Reader, on: date) -> list[Section]:
    """The basis for processing, consents, and the guardians' requests."""
    held = {row.kind: row for row in reader.file.consents if holds(row, on)}
    spells = []
    for kind in codes.CONSENT:
        row = held.get(kind.value)
        duty = kind.basis == "duty"
        if row is None:
            mark, note = Mark("grey", _("未登记")), _(kind.hint)
        elif row.refused:
            mark, note = Mark("grey", _("已拒绝")), _("%(who)s拒绝，不影响基本服务") % {"who": row.given_by}
        else:
            mark, note = Mark("green", _("有效")), _(kind.hint) if duty else _("%(who)s同意") % {"who": row.given_by}
        acts = [] if duty or not reader.may_edit else [Act(_("撤回") if row and not row.refused else _("登记"), reader.url("consent", kind.value))]
        spells.append(Spell(words.span(row.since, row.until) if row else "—", _(kind.label), note, [mark], acts))
    requests = [
        Spell(
            words.span(row.received_on, row.answered_on, inclusive=False),
            _("%(who)s（%(relation)s）请求%(kind)s") % {"who": row.by_whom, "relation": codes.RELATION.text(row.relation), "kind": codes.REQUEST_KIND.text(row.kind)},
            row.answer or _("；").join(part for part in (row.words, _("%(day)s 前答复") % {"day": row.due_on.isoformat()}) if part),
            [_state_of(row, on)],
            [Act(_("答复"), reader.url("request_answer", row.id))] if row.state == PrivacyRequest.State.RECEIVED and reader.may("privacy.decide") else [],
        )
        for row in reversed(reader.file.privacy_requests)
    ]
    return [
        Section("consents", _("处理个人信息的依据"), periods=spells, acts=[Act(_("告知书"), reverse("office:privacy"), "file-text", dialog=False)]),
        Section(
            "requests",
            _("监护人的请求"),
            periods=requests,
            acts=[Act(_("登记请求"), reader.url("request"), "plus")] if reader.may("privacy.record") else [],
            nothing=_("没有请求。"),
        ),
    ]
