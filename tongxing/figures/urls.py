"""The addresses of statistical tables."""

from django.urls import path

from tongxing.figures.views import tables

app_name = "figures"
urlpatterns = [
    path("", tables.tables, name="tables"),
    path("tables/<slug:table_id>/", tables.table, name="table"),
    path("tables/<slug:table_id>/export/", tables.export, name="export"),
]
