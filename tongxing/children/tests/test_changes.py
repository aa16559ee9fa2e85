"""Facts change: derived statuses follow, two tabs do not overwrite each other, the journal keeps every step."""

from datetime import timedelta

import pytest

from tongxing.children import actions, history
from tongxing.children.errors import CannotDo, FieldErrors, StaleFile
from tongxing.children.models import Category, Child, Confirmation, Relative, Review, SearchKey, StatusPeriod
from tongxing.children.new import NewAbsence, NewCategory, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.children.queries.files import file
from tongxing.children.tests.make import away, befallen, both_away, id_number, make_child, make_siblings, seen_by, years_ago
from tongxing.crypto.actions import open_keys
from tongxing.ground.today import today
from tongxing.journal.models import Record

pytestmark = pytest.mark.django_db

LONG_AGO = today() - timedelta(days=700)


def test_a_change_raises_the_version_and_is_told_by_the_journal(director):
    child = make_child(name="张子轩")
    with seen_by(director):
        changed = actions.change_fields(child_id=child.id, fields={"name": "张梓轩", "sex": "1"}, by=director, version=child.version)
        assert (changed.name, changed.version) == ("张梓轩", child.version + 1)
        record = Record.objects.filter(child_id=child.id).latest("seq")
        key = open_keys([child.id])[child.id]
        assert [history.opened(key, "name", value) for value in record.diff["name"]] == ["张子轩", "张梓轩"]
        assert "张" not in str(record.diff)
        assert set(record.diff) == {"name", "version"}
        assert SearchKey.objects.filter(child_id=child.id, key="n:张梓轩").exists()
        assert not SearchKey.objects.filter(child_id=child.id, key="n:张子轩").exists()


def test_saving_the_same_again_is_no_change(director):
    child = make_child(name="张子轩", ethnic_group="01")
    with seen_by(director):
        same = actions.change_fields(child_id=child.id, fields={"name": "张子轩", "ethnic_group": "01", "born": child.born}, by=director)
        assert same.version == child.version


def test_the_second_of_two_tabs_is_told_what_changed_and_by_whom(director, supervisor):
    child = make_child()
    with seen_by(director):
        actions.change_fields(child_id=child.id, fields={"health": "healthy", "ethnic_group": "15"}, by=director, version=child.version)
    with seen_by(supervisor), pytest.raises(StaleFile) as caught:
        actions.change_fields(child_id=child.id, fields={"health": "ill"}, by=supervisor, version=child.version)
    assert [(change.who, list(change.what)) for change in caught.value.changes] == [("李大妹", ["身体状况", "民族"])]
    assert "李大妹" in str(caught.value)
    assert "请核对后再保存" in str(caught.value)


def test_an_encrypted_field_enters_the_journal_as_ciphertext(director):
    child = make_child()
    with seen_by(director):
        actions.change_fields(child_id=child.id, fields={"medical_history": "哮喘"}, by=director)
        old, new = Record.objects.filter(child_id=child.id).latest("seq").diff["medical_history"]
        assert old is None
        assert "哮喘" not in str(new)
        found = file(child.id)
        assert found
        assert found.open(found.child, "medical_history") == "哮喘"


def test_the_next_village_cannot_change_the_file(next_director):
    child = make_child()
    with seen_by(next_director), pytest.raises(Child.DoesNotExist):
        actions.change_fields(child_id=child.id, fields={"name": "别人"}, by=next_director)


def test_an_id_number_found_later_ends_being_unregistered(director):
    child = make_child(registration="none", born=years_ago(9))
    with seen_by(director):
        changed = actions.change_fields(child_id=child.id, fields={"id_number": id_number(child.born)}, by=director)
        assert changed.registration == "registered"
        with pytest.raises(FieldErrors, match="已经登记户口"):
            actions.change_fields(child_id=child.id, fields={"registration": "none"}, by=director)


