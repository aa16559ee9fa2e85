from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "tongxing.crypto"
    label = "crypto"
