from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "tongxing.letters"
    label = "letters"
    child_follower = "tongxing.letters.following.FOLLOWER"
    child_panels = ("tongxing.letters.panels.NEEDS",)
    child_verbs = "tongxing.letters.words.VERBS"
    child_parts = "tongxing.letters.words.PARTS"
    child_sayings = "tongxing.letters.words.SAYINGS"
