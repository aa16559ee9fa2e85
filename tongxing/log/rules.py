"""What an entry must say to be believed, and when it cannot be. Pure: the day is an argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.forms.cleaning import Cleaned, Wrong
from tongxing.forms.loading import SPOKEN_TO
from tongxing.forms.shapes import Definition
from tongxing.log.shapes import Circumstances

EARLIEST = date(2000, 1, 1)
IN_TIME = 7  # days after which an entry was entered afterwards
NOBODY, CHILD = "nobody", "child"


def frame(form: Definition, told: Circumstances, children: Sequence[UUID], subject_kind: str, *, today: date) -> Iterator[Wrong]:
    """A sentence for everything about the circumstances that is missing or impossible."""
    about = form.form
    if told.on > today:
        yield Wrong("on", _("日期 %(day)s 还没有到，做过以后再登记。") % {"day": told.on.isoformat()})
    if told.on < EARLIEST:
        yield Wrong("on", _("日期 %(day)s 太早了，请核对年份。") % {"day": told.on.isoformat()})
    if subject_kind not in about.about:
        yield Wrong("subject", _("“%(form)s”不能这样登记，请换一种工作。") % {"form": _(about.label)})
    yield from _who(form, children, subject_kind)
    if about.where and told.where not in about.where:
        yield Wrong("where", _("请写明在哪里。"))
    if "seen" in about.asks:
        yield from (Wrong("seen", _("请写明有没有见到孩子本人。"), child) for child in children if child not in told.seen)
    if "spoken_to" in about.asks and not told.spoken_to and not form.answered_by:
        yield Wrong("spoken_to", _("请写明和谁谈过；没有变化也要写问了谁。"))
    if any(value not in (about.spoken_to or SPOKEN_TO.values()) for value in told.spoken_to):
        yield Wrong("spoken_to", _("“和谁谈过”请从列出的答案里选。"))
    if "seen" in about.asks and CHILD in told.spoken_to and told.seen and not any(told.seen.values()):
        yield Wrong("spoken_to", _("写了没见到孩子，就不能选“孩子本人”；电话里谈过的，另外登记“谈心”。"))
    if NOBODY in told.spoken_to and (len(told.spoken_to) > 1 or any(told.seen.values())):
        yield Wrong("spoken_to", _("选了“谁也没见到”，就不能再选别人，也不能写见到了孩子。"))


def late(on: date, written: date) -> int:
    """How many days afterwards it was written down; 0 within a week."""
    days = (written - on).days
    return days if days > IN_TIME else 0


def talked(form: Definition, told: Circumstances, cleaned: Cleaned) -> Iterator[Wrong]:
    """Whom was spoken to, where an answer says whether anybody was reached at all."""
    if "spoken_to" in form.form.asks and form.answered_by in cleaned.common:
        tried = cleaned.attempt(form, told.words)
        if tried and told.spoken_to:
            yield Wrong("spoken_to", _("没有联系上，就不能写和谁谈过。"))
        if not tried and not told.spoken_to:
            yield Wrong("spoken_to", _("请写明和谁谈过。"))


def _who(form: Definition, children: Sequence[UUID], subject_kind: str) -> Iterator[Wrong]:
    match form.form.children:
        case "none" if children:
            yield Wrong("children", _("“%(form)s”不登记到孩子名下。") % {"form": _(form.form.label)})
        case "one" if len(children) != 1:
            yield Wrong("children", _("“%(form)s”一次登记一名孩子。") % {"form": _(form.form.label)})
        case "household" | "many" if not children and subject_kind == "child":
            yield Wrong("children", _("请选择孩子。"))
    if len(set(children)) < len(children):
        yield Wrong("children", _("同一名孩子选了两次。"))
