"""Guardianship on the page of a case, and what hangs on the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tongxing.accounts.models import Post
from tongxing.children.models import Relative
from tongxing.children.tests.make import seen_by
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.guardianship.models import Intervention, Petition
from tongxing.guardianship.tests.make import family
from tongxing.protection.tests.make import case_of, make_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
type Browsers = Callable[[Post], Client]


def test_a_petition_hangs_on_the_case_from_whose_page_it_was_begun(director: Post, officer: Post, next_director: Post, browser_of: Browsers):
    (child,) = family(1)
    with seen_by(director):
        report = make_report(by=director, situation="missing", child_id=child.id)
    case = case_of(report)
    county = browser_of(officer)
    shown = county.get(f"/cases/{case.pk}/").content.decode()
    address = f"/guardianship/child/{child.id}/petition/?case={case.pk}"
    assert address in shown
    with seen_by(None):
        key = str(Relative.objects.get(child=child, relation="51").person_key)
    assert county.post(address, {"children": [str(child.id)], "person": key}).status_code == 302
    sent = {
        "kind": "reprimand",
        "authority": "police",
        "given_by": "派出所",
        "children": [str(child.id)],
        "person": key,
        "on": today().isoformat(),
        "about": ["unattended"],
        "facts": "夜里独自在家",
    }
    assert county.post(f"/guardianship/child/{child.id}/intervene/?case={case.pk}", sent).status_code == 302
    with seen_by(None):
        row = Petition.objects.get()
        assert (row.case_id, Intervention.objects.get().case_id) == (case.pk, case.pk)
    shown = county.get(f"/cases/{case.pk}/").content.decode()
    assert f"/guardianship/petitions/{row.pk}/" in shown
    assert "劝诫训诫1次" in shown
    assert browser_of(next_director).get(f"/cases/{case.pk}/").status_code == 404


def test_a_case_that_one_does_not_see_is_not_hung_on(director: Post, browser_of: Browsers):
    (child,) = family(1)
    with seen_by(None):
        key = str(Relative.objects.get(child=child, relation="51").person_key)
    answer = browser_of(director).post(f"/guardianship/child/{child.id}/petition/?case={uuid7()}", {"children": [str(child.id)], "person": key})
    assert answer.status_code == 302
    with seen_by(None):
        assert Petition.objects.get().case_id is None
