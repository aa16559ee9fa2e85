from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "tongxing.care"
    label = "care"
    child_tabs = ("tongxing.care.timeline.TIMELINE",)
