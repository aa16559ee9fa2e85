"""The addresses of imports."""

from django.urls import path

from tongxing.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("new/<slug:kind>/", views.upload, name="upload"),
    path("template/<slug:kind>/", views.template, name="template"),
    path("sample/<slug:kind>/<int:number>/", views.sample, name="sample"),
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/progress/", views.progress, name="progress"),
    path("<uuid:run_id>/columns/", views.columns, name="columns"),
    path("<uuid:run_id>/columns/forget/", views.forget_columns, name="forget_columns"),
    path("<uuid:run_id>/sheet/", views.choose_sheet, name="choose_sheet"),
    path("<uuid:run_id>/rows/<int:number>/", views.decide, name="decide"),
    path("<uuid:run_id>/start/", views.start, name="start"),
    path("<uuid:run_id>/resume/", views.resume, name="resume"),
    path("<uuid:run_id>/undo/", views.undo, name="undo"),
    path("<uuid:run_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:run_id>/marked/", views.marked, name="marked"),
    path("<uuid:run_id>/fix/", views.fix_file, name="fix_file"),
]
