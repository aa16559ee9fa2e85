"""The addresses of circles and plans."""

from django.urls import path

from tongxing.circles.views import circle, lists, papers, people

app_name = "circles"
CHILD = "child/<uuid:child_id>/"
PERSON = "people/<uuid:person_id>/"
urlpatterns = [
    path("", lists.listing, name="vacancies"),
    path("export/", lists.export, name="export"),
    path("pairing/", lists.pairing, name="pairing"),
    path("people/", people.listing, name="people"),
    path(PERSON, people.person, name="person"),
    path(PERSON + "hand-over/", people.hand_over, name="hand_over"),
    path(PERSON + "edit/", people.edit, name="edit_person"),
    path("print/", papers.cards, name="print"),
    path(CHILD + "card/", papers.card, name="card"),
    path(CHILD, circle.child, name="child"),
    path(CHILD + "add/<slug:role>/", circle.add, name="add"),
    path("memberships/<uuid:membership_id>/end/", circle.end, name="end"),
]
