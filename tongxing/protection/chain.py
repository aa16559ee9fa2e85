"""Who was told of a case, hop by hop: the component at the head of its page, and of each of its reports.

A page passes ``told=chain.of(case)`` and includes ``protection/chain.html``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.circles import roles as circle_roles
from tongxing.ground.today import now
from tongxing.protection import codes, rules, sealing, whom
from tongxing.protection.actions import chains
from tongxing.protection.models import Case, Hop

ON_CALL = gettext_lazy("值班人员")


@dataclass(slots=True)
class Told:
    """One hop as a line. ``step``: told, seen, acknowledged, held, by_hand, lapsed, vacant, to_tell. ``onward``: who is told where nobody answers."""

    hop: Hop
    role: str
    who: str
    step: str
    tone: str
    reason: str = ""
    onward: str = ""
    police: bool = False

    @property
    def late(self) -> bool:
        """Acknowledged, but after its time."""
        return self.hop.lapsed_at is not None and self.hop.acknowledged_at is not None


@dataclass(slots=True)
class Walk:
    """One chain of a case, with its hops in the order in which they were told."""

    name: str
    hops: list[Told] = field(default_factory=list)


TONES = {"acknowledged": "green", "by_hand": "green", "held": "grey", "vacant": "grey", "lapsed": "red", "to_tell": "red"}


def of(case: Case, *, opened: bool = True) -> list[Walk]:
    """The chains of a case. ``opened``: with the reasons that were given, for those who work on it."""
    rows = list(Hop.objects.filter(case=case).select_related("post__person", "post__place", "report").order_by("told_at", "link", "id"))
    key = sealing.key(case.pk) if opened and any(row.sealed for row in rows) else None
    walks: dict[str, Walk] = {}
    moment = now()
    for row in rows:
        known = chains.chain_of(case, row.chain)
        walk = walks.setdefault(row.chain, Walk(_(known.name) if known else _("报告链")))
        step = _step(row, moment)
        said = sealing.opened(key, row, row.sealed)
        onward = ""
        if known is not None and step in ("told", "seen") and not case.ended:
            roles = [role for link in rules.onward(known, row.role, done={row.link}) for role in known.links[link].to]
            onward = _("、").join(role_name(role) for role in dict.fromkeys(roles)) or str(ON_CALL)
        walk.hops.append(
            Told(
                row,
                role_name(row.role),
                f"{row.post.person.name} · {row.post.unit_name or row.post.place.short_name}" if row.post else said.get("to", ""),
                step,
                TONES.get(step) or ("amber" if row.due_at and not row.lapsed_at else "blue"),
                said.get("reason") or said.get("whom", ""),
                onward,
                whom.department_of(row.role) == "police",
            )
        )
    return list(walks.values())


def _step(hop: Hop, moment: datetime) -> str:
    match hop:
        case Hop(acknowledged_at=at) if at is not None:
            return "held" if hop.decision == Hop.Decision.HELD else "acknowledged"
        case Hop(by_hand_at=at) if at is not None:
            return "by_hand"
        case Hop(vacant=True):
            return "vacant"
        case Hop(outside=True):
            return "to_tell"
        case Hop(lapsed_at=at) if at is not None:
            return "lapsed"
        case _:
            return "seen" if hop.seen_at else "told"


def role_name(role: str) -> str:
    """What a role of a chain is called."""
    return str(ON_CALL) if role == chains.ON_CALL else circle_roles.known_name(role)


def must_go_on(case: Case) -> bool:
    """Whether the law wants it told on: nobody may keep it to themselves."""
    return codes.SITUATION[case.situation].police
