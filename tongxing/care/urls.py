"""The addresses of logging and of what was logged."""

from django.urls import path

from tongxing.care.views import entries, logging, printing, sheets, statistics

app_name = "care"
urlpatterns = [
    path("new/", logging.kinds, name="kinds"),
    path("new/<slug:kind>/", logging.log_entry, name="log"),
    path("new/<slug:kind>/sheet/", sheets.sheet, name="sheet"),
    path("new/<slug:kind>/sheet/file/", sheets.download, name="sheet_file"),
    path("new/<slug:kind>/children/", logging.choose, name="choose"),
    path("referred/", logging.referred, name="referred"),
    path("statistics/", statistics.kinds, name="statistics"),
    path("statistics/<slug:kind>/", statistics.one, name="statistics_of"),
    path("statistics/<slug:kind>/export/", statistics.export, name="statistics_export"),
    path("record/", printing.work, name="work_record"),
    path("children/<uuid:child_id>/growth/", printing.growth, name="growth"),
    path("<uuid:entry_id>/", entries.entry, name="entry"),
    path("<uuid:entry_id>/correct/", logging.correct, name="correct"),
    path("<uuid:entry_id>/void/", entries.void, name="void"),
    path("<uuid:entry_id>/papers/<uuid:paper_id>/", entries.paper, name="paper"),
]
