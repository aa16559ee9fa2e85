from django.apps import AppConfig


class GuardianshipConfig(AppConfig):
    name = "tongxing.guardianship"
    label = "guardianship"
    child_follower = "tongxing.guardianship.following.FOLLOWER"
    child_panels = ("tongxing.guardianship.panels.GUARDIANSHIP",)
    child_verbs = "tongxing.guardianship.words.VERBS"
    child_parts = "tongxing.guardianship.words.PARTS"
    child_sayings = "tongxing.guardianship.words.SAYINGS"
    case_panels = ("tongxing.guardianship.panels.CASE",)