def test_income_is_the_households(director):
    one, other = make_siblings(2)
    with seen_by(director):
        actions.change_fields(child_id=one.id, fields={"income": ["farming", "migrant_work"]}, by=director)
        assert Child.objects.get(pk=other.id).income == ["migrant_work", "farming"]


def test_a_phone_is_changed_once_for_all_brothers_and_sisters(director):
    first, *others = make_siblings(3, relatives=(away("51", "张强", LONG_AGO, phone="13812345678"),))
    with seen_by(director):
        father = Relative.objects.get(child_id=first.id, relation="51")
        actions.change_relative(relative_id=father.id, fields={"phone": "13900001111", "primary": True}, by=director)
        for child in (first, *others):
            found = file(child.id)
            assert found
            assert found.open(found.relatives[0], "phone") == "13900001111"
            assert found.relatives[0].primary is (child == first)
            assert Record.objects.filter(child_id=child.id, verb="relative_changed").count() == 1


def test_a_mother_who_comes_home_is_home_in_files_that_were_opened_apart(director, browser_of):
    """As ledgers open them: every file with its own note of the same absence."""
    children = make_siblings(2, relatives=both_away(LONG_AGO))
    with seen_by(director):
        mother = next(row for row in file(children[0].id).absences if row.relative.relation == "52")  # type: ignore[union-attr]
        actions.end_absence(absence_id=mother.id, on=today(), returned="for_good", by=director)
        assert [Child.objects.get(pk=child.id).left_behind_until for child in children] == [None, None]


def test_a_father_who_leaves_makes_all_his_children_left_behind(director):
    children = make_siblings(2, relatives=(NewRelative(relation="51", name="张强"), befallen("52", "李梅", "dead", LONG_AGO)))
    since = today() - timedelta(days=20)
    with seen_by(director):
        father = Relative.objects.get(child_id=children[0].id, relation="51")
        actions.record_absence(relative_id=father.id, new=NewAbsence(since=since, where="东莞"), by=director)
        assert [Child.objects.get(pk=child.id).left_behind_since for child in children] == [since, since]
        (absence,) = file(children[0].id).absences  # type: ignore[union-attr]
        actions.end_absence(absence_id=absence.id, on=today(), returned="for_good", by=director)
        assert [Child.objects.get(pk=child.id).left_behind_until for child in children] == [None, None]
        periods = StatusPeriod.objects.filter(child_id=children[1].id, status="left_behind", origin="derived")
        assert [(period.since, period.until) for period in periods] == [(since, today())]


def test_going_on_to_another_city_is_one_absence(director):
    child = make_child(relatives=(away("51", "张强", LONG_AGO, "东莞"), befallen("52", "李梅", "dead", LONG_AGO)))
    with seen_by(director):
        father = Relative.objects.get(child_id=child.id, relation="51")
        actions.record_absence(relative_id=father.id, new=NewAbsence(since=today() - timedelta(days=100), where="宁波"), by=director)
        assert Child.objects.get(pk=child.id).left_behind_since == LONG_AGO
        with pytest.raises(CannotDo, match="已登记外出"):
            actions.record_absence(relative_id=father.id, new=NewAbsence(since=LONG_AGO, where="宁波"), by=director)


def test_a_father_in_prison_is_not_named_in_the_journal(director):
    child = make_child(relatives=(NewRelative(relation="51", name="张强"), away("52", "李梅", LONG_AGO)))
    with seen_by(director):
        father = Relative.objects.get(child_id=child.id, relation="51")
        actions.record_circumstance(relative_id=father.id, new=NewCircumstance(kind="imprisoned", since=LONG_AGO), by=director)
        assert "imprisoned" not in str(Record.objects.filter(child_id=child.id).latest("seq").diff)
        assert Child.objects.get(pk=child.id).left_behind_since == LONG_AGO


