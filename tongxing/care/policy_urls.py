"""The addresses of care models."""

from django.urls import path

from tongxing.care.views import policy

app_name = "caremodels"
urlpatterns = [
    path("", policy.model_list, name="list"),
    path("<slug:name>/", policy.model, name="model"),
    path("<slug:name>/adopt/", policy.adopt, name="adopt"),
    path("adoptions/<uuid:adoption_id>/end/", policy.end, name="end"),
]
