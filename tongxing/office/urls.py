"""The addresses of the shell."""

from django.urls import path

from tongxing.office import views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("language/", views.language, name="language"),
]
