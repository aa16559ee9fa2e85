"""The addresses of guardianship."""

from django.urls import path

from tongxing.guardianship.views import agreements, children, lists

app_name = "guardianship"
CHILD = "child/<uuid:child_id>/"
PAPER = "agreements/<uuid:agreement_id>/"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("many/", lists.many, name="many"),
    path("without/", lists.without, name="without"),
    path("without/export/", lists.export_without, name="export_without"),
    path("without/draft/", lists.draft_many, name="draft_many"),
    path(CHILD, children.child, name="child"),
    path(CHILD + "new/", agreements.new, name="new"),
    path(PAPER, agreements.show, name="agreement"),
    path(PAPER + "edit/", agreements.edit, name="edit"),
    path(PAPER + "paper/", agreements.paper, name="paper"),
    path(PAPER + "answers/", agreements.answers, name="answers"),
    path(PAPER + "sign/", agreements.sign, name="sign"),
    path(PAPER + "sign/<uuid:party_id>/", agreements.draw, name="draw"),
    path(PAPER + "sign/<uuid:party_id>/picture/", agreements.signature, name="signature"),
    path(PAPER + "scan/", agreements.scan, name="scan"),
    path(PAPER + "reopen/", agreements.reopen, name="reopen"),
    path(PAPER + "discard/", agreements.discard, name="discard"),
    path(PAPER + "end/", agreements.end, name="end"),
    path(PAPER + "renew/", agreements.renew, name="renew"),
    path(PAPER + "told/", agreements.told, name="told"),
]
