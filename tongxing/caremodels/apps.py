from django.apps import AppConfig


class CareModelsConfig(AppConfig):
    name = "tongxing.caremodels"
    label = "caremodels"
