"""The addresses of the program: each domain brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("tongxing.office.urls")),
    path("", include("tongxing.accounts.urls")),
    path("audit/", include("tongxing.office.audit.urls")),
    path("imports/", include("tongxing.imports.urls")),
    path("children/", include("tongxing.children.urls")),
    path("circles/", include("tongxing.circles.urls")),
    path("guardianship/", include("tongxing.guardianship.urls")),
    path("duties/", include("tongxing.care.boards.urls")),
    path("log/", include("tongxing.care.urls")),
    path("hotline/", include("tongxing.hotline.urls")),
    path("care-models/", include("tongxing.care.policy_urls")),
    path("figures/", include("tongxing.figures.urls")),
    path("exchange/", include("tongxing.exchange.urls")),
    path("letters/", include("tongxing.letters.urls")),
    path("meetings/", include("tongxing.letters.meeting_urls")),
    path("places/", include("tongxing.office.places.urls")),
    path("calendars/", include("tongxing.office.calendars.urls")),
    path("messages/", include("tongxing.office.messages.urls")),
    path("cases/", include("tongxing.protection.cases.urls")),
    path("notices/", include("tongxing.notices.urls")),
    path("reports/", include("tongxing.protection.urls.reports")),
    path("report/", include("tongxing.protection.urls.public")),
    path("units/", include("tongxing.units.urls")),
]

handler400 = "tongxing.office.errors.bad_request"
handler403 = "tongxing.office.errors.forbidden"
handler404 = "tongxing.office.errors.not_found"
handler500 = "tongxing.office.errors.server_error"