def test_a_candidate_for_de_facto_unsupported_is_found_with_its_evidence(director):
    child = make_child(
        relatives=(
            befallen("51", "张强", "imprisoned", LONG_AGO, more={"expected_until": today() + timedelta(days=900), "evidence": ("criminal_judgment",)}),
            befallen("52", "李梅", "out_of_contact", LONG_AGO),
        )
    )
    with seen_by(director):
        assert Child.objects.get(pk=child.id).unsupported_since is None
        befell = next(row for row in file(child.id).circumstances if row.kind == "out_of_contact")  # type: ignore[union-attr]
        actions.complete_circumstance(circumstance_id=befell.id, fields={"reported": today() - timedelta(days=300), "evidence": ["police_acceptance"]}, by=director)
        found = file(child.id)
        assert found
        assert found.child.unsupported_since is not None
        result = found.unsupported(today())
        assert (result.state, [document.kind for document in result.supports], [document.kind for document in result.missing]) == (
            "candidate",
            ["criminal_judgment", "police_acceptance"],
            ["police_search_result"],
        )


def test_one_guardianship_holds_at_a_time(director):
    child = make_child(guardianship="fair")
    with seen_by(director):
        actions.record_guardianship(child_id=child.id, new=NewGuardianship(kind="weak_entrusted"), by=director)
        found = file(child.id)
        assert found
        assert [row.kind for row in found.guardianships] == ["weak_entrusted"]  # recorded on the same day: a correction
        assert found.child.guardianship == "weak_entrusted"


def test_schooling_and_residence_keep_their_history(director):
    early = today() - timedelta(days=400)
    child = make_child(
        schooling=NewSchooling(stage="primary", grade=6, school_name="小溪塔小学", since=early), residence=NewResidence(since=early, living_with="grandparents", address="一组")
    )
    with seen_by(director):
        actions.record_schooling(child_id=child.id, new=NewSchooling(stage="junior", grade=1, school_name="小溪塔初中", boarding="weekdays"), by=director)
        actions.record_residence(child_id=child.id, new=NewResidence(living_with="mother"), by=director)
        found = file(child.id)
        assert found
        assert [(row.stage, row.until) for row in found.schoolings] == [("primary", today()), ("junior", None)]
        assert [(row.living_with, row.until) for row in found.residences] == [("grandparents", today()), ("mother", None)]
        assert (found.child.school_name, found.child.living_with, found.child.boarding) == ("小溪塔初中", "mother", "weekdays")
        with pytest.raises(CannotDo, match="不能早于"):
            actions.record_schooling(child_id=child.id, new=NewSchooling(stage="primary", since=early - timedelta(days=1)), by=director)


def test_optional_items_need_consent_and_go_when_it_is_withdrawn(director):
    child = make_child(hobbies="下棋", consents={"optional": "张老三"})
    with seen_by(director):
        actions.withdraw_consent(child_id=child.id, kind="optional", by=director)
        found = file(child.id)
        assert found
        assert found.open(found.child, "hobbies") == ""
        with pytest.raises(FieldErrors, match="同意"):
            actions.change_fields(child_id=child.id, fields={"hobbies": "下棋"}, by=director)
        actions.give_consent(child_id=child.id, kind="optional", given_by="张老三", by=director)
        actions.change_fields(child_id=child.id, fields={"hobbies": "下棋"}, by=director)
        actions.give_consent(child_id=child.id, kind="optional", given_by="李梅", refused=True, by=director)
        assert file(child.id).child.hobbies_sealed is None  # type: ignore[union-attr]
        actions.change_fields(child_id=child.id, fields={"health": "healthy"}, by=director)  # a refusal blocks nothing else


def test_a_photo_needs_its_own_consent(director):
    child = make_child(consents={"optional": "张老三"})
    with seen_by(director), pytest.raises(CannotDo, match="照片"):
        actions.set_photo(child_id=child.id, photo_id=child.id, by=director)


