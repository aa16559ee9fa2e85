from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "tongxing.duties"
    label = "duties"
    child_follower = "tongxing.duties.actions.closing.FOLLOWER"
    child_verbs = "tongxing.duties.words.VERBS"
    child_parts = "tongxing.duties.words.PARTS"
    child_sayings = "tongxing.duties.words.SAYINGS"
