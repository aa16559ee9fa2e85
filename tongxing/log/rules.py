"""What an entry must say to be believed, and when it cannot be. Pure: the day is an argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from tongxing.forms.cleaning import Wrong
from tongxing.forms.loading import SPOKEN_TO
from tongxing.forms.shapes import Definition
from tongxing.log.shapes import Circumstances

EARLIEST = date(2000, 1, 1)
NOBODY = "nobody"


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
    if "spoken_to" in about.asks and not told.spoken_to:
        yield Wrong("spoken_to", _("请写明和谁谈过；没有变化也要写问了谁。"))
    if any(value not in SPOKEN_TO for value in told.spoken_to):
        yield Wrong("spoken_to", _("“和谁谈过”请从列出的答案里选。"))
    if NOBODY in told.spoken_to and (len(told.spoken_to) > 1 or any(told.seen.values())):
        yield Wrong("spoken_to", _("选了“谁也没见到”，就不能再选别人，也不能写见到了孩子。"))


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
