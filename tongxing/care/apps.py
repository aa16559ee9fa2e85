from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "tongxing.care"
    label = "care"
    child_tabs = ("tongxing.care.timeline.TIMELINE",)
    child_panels = ("tongxing.care.boards.panels.PROMISES",)
    child_filters = ("tongxing.care.boards.coverage.LEFT_OUT",)
