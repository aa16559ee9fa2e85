"""Papers from draft to renewal, as the actions have it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction

from tests.people import NEXT_VILLAGE
from tongxing.accounts.models import Post
from tongxing.children import actions as children
from tongxing.children.errors import CannotDo, FieldErrors
from tongxing.children.models import Guardianship, Relative
from tongxing.children.new import NewRelative
from tongxing.children.queries.files import files
from tongxing.children.tests.make import make_child, seen_by, years_ago
from tongxing.clocks import ticking
from tongxing.clocks.models import Clock
from tongxing.crypto.models import WrappedKey
from tongxing.files.models import Attachment
from tongxing.ground.today import now, today
from tongxing.guardianship import actions, queries
from tongxing.guardianship.actions import NewAgreement
from tongxing.guardianship.actions.agreements import opened
from tongxing.guardianship.actions.signing import lacking
from tongxing.guardianship.models import Agreement, Covered, Party
from tongxing.guardianship.rules import Lacking
from tongxing.guardianship.tests.make import CLEAR, answered, drafted, family, picture, signed
from tongxing.outbox.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


def entrusted(child_id: UUID) -> list[str]:
    with seen_by(None):
        return list(Relative.objects.filter(child=child_id, entrusted=True, until=None).values_list("name", flat=True))


def guarded(child_id: UUID) -> list[tuple[str, str]]:
    with seen_by(None):
        rows = Guardianship.objects.filter(child=child_id, until=None).select_related("entrusted")
        return [(row.kind, row.entrusted.name if row.entrusted else "") for row in rows]


def test_one_paper_lists_all_children_of_the_household(director: Post):
    row = drafted(family(3), by=director)
    with seen_by(director):
        actions.freeze(agreement_id=row.id, by=director)
        row.refresh_from_db()
        kept = opened(row)
        assert [each["name"] for each in kept["children"]] == ["张大", "张二", "张三"]  # type: ignore[attr-defined]
        assert {each["name"] for each in kept["parents"]} == {"张强", "李梅"}  # type: ignore[attr-defined]
        assert kept["guardian"]["name"] == "王秀英"  # type: ignore[index]
        assert Party.objects.get(agreement=row, role="witness").name == "李大妹"
    assert (row.until - row.since).days in (365, 366)


def test_what_was_printed_does_not_change_with_the_file(director: Post):
    first, *_others = family(1)
    row = drafted([first], by=director)
    with seen_by(director):
        actions.freeze(agreement_id=row.id, by=director)
        grandmother = Relative.objects.get(child=first, relation="62")
        children.change_relative(relative_id=grandmother.id, fields={"phone": "13900000000"}, by=director)
        row.refresh_from_db()
        assert opened(row)["guardian"]["phone"] == "13812345678"  # type: ignore[index]
        actions.reopen(agreement_id=row.id, by=director)
        actions.freeze(agreement_id=row.id, by=director)
        row.refresh_from_db()
        assert opened(row)["guardian"]["phone"] == "13900000000"  # type: ignore[index]


def test_signing_writes_the_guardian_into_every_file(director: Post):
    both = family(2)
    assert entrusted(both[0].id) == []
    row = signed(both, by=director)
    for child in both:
        assert entrusted(child.id) == ["王秀英"]
        assert guarded(child.id) == [("good", "王秀英")]
    with seen_by(director):
        assert set(Covered.objects.filter(agreement=row).values_list("phase", flat=True)) == {"running"}


def test_somebody_new_enters_the_file_and_is_entrusted_when_it_is_signed(director: Post):
    both = family(2)
    with seen_by(director):
        stranger = NewRelative(relation="99", name="覃大婶", phone="13700001111", born=years_ago(45))
        row = actions.draft(new=NewAgreement(children=[child.id for child in both], stranger=stranger), by=director)
    assert entrusted(both[0].id) == []
    answered(row, both, by=director)
    with seen_by(director):
        for party in Party.objects.filter(agreement=row):
            actions.draw(party_id=party.id, picture=picture(), by=director)
        actions.sign(agreement_id=row.id, guardianship="fair", on=today(), by=director)
    assert [entrusted(child.id) for child in both] == [["覃大婶"], ["覃大婶"]]
    with seen_by(None):
        assert len(set(Relative.objects.filter(name="覃大婶").values_list("person_key", flat=True))) == 1


def test_whoever_falls_under_article_22_cannot_be_entrusted(director: Post):
    both = family(2)
    row = drafted(both, by=director)
    with seen_by(director):
        actions.answer(agreement_id=row.id, declarations=CLEAR | {"vice": True}, wishes={child.id: (True, "") for child in both}, by=director)
        for party in Party.objects.filter(agreement=row):
            actions.draw(party_id=party.id, picture=picture(), by=director)
        with pytest.raises(CannotDo, match="第二十二条"):
            actions.sign(agreement_id=row.id, guardianship="fair", on=today(), by=director)


def test_a_child_of_eight_must_be_asked_and_a_smaller_one_need_not(director: Post):
    small = family(1, born=years_ago(8, days=-1))
    row = drafted(small, by=director)
    with seen_by(director):
        actions.answer(agreement_id=row.id, declarations=CLEAR, wishes={}, by=director)
        assert Lacking.UNHEARD not in lacking(Agreement.objects.get(pk=row.id))
    with time_machine.travel(now() + timedelta(days=1), tick=False), seen_by(director):
        assert Lacking.UNHEARD in lacking(Agreement.objects.get(pk=row.id))


def test_a_minor_cannot_be_entrusted(director: Post):
    sister = NewRelative(relation="75", name="张姐", born=years_ago(17), primary=True)
    (child,) = family(1, carer=sister)
    with seen_by(director):
        sister_key = Relative.objects.get(child=child, relation="75").person_key
        row = actions.draft(new=NewAgreement(children=[child.id], guardian=sister_key), by=director)
        assert lacking(row)[0] is Lacking.MINOR


def test_a_signed_sheet_comes_back_as_a_scan_of_each_child(director: Post):
    both = family(2)
    row = drafted(both, by=director)
    answered(row, both, by=director)
    with seen_by(director):
        actions.freeze(agreement_id=row.id, by=director)
        everyone = list(Party.objects.filter(agreement=row).values_list("pk", flat=True))
        with pytest.raises(FieldErrors), transaction.atomic():
            actions.sign(agreement_id=row.id, guardianship="fair", on=today(), on_paper=everyone, by=director)
        actions.sign(agreement_id=row.id, guardianship="fair", on=today(), on_paper=everyone, scan=picture(), by=director)
        assert Attachment.objects.filter(child_id__in=[child.id for child in both], kind="scan").count() == 2
        assert set(Party.objects.filter(agreement=row).values_list("how", flat=True)) == {"paper"}


def test_a_child_is_on_one_paper_at_a_time(director: Post):
    both = family(2)
    signed(both, by=director)
    with pytest.raises(CannotDo, match="已有确认书"):
        drafted(both[:1], by=director)


def test_a_renewal_follows_without_a_gap_and_ends_the_old_one_when_signed(director: Post):
    both = family(2)
    old = signed(both, by=director, ago=350)
    with seen_by(director):
        new = actions.renew(agreement_id=old.id, by=director)
        assert (new.since, new.follows_id) == (old.until, old.id)
        with pytest.raises(CannotDo), transaction.atomic():
            actions.renew(agreement_id=old.id, by=director)
    answered(new, both, by=director)
    with seen_by(director):
        for party in Party.objects.filter(agreement=new):
            actions.draw(party_id=party.id, picture=picture(), by=director)
        actions.sign(agreement_id=new.id, guardianship="good", on=today(), by=director)
        old.refresh_from_db()
        assert old.state == "renewed"
        assert not queries.without(today()).exists()


def test_what_runs_out_is_marked_at_night_and_the_child_is_without_a_paper(director: Post):
    both = family(2)
    row = signed(both, by=director)
    with time_machine.travel(now() + timedelta(days=366), tick=False):
        with seen_by(None):
            assert queries.without(today()).count() == 2
        ticking.tick()
        ticking.tick()
    with seen_by(director):
        row.refresh_from_db()
        assert row.state == "expired"


def test_the_village_is_told_once_a_month_before_and_once_on_the_day(director: Post):
    row = signed(family(2), by=director, ago=330)
    for days, heard in ((0, 0), (6, 1), (7, 1), (36, 2), (40, 2)):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            ticking.tick()
            with seen_by(None):
                told = list(Message.objects.filter(person_id=director.person_id).values_list("about", flat=True))
        assert len(told) == heard, days
        assert not any(name in each for each in told for name in ("张", "王秀英", row.number))


def test_a_paper_that_was_renewed_does_not_ring(director: Post):
    both = family(1)
    signed(both, by=director, ago=350)
    with seen_by(director):
        old = Agreement.objects.get()
        new = actions.renew(agreement_id=old.id, by=director)
    answered(new, both, by=director)
    with seen_by(director):
        for party in Party.objects.filter(agreement=new):
            actions.draw(party_id=party.id, picture=picture(), by=director)
        actions.sign(agreement_id=new.id, guardianship="good", on=today(), by=director)
    with seen_by(None):
        assert not Clock.objects.filter(subject=old.id, fired_at=None, stopped_at=None).exists()


def test_an_end_says_how_the_child_is_guarded_from_then_on(director: Post):
    both = family(2)
    row = signed(both, by=director)
    with seen_by(director):
        with pytest.raises(FieldErrors):
            actions.end(agreement_id=row.id, reason="", guardianship="", on=today(), note="", by=director)
        actions.end(agreement_id=row.id, reason="guardian_unable", guardianship="nobody", on=today(), note="奶奶住院", by=director)
    for child in both:
        assert entrusted(child.id) == []
        assert guarded(child.id) == [("nobody", "")]


def test_the_words_of_a_child_lie_sealed(director: Post):
    both = family(1)
    row = drafted(both, by=director)
    answered(row, both, by=director, wish="想跟爸爸妈妈住")
    with seen_by(None):
        covered = Covered.objects.get(agreement=row)
        assert "想跟" not in bytes(covered.wish_sealed or b"").decode("utf-8", "ignore")
        assert files([both[0].id], ())[both[0].id].key.open(covered.binding, covered.wish_sealed) == "想跟爸爸妈妈住"  # type: ignore[union-attr, arg-type]


def test_the_database_refuses_a_signed_paper_without_its_words(director: Post):
    row = drafted(family(1), by=director)
    with seen_by(None), pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=row.id).update(state="signed", signed_on=today())


def test_the_paper_follows_when_all_its_children_have_moved(director: Post, next_director: Post, supervisor: Post):
    both = family(2)
    row = signed(both, by=director)
    move(both[0].id, supervisor)
    with seen_by(director):
        assert queries.seen(row.id)
    with seen_by(next_director):
        assert queries.seen(row.id), "the brother's new village sees the paper on which he stands"
        assert not Agreement.objects.filter(pk=row.id).exists()
    move(both[1].id, supervisor)
    with seen_by(director):
        assert queries.seen(row.id) is None
    with seen_by(next_director):
        assert Agreement.objects.filter(pk=row.id).exists()


def move(child_id: UUID, supervisor: Post) -> None:
    with seen_by(supervisor):
        transfer = children.request_transfer(child_id=child_id, to=NEXT_VILLAGE, reason="搬家", by=supervisor)
    with seen_by(supervisor):
        children.answer_transfer(transfer_id=transfer.id, act="accept", by=supervisor)


def test_a_child_that_leaves_the_register_leaves_the_paper(director: Post, supervisor: Post):
    both = family(2)
    row = signed(both, by=director)
    for number, child in enumerate(both):
        with seen_by(supervisor):
            children.advance(child_id=child.id, act="end", by=supervisor, reason="moved_away", comment="随父母")
            row.refresh_from_db()
            assert row.state == ("signed", "ended")[number]


def test_an_erased_child_leaves_nothing_behind(director: Post, officer: Post):
    both = family(2)
    row = signed(both, by=director)
    erase(both[0].id, officer)
    with seen_by(director):
        assert [each["name"] for each in opened(Agreement.objects.get(pk=row.id))["children"]] == ["张二"]  # type: ignore[attr-defined]
    erase(both[1].id, officer)
    with seen_by(None):
        assert not Agreement.objects.filter(pk=row.id).exists()
        assert not WrappedKey.objects.filter(owner=row.id).exists()


def erase(child_id: UUID, officer: Post) -> None:
    with seen_by(officer):
        children.advance(child_id=child_id, act="end", by=officer, reason="moved_away", comment="随父母")
        children.erase(child_id=child_id, why="监护人要求", by=officer)


def test_two_files_of_one_child_become_one_on_the_paper_and_two_again(director: Post, officer: Post):
    (child,) = family(1)
    row = signed([child], by=director)
    other = make_child(name="张大", born=child.born)
    with seen_by(officer):
        children.merge_files(kept_id=other.id, other_id=child.id, reason="重复", by=officer)
        assert list(Covered.objects.filter(agreement=row, phase="running").values_list("child_id", flat=True)) == [other.id]
    with seen_by(officer):
        from tongxing.children.models import Merge

        children.undo_merge(merge_id=Merge.objects.get().id, by=officer)
        assert list(Covered.objects.filter(agreement=row, phase="running").values_list("child_id", flat=True)) == [child.id]
