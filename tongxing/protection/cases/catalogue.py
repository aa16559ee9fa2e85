"""The measures of help that can be chosen, and those that the assessments ask for."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tongxing.protection import measures
from tongxing.protection.cases import judged
from tongxing.protection.cases.people import Groups
from tongxing.protection.cases.seeing import Look


def names() -> Mapping[str, str]:
    """Measures by id, in Chinese: the name that a task keeps."""
    return {each.id: each.label for each in measures.measures().values()}


def groups() -> Groups:
    """The same by what they are for."""
    known = measures.catalogue()
    return [(_(domain.label), [(each.id, _(each.label)) for each in known.measure if each.domain == domain.id]) for domain in known.domain]


def proposed(look: Look) -> list[str]:
    """What the answers of the last assessments ask for."""
    state = judged.of(look)
    wanted = judged.helps(state.found or state.earlier)
    return [_(measures.measures()[name].label) for name in wanted if name in measures.measures()]
