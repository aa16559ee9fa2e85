"""One's own page: who one is here, one's posts, one's sign-in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongxing.accounts import history
from tongxing.accounts.access import HttpRequest, signed_in
from tongxing.accounts.models import Authenticator, Post
from tongxing.ground.today import today


@signed_in
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    person = request.user.person
    day = today()
    posts = list(Post.objects.filter(person=person).select_related("place", "person", "deputy_of__person").order_by("-since", "-id"))
    device = Authenticator.objects.filter(user=request.user, confirmed=True).first()
    context = {
        "person": person,
        "record_check": person.record_check(day),
        "needs_check": any(post.definition.record_check for post in posts),
        "held": [post for post in posts if post.held(day)],
        "earlier": [post for post in posts if not post.held(day)],
        "device": device,
        "codes_left": request.user.recovery_codes.filter(used_at=None).count() if device else 0,
        "forced": settings.SECOND_FACTOR and any(post.definition.second_factor for post in request.posts),
        "deputies": list(request.post.deputies.filter(until__gt=day).select_related("person", "place", "deputy_of").order_by("since")),
        "events": history.of_sign_in(person),
        "day": day,
    }
    return render(request, "accounts/me.html", context)
