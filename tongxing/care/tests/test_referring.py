"""Answers that refer to places, people and children: found among what the writer sees, named for whoever reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import NEXT_VILLAGE, TOWNSHIP, VILLAGE
from tongxing.care import referring
from tongxing.care.tests.test_pages import log_url
from tongxing.children.tests.make import make_child, seen_by
from tongxing.forms import queries as forms
from tongxing.forms import wording
from tongxing.forms.cleaning import FormError, NotKnown, clean
from tongxing.forms.shapes import Field
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.log.models import Entry
from tongxing.places.queries import by_code

ON = today()


def quarrel(child, **more) -> dict[str, object]:
    frame = {"entry_id": str(uuid7()), "on": ON.isoformat(), "where": "school", "c-known_from": "teacher", "c-words": "课间争吵"}
    return frame | {f"{child.id.hex}-what": ["quarrel"]} | {key.replace("own-", f"{child.id.hex}-"): value for key, value in more.items()}


@pytest.mark.django_db
def test_a_child_is_chosen_from_suggestions_and_shown_by_its_name(director, browser_of):
    child, other = make_child(name="张子轩"), make_child(name="李思源")
    browser = browser_of(director)
    page = browser.get(log_url("incident", child)).content.decode()
    assert page.count("data-picker") == 3
    found = browser.get("/log/referred/?field=x&x=lsy&type=child", headers={"HX-Request": "true"}).content.decode()
    assert str(other.id) in found
    answer = browser.post(
        log_url("incident", child), quarrel(child, **{"own-other_child": "李思源", "own-other_child_code": str(other.id), "c-told_by": "王老师", "c-last_seen": "小溪塔街道"})
    )
    assert answer.status_code == 302
    with seen_by(director):
        entry = Entry.objects.get()
        assert entry.answers["told_by"] == "王老师"
        assert entry.answers["last_seen"] == TOWNSHIP
        assert entry.participations.get().answers["other_child"] == str(other.id)
    shown = browser.get(f"/log/{entry.id}/").content.decode()
    assert "李思源" in shown
    assert "小溪塔街道" in shown
    page = browser.get(f"/log/{entry.id}/correct/").content.decode()
    assert str(other.id) in page


@pytest.mark.django_db
def test_a_child_of_the_next_village_is_not_found(director, browser_of):
    child, stranger = make_child(), make_child(name="陈雨桐", place=NEXT_VILLAGE)
    browser = browser_of(director)
    assert "陈雨桐" not in browser.get("/log/referred/?field=x&x=陈雨桐&type=child").content.decode()
    for said in ({"own-other_child": "陈雨桐"}, {"own-other_child": "陈雨桐", "own-other_child_code": str(stranger.id)}):
        answer = browser.post(log_url("incident", child), quarrel(child, **said))
        assert answer.status_code == 422
        assert "没有找到" in answer.content.decode()


@pytest.mark.django_db
def test_who_may_not_see_the_other_child_reads_no_name(director, next_director, supervisor):
    other = make_child(name="陈雨桐", place=NEXT_VILLAGE)
    form = forms.definition("incident")
    answers = {"other_child": str(other.id), "last_seen": VILLAGE}
    with seen_by(supervisor):
        assert wording.parts(form, answers, referring.names([(form, answers)]))[0].said[0].text == "陈雨桐"
        assert wording.parts(form, answers, referring.names([(form, answers)], children=False))[0].said[0].text == "另一名孩子"
    with seen_by(director):
        assert wording.parts(form, answers, referring.names([(form, answers)]))[0].said[0].text == "另一名孩子"


@pytest.mark.django_db
def test_two_of_one_name_are_asked_which(director):
    make_child(name="张伟")
    make_child(name="张伟")
    form = forms.definition("incident")
    with seen_by(director), pytest.raises(FormError) as refused:
        clean(form, {"known_from": "seen", "words": "争吵"}, {uuid7(): {"what": ["quarrel"], "other_child": "张伟"}}, on=ON, known=referring.among(form, director))
    assert "有几个“张伟”" in refused.value.wrong[0].sentence


@pytest.mark.django_db
def test_a_place_is_one_s_own_one_below_or_one_above(director, next_director, supervisor):
    known = referring.Among(director)
    with seen_by(director):
        assert known.find(PLACE, "", str(VILLAGE)) == known.find(PLACE, "冯家湾社区", "") == VILLAGE
        assert known.find(PLACE, "小溪塔街道", "") == TOWNSHIP
        for text, key in (("", str(NEXT_VILLAGE)), ("兴安社区", "")):
            with pytest.raises(NotKnown):
                known.find(PLACE, text, key)


PLACE = Field(id="at", label="哪里", type="place")


@pytest.mark.django_db
@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_a_place_that_there_is_not_is_refused(code):
    known = referring.Among(None)
    if by_code(code):
        assert known.find(PLACE, "", f"{code:012d}") == code
    else:
        with pytest.raises(NotKnown, match="没有找到"):
            known.find(PLACE, "", f"{code:012d}")
