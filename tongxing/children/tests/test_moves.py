"""Files move between places, children are away for a while, two files of one child become one."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.people import NEXT_VILLAGE, VILLAGE
from tongxing.children import actions
from tongxing.children.actions.days import turn_day
from tongxing.children.actions.leaves import NewLeave
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import ROWS_OF_A_CHILD, Category, Child, Leave, Relative, Transfer
from tongxing.children.new import NewCategory, NewRelative, NewResidence
from tongxing.children.queries import moves
from tongxing.children.queries.files import file
from tongxing.children.queries.twin import disagreements
from tongxing.children.rules import Parameters
from tongxing.children.tests.make import away, befallen, id_number, make_child, seen_by, years_ago
from tongxing.ground.today import now, today
from tongxing.journal.models import Record
from tongxing.places.actions import merge_places

pytestmark = pytest.mark.django_db

LONG_AGO = today() - timedelta(days=500)


@pytest.fixture
def child(places):
    both = (away("51", "张强", LONG_AGO, phone="13812345678"), away("52", "李梅", LONG_AGO))
    return make_child(relatives=both, guardianship="fair", residence=NewResidence(since=LONG_AGO, living_with="grandparents", address="三组12号"))


def ask(child, director) -> Transfer:
    with seen_by(director):
        return actions.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="随外祖父母居住", by=director)


def owners(child) -> set[int]:
    """The places at which rows about the child stand."""
    with seen_by(None):
        found = {Child.objects.get(pk=child.id).scope_place}
        for model in ROWS_OF_A_CHILD:
            found |= set(model.objects.filter(child_id=child.id).values_list("scope_place", flat=True))
        return found | set(Record.objects.filter(child_id=child.id).values_list("scope_place", flat=True))


def test_the_old_owner_stays_responsible_until_the_new_one_accepts(child, director, next_director, supervisor):
    transfer = ask(child, director)
    with seen_by(next_director):
        assert [row.child_name for row in moves.incoming()] == ["张子轩"]
        assert file(child.id) is None
        with pytest.raises(CannotDo, match="您的岗位"):
            actions.answer_transfer(transfer_id=transfer.id, act="accept", by=next_director)
    with seen_by(director):
        assert list(moves.outgoing()) == [transfer]
        assert actions.change_fields(child_id=child.id, fields={"health": "healthy"}, by=director).scope_place == VILLAGE
    with seen_by(supervisor):
        actions.answer_transfer(transfer_id=transfer.id, act="accept", by=supervisor)
    assert owners(child) == {NEXT_VILLAGE}
    with seen_by(director):
        assert file(child.id) is None
        assert [row.state for row in Transfer.objects.filter(child_id=child.id)] == ["accepted"]
    with seen_by(next_director):
        found = file(child.id)
        assert found
        assert found.child.left_behind_since == LONG_AGO
        assert [(row.place, found.open(row, "address"), row.until) for row in found.residences] == [(VILLAGE, "三组12号", today()), (NEXT_VILLAGE, "", None)]
        assert Record.objects.filter(child_id=child.id, place=VILLAGE).count() >= 3  # where it happened stays
        assert disagreements(today(), Parameters()) == []


def test_a_file_moves_once_at_a_time_and_to_a_real_place(child, director):
    with seen_by(director):
        with pytest.raises(FieldErrors) as caught:
            actions.request_transfer(child_id=child.id, to=420506001999, reason="", by=director)
        assert set(caught.value.errors) == {"to", "reason"}
        with pytest.raises(FieldErrors, match="已经在这里"):
            actions.request_transfer(child_id=child.id, to=VILLAGE, reason="x", by=director)
    ask(child, director)
    with seen_by(director), pytest.raises(CannotDo, match="正在转移"):
        actions.request_transfer(child_id=child.id, to=NEXT_VILLAGE, reason="x", by=director)


def test_the_county_decides_after_the_deadline_or_a_refusal(child, director, supervisor, officer):
    transfer = ask(child, director)
    with seen_by(officer), pytest.raises(CannotDo, match="之后由县级决定"):
        actions.answer_transfer(transfer_id=transfer.id, act="decide_move", words="应转", by=officer)
    with seen_by(supervisor):
        with pytest.raises(FieldErrors, match="理由"):
            actions.answer_transfer(transfer_id=transfer.id, act="refuse", by=supervisor)
        actions.answer_transfer(transfer_id=transfer.id, act="refuse", words="查无此人", by=supervisor)
    with seen_by(officer):
        assert list(moves.to_decide(today())) == [transfer]
        actions.answer_transfer(transfer_id=transfer.id, act="decide_move", words="已核实居住", by=officer)
        assert list(moves.to_decide(today())) == []
    assert owners(child) == {NEXT_VILLAGE}


def test_silence_lets_the_county_decide_to_keep(child, director, officer):
    transfer = ask(child, director)
    with time_machine.travel(now() + timedelta(days=30), tick=False), seen_by(officer):
        assert list(moves.to_decide(today())) == [transfer]
        assert actions.answer_transfer(transfer_id=transfer.id, act="decide_keep", words="仍住原村", by=officer).state == "kept"
    assert owners(child) == {VILLAGE}


def test_the_one_who_asked_can_take_it_back(child, director):
    transfer = ask(child, director)
    with seen_by(director):
        assert actions.answer_transfer(transfer_id=transfer.id, act="take_back", by=director).state == "withdrawn"
        with pytest.raises(CannotDo, match="已撤回"):
            actions.answer_transfer(transfer_id=transfer.id, act="take_back", by=director)


def test_children_follow_when_their_village_merges(child, places, officer):
    merge_places(old=[VILLAGE], new=NEXT_VILLAGE, on=today(), reason="合村并组", by=officer)
    assert turn_day() > 0
    assert owners(child) == {NEXT_VILLAGE}
    with seen_by(None):
        found = file(child.id)
        assert found
        assert [(row.place, found.open(row, "address")) for row in found.residences] == [(VILLAGE, "三组12号"), (NEXT_VILLAGE, "三组12号")]
    turn_day()
    with seen_by(None):
        assert Record.objects.filter(child_id=child.id, verb="village_merged").count() == 1


def test_many_leave_for_the_summer_and_come_back_in_one_batch(director):
    children = [make_child(name=f"王{each}") for each in "一二三"]
    ids = [child.id for child in children]
    with seen_by(director):
        new = NewLeave(kind="summer", left_on=today() - timedelta(days=50), expected_on=today() - timedelta(days=1), where="东莞", with_whom="父母")
        assert len(actions.record_leave(child_ids=ids[:2], new=new, by=director)) == 2
        assert len(actions.record_leave(child_ids=ids, new=new, by=director)) == 1  # two are away already
        assert moves.overdue(today()).count() == 3
        with pytest.raises(CannotDo, match="才离开"):
            actions.record_return(child_ids=ids, on=today() - timedelta(days=60), by=director)
        assert actions.record_return(child_ids=ids, on=today(), by=director) == 3
        assert actions.record_return(child_ids=ids, on=today(), by=director) == 0
        assert not moves.away().exists()
        assert Leave.objects.values("batch").distinct().count() == 2
        with pytest.raises(FieldErrors) as caught:
            actions.record_leave(child_ids=ids, new=NewLeave(kind="x", left_on=today() + timedelta(days=1)), by=director)
        assert set(caught.value.errors) == {"kind", "left_on"}


@pytest.fixture
def twice(places):
    """One child in two files: one with the mother's, one with the father's side of the story."""
    born = years_ago(9)
    kept = make_child(born=born, relatives=(away("51", "张强", LONG_AGO),), guardianship="fair")
    other = make_child(
        born=born,
        id_number=id_number(born),
        ethnic_group="15",
        medical_history="哮喘",
        income=["farming"],
        relatives=(NewRelative(relation="51", name="张大强"), befallen("52", "李梅", "dead", LONG_AGO, phone="13812345678"), NewRelative(relation="61", name="张老三")),
        categories=(NewCategory(scheme="laohekou", kind="poverty"),),
        place=NEXT_VILLAGE,
    )
    return kept, other


def test_two_files_of_one_child_are_found(twice, officer):
    make_child(born=twice[0].born, name="王五")
    with seen_by(officer):
        assert [{pair.one.id, pair.other.id} for pair in moves.duplicates()] == [{child.id for child in twice}]


def test_two_files_become_one_and_the_kept_one_has_what_it_lacked(twice, officer):
    kept, other = twice
    with seen_by(officer):
        actions.merge_files(kept_id=kept.id, other_id=other.id, reason="同一孩子", by=officer)
        found = file(kept.id)
        assert found
        assert (found.child.ethnic_group, found.child.income, found.child.registration) == ("15", ["farming"], "registered")
        assert found.open(found.child, "medical_history") == "哮喘"
        assert [(row.relation, row.name) for row in sorted(found.relatives, key=lambda row: row.relation)] == [("51", "张强"), ("52", "李梅"), ("61", "张老三")]
        assert found.open(next(row for row in found.relatives if row.relation == "52"), "phone") == "13812345678"
        assert found.child.left_behind_since == LONG_AGO
        assert {row.scope_place for row in found.relatives} == {VILLAGE}
        gone = Child.objects.get(pk=other.id)
        assert (gone.state, gone.end_reason, gone.merged_into_id) == ("ended", "merged", kept.id)
        assert Category.objects.filter(child_id=kept.id, until=None).count() == 1
        assert moves.duplicates() == []


def test_a_merge_is_undone_without_a_trace_in_either_file(twice, officer):
    kept, other = twice
    with seen_by(officer):
        before = {child.id: snapshot(child) for child in twice}
        merge = actions.merge_files(kept_id=kept.id, other_id=other.id, reason="同一孩子", by=officer)
        assert snapshot(kept) != before[kept.id]
        actions.undo_merge(merge_id=merge.id, by=officer)
        assert {child.id: snapshot(child) for child in twice} == before
        with pytest.raises(CannotDo, match="已经撤销"):
            actions.undo_merge(merge_id=merge.id, by=officer)
        actions.merge_files(kept_id=kept.id, other_id=other.id, reason="还是同一孩子", by=officer)


def snapshot(child: Child) -> object:
    """What a file says, versions and times aside."""
    found = file(child.id)
    assert found
    plain = {name: value for name, value in vars(found.child).items() if not name.startswith("_") and name not in ("version", "updated_at", "missing", "completeness")}
    relatives = sorted((row.relation, row.name, found.open(row, "phone"), row.until) for row in found.relatives)
    dated: list[Any] = [*found.guardianships, *found.schoolings, *found.residences, *found.absences, *found.circumstances]
    facts = sorted(str((type(row).__name__, row.since, row.until)) for row in dated)
    return plain | {"relatives": relatives, "facts": facts, "categories": sorted((row.kind, row.until is None) for row in found.categories)}


def test_two_id_numbers_are_two_children(places, officer):
    born = years_ago(9)
    one, other = (make_child(born=born, id_number=id_number(born)) for _each in range(2))
    with seen_by(officer), pytest.raises(CannotDo, match="不是同一个孩子"):
        actions.merge_files(kept_id=one.id, other_id=other.id, reason="x", by=officer)


def test_a_merged_file_cannot_re_enter(twice, officer):
    kept, other = twice
    with seen_by(officer):
        actions.merge_files(kept_id=kept.id, other_id=other.id, reason="同一孩子", by=officer)
        with pytest.raises(CannotDo, match="撤销合并"):
            actions.advance(child_id=other.id, act="re_enter", by=officer)
        assert Relative.objects.filter(child_id=other.id).count() == 3
