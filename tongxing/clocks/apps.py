from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "tongxing.clocks"
    label = "clocks"
