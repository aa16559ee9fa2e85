from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "tongxing.figures"
    label = "figures"
