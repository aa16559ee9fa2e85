from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "tongxing.protection"
    label = "protection"
    child_follower = "tongxing.protection.following.FOLLOWER"
