"""The addresses of the exchange."""

from django.urls import path

from tongxing.exchange import views
from tongxing.exchange.national import views as national

app_name = "exchange"
urlpatterns = [
    path("", views.sheets, name="sheets"),
    path("sheets/new/", views.new, name="new"),
    path("sheets/sample/", views.sample, name="sample"),
    path("sheets/<uuid:sheet_id>/", views.sheet, name="sheet"),
    path("sheets/<uuid:sheet_id>/columns/", views.columns, name="columns"),
    path("sheets/<uuid:sheet_id>/heading/", views.heading, name="heading"),
    path("sheets/<uuid:sheet_id>/replace/", views.replace, name="replace"),
    path("sheets/<uuid:sheet_id>/about/", views.about, name="about"),
    path("sheets/<uuid:sheet_id>/discard/", views.discard, name="discard"),
    path("sheets/<uuid:sheet_id>/file/", views.blank, name="blank"),
    path("sheets/<uuid:sheet_id>/fill/", views.fill, name="fill"),
    path("national/", national.comparisons, name="comparisons"),
    path("national/<uuid:run_id>/", national.comparison, name="comparison"),
    path("national/<uuid:run_id>/choose/", national.choose, name="choose"),
    path("national/<uuid:run_id>/take/", national.take, name="take"),
    path("national/<uuid:run_id>/close/", national.close, name="close"),
    path("national/<uuid:run_id>/differences/", national.differences, name="differences"),
    path("national/<uuid:run_id>/upload/", national.upload_file, name="upload_file"),
    path("given/", views.given_list, name="given"),
    path("given/export/", views.given_export, name="given_export"),
]
