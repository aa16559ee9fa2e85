"""The addresses of letters."""

from django.http import HttpResponse
from django.urls import path

from tongxing.accounts.access import requires

app_name = "meetings"
v = requires("letters.view")(lambda r, **k: HttpResponse(""))
urlpatterns = [
    path("<uuid:letter_id>/", v, name="letter"),
    path("n/<uuid:need_id>/", v, name="need_end"),
    path("c/<uuid:child_id>/", v, name="need_new"),
    path("a/", v, name="actions"),
    path("m/<uuid:meeting_id>/", v, name="meeting"),
]
