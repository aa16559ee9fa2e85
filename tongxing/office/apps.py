from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "tongxing.office"
    label = "office"
