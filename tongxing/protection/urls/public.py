"""The addresses at which anybody reports, and asks what became of it."""

from django.urls import path

from tongxing.protection.intake import public

app_name = "report"
urlpatterns = [
    path("", public.report, name="form"),
    path("receipt/", public.receipt, name="receipt"),
    path("status/", public.status, name="status"),
]
