"""P2-2: how complete a file is, and what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from tongxing.children.rules import completeness
from tongxing.children.rules.completeness import fields

KEYS = st.sets(st.sampled_from(sorted(fields())))
CONDITIONS = st.sets(st.sampled_from(sorted({field.when for field in fields().values()} - {""})))


def test_an_empty_file_lists_what_matters_most_first():
    found = completeness((), ())
    assert found.score == 0
    assert set(found.missing[:5]) <= {"name", "born", "residence", "school_stage", "father", "mother", "guardianship"}


def test_a_disability_is_asked_of_the_disabled_only():
    everything = set(fields()) - {"disability"}
    assert completeness(everything, {"registered"}).score == 100
    assert completeness(everything, {"registered", "disabled"}).missing == ("disability",)


@given(KEYS, CONDITIONS)
def test_only_a_complete_file_has_a_hundred(present, conditions):
    found = completeness(present, conditions)
    assert 0 <= found.score <= 100
    assert (found.score == 100) == (found.missing == ())
    assert not present & set(found.missing)


@given(KEYS, CONDITIONS, st.sampled_from(sorted(fields())))
def test_one_more_field_never_lowers_the_score(present, conditions, key):
    assert completeness(present | {key}, conditions).score >= completeness(present, conditions).score
