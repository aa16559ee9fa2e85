from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "tongxing.forms"
    label = "entry_forms"  # Django has an app of the plain name
