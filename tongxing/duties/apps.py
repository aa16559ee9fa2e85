from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "tongxing.duties"
    label = "duties"
    child_follower = "tongxing.duties.actions.closing.FOLLOWER"
