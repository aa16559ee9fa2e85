from typing import override

from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "tongxing.ground"
    label = "ground"

    @override
    def ready(self) -> None:
        from tongxing.ground import checks  # noqa: F401 - importing registers them
