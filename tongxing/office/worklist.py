"""What waits for the active post, as counts that are links: the first page of the day. One round trip for all counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongxing.accounts import queries as accounts
from tongxing.accounts.models import Post
from tongxing.care.boards import waiting
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.queries import asked, counts, listed
from tongxing.children.models import Child, PrivacyRequest
from tongxing.children.queries import moves, recognition
from tongxing.circles import plans, vacancies
from tongxing.figures import waiting as returns
from tongxing.ground.pages import EXACT_TO
from tongxing.guardianship import waiting as papers
from tongxing.hotline import queries as hotline
from tongxing.letters import queries as letters
from tongxing.letters.views.meetings import open_actions
from tongxing.notices import queries as notices
from tongxing.protection.cases import waiting as cases
from tongxing.protection.intake import queries as alarms

URGENCY = ("red", "amber", "blue", "grey")
type Work = tuple[Promise, str, str, QuerySet[Any]]  # the words, the tone, the address, what is counted


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of work: how many wait, and where they are."""

    word: str
    count: int
    exact: bool
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Work that is a question to the list of children. ``right`` names who does it."""

    right: str
    word: Promise
    params: Mapping[str, str]
    tone: str

    def rows(self, post: Post, on: date) -> QuerySet[Child]:
        return listed(asked(self.params, Asking(post, on)))

    @property
    def url(self) -> str:
        return f"{reverse('children:list')}?{urlencode(self.params)}"


LATE = _("下级逾期的工作任务")
TO_DO: tuple[Listed, ...] = (
    Listed("children.approve", _("待审核的档案"), {"state": "submitted"}, "amber"),
    Listed("children.edit", _("退回修改的档案"), {"state": "returned"}, "red"),
    Listed("children.register", _("没有提交的草稿"), {"state": "draft"}, "amber"),
    Listed("children.confirm_unchanged", _("本季度还没有核实"), {"unconfirmed": "1"}, "amber"),
    Listed("children.edit", _("事实无人抚养，待认定"), {"status": "de_facto_unsupported"}, "amber"),
    Listed("children.edit", _("没有户籍"), {"registration": "none"}, "red"),
    Listed("children.edit", _("辍学"), {"stage": "dropout"}, "red"),
    Listed("children.edit", _("30天内满16周岁的留守儿童"), {"ending": "1"}, "blue"),
    Listed("children.edit", _("档案完整度不到60分"), {"complete_below": "60"}, "amber"),
)


def lines(post: Post, on: date) -> list[Line]:
    """The lines of this post, the most urgent first, those with nothing in them last; among equals the order of the catalogue."""
    found: list[Work] = [(work.word, work.tone, work.url, work.rows(post, on)) for work in TO_DO if post.may(work.right)]
    told = [*_told(post), *cases.lines(post, on)]
    found = [*told, *_promises(post), *found, *papers.lines(post, on), *_elsewhere(post, on), *_seats(post, on)]
    numbers = counts([rows for _word, _tone, _url, rows in found]) if found else []
    if not any(numbers) and (len(found) == len(told) or not (post.may("log.write") or post.may("duties.view"))):
        return []  # nobody's day begins with what others may send
    counted = [Line(str(word), min(number, EXACT_TO), number <= EXACT_TO, tone if number else "grey", url) for (word, tone, url, _rows), number in zip(found, numbers, strict=True)]
    return sorted([*counted, *_below(post)], key=lambda line: URGENCY.index(line.tone))


def _below(post: Post) -> list[Line]:
    """To those who read of promises and decide nothing about them: what is overdue below, and where. Theirs to know, not theirs to do."""
    if not post.may("duties.board") or post.may("duties.decide"):
        return []
    number = waiting.below(post)
    return [Line(str(LATE), number, exact=True, tone="blue" if number else "grey", url=reverse("boards:board"))]


def _told(post: Post) -> list[Work]:
    """What was told to the post itself: alarms to acknowledge, notices to read."""
    rows: list[Work] = [(_("紧急报告，等您确认"), "red", reverse("reports:waiting"), alarms.told_cases(post))] if post.may("reports.make") else []
    return [*rows, *_notices(post)]


def _notices(post: Post) -> list[Work]:
    """What was sent to the person at the desk and is not read, or not confirmed."""
    url = reverse("notices:received") + "?state=waiting"
    return [(_("没有读完的通知"), "amber", url, notices.waiting(post.person_id))] if post.may("notices.view") else []


def _promises(post: Post) -> list[Work]:
    """One's own promises, and those of others that one answers for."""
    own = reverse("boards:own")
    rows: list[Work] = []
    if post.may("duties.view"):
        rows = [(word, tone, f"{own}?when={key}", found) for key, word, tone, found in waiting.own(post)]
    behind = reverse("boards:duties")
    if post.may("duties.decide"):
        rows.append((LATE, "red", f"{behind}?state=overdue", waiting.late(post)))
    if post.may("duties.board"):
        rows.append((_("已升级到本级的工作任务"), "red", f"{behind}?state=climbed", waiting.climbed(post)))
    return rows


