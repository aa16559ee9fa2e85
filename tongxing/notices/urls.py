"""The addresses of notices."""

from django.urls import path

from tongxing.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.received, name="received"),
    path("sent/", views.sent, name="sent"),
    path("write/", views.write, name="write"),
    path("<uuid:notice_id>/", views.notice, name="notice"),
    path("<uuid:notice_id>/read/", views.read, name="read"),
    path("<uuid:notice_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:notice_id>/correct/", views.correct, name="correct"),
    path("<uuid:notice_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:notice_id>/remind/", views.remind, name="remind"),
    path("<uuid:notice_id>/readers/", views.readers, name="readers"),
    path("<uuid:notice_id>/readers/export/", views.export, name="export"),
    path("<uuid:notice_id>/files/<uuid:file_id>/", views.file, name="file"),
]
