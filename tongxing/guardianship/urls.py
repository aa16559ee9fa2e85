"""The addresses of guardianship."""

from django.urls import path

from tongxing.guardianship.views import agreements, children, interventions, lists, petitions, unattended

app_name = "guardianship"
CHILD = "child/<uuid:child_id>/"
PAPER = "agreements/<uuid:agreement_id>/"
MEASURE = "interventions/<uuid:intervention_id>/"
PETITION = "petitions/<uuid:petition_id>/"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("many/", lists.many, name="many"),
    path("without/", lists.without, name="without"),
    path("without/export/", lists.export_without, name="export_without"),
    path("without/draft/", lists.draft_many, name="draft_many"),
    path("unattended/", unattended.report, name="unattended"),
    path(CHILD, children.child, name="child"),
    path(CHILD + "new/", agreements.new, name="new"),
    path(CHILD + "intervene/", interventions.new, name="intervene"),
    path(CHILD + "petition/", petitions.new, name="petition_new"),
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
    path("interventions/", interventions.listing, name="interventions"),
    path(MEASURE, interventions.show_one, name="intervention"),
    path(MEASURE + "look/", interventions.look, name="look"),
    path(MEASURE + "void/", interventions.void, name="void"),
    path(MEASURE + "paper/", interventions.paper, name="intervention_paper"),
    path("petitions/", petitions.listing, name="petitions"),
    path(PETITION, petitions.show, name="petition"),
    path(PETITION + "evidence/", petitions.evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/remove/", petitions.evidence_remove, name="evidence_remove"),
    path(PETITION + "files/<uuid:file_id>/", petitions.file, name="petition_file"),
    path(PETITION + "prepare/", petitions.prepare, name="prepare"),
    path(PETITION + "document/<slug:form>/", petitions.document, name="petition_document"),
    path(PETITION + "restrict/", petitions.restrict, name="restrict"),
    path(PETITION + "<slug:name>/", petitions.act, name="petition_act"),
]
