"""The addresses of the shell."""

from django.urls import path

from tongxing.office import design, guide, outputs, privacy, views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("system/", views.system_page, name="system"),
    path("health/", views.health, name="health"),
    path("language/", views.language, name="language"),
    path("privacy/", privacy.notice, name="privacy"),
    path("help/", guide.help_page, name="help"),
    path("help/<slug:slug>/", guide.help_page, name="help_page"),
    path("outputs/", outputs.output_list, name="outputs"),
    path("outputs/<uuid:output_id>/", outputs.output, name="output"),
    path("outputs/<uuid:output_id>/progress/", outputs.output_progress, name="output_progress"),
    path("outputs/<uuid:output_id>/file/", outputs.output_file, name="output_file"),
    path("design/", design.design, name="design"),
    path("design/dialog/", design.sample_dialog, name="design_dialog"),
    path("design/progress/<int:done>/", design.sample_progress, name="design_progress"),
]
