"""The addresses of the shell."""

from django.urls import path

from tongxing.office import design, views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("language/", views.language, name="language"),
    path("design/", design.design, name="design"),
    path("design/dialog/", design.sample_dialog, name="design_dialog"),
    path("design/progress/<int:done>/", design.sample_progress, name="design_progress"),
]
