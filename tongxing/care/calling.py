"""Whom one calls, and under which number, beside the form on which the call is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from tongxing.accounts.access import HttpRequest, note_read
from tongxing.children.models import Child
from tongxing.children.page import head
from tongxing.children.page.reader import Reader
from tongxing.children.page.shapes import Carer
from tongxing.children.queries.files import files
from tongxing.forms.shapes import Definition
from tongxing.ground.today import today

PHONE = "phone"  # the answer to how one spoke with each other


@dataclass(frozen=True, slots=True)
class Numbers:
    """A child's family with their telephones, as the child's file shows them to this reader."""

    child: Child
    carers: Sequence[Carer]
    family_url: str


def by_phone(form: Definition) -> bool:
    """Whether a kind of work may be a telephone call to the family."""
    return any(choice.value == PHONE for field in form.fields() for choice in field.choices)


def numbers(request: HttpRequest, form: Definition, children: Sequence[Child]) -> Numbers | None:
    """The numbers for a call about these children, who are of one household; that they were shown is a read of the file, and noted."""
    if not children or not by_phone(form):
        return None
    file = files([children[0].id], ("relatives", "circumstances", "absences", "residences")).get(children[0].id)
    if file is None:
        return None
    family = head.carers(Reader(request.post, file), today())
    carers = [each for each in family if each.phone or each.phone_missing] or family
    note_read(request, child_id=file.child.id, place=file.child.scope_place, what=head.in_full(carers))
    return Numbers(file.child, carers, f"{reverse('children:file', args=[file.child.id])}?tab=family#tabs")
