"""The addresses of reports, of those who were told, and of the roster."""

from django.urls import path

from tongxing.protection.intake import accountability, alarm, hops, listing, office, papers, roster

app_name = "reports"
urlpatterns = [
    path("", listing.reports, name="list"),
    path("export/", listing.export, name="export"),
    path("alarm/", alarm.alarm, name="alarm"),
    path("new/", office.new, name="new"),
    path("waiting/", hops.waiting, name="waiting"),
    path("accountability/", accountability.posts, name="accountability"),
    path("respond/<uuid:case_id>/", hops.respond, name="respond"),
    path("respond/<uuid:case_id>/seen/", hops.seen, name="seen"),
    path("by-hand/<uuid:hop_id>/", hops.by_hand, name="by_hand"),
    path("roster/", roster.month, name="roster"),
    path("roster/put/", roster.put, name="roster_put"),
    path("roster/<uuid:row_id>/off/", roster.off, name="roster_off"),
    path("roster/<uuid:row_id>/swap/", roster.swap, name="roster_swap"),
    path("<uuid:report_id>/", alarm.report, name="report"),
    path("<uuid:report_id>/add/", alarm.add, name="add"),
    path("<uuid:report_id>/praise/", papers.praise, name="praise"),
    path("<uuid:report_id>/police-notice/", papers.police_notice, name="police_notice"),
    path("<uuid:report_id>/files/<uuid:file_id>/", papers.file, name="file"),
]
