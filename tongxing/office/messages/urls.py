"""The addresses of messages, and of the deliveries that the system's administrator looks after."""

from django.urls import path

from tongxing.office.messages import deliveries, views

app_name = "messages"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("<uuid:message_id>/open/", views.open_message, name="open"),
    path("<uuid:message_id>/read/", views.read, name="read"),
    path("deliveries/", deliveries.listing, name="deliveries"),
    path("deliveries/act/", deliveries.act, name="act"),
]
