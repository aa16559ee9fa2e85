from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "tongxing.outbox"
    label = "outbox"
