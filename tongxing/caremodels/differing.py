"""What has changed between two versions of a model, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tongxing.caremodels.explaining import Explainer
from tongxing.caremodels.loading import Draft


def sentences(old: Draft, new: Draft) -> list[str]:
    """Empty where they say the same."""
    before, after = Explainer(old), Explainer(new)
    found = list(_heads(before, after))
    pairs: list[tuple[Sequence[Any], Sequence[Any], Callable[[Any], str], Callable[[Any], str]]] = [
        (before.model.parameters, after.model.parameters, before.parameter, after.parameter),
        (before.model.roles, after.model.roles, before.role, after.role),
        (before.model.duties, after.model.duties, before.duty, after.duty),
        (before.model.chains, after.model.chains, before.chain, after.chain),
        (before.model.steps, after.model.steps, before.step, after.step),
    ]
    for olds, news, said, says in pairs:
        found += _items(_by_id(olds), _by_id(news), said, says)
    return found


def _heads(before: Explainer, after: Explainer) -> Iterator[str]:
    for said, says in ((before.model.name, after.model.name), (before.model.about, after.model.about), (before.model.source, after.model.source)):
        if said != says:
            yield _("原：%(old)s") % {"old": _(said)}
            yield _("现：%(new)s") % {"new": _(says)}


def _items(olds: dict[Any, Any], news: dict[Any, Any], said: Callable[[Any], str], says: Callable[[Any], str]) -> Iterator[str]:
    for key in [*olds, *(each for each in news if each not in olds)]:
        if key not in news:
            yield _("取消：%(old)s") % {"old": said(olds[key])}
        elif key not in olds:
            yield _("新增：%(new)s") % {"new": says(news[key])}
        elif olds[key] != news[key]:
            yield _("原：%(old)s") % {"old": said(olds[key])}
            yield _("现：%(new)s") % {"new": says(news[key])}


def _by_id(items: Sequence[Any]) -> dict[Any, Any]:
    return {(each.id, getattr(each, "since", None)): each for each in items}
