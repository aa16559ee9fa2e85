"""Promises in words: what is asked, for which window, how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.care import frame
from tongxing.care.boards.periods import last_day
from tongxing.caremodels import queries as caremodels
from tongxing.duties import subjects
from tongxing.duties.models import Duty, Rule
from tongxing.duties.rules import Climb
from tongxing.duties.windows import NO_END
from tongxing.forms import queries as forms
from tongxing.ground.today import CHINA

SOON = 3  # days before the end from which on a promise is due soon
FEW = 3  # forms that a line offers


def key(rule: Rule) -> str:
    """A duty of a model, whichever of its rules: what addresses say."""
    return f"{rule.model}.{rule.duty}"


def name(rule: Rule) -> str:
    return _(rule.shape.name)


def window(duty: Duty) -> str:
    """Of when it is: 11月, 2026年, a week by its days, the event that raised it."""
    kind, _colon, rest = duty.window.partition(":")
    if kind == "event":
        return event(rest.partition(":")[0])
    if duty.window_until == NO_END:
        return _("一次")
    first, last = duty.window_from, duty.window_until - timedelta(days=1)
    if kind == "month":
        return _("%(year)s年%(month)s月") % {"year": first.year, "month": first.month}
    if kind == "year":
        return _("%(year)s年") % {"year": first.year}
    return f"{first:%m-%d}" if first == last else _("%(first)s至%(last)s") % {"first": f"{first:%m-%d}", "last": f"{last:%m-%d}"}


def event(event_id: str) -> str:
    try:
        return _(caremodels.event(event_id).name)
    except KeyError:
        return event_id


def due(moment: datetime, on: date) -> tuple[str, str]:
    """The tone of an open promise and its word."""
    last = last_day(moment)
    if last.year >= NO_END.year - 1:
        return "blue", _("没有期限")
    left = (last - on).days
    if left < 0:
        return "red", _("逾期%(n)s天") % {"n": -left}
    if left == 0:
        return "amber", _("今天到期")
    return ("amber" if left <= SOON else "blue"), _("%(n)s天内到期") % {"n": left}


def climbed(climb: Climb | None) -> str:
    """To which level it has climbed, and since when."""
    if climb is None:
        return ""
    level = subjects.LEVELS[climb.to]
    return _("%(on)s起已升级到%(level)s") % {"on": f"{climb.since.astimezone(CHINA):%m-%d}", "level": level.label}


def standing(duty: Duty, at: datetime, on: date) -> tuple[str, str]:
    """The tone of a promise in whatever state, and its word."""
    if duty.waived_on:
        return "grey", _("本期免办")
    if duty.done >= duty.need:
        return "green", _("已完成")
    if duty.ended_on:
        return "grey", _("已结束")
    if duty.suspended_on:
        return "grey", _("暂缓")
    return due(duty.due, on)


def resting(expected: date | None, on: date) -> tuple[str, str]:
    """The tone of what rests, and its word: from the day on which it should go on, that it waits for somebody."""
    if expected is None:
        return "grey", _("暂缓")
    return ("amber", _("已到期，请恢复")) if expected <= on else ("grey", _("暂缓，预计%(on)s恢复") % {"on": f"{expected:%m-%d}"})


def entry_urls(rule: Rule, children: Sequence[UUID], post: Post, *, duty: Duty | None = None, back: str = "") -> list[tuple[str, str]]:
    """The forms by which it is kept, filled for these children: (word, address). None where the post does not log.

    ``duty``: for which the form asks; ``back``: the page to which it returns.
    """
    if not (post.may("log.write") or post.may("log.own_place")):
        return []
    known = {kind: form for kind, form in forms.definitions().items() if frame.open_to(form, post)}
    query = urlencode([("child", str(child)) for child in children] + ([("duty", str(duty.id))] if duty else []) + ([("next", back)] if back else []))
    found = []
    for kind in [each for each in rule.shape.by.kinds if each in known][:FEW]:
        path = reverse("care:log", args=[kind])
        found.append((_(known[kind].form.label), f"{path}?{query}" if query else path))
    return found


def current(duty: Duty, on: date) -> str:
    """The window of its kind in which a day lies."""
    return _("%(year)s年%(month)s月") % {"year": on.year, "month": on.month} if duty.window.startswith("month:") else _("现在这一期")


def joined(words: Iterable[str], most: int = 3) -> str:
    """Some of them, and that there are more."""
    said = list(dict.fromkeys(words))
    text = _("、").join(said[:most])
    return _("%(some)s等%(n)s项") % {"some": text, "n": len(said)} if len(said) > most else text
