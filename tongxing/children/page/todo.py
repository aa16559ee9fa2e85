"""What needs doing on a file, the gravest first. Each line has a sentence and, for whoever may, the next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.children import codes, levels
from tongxing.children.lifecycle import LIFE
from tongxing.children.models import Category, PrivacyRequest, State, Transfer
from tongxing.children.page.head import quarter
from tongxing.children.page.reader import Reader
from tongxing.children.page.shapes import Todo
from tongxing.children.rules import age, anniversary

ORDER = {"red": 0, "amber": 1, "blue": 2}
SOON = timedelta(days=14)
BIRTHDAY_SOON = timedelta(days=30)


def todo(reader: Reader, on: date) -> list[Todo]:
    if reader.child.state == State.ENDED:
        return []
    found = [
        *_state(reader),
        *_alarms(reader, on),
        *_confirmation(reader, on),
        *_leave(reader, on),
        *_transfer(reader, on),
        *_recognition(reader),
        *_requests(reader, on),
        *_birthday(reader, on),
    ]
    return sorted(found, key=lambda one: ORDER[one.tone])


def due(day: date, on: date) -> tuple[str, str]:
    """The tone of a deadline and its word."""
    left = (day - on).days
    if left < 0:
        return "red", _("逾期%(n)s天") % {"n": -left}
    if left == 0:
        return "amber", _("今天到期")
    if day - on <= SOON:
        return "amber", _("%(n)s天内到期") % {"n": left}
    return "blue", _("%(day)s 前") % {"day": f"{day:%m-%d}"}


def _state(reader: Reader) -> Iterator[Todo]:
    child = reader.child
    match child.state:
        case State.DRAFT:
            yield Todo("blue", _("草稿"), _("还没有提交审核。"), *_life(reader, "submit", _("提交审核")))
        case State.SUBMITTED:
            words = _("%(since)s 提交，等您审核。") if reader.may(LIFE["approve"].right) else _("%(since)s 提交，等待上级审核。")
            yield Todo("amber", _("待审核"), words % {"since": child.state_since.isoformat()}, *_life(reader, "approve", _("审核通过")))
        case State.RETURNED:
            last = next((row for row in reversed(reader.file.reviews) if row.verb == "returned"), None)
            words = _("%(who)s 退回：%(comment)s") % {"who": last.by_name, "comment": last.comment} if last else _("已退回，请修改后重新提交。")
            yield Todo("amber", _("已退回"), words, *_life(reader, "submit", _("重新提交")))


def _life(reader: Reader, verb: str, word: str) -> tuple[str, str]:
    return (reader.url("life", verb), word) if reader.may(LIFE[verb].right) else ("", "")


def _alarms(reader: Reader, on: date) -> Iterator[Todo]:
    """What the law does not allow to stay as it is (未成年人保护法 art. 21)."""
    file = reader.file
    home, guardianship, school = file.current(file.residences, on), file.current(file.guardianships, on), file.current(file.schoolings, on)
    edit = (reader.tab("family"), _("查看"), False) if reader.may_edit else ("", "", False)
    if home and home.living_with and codes.LIVING_WITH[home.living_with].alarm and age(reader.child.born, on).years < 16:
        yield Todo("red", _("紧急"), _("%(how)s：不满十六周岁不得脱离监护单独生活，请立即核实。") % {"how": codes.LIVING_WITH.text(home.living_with)}, *edit)
    if guardianship and codes.GUARDIANSHIP[guardianship.kind].alarm:
        yield Todo("red", _("紧急"), _("%(kind)s：请立即落实监护。") % {"kind": codes.GUARDIANSHIP.text(guardianship.kind)}, *edit)
    if school and codes.SCHOOL_STAGE[school.stage].alarm:
        yield Todo(
            "red",
            _("紧急"),
            _("%(stage)s：请劝返复学。") % {"stage": codes.SCHOOL_STAGE.text(school.stage)},
            reader.tab("school") if reader.may_edit else "",
            _("查看"),
            dialog=False,
        )


def _confirmation(reader: Reader, on: date) -> Iterator[Todo]:
    """The quarterly update (P8-10)."""
    if reader.child.state != State.CURRENT:
        return
    start = quarter(on)
    if any(row.quarter == start for row in reader.file.confirmations):
        return
    last = reader.child.confirmed_on or reader.child.state_since
    act = (reader.url("confirm"), _("确认无变化")) if reader.may("children.confirm_unchanged") else ("", "")
    if last < quarter(start - timedelta(days=1)):
        yield Todo("red", _("逾期%(n)s天") % {"n": (on - start).days + 1}, _("上一季度没有核实，最近一次是 %(last)s。") % {"last": last.isoformat()}, *act)
    elif last < start:
        end = quarter(start + timedelta(days=100)) - timedelta(days=1)
        tone, word = due(end, on)
        yield Todo(tone, word, _("本季度还没有核实。"), *act)


def _leave(reader: Reader, on: date) -> Iterator[Todo]:
    leave = next((row for row in reader.file.leaves if row.returned_on is None), None)
    if leave is None:
        return
    act = (f"{reverse('children:back')}?child={reader.child.id}", _("登记返回")) if reader.may("children.leave") else ("", "")
    where = _("%(kind)s，%(left)s 离开，去往%(where)s。") % {"kind": codes.LEAVE_KIND.text(leave.kind), "left": leave.left_on.isoformat(), "where": leave.where or _("外地")}
    tone, word = due(leave.expected_on, on) if leave.expected_on else ("blue", _("临时离开"))
    yield Todo(tone, word, where, *act)


def _transfer(reader: Reader, on: date) -> Iterator[Todo]:
    move = next((row for row in reader.file.transfers if row.state == Transfer.State.REQUESTED), None)
    if move is not None:
        tone, word = due(move.deadline, on)
        yield Todo(tone, word, _("正在转出，等待接收；接收以前仍由本地负责。"), reverse("children:transfers"), _("查看"), dialog=False)


def _recognition(reader: Reader) -> Iterator[Todo]:
    """Categories and determinations whose turn it is."""
    for row in reader.file.categories:
        if row.until is not None or row.state not in (Category.State.REPORTED, Category.State.CHECKED):
            continue
        scheme = codes.SCHEMES[row.scheme]
        mine = reader.may("children.check") and levels.may_advance(scheme.about.levels, row.step, reader.post)
        if mine:
            yield Todo("amber", _("待认定"), _("类别“%(kind)s”等待您审核。") % {"kind": scheme.kinds.text(row.kind)}, reader.url("category", row.id), _("审核"))
    for proposed in reader.file.determinations:
        if proposed.approved_on is None and proposed.refused_on is None and reader.may("children.determine"):
            yield Todo("amber", _("待批准"), _("人工认定等待批准：%(reason)s") % {"reason": proposed.reason}, reader.url("determination", proposed.id), _("处理"))


def _requests(reader: Reader, on: date) -> Iterator[Todo]:
    for row in reader.file.privacy_requests:
        if row.state == PrivacyRequest.State.RECEIVED:
            tone, word = due(row.due_on, on)
            text = _("%(who)s请求%(kind)s。") % {"who": row.by_whom, "kind": codes.REQUEST_KIND.text(row.kind)}
            yield Todo(tone, word, text, reader.url("request_answer", row.id) if reader.may("privacy.decide") else "", _("答复"))


def _birthday(reader: Reader, on: date) -> Iterator[Todo]:
    for years, words in ((16, _("%(day)s 满十六周岁，留守身份届时终止；其他身份不受影响。")), (18, _("%(day)s 满十八周岁，请办理退出。"))):
        day = anniversary(reader.child.born, years)
        if on <= day <= on + BIRTHDAY_SOON:
            yield Todo("blue", _("将满%(n)s岁") % {"n": years}, words % {"day": day.isoformat()})
        elif years == 18 and day < on:
            yield Todo("amber", _("已满18岁"), _("%(day)s 已满十八周岁，请办理退出。") % {"day": day.isoformat()}, *_life(reader, "end", _("退出")))
