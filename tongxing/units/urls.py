"""The addresses of units."""

from django.urls import path

from tongxing.units import views

app_name = "units"
urlpatterns = [
    path("", views.listing, name="list"),
    path("search/", views.search, name="search"),
    path("export/", views.export, name="export"),
    path("add/", views.add, name="add"),
    path("<uuid:unit_id>/", views.unit, name="unit"),
    path("<uuid:unit_id>/rename/", views.rename, name="rename"),
    path("<uuid:unit_id>/change/", views.change, name="change"),
    path("<uuid:unit_id>/keeper/", views.keeper, name="keeper"),
    path("<uuid:unit_id>/close/", views.close, name="close"),
    path("<uuid:unit_id>/classes/", views.classes, name="classes"),
    path("<uuid:unit_id>/next-year/", views.next_year, name="next_year"),
    path("classes/<uuid:class_id>/remove/", views.remove_class, name="remove_class"),
]
