from django.apps import AppConfig


class LogConfig(AppConfig):
    name = "tongxing.log"
    label = "log"
    child_follower = "tongxing.log.following.FOLLOWER"
    keeps_files = ("tongxing.log.models.Paper",)
