"""The addresses of the calendar."""

from django.urls import path

from tongxing.office.calendars import views

app_name = "calendars"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("terms/<int:year>/<int:number>/", views.state_term, name="term"),
    path("terms/<uuid:term_id>/withdraw/", views.withdraw_term, name="withdraw_term"),
    path("holidays/add/", views.add_holiday, name="add_holiday"),
    path("holidays/<uuid:holiday_id>/", views.correct_holiday, name="holiday"),
    path("holidays/<uuid:holiday_id>/withdraw/", views.withdraw_holiday, name="withdraw_holiday"),
]
