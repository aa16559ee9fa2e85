from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "tongxing.units"
    label = "units"
