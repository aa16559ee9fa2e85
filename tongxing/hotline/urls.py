"""The addresses of the desk."""

from django.urls import path

from tongxing.hotline import views

app_name = "hotline"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("start/", views.start, name="start"),
    path("tap/", views.tap, name="tap"),
    path("calls/", views.listing, name="list"),
    path("calls/export/", views.export, name="export"),
    path("receipt/", views.receipt, name="receipt"),
    path("statistics/", views.statistics, name="statistics"),
    path("statistics/export/", views.statistics_export, name="statistics_export"),
    path("call-backs/<uuid:callback_id>/", views.call_back, name="call_back"),
    path("<uuid:call_id>/", views.call, name="call"),
    path("<uuid:call_id>/keep/", views.keep, name="keep"),
    path("<uuid:call_id>/reply/", views.reply, name="reply"),
    path("<uuid:call_id>/link/", views.link_child, name="link_child"),
    path("<uuid:call_id>/counsel/", views.show_counsel, name="show_counsel"),
]
