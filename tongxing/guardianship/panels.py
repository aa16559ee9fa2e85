"""Guardianship on a child's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import sees_names
from tongxing.children.page.panels import Panel
from tongxing.children.page.reader import Reader
from tongxing.crypto.masking import mask_name
from tongxing.ground.today import today
from tongxing.guardianship import codes, parties, queries, rules, sentences
from tongxing.guardianship.models import Agreement


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a child in words."""

    row: Agreement
    kind: str
    guardian: str
    tone: str
    word: str
    url: str
    over: bool


@dataclass(frozen=True, slots=True)
class Shown:
    papers: list[Paper]
    url: str
    new_url: str
    """Where one drafts the first paper; empty where one holds or nobody is away."""


def papers(child_id: UUID, post: Post, on: date) -> list[Paper]:
    """What was signed for a child, the newest first."""
    found = []
    for each in queries.of_child(child_id):
        row = each.agreement
        stands = rules.standing(row.state, row.until, on, queries.soon_days(row.scope_place, on))
        word = sentences.standing(stands, (row.until - on).days) if stands not in (rules.Standing.WAITING, rules.Standing.OVER) else str(row.get_state_display())
        name = row.guardian_name if sees_names(post) else mask_name(row.guardian_name)
        guardian = f"{name}（{parties.relation_word(row.guardian_relation)}）"
        url = reverse("guardianship:agreement", args=[row.pk])
        found.append(Paper(row, codes.PAPER.text(row.kind), guardian, sentences.TONES[stands], word, url, stands is rules.Standing.OVER))
    return found


def load(reader: Reader) -> Shown:
    on, child = today(), reader.child
    found = papers(child.id, reader.post, on)
    away = bool(child.left_behind_since and child.left_behind_until and child.left_behind_since <= on < child.left_behind_until)
    lacking = away and all(each.over for each in found) and reader.may("guardianship.edit") and reader.may_edit
    return Shown(
        papers=[each for each in found if not each.over] or found[:1],
        url=reverse("guardianship:child", args=[child.id]),
        new_url=reverse("guardianship:new", args=[child.id]) if lacking else "",
    )


GUARDIANSHIP = Panel(template="guardianship/panel.html", load=load, column="side", right="guardianship.view", order=40)