def test_a_file_is_submitted_returned_with_words_and_approved(director, supervisor):
    child = make_child(state="draft", by=director)
    with seen_by(director):
        actions.advance(child_id=child.id, act="submit", by=director)
        with pytest.raises(CannotDo, match="您的岗位"):
            actions.advance(child_id=child.id, act="approve", by=director)
    with seen_by(supervisor):
        with pytest.raises(FieldErrors, match="意见"):
            actions.advance(child_id=child.id, act="return", by=supervisor)
        assert actions.advance(child_id=child.id, act="return", comment="请补母亲电话", by=supervisor).state == "returned"
        with pytest.raises(CannotDo, match="不能审核通过"):
            actions.advance(child_id=child.id, act="approve", by=supervisor)
    with seen_by(director):
        actions.advance(child_id=child.id, act="submit", by=director)
    with seen_by(supervisor):
        current = actions.advance(child_id=child.id, act="approve", by=supervisor)
        assert (current.state, current.confirmed_on) == ("current", today())
        assert [(review.verb, review.comment) for review in Review.objects.filter(child_id=child.id).order_by("at")] == [
            ("submit", ""),
            ("returned", "请补母亲电话"),
            ("submit", ""),
            ("approve", ""),
        ]


def test_a_file_ends_only_with_a_reason_and_can_re_enter(supervisor):
    child = make_child(relatives=both_away(LONG_AGO), categories=(NewCategory(scheme="laohekou", kind="poverty"),))
    with seen_by(supervisor):
        with pytest.raises(FieldErrors, match="退出原因"):
            actions.advance(child_id=child.id, act="end", comment="搬走了", by=supervisor)
        with pytest.raises(FieldErrors, match="未满18周岁"):
            actions.advance(child_id=child.id, act="end", reason="adult", by=supervisor)
        ended = actions.advance(child_id=child.id, act="end", reason="moved_away", comment="随父母迁往东莞", by=supervisor)
        assert (ended.state, ended.end_reason, ended.left_behind_since) == ("ended", "moved_away", None)
        assert Category.objects.get(child_id=child.id).until == today()
        with pytest.raises(CannotDo, match="已退出"):
            actions.change_fields(child_id=child.id, fields={"name": "别名"}, by=supervisor)
        again = actions.advance(child_id=child.id, act="re_enter", by=supervisor)
        assert (again.state, again.end_reason, again.left_behind_since) == ("draft", "", LONG_AGO)


def test_the_quarterly_confirmation_takes_one_tap_for_brothers_and_sisters(director):
    children = make_siblings(3)
    with seen_by(director):
        with pytest.raises(FieldErrors, match="询问了谁"):
            actions.confirm_unchanged(child_ids=[children[0].id], asked=" ", by=director)
        assert actions.confirm_unchanged(child_ids=[child.id for child in children], asked="奶奶", by=director) == 3
        assert actions.confirm_unchanged(child_ids=[child.id for child in children], asked="奶奶", by=director) == 0
        assert Confirmation.objects.count() == 3


def test_a_category_is_reported_checked_and_confirmed_by_three_levels(director, supervisor, officer):
    child = make_child()
    with seen_by(director):
        category = actions.report_category(child_id=child.id, new=NewCategory(scheme="laohekou", kind="poverty", reason="父亲失业"), by=director)
        assert category.state == "reported"
        with pytest.raises(CannotDo, match="上一级"):
            actions.advance_category(category_id=category.id, yes=True, by=director)
        with pytest.raises(CannotDo, match="已经上报"):
            actions.report_category(child_id=child.id, new=NewCategory(scheme="laohekou", kind="poverty"), by=director)
    with seen_by(supervisor):
        assert actions.advance_category(category_id=category.id, yes=True, by=supervisor).state == "checked"
    with seen_by(officer):
        assert actions.advance_category(category_id=category.id, yes=True, by=officer).state == "confirmed"
    with seen_by(director), pytest.raises(CannotDo, match="认定它的一级"):
        actions.end_category(category_id=category.id, on=today(), reason="已脱贫", by=director)


