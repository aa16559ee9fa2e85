"""The addresses of statistical tables."""

from django.urls import path

from tongxing.figures.views import returns, tables

app_name = "figures"
urlpatterns = [
    path("", tables.tables, name="tables"),
    path("tables/<slug:table_id>/", tables.table, name="table"),
    path("tables/<slug:table_id>/export/", tables.export, name="export"),
    path("register/", tables.register, name="register"),
    path("returns/", returns.periods, name="periods"),
    path("returns/open/", returns.open_period, name="open_period"),
    path("returns/<uuid:report_id>/", returns.report, name="return"),
    path("returns/<uuid:report_id>/urge/", returns.urge, name="urge"),
    path("returns/<uuid:report_id>/export/", returns.export, name="return_export"),
    path("returns/<uuid:report_id>/<slug:verb>/", returns.act, name="act"),
]
