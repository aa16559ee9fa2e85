from django.apps import AppConfig


class CirclesConfig(AppConfig):
    name = "tongxing.circles"
    label = "circles"
    child_follower = "tongxing.circles.following.FOLLOWER"
    child_panels = ("tongxing.circles.panels.CIRCLE",)
    child_filters = ("tongxing.circles.filters.CIRCLE",)
    child_verbs = "tongxing.circles.words.VERBS"
    child_parts = "tongxing.circles.words.PARTS"
    child_sayings = "tongxing.circles.words.SAYINGS"
