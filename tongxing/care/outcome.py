"""What followed from an entry, as the page says it afterwards: what it closed, what it did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxing.care import reading
from tongxing.care.boards import words
from tongxing.children.models import Child
from tongxing.duties import rulebook
from tongxing.duties.models import Discharge, Duty, Rule
from tongxing.forms.shapes import Definition
from tongxing.log.models import Entry

MOST = 4


def said(entry: Entry, form: Definition, children: Sequence[Child], *, asked: Duty | None = None) -> str:
    """``asked``: the promise from whose line the form was opened."""
    closed, begun = _counted(entry)
    missed = _missed(entry, form, children)
    sentences = [_written(form, children), missed]
    if closed:
        sentences.append(_("办结：%(duties)s。") % {"duties": _listed(closed)})
    if begun:
        sentences.append(_("还没有做够：%(duties)s。") % {"duties": _listed(begun)})
    if not closed and not begun and not missed:
        sentences.append(_("没有任务因此办结。"))
    if (
        asked is not None
        and (still := Duty.objects.filter(pk=asked.pk).first())
        and still.is_open
        and still.done < still.need
        and still.id not in {duty.id for duty, _rule in begun}
    ):
        rule = rulebook.by_id({still.rule_id})[still.rule_id]
        sentences.append(_("没有办结：%(duty)s，还开着。") % {"duty": _name(still, rule)})
    return "".join(each if each.endswith(("。", ".")) else f"{each}。" for each in sentences if each)


def _written(form: Definition, children: Sequence[Child]) -> str:
    label = _(form.form.label)
    if not children:
        return _("已登记：%(form)s。") % {"form": label}
    return ngettext("已登记：%(form)s，%(n)d名孩子。", "已登记：%(form)s，%(n)d名孩子。", len(children)) % {"form": label, "n": len(children)}


def _missed(entry: Entry, form: Definition, children: Sequence[Child]) -> str:
    """For whom it came to nothing."""
    if not children:
        return reading.attempted(form, seen=None) if entry.attempt else ""
    tried: dict[UUID, bool | None] = {part.child_id: part.seen for part in entry.just_written or () if part.attempt}
    names = [child.name for child in children if child.id in tried]
    if not names:
        return ""
    word = reading.attempted(form, seen=any(tried.values()))
    return word if len(names) == len(children) else _("%(names)s：%(word)s") % {"names": _("、").join(names), "word": word}


def _counted(entry: Entry) -> tuple[list[tuple[Duty, Rule]], list[tuple[Duty, Rule]]]:
    """The promises for which it counts: those that are kept with it, and those that ask for more."""
    rows = list(Duty.objects.filter(pk__in=list(Discharge.objects.filter(entry_id=entry.id).values_list("duty_id", flat=True))).order_by("due", "id"))
    known = rulebook.by_id({row.rule_id for row in rows})
    found = [(row, known[row.rule_id]) for row in rows]
    return [each for each in found if each[0].done >= each[0].need], [each for each in found if each[0].done < each[0].need]


def _listed(found: Iterable[tuple[Duty, Rule]]) -> str:
    counts = Counter(_name(duty, rule) for duty, rule in found)
    named = [name if n == 1 else _("%(name)s %(n)d项") % {"name": name, "n": n} for name, n in counts.items()]
    return words.joined(named, MOST)


def _name(duty: Duty, rule: Rule) -> str:
    return _("%(duty)s（%(window)s）") % {"duty": words.name(rule), "window": words.window(duty)}
