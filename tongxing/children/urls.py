"""The addresses of the register."""

from django.urls import include, path

from tongxing.children.rosters import views as rosters
from tongxing.children.views import documents, facts, family, life, merging, moves, printing, privacy, reading, recognition, registering, school_year

app_name = "children"
FILE = "<uuid:child_id>/"
urlpatterns = [
    path("", include("tongxing.children.finding.urls")),
    path("new/", registering.register, name="register"),
    path("print/", printing.cards, name="print"),
    path("requests/", privacy.requests, name="privacy_requests"),
    path("school-year/", school_year.turn_page, name="school_year"),
    path("rosters/", rosters.schools, name="rosters"),
    path("rosters/<uuid:school_id>/", rosters.school, name="roster_school"),
    path("recognitions/", recognition.waiting, name="recognitions"),
    path("approve/", life.approve_many, name="approve_many"),
    path("transfers/", moves.transfers, name="transfers"),
    path("transfers/<uuid:transfer_id>/<slug:act>/", moves.transfer_answer, name="transfer_answer"),
    path("leaves/", moves.leaves, name="leaves"),
    path("leaves/new/", moves.leave, name="leave"),
    path("leaves/back/", moves.back, name="back"),
    path("duplicates/", merging.duplicates, name="duplicates"),
    path("merges/<uuid:merge_id>/undo/", merging.merge_undo, name="merge_undo"),
    path(FILE, reading.file, name="file"),
    path(FILE + "unmask/", reading.unmask, name="unmask"),
    path(FILE + "photo/", reading.photo, name="photo"),
    path(FILE + "card/", printing.card, name="card"),
    path(FILE + "requests/new/", privacy.request_new, name="request"),
    path(FILE + "requests/<uuid:request_id>/", privacy.request_answer, name="request_answer"),
    path(FILE + "edit/", registering.edit, name="edit"),
    path(FILE + "life/<slug:act>/", life.life, name="life"),
    path(FILE + "transfer/", moves.transfer, name="transfer"),
    path(FILE + "merge/", merging.merge, name="merge"),
    path(FILE + "household/", merging.household, name="household"),
    path(FILE + "confirm/", life.confirm, name="confirm"),
    path(FILE + "relatives/new/", family.relative_new, name="relative_new"),
    path(FILE + "relatives/<uuid:relative_id>/", family.relative, name="relative"),
    path(FILE + "relatives/<uuid:relative_id>/end/", family.relative_end, name="relative_end"),
    path(FILE + "relatives/<uuid:relative_id>/absence/", family.absence, name="absence"),
    path(FILE + "relatives/<uuid:relative_id>/circumstance/", family.circumstance, name="circumstance"),
    path(FILE + "absences/<uuid:absence_id>/end/", family.absence_end, name="absence_end"),
    path(FILE + "circumstances/<uuid:circumstance_id>/end/", family.circumstance_end, name="circumstance_end"),
    path(FILE + "guardianship/", facts.guardianship, name="guardianship"),
    path(FILE + "schooling/", facts.schooling, name="schooling"),
    path(FILE + "residence/", facts.residence, name="residence"),
    path(FILE + "categories/new/", recognition.category_new, name="category_new"),
    path(FILE + "categories/<uuid:category_id>/", recognition.category, name="category"),
    path(FILE + "categories/<uuid:category_id>/end/", recognition.category_end, name="category_end"),
    path(FILE + "determinations/new/", recognition.determination_new, name="determination_new"),
    path(FILE + "determinations/<uuid:determination_id>/", recognition.determination, name="determination"),
    path(FILE + "determinations/<uuid:determination_id>/end/", recognition.determination_end, name="determination_end"),
    path(FILE + "consents/<slug:kind>/", documents.consent, name="consent"),
    path(FILE + "attachments/new/", documents.upload, name="upload"),
    path(FILE + "attachments/<uuid:attachment_id>/", documents.attachment, name="attachment"),
    path(FILE + "attachments/<uuid:attachment_id>/remove/", documents.attachment_remove, name="attachment_remove"),
]
