"""Versions of definitions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from tongxing.forms import actions, queries
from tongxing.forms.models import FormVersion

pytestmark = pytest.mark.django_db


def test_every_definition_comes_back_from_its_row_as_it_was():
    actions.sync()
    for definition in queries.definitions().values():
        assert queries.written_with(actions.version_of(definition)) == definition


def test_the_same_definition_is_one_version_and_a_changed_one_the_next():
    form = queries.definition("letter")
    first = actions.version_of(form)
    assert actions.version_of(form) == first
    changed = replace(form, form=replace(form.form, label="书信"))
    second = actions.version_of(changed)
    assert [FormVersion.objects.get(pk=each).number for each in (first, second)] == [1, 2]
    assert queries.written_with(first).form.label == "亲人家书"


def test_a_version_is_never_changed():
    version = actions.version_of(queries.definition("letter"))
    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=version).update(number=7)
