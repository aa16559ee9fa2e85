"""The addresses of circles and plans."""

from django.urls import path

from tongxing.circles.views import circle, lists, papers, people, plans

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
    path("reviews/", plans.reviews, name="reviews"),
    path(CHILD + "plan/", plans.plan, name="plan"),
    path(CHILD + "plan/needs/", plans.needs, name="plan_needs"),
    path(CHILD + "plan/items/new/", plans.item_new, name="plan_item_new"),
    path(CHILD + "plan/items/<uuid:item_id>/", plans.item, name="plan_item"),
    path(CHILD + "plan/items/<uuid:item_id>/review/", plans.review, name="plan_review"),
    path(CHILD, circle.child, name="child"),
    path(CHILD + "add/<slug:role>/", circle.add, name="add"),
    path("memberships/<uuid:membership_id>/end/", circle.end, name="end"),
]
