"""Sign-in, posts and people."""

from django.urls import path

from tongxing.accounts.views import me, second_factor, sign_in

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
]
