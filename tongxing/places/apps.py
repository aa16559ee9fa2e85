from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "tongxing.places"
    label = "places"
