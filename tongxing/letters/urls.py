"""The addresses of letters, needs and matters."""

from django.urls import path

from tongxing.letters.views import letter, listing, matters, needs, replying, statistics, writing

app_name = "letters"
LETTER, MATTER = "<uuid:letter_id>/", "matters/<uuid:matter_id>/"
urlpatterns = [
    path("", listing.letters, name="list"),
    path("new/", writing.new, name="new"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/export/", statistics.export, name="statistics_export"),
    path("needs/", needs.gather, name="needs"),
    path("needs/export/", needs.export, name="needs_export"),
    path("needs/new/<uuid:child_id>/", needs.need_new, name="need_new"),
    path("needs/<uuid:need_id>/end/", needs.need_end, name="need_end"),
    path("matters/", matters.listing, name="matters"),
    path("matters/new/", matters.new, name="matter_new"),
    path(MATTER, matters.matter, name="matter"),
    path(MATTER + "hand-out/", matters.hand_out, name="matter_hand_out"),
    path(MATTER + "answer/", matters.answer, name="matter_answer"),
    path(LETTER, letter.letter, name="letter"),
    path(LETTER + "edit/", writing.edit, name="edit"),
    path(LETTER + "act/<slug:act>/", letter.act, name="act"),
    path(LETTER + "acknowledge/", letter.acknowledge, name="acknowledge"),
    path(LETTER + "remind/", letter.remind, name="remind"),
    path(LETTER + "reply/", replying.reply, name="reply"),
    path(LETTER + "print/", letter.print_letter, name="print"),
    path(LETTER + "files/<uuid:file_id>/", letter.file, name="file"),
]
