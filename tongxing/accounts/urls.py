"""Sign-in, posts and people."""

from django.urls import path

from tongxing.accounts.views import ledger, me, people, posts, second_factor, sign_in, users

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.password, name="password"),
    path("second-factor/", second_factor.verify, name="verify"),
    path("second-factor/set-up/", second_factor.enrol, name="enrol"),
    path("second-factor/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("second-factor/drop/", second_factor.drop, name="drop_second_factor"),
    path("post/", sign_in.switch_post, name="switch_post"),
    path("me/", me.me, name="me"),
    path("posts/", posts.listing, name="posts"),
    path("posts/export/", ledger.export, name="export_posts"),
    path("posts/vacancies/", posts.vacancies, name="vacancies"),
    path("posts/appoint/", posts.appoint, name="appoint"),
    path("posts/<uuid:post_id>/end/", posts.end, name="end_post"),
    path("posts/<uuid:post_id>/deputy/", posts.deputy, name="deputy"),
    path("posts/<uuid:post_id>/end-deputy/", posts.end_deputy, name="end_deputy"),
    path("posts/sign-ins/", people.give_sign_ins, name="give_sign_ins"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/edit/", people.edit, name="edit_person"),
    path("people/<uuid:person_id>/record-check/", people.record_check, name="record_check"),
    path("people/<uuid:person_id>/certificate/", people.certificate, name="certificate"),
    path("people/<uuid:person_id>/sign-in/", people.give_sign_in, name="give_sign_in"),
    path("people/<uuid:person_id>/reset-password/", people.reset_password, name="reset_password"),
    path("people/<uuid:person_id>/reset-second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("people/<uuid:person_id>/close/", people.close, name="close_sign_in"),
    path("people/<uuid:person_id>/open/", people.reopen, name="open_sign_in"),
    path("people/<uuid:person_id>/unlock/", people.unlock, name="unlock"),
    path("users/", users.listing, name="users"),
]