SEATS = {"child_director": _("没有儿童主任的村"), "supervisor": _("没有儿童督导员的乡镇")}


def _seats(post: Post, on: date) -> list[Work]:
    """Where nobody holds office below, to whoever appoints there and answers for the children meanwhile."""
    if not (post.may("posts.manage") and post.may("children.approve")):
        return []
    url = reverse("accounts:vacancies")
    return [(SEATS[role], "amber", f"{url}?role={role}", places) for role, places in accounts.vacancies(post, on).items()]


def _letters(post: Post, on: date) -> list[tuple[str, Promise, str, str, QuerySet[Any]]]:
    """Letters that wait for a step of this office's or an answer of this department's, and what the joint meeting agreed."""
    listed, meetings = reverse("letters:list"), reverse("meetings:actions")
    rows: list[tuple[str, Promise, str, str, QuerySet[Any]]] = [("meetings.view", _("逾期的联席会议工作事项"), "red", f"{meetings}?state=overdue", open_actions("overdue"))]
    if post.may("letters.write"):
        rows += [
            ("letters.write", _("等您办理的联函"), "amber", f"{listed}?state=mine", letters.waiting_for(post)),
            ("letters.write", _("部门逾期未复的函"), "red", f"{listed}?state=overdue", letters.listed("overdue", on)),
            ("letters.write", _("逾期没有答复的受理事项"), "red", reverse("letters:matters") + "?state=overdue", letters.matters("overdue", on)),
        ]
    elif post.may("letters.reply"):
        rows += [
            ("letters.reply", _("逾期未复的函件"), "red", f"{listed}?state=overdue", letters.listed("overdue", on)),
            ("letters.reply", _("待复函的函件"), "amber", f"{listed}?state=sent", letters.listed("sent", on)),
        ]
    return rows


def _elsewhere(post: Post, on: date) -> list[Work]:
    """Work that has a page of its own."""
    rows: list[tuple[str, Promise, str, str, QuerySet[Any]]] = [
        ("transfers.accept", _("等您接收的转入"), "amber", reverse("children:transfers"), moves.incoming()),
        ("transfers.decide", _("等您决定的转移：逾期未接收，或对方不接收"), "red", reverse("children:transfers"), moves.to_decide(on)),
        ("children.check", _("待您审核或认定的困境类别"), "amber", reverse("children:recognitions"), recognition.categories(post)),
        (
            "children.determine",
            _("待您批准的人工认定"),
            "amber",
            reverse("children:recognitions") + "?what=determinations",
            recognition.determinations(),
        ),
        ("privacy.decide", _("监护人的请求，待答复"), "amber", reverse("children:privacy_requests"), PrivacyRequest.objects.filter(state=PrivacyRequest.State.RECEIVED)),
        (
            "circles.edit",
            _("包保责任有空缺的孩子"),
            "amber",
            reverse("circles:vacancies"),
            vacancies.question({}, post, on).rows() if post.may("circles.edit") else Child.objects.none(),
        ),
        ("hotline.answer", _("没有写完的来电"), "amber", reverse("hotline:desk"), hotline.drafts(post)),
        ("hotline.answer", _("逾期没有回的电话"), "red", reverse("hotline:list") + "?state=late", hotline.late(post)),
        ("hotline.answer", _("约定要回的电话"), "amber", reverse("hotline:desk"), hotline.callbacks(post).order_by()),
        ("hotline.read", _("12355转来、等您答复的来电"), "red", reverse("hotline:list") + "?state=referred", hotline.waiting_referrals(post)),
        ("circles.edit", _("帮扶方案里逾期没有评估的项目"), "red", reverse("circles:reviews"), plans.due(on, "late")),
        *_letters(post, on),
        ("figures.report", _("要上报的报表"), "amber", reverse("figures:periods"), returns.to_send(post, on)),
        ("figures.report", _("逾期未上报或被退回的报表"), "red", reverse("figures:periods"), returns.overdue(post, on)),
        ("figures.collect", _("下级报来的报表，待确认"), "amber", reverse("figures:periods"), returns.to_confirm(post)),
        ("figures.collect", _("下级逾期未报的报表"), "red", reverse("figures:periods"), returns.missing(post, on)),
    ]
    return [(word, tone, url, found) for right, word, tone, url, found in rows if post.may(right) and url]
