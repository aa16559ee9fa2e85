"""The addresses of one's own list, the boards, the calendar and the coverage."""

from django.urls import path

from tongxing.care.boards.views import boards, deciding, lists

app_name = "boards"
urlpatterns = [
    path("", lists.own_list, name="own"),
    path("together/", lists.together, name="together"),
    path("calendar/", lists.calendar, name="calendar"),
    path("board/", boards.board, name="board"),
    path("board/export/", boards.export, name="export"),
    path("coverage/", boards.coverage, name="coverage"),
    path("list/", lists.duties, name="duties"),
    path("list/export/", lists.export_duties, name="export_duties"),
    path("urge/", deciding.urge, name="urge"),
    path("waive/", deciding.waive, name="waive"),
    path("suspend/", deciding.suspend, name="suspend"),
    path("resume/", deciding.resume, name="resume"),
    path("unwaive/", deciding.unwaive, name="unwaive"),
    path("hand-over/", deciding.hand_over, name="hand_over"),
]
