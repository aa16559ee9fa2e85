"""The addresses of joint meetings."""

from django.urls import path

from tongxing.letters.views import hazards, meetings, members

app_name = "meetings"
MEETING = "<uuid:meeting_id>/"
urlpatterns = [
    path("", meetings.listing, name="list"),
    path("new/", meetings.new, name="new"),
    path("actions/", meetings.actions_list, name="actions"),
    path("actions/<uuid:action_id>/done/", meetings.action_done, name="action_done"),
    path("actions/<uuid:action_id>/drop/", meetings.action_drop, name="action_drop"),
    path("members/", members.members, name="members"),
    path("members/new/", members.member_new, name="member_new"),
    path("members/<uuid:member_id>/", members.member, name="member"),
    path("members/<uuid:member_id>/end/", members.member_end, name="member_end"),
    path("programmes/", members.programmes, name="programmes"),
    path("programmes/new/", members.programme_new, name="programme_new"),
    path("programmes/<uuid:programme_id>/item/", members.programme_item, name="programme_item"),
    path("programmes/<uuid:programme_id>/end/", members.programme_end, name="programme_end"),
    path("hazards/", hazards.hazards, name="hazards"),
    path("hazards/new/", hazards.hazard_new, name="hazard_new"),
    path("hazards/<uuid:hazard_id>/rectify/", hazards.hazard_rectify, name="hazard_rectify"),
    path("hazards/<uuid:hazard_id>/photos/<uuid:file_id>/", hazards.photo, name="hazard_photo"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(MEETING + "edit/", meetings.edit, name="edit"),
    path(MEETING + "minutes/", meetings.minutes, name="minutes"),
    path(MEETING + "assign/", meetings.assign, name="assign"),
    path(MEETING + "print/", meetings.print_minutes, name="print"),
]
