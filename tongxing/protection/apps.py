from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "tongxing.protection"
    label = "protection"
    child_follower = "tongxing.protection.following.FOLLOWER"
    child_verbs = "tongxing.protection.cases.words.JOURNAL"
    child_tabs = ("tongxing.protection.cases.file.TAB",)
    child_filters = ("tongxing.protection.cases.file.FILTER",)
    child_alarms = "tongxing.protection.cases.file.alarms"
    entry_follower = "tongxing.protection.entries.FOLLOWER"
