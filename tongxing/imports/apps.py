from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "tongxing.imports"
    label = "imports"
