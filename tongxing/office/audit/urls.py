"""The addresses of the audit."""

from django.urls import path

from tongxing.office.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.journal, name="journal"),
    path("access/", views.access, name="access"),
    path("denials/", views.denials, name="denials"),
    path("seals/", views.seals, name="seals"),
    path("seals/verify/", views.verify, name="verify"),
    path("annual/", views.ask_annual, name="annual"),
    path("export/<slug:log>/", views.export, name="export"),
]
