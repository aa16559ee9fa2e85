"""The addresses of cases."""

from django.urls import path

from tongxing.protection.cases.views import case, doing, dropout, judging, lists, papers, people, tasks
from tongxing.protection.street import views as street

app_name = "cases"
CASE = "<uuid:case_id>/"
TASK = "tasks/<uuid:task_id>/"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("mine/", lists.mine, name="mine"),
    path("numbers/", lists.numbers, name="numbers"),
    path("dropout/", lists.register, name="dropout"),
    path("dropout/figures/", lists.figures, name="dropout_figures"),
    path("new/<slug:kind>/", lists.new, name="new"),
    path("glass/", people.glass, name="glass"),
    path(TASK + "finish/", tasks.finish, name="finish"),
    path(TASK + "skip/", tasks.skip, name="skip"),
    path(TASK + "assign/", tasks.assign, name="assign"),
    path("placements/<uuid:placement_id>/end/", doing.end_placement, name="end_placement"),
    path(CASE, case.page, name="case"),
    path(CASE + "act/<slug:act>/", doing.act, name="act"),
    path(CASE + "note/", doing.note, name="note"),
    path(CASE + "pause/", doing.pause, name="pause"),
    path(CASE + "resume/", doing.resume, name="resume"),
    path(CASE + "hand-over/", doing.hand_over, name="hand_over"),
    path(CASE + "place/", doing.place, name="place"),
    path(CASE + "files/", doing.upload, name="upload"),
    path(CASE + "files/<uuid:file_id>/", case.file, name="file"),
    path(CASE + "child/", people.link_child, name="link_child"),
    path(CASE + "owner/", people.owner, name="owner"),
    path(CASE + "involve/", people.involve, name="involve"),
    path(CASE + "uninvolve/<uuid:post_id>/", people.uninvolve, name="uninvolve"),
    path(CASE + "restrict/", people.restrict, name="restrict"),
    path(CASE + "open-up/", people.open_up, name="open_up"),
    path(CASE + "branch/", tasks.branch, name="branch"),
    path(CASE + "task/", tasks.add, name="task"),
    path(CASE + "measure/", tasks.measure, name="measure"),
    path(CASE + "assessor/", judging.assessor, name="assessor"),
    path(CASE + "assess/", judging.assess, name="assess"),
    path(CASE + "conclude/", judging.conclude, name="conclude"),
    path(CASE + "persuaded/", dropout.persuaded, name="persuaded"),
    path(CASE + "written/", dropout.written, name="written"),
    path(CASE + "legal/", dropout.legal, name="legal"),
    path(CASE + "lesson/", dropout.lesson, name="lesson"),
    path(CASE + "returned/", dropout.returned, name="returned"),
    path(CASE + "street/", street.page, name="street"),
    path(CASE + "street/describe/", street.describe, name="street_describe"),
    path(CASE + "street/choose/", street.choose, name="street_choose"),
    path(CASE + "street/green/<slug:measure>/", street.green, name="street_green"),
    path(CASE + "street/receipt/", street.receipt, name="street_receipt"),
    path(CASE + "street/<slug:step>/", street.step, name="street_step"),
    path(CASE + "print/", papers.file, name="print"),
    path(CASE + "notice/", papers.notice, name="notice"),
    path(CASE + "written.pdf/", papers.written, name="written_paper"),
]
