from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "tongxing.calendars"
    label = "calendars"
