"""What every page of guardianship begins with: the paper or the child within one's scope, else 404."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import reverse

from tongxing.accounts.access import HttpRequest, note_read
from tongxing.children.models import Child
from tongxing.ground.ids import parse_all
from tongxing.guardianship import queries
from tongxing.guardianship.models import Agreement
from tongxing.protection.cases import seeing
from tongxing.protection.models import Case

NOBODY = UUID(int=0)


def agreement_of(agreement_id: UUID) -> Agreement:
    """The paper; outside the scope there is none."""
    if found := queries.seen(agreement_id):
        return found
    raise Http404


def child_of(child_id: UUID) -> Child:
    """The child; outside the scope there is none."""
    if found := Child.objects.filter(pk=child_id).first():
        return found
    raise Http404


def url_of(agreement_id: UUID) -> str:
    return reverse("guardianship:agreement", args=[agreement_id])


def link(request: HttpRequest) -> str:
    """The address of a paper, with `{agreement}` for its id: what the QR code opens."""
    return request.build_absolute_uri(url_of(NOBODY)).replace(str(NOBODY), "{agreement}")


def note(request: HttpRequest, row: Agreement, *, what: tuple[str, ...] = (), outcome: str = "read", why: str = "") -> None:
    """Remember that this request shows what is on file of each child of the paper."""
    for child_id, place in queries.children_of(row):
        note_read(request, child_id=child_id, place=place, what=what, outcome=outcome, why=why)


def case_of(request: HttpRequest) -> Case | None:
    """The case from whose page one came, where one works on it."""
    wanted = next(iter(parse_all([request.GET.get("case", "")])), None)
    look = seeing.find(wanted, request.post) if wanted and request.post.may("cases.view") else None
    return look.case if look and look.works else None
