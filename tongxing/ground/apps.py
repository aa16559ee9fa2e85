from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "tongxing.ground"
    label = "ground"
