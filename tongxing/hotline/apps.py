from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "tongxing.hotline"
    label = "hotline"
    child_follower = "tongxing.hotline.following.FOLLOWER"
