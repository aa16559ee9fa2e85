"""New values as rows: sealed, digested, with the child's place. Nothing is written here."""

from __future__ import annotations

from tongxing.accounts.models import Post
from tongxing.children import codes
from tongxing.children.fields import id_number, name, phone
from tongxing.children.file import File, binding
from tongxing.children.levels import covered
from tongxing.children.models import Absence, Category, Child, Circumstance, Guardianship, Relative, Residence, Review, Schooling
from tongxing.children.new import NewAbsence, NewCategory, NewCircumstance, NewGuardianship, NewRelative, NewResidence, NewSchooling
from tongxing.crypto.sealed import DataKey, digest
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today


def seal(key: DataKey, row: Child | Relative | Residence, field: str, text: str) -> None:
    """Put a plain text into a sealed column; the empty text empties it."""
    setattr(row, f"{field}_sealed", key.seal(binding(row, field), text) if text else None)


def relative(file: File, new: NewRelative) -> Relative:
    """A relative with circumstances and absences, added to the file in memory."""
    assert file.key
    row = Relative.fresh(
        child_id=file.child.id,
        scope_place=file.child.scope_place,
        person_key=new.person_key or uuid7(),
        relation=new.relation,
        name=name(new.name),
        sex=new.sex,
        born=new.born,
        entrusted=new.entrusted,
        primary=new.primary,
        since=new.since,
    )
    number, telephone = id_number(new.id_number), phone(new.phone)
    seal(file.key, row, "id_number", number)
    seal(file.key, row, "phone", telephone)
    seal(file.key, row, "address", new.address.strip())
    row.id_digest = digest("id_number", number) if number else ""
    row.phone_digest = digest("phone", telephone) if telephone else ""
    file.relatives.append(row)
    file.circumstances += [circumstance(row, each) for each in new.circumstances]
    file.absences += [absence(row, each) for each in new.absences]
    return row


def circumstance(of: Relative, new: NewCircumstance) -> Circumstance:
    return Circumstance.fresh(
        child_id=of.child_id,
        relative_id=of.id,
        scope_place=of.scope_place,
        kind=new.kind,
        since=new.since,
        until=new.until,
        precision=new.precision,
        expected_until=new.expected_until,
        reported=new.reported,
        grade=new.grade,
        disability=new.disability,
        evidence=list(new.evidence),
        note=new.note.strip(),
    )


def absence(of: Relative, new: NewAbsence) -> Absence:
    return Absence.fresh(
        child_id=of.child_id,
        relative_id=of.id,
        scope_place=of.scope_place,
        where=new.where.strip(),
        where_place=new.where_place,
        purpose=new.purpose,
        since=new.since,
        until=new.until,
        precision=new.precision,
        returned=new.returned or ("unknown" if new.until else ""),
    )


def schooling(child: Child, new: NewSchooling) -> Schooling:
    return Schooling.fresh(
        child_id=child.id,
        scope_place=child.scope_place,
        since=new.since or today(),
        stage=new.stage,
        enrolment=new.enrolment or ("attending" if codes.SCHOOL_STAGE[new.stage].enrolled else ""),
        school_id=new.school_id,
        school_name=new.school_name.strip(),
        grade=new.grade,
        class_name=new.class_name.strip(),
        boarding=new.boarding,
    )


def guardianship(child: Child, new: NewGuardianship, entrusted: Relative | None) -> Guardianship:
    return Guardianship.fresh(
        child_id=child.id, scope_place=child.scope_place, since=new.since or today(), kind=new.kind, entrusted_id=entrusted.id if entrusted else None, note=new.note.strip()
    )


def residence(file: File, new: NewResidence) -> Residence:
    assert file.key
    place = new.place or file.child.scope_place
    row = Residence.fresh(child_id=file.child.id, scope_place=file.child.scope_place, since=new.since or today(), place=place, living_with=new.living_with)
    seal(file.key, row, "address", new.address.strip())
    return row


def category(child: Child, new: NewCategory, by: Post | None) -> Category:
    """A category as the acting post's level leaves it: reported, checked, or confirmed at once by who confirms."""
    scheme = codes.SCHEMES[new.scheme]
    step, state = covered(scheme.about.levels, by)
    return Category.fresh(
        child_id=child.id,
        scope_place=child.scope_place,
        scheme=new.scheme,
        kind=new.kind,
        since=new.since or today(),
        reason=new.reason.strip(),
        evidence=list(new.evidence),
        step=step,
        state=state,
        restricted=scheme.kinds[new.kind].restricted,
    )


def review(child: Child, verb: str, by: Post | None, *, comment: str = "", category: Category | None = None) -> Review:
    return Review.fresh(
        child_id=child.id,
        scope_place=child.scope_place,
        verb=verb,
        comment=comment,
        category_id=category.id if category else None,
        by=by.person_id if by else None,
        post=by.id if by else None,
        by_name=by.person.name if by else "",
    )
