"""Guardianship on a child's file and on the page of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from tongxing.accounts.models import Post
from tongxing.children import codes as child_codes
from tongxing.children.finding.conditions import sees_names
from tongxing.children.models import Child
from tongxing.children.page.panels import Panel
from tongxing.children.page.reader import Reader
from tongxing.crypto.masking import mask_name
from tongxing.ground.today import today
from tongxing.guardianship import codes, parties, queries, rules, sentences
from tongxing.guardianship.models import Agreement, Intervention, Petition
from tongxing.guardianship.states import STAGE_TONES
from tongxing.protection.cases.panels import CasePanel
from tongxing.protection.cases.seeing import Look
from tongxing.protection.models import CaseChild


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


@dataclass(frozen=True, slots=True)
class OfChild:
    """What is on file about those who guard one child of a case."""

    child: Child
    name: str
    guardianship: str
    measures: int
    url: str
    measure_url: str
    petition_url: str


@dataclass(frozen=True, slots=True)
class OfCase:
    children: list[OfChild]
    petitions: list[tuple[Petition, str]]


def load_case(look: Look) -> OfCase | None:
    """The guardians of the case's children: how often they were admonished, and what was asked of the court."""
    ids = list(CaseChild.objects.filter(case=look.case.pk).values_list("child_id", flat=True))
    found = list(Child.objects.filter(pk__in=ids).order_by("born", "id"))
    if not found:
        return None
    acts = Intervention.objects.filter(child__in=ids, voided_on=None).values_list("child_id", flat=True)
    edits = look.works and look.post.may("guardianship.edit") and not look.case.ended
    children = [
        OfChild(
            child=child,
            name=child.name if sees_names(look.post) else mask_name(child.name),
            guardianship=child_codes.GUARDIANSHIP.text(child.guardianship),
            measures=sum(each == child.pk for each in acts),
            url=reverse("guardianship:child", args=[child.pk]),
            measure_url=reverse("guardianship:intervene", args=[child.pk]) + f"?case={look.case.pk}" if edits else "",
            petition_url=reverse("guardianship:petition_new", args=[child.pk]) + f"?case={look.case.pk}" if edits else "",
        )
        for child in found
    ]
    asked = Petition.objects.filter(Q(case_id=look.case.pk) | Q(wards__child__in=ids)).distinct().order_by("-id")
    return OfCase(children, [(row, STAGE_TONES[row.state]) for row in asked])


CASE = CasePanel(template="guardianship/case_panel.html", load=load_case, right="guardianship.view", order=40)
