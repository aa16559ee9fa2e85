from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "tongxing.journal"
    label = "journal"
