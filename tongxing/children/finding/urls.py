"""The addresses of finding, below those of the register."""

from django.urls import path

from tongxing.children.finding import views

urlpatterns = [
    path("", views.listing, name="list"),
    path("suggest/", views.suggest, name="suggest"),
    path("export/", views.export, name="export"),
    path("filters/save/", views.save_filter, name="save_filter"),
    path("filters/<uuid:filter_id>/forget/", views.forget_filter, name="forget_filter"),
]
