"""The addresses of places."""

from django.urls import path

from tongxing.office.places import changes, views

app_name = "places"
urlpatterns = [
    path("", views.own, name="list"),
    path("search/", views.search, name="search"),
    path("upload/", changes.upload, name="upload"),
    path("upload/<uuid:upload_id>/", changes.preview, name="preview"),
    path("merge/", changes.merge, name="merge"),
    path("<int:code>/", views.place, name="place"),
    path("<int:code>/export/", views.export, name="export"),
]