def test_a_category_cannot_end_before_it_began(director):
    child = make_child()
    with seen_by(director):
        category = actions.report_category(child_id=child.id, new=NewCategory(scheme="laohekou", kind="poverty", since=today() - timedelta(days=9)), by=director)
        with pytest.raises(FieldErrors, match="终止日期不能更早"):
            actions.end_category(category_id=category.id, on=today() - timedelta(days=10), reason="已脱贫", by=director)


def test_a_refused_category_can_be_reported_again(director, supervisor):
    child = make_child()
    with seen_by(director):
        category = actions.report_category(child_id=child.id, new=NewCategory(scheme="suxian", kind="dropout"), by=director)
    with seen_by(supervisor):
        with pytest.raises(FieldErrors, match="理由"):
            actions.advance_category(category_id=category.id, yes=False, by=supervisor)
        assert actions.advance_category(category_id=category.id, yes=False, comment="已复学", by=supervisor).state == "refused"
    with seen_by(director):
        assert actions.report_category(child_id=child.id, new=NewCategory(scheme="suxian", kind="dropout"), by=director).state == "reported"


def test_hiv_is_seen_by_the_county_alone(director, officer):
    child = make_child()
    new = NewCategory(scheme="protection", kind="hiv")
    with seen_by(director), pytest.raises(FieldErrors, match="县级"):
        actions.report_category(child_id=child.id, new=new, by=director)
    with seen_by(officer):
        assert actions.report_category(child_id=child.id, new=new, by=officer).state == "confirmed"
        assert "hiv" not in str(list(Record.objects.filter(child_id=child.id).values_list("diff", flat=True)))
    with seen_by(director):
        found = file(child.id)
        assert found
        assert found.categories == []
        assert not Category.unscoped.filter(child_id=child.id).exists()


def test_an_official_determination_stands_once_the_county_approves(director, officer):
    child = make_child(relatives=(away("51", "张强", LONG_AGO), NewRelative(relation="52", name="李梅")))
    with seen_by(director):
        row = actions.propose_determination(child_id=child.id, status="left_behind", holds=True, since=today() - timedelta(days=5), reason="母亲长期酗酒", by=director)
        assert Child.objects.get(pk=child.id).left_behind_since is None
        with pytest.raises(CannotDo, match="县级批准"):
            actions.decide_determination(determination_id=row.id, approve=True, by=director)
    with seen_by(officer):
        actions.decide_determination(determination_id=row.id, approve=True, by=officer)
        found = file(child.id)
        assert found
        assert found.child.left_behind_since == today() - timedelta(days=5)
        both = found.standing("left_behind", today())
        assert (both.derived.holds, both.holds, both.differs) == (False, True, True)
        actions.end_determination(determination_id=row.id, on=today(), by=officer)
        assert Child.objects.get(pk=child.id).left_behind_until is None


def test_two_files_of_one_household_share_their_father(director):
    one = make_child(name="张一", relatives=(away("51", "张强", LONG_AGO),))
    other = make_child(name="张二", relatives=(NewRelative(relation="51", name="张强"),))
    with seen_by(director):
        fathers = [Relative.objects.get(child_id=child.id) for child in (one, other)]
        actions.join_household(child_ids=[one.id, other.id], persons=[(fathers[0].id, fathers[1].id)], by=director)
        again = Child.objects.get(pk=other.id)
        assert again.household_id == one.household_id
        actions.change_relative(relative_id=fathers[1].id, fields={"phone": "13900001111"}, by=director)
        assert Relative.objects.exclude(phone_digest="").count() == 2


def test_every_verb_and_field_of_the_journal_has_words(director):
    child = make_child(relatives=(away("51", "张强", LONG_AGO),))
    with seen_by(director):
        actions.change_fields(child_id=child.id, fields={"health": "healthy"}, by=director)
        for record in Record.objects.all():
            if record.subject_kind == "child":
                assert history.verb(record.verb) != record.verb
                assert not set(history.labels(record)) & set(record.diff)
