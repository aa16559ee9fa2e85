from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tongxing.notices"
    label = "notices"
