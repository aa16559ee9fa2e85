"""The addresses of care models."""

from django.urls import path

from tongxing.care.views import adoptions, policy

app_name = "caremodels"
urlpatterns = [
    path("", policy.model_list, name="list"),
    path("<slug:name>/", policy.model, name="model"),
    path("<slug:name>/adopt/", policy.adopt, name="adopt"),
    path("adoptions/<uuid:adoption_id>/", adoptions.adoption, name="adoption"),
    path("adoptions/<uuid:adoption_id>/change/", adoptions.change, name="change"),
    path("adoptions/<uuid:adoption_id>/end/", adoptions.end, name="end"),
    path("adoptions/<uuid:adoption_id>/leave/", adoptions.leave, name="leave"),
    path("leaves/<uuid:leave_id>/end/", adoptions.end_leave, name="end_leave"),
    path("requests/<uuid:request_id>/", adoptions.answer, name="answer"),
]
