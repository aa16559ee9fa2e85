"""The only writer of entries. Nothing is ever changed: a correction follows, and so does the word that something is void."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.children.errors import CannotDo
from tongxing.children.models import Child, Residence, State
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.files import intake
from tongxing.forms import actions as forms
from tongxing.forms import cleaning
from tongxing.forms.cleaning import Cleaned, FormError, Wrong
from tongxing.forms.shapes import Definition
from tongxing.ground import scope
from tongxing.ground.ids import uuid7
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.log import papers as paper_files
from tongxing.log import queries, rules, sent
from tongxing.log.models import Entry, Participation
from tongxing.log.shapes import Circumstances, Correction, Doer, NewEntry, NewPaper, Statement, Subject
from tongxing.places import queries as places

REASON_LENGTH = 200
FOR_ALL = "an entry is corrected or void for every child that took part, wherever it lives"
TAKEN = noop("这个编号已经用在另一条工作记录上，请重新打开表格再登记。")


class AlreadyLogged(CannotDo):
    """A form that was written down before comes again with other words: nothing of it is kept. ``entry_id`` is what it was written down as."""

    def __init__(self, entry_id: UUID) -> None:
        super().__init__(_("这张表已经登记过；要改请用“更正”。"))
        self.entry_id = entry_id


class _SentTwice(Exception):
    """The same id was written by somebody else a moment ago, or belongs to an entry that is not to be seen here."""


@dataclass(slots=True)
class _Draft:
    """An entry on its way: what was checked, and the children as they stand, locked.

    ``kept``: parts of a corrected entry whose children whoever corrects does not see. They stay as they are, but for what was said once for all.
    """

    form: Definition
    subject: Subject
    told: Circumstances
    cleaned: Cleaned
    children: list[Child]
    keys: dict[UUID, DataKey]
    clean_papers: list[tuple[NewPaper, intake.Clean]] = field(default_factory=list)
    kept: list[Participation] = field(default_factory=list)

    @property
    def everyone(self) -> list[tuple[UUID, int, bool | None]]:
        """All who take part: child, place, whether it was seen."""
        here = [(child.id, child.scope_place, self.told.seen.get(child.id)) for child in self.children]
        return here + [(part.child_id, part.scope_place, part.seen) for part in self.kept]

    @property
    def erased(self) -> set[UUID]:
        """Those whose part stays and whose words are gone."""
        return {part.child_id for part in self.kept} - self.keys.keys()


def append(**new: Unpack[NewEntry]) -> Entry:
    """Write down that something happened.

    Idempotent on ``entry_id``: sent twice, it is written once; sent again with other words, ``AlreadyLogged`` is raised. Raises ``FormError``
    with a sentence for each wrong answer: a day to come, a child that was not here then; nothing is written in that case.
    """
    form, by = new["form"], new["by"]
    said = sent.digest(new, new["subject"].id, sorted(new.get("readers", ()))) if new.get("entry_id") else ""
    try:
        with transaction.atomic():
            if known := _known(new, said):
                return known
            draft = _draft(new, new["subject"], kept=())
            doer = new.get("doer") or (Doer.of(by) if by else None)
            made = new.get("entry_id") or uuid7()
            return _write(draft, by=by, doer=doer, entry_id=made, restricted_to=_readers(form, by, new.get("readers", ())), source=new.get("source", ""), said=said)
    except _SentTwice:
        if known := _known(new, said):
            return known
        raise CannotDo(_(TAKEN)) from None


@transaction.atomic
def correct(**right: Unpack[Correction]) -> Entry:
    """Let a right entry take the place of a wrong one, which stays. Children that are left out see that they were; those whom ``by`` does not see keep their part.

    Raises ``FormError``; ``CannotDo`` where the entry was corrected or voided before, or where nobody who took part is to be seen.
    """
    entry, why = right["entry"], _reason(right["reason"])
    here, everywhere = _taking_part(entry)
    said = sent.digest(right, entry.id, why)
    if known := _known(right, said):
        return known
    _refuse_followed(entry)
    kept = [part for part in everywhere if part.child_id not in here]
    staying = [*right["children"], *(part.child_id for part in kept)]
    about = entry.subject_id if entry.subject_kind != "child" or entry.subject_id in staying or not staying else staying[0]
    draft = _draft(right, Subject(entry.subject_kind, about, entry.scope_place), kept={each.field for each in queries.all_papers(entry)})
    _keep(draft, kept)
    doer = right.get("doer") or Doer(entry.doer_name, entry.doer, entry.doer_post, entry.doer_role)
    made = right.get("entry_id") or uuid7()
    gone = [part for part in everywhere if part.child_id not in staying]
    try:
        with transaction.atomic(), scope.whole_country(why=FOR_ALL):
            return _write(draft, by=right["by"], doer=doer, entry_id=made, restricted_to=entry.restricted_to, source="", said=said, corrects=entry, reason=why, gone=gone)
    except _SentTwice:
        raise CannotDo(_(TAKEN)) from None


@transaction.atomic
def void(*, entry: Entry, reason: str, by: Post | None) -> Entry:
    """Take an entry out: it never happened, for any child. It stays readable, struck out, with the reason.

    Raises ``CannotDo`` where something followed it already, or where nobody who took part is to be seen.
    """
    why = _reason(reason)
    _refuse_followed(entry)
    _here, everywhere = _taking_part(entry)
    following = _voiding(entry, why, by)
    gone = [_part(following, part.child_id, part.scope_place, dropped=True) for part in everywhere]
    with scope.whole_country(why=FOR_ALL):
        _save(following, gone, by, "entry_voided")
    return following


def _taking_part(entry: Entry) -> tuple[set[UUID], list[Participation]]:
    """The children who are to be seen here, and the parts of all, their children locked in one order. Raises ``CannotDo`` where none of them is to be seen."""
    here = set(queries.taking_part(entry).values_list("child_id", flat=True))
    with scope.whole_country(why=FOR_ALL):
        _locked(list(queries.taking_part(entry).values_list("child_id", flat=True)))
        everywhere = list(queries.taking_part(entry).order_by("child_id"))
    if everywhere and not here:
        raise CannotDo(_("这条记录里没有您范围内的孩子，不能更正或作废。"))
    return here, everywhere


def _keep(draft: _Draft, kept: list[Participation]) -> None:
    """Let parts stay in a correction with what was said of each child alone. An erased child's part is empty."""
    draft.kept = kept
    draft.keys |= crypto.open_keys([part.child_id for part in kept])
    own = {each.id for each in draft.form.own}
    for part in kept:
        if key := draft.keys.get(part.child_id):
            hidden = json.loads(key.open(part.binding, part.answers_sealed)) if part.answers_sealed else {}
            draft.cleaned.own[part.child_id] = part.answers | {name: value for name, value in hidden.items() if name in own}


def _voiding(entry: Entry, reason: str, by: Post | None) -> Entry:
    """A row that follows another one and says the same but for its answers."""
    return Entry(
        id=uuid7(),
        scope_place=entry.scope_place,
        kind=entry.kind,
        form_version_id=entry.form_version_id,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        child_id=entry.child_id,
        place=entry.place,
        on=entry.on,
        doer=entry.doer,
        doer_name=entry.doer_name,
        doer_post=entry.doer_post,
        doer_role=entry.doer_role,
        recorder=by.person_id if by else None,
        recorder_post=by.id if by else None,
        restricted_to=entry.restricted_to,
        corrects=entry,
        void=True,
        reason=reason,
    )


def _known(said: Statement, words: str) -> Entry | None:
    """The entry that was sent before under this id. Raises ``CannotDo`` where the id belongs to another one, ``AlreadyLogged`` where it said something else."""
    entry_id = said.get("entry_id")
    found = Entry.objects.filter(pk=entry_id).first() if entry_id else None
    if found is None:
        return None
    same = found.kind == said["form"].id and set(found.participations.values_list("child_id", flat=True)) >= set(said["children"])
    if not same:
        raise CannotDo(_(TAKEN))
    if found.sent and found.sent != words:
        raise AlreadyLogged(found.id)
    return found


def _reason(text: str) -> str:
    if not text.strip():
        raise FormError(Wrong("reason", _("请写明原因。")))
    return text.strip()[:REASON_LENGTH]


def _refuse_followed(entry: Entry) -> None:
    if entry.void:
        raise CannotDo(_("这条记录已经作废。"))
    if Entry.unscoped.filter(corrects=entry).exists():
        raise CannotDo(_("这条记录已经更正或作废过，请在更正后的那一条上办理。"))


def _readers(form: Definition, by: Post | None, more: Sequence[UUID]) -> list[UUID] | None:
    return list(dict.fromkeys([*([by.id] if by else []), *more])) if form.form.restricted else None


def refused(**new: Unpack[NewEntry]) -> tuple[Wrong, ...]:
    """What ``append`` would say against it now. Nothing is written, nobody is locked."""
    return tuple(_checked(new, new["subject"], _seen(new["children"]), kept=())[0])


def _draft(said: Statement, subject: Subject, *, kept: Collection[str]) -> _Draft:
    """What is to be written. ``kept``: the fields whose papers the corrected entry has. Raises ``FormError``."""
    form, children = said["form"], said["children"]
    found = _locked(children)
    wrong, cleaned, clean_papers = _checked(said, subject, found, kept=kept)
    if wrong:
        raise FormError(*wrong)
    ordered = [found[child] for child in children]
    return _Draft(form, subject, said["told"], cleaned, ordered, crypto.open_keys(children), clean_papers)


def _checked(said: Statement, subject: Subject, found: Mapping[UUID, Child], *, kept: Collection[str]) -> tuple[list[Wrong], Cleaned, list[tuple[NewPaper, intake.Clean]]]:
    """Everything checked at once, so that one answer names all that is wrong."""
    form, told, children, papers = said["form"], said["told"], said["children"], said.get("papers", ())
    own_answers = said.get("own_answers") or {}
    wrong = list(rules.frame(form, told, children, subject.kind, today=today()))
    wrong += _not_here(children, found, told)
    attached = {*kept, *(paper.field for paper in papers)}
    cleaned, clean_papers = Cleaned(), []
    try:
        cleaned = cleaning.clean(
            form,
            said["answers"],
            {child: own_answers.get(child, {}) for child in children},
            on=min(told.on, today()),
            frame=told.words,
            attached=attached,
            known=said.get("known"),
        )
        wrong += rules.talked(form, told, cleaned)
    except FormError as refused:
        wrong += refused.wrong
    try:
        clean_papers = paper_files.accepted(form, papers)
    except FormError as refused:
        wrong += refused.wrong
    return wrong, cleaned, clean_papers


LOOKED_AT = ("name", "born", "scope_place", "state", "state_since", "merged_into")


def _seen(children: Sequence[UUID]) -> dict[UUID, Child]:
    return {child.id: child for child in Child.objects.filter(pk__in=children).only(*LOOKED_AT)}


def _locked(children: Sequence[UUID]) -> dict[UUID, Child]:
    """The children, locked in one order against a move meanwhile."""
    rows = Child.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=children).order_by("pk")
    return {child.id: child for child in rows.only(*LOOKED_AT)}


def _not_here(children: Sequence[UUID], found: Mapping[UUID, Child], told: Circumstances) -> list[Wrong]:
    """A sentence for each child that is not, or was not on that day, among those of the active scope."""
    active = scope.current()
    elsewhere = dict(
        Residence.objects.filter(child_id__in=children, since__lte=told.on)
        .exclude(until__lte=told.on)
        .exclude(place__range=(active.lo, active.hi))
        .values_list("child_id", "place")
    )
    names = places.full_names(set(elsewhere.values())) if elsewhere else {}
    wrong = []
    for child_id in children:
        child = found.get(child_id)
        if child is None:
            said = _("选中的孩子里有不在您范围内的，可能已经转走，请由现在的负责人登记。")
        elif told.on < child.born:
            said = _("%(name)s那天还没有出生。") % {"name": child.name}
        elif child.state == State.ENDED and told.on > child.state_since:
            said = _("%(name)s已于%(day)s退出，那以后的工作不能登记。") % {"name": child.name, "day": child.state_since.isoformat()}
        elif child_id in elsewhere and child_id not in active.children:
            said = _("%(name)s那天住在%(place)s，请由当时的负责人登记。") % {"name": child.name, "place": names.get(elsewhere[child_id], "")}
        else:
            continue
        wrong.append(Wrong("children", said, child_id))
    return wrong


def _write(
    draft: _Draft,
    *,
    by: Post | None,
    doer: Doer | None,
    entry_id: UUID,
    restricted_to: list[UUID] | None,
    source: str,
    said: str,
    corrects: Entry | None = None,
    reason: str = "",
    gone: Sequence[Participation] = (),
) -> Entry:
    form, told, cleaned = draft.form, draft.told, draft.cleaned
    everyone = [None, *(child for child, _place, _seen in draft.everyone)]
    answered = {section for child in everyone for section in cleaned.sections(form, child)}
    sections = [section.id for section in form.section if section.id in answered]
    events = list(dict.fromkeys(event for child in everyone for event in cleaned.events(form, child)))
    own_section_tags = [tag for section in form.section if section.id in sections for tag in section.tags]
    sealed = {each.id for each in form.fields() if each.sensitive}
    seen = [seen for _child, _place, seen in draft.everyone if seen is not None]
    about_child = draft.subject.kind == "child"
    stands = next((place for child, place, _seen in draft.everyone if about_child and child == draft.subject.id), draft.subject.place)
    entry = Entry(
        id=entry_id,
        scope_place=stands,
        kind=form.id,
        form_version_id=forms.version_of(form),
        subject_kind=draft.subject.kind,
        subject_id=draft.subject.id,
        child_id=draft.subject.id if about_child else None,
        place=corrects.place if corrects else stands,
        on=told.on,
        began=told.began,
        doer=doer.person_id if doer else None,
        doer_name=doer.name if doer else "",
        doer_post=doer.post_id if doer else None,
        doer_role=doer.role if doer else "",
        recorder=by.person_id if by else None,
        recorder_post=by.id if by else None,
        where=told.where,
        seen_in_person=any(seen) if seen else None,
        spoken_to=list(told.spoken_to),
        answers={key: value for key, value in cleaned.common.items() if key not in sealed},
        counts_as=list(form.form.counts_as),
        sections=sections,
        events=events,
        tags=list(dict.fromkeys([*form.form.tags, *own_section_tags])),
        late=corrects.late if corrects and corrects.on == told.on else rules.late(told.on, today()),
        restricted_to=restricted_to,
        corrects=corrects,
        reason=reason,
        source=source,
        sent=said,
    )
    parts = [_told(entry, child, place, seen, draft, sealed) for child, place, seen in draft.everyone]
    entry.attempt = all(part.attempt for part in parts) if parts else cleaned.attempt(form, told.words)
    parts += [_part(entry, old.child_id, old.scope_place, dropped=True) for old in gone]
    _save(entry, parts, by, "entry_corrected" if corrects else "logged")
    alone = draft.keys.get(draft.children[0].id) if len(draft.everyone) == len(draft.children) == 1 else None
    paper_files.keep(entry.id, draft.clean_papers, child=alone)
    return entry


def _told(entry: Entry, child: UUID, place: int, seen: bool | None, draft: _Draft, sealed: set[str]) -> Participation:
    """One child's part, with its sensitive answers under its own key."""
    part, form, cleaned = _part(entry, child, place, dropped=False), draft.form, draft.cleaned
    part.seen, part.attempt = seen, cleaned.attempt(form, draft.told.words if seen is None else {**draft.told.words, child: {"seen": "yes" if seen else "no"}}, child)
    if child in draft.erased:
        return part
    part.answers = {key: value for key, value in cleaned.own.get(child, {}).items() if key not in sealed}
    part.sections, part.events = cleaned.sections(form, child), cleaned.events(form, child)
    hidden = {key: value for key, value in cleaned.of(child).items() if key in sealed}
    if hidden:
        part.answers_sealed = draft.keys[child].seal(part.binding, json.dumps(hidden, ensure_ascii=False))
    return part


def _part(entry: Entry, child_id: UUID, scope_place: int, *, dropped: bool) -> Participation:
    return Participation(
        id=uuid7(), entry_id=entry.id, child_id=child_id, scope_place=scope_place, kind=entry.kind, on=entry.on, restricted_to=entry.restricted_to, dropped=dropped
    )


def _save(entry: Entry, parts: Sequence[Participation], by: Post | None, verb: str) -> None:
    """Participations first: whoever sees one of them may write the entry. Raises ``CannotDo`` where somebody else followed the same entry meanwhile."""
    try:
        Participation.unscoped.bulk_create(parts)
        entry.save(force_insert=True)
    except IntegrityError as clash:  # the caller's transaction block is rolled back with it
        if "entry_followed_once" in str(clash):
            raise CannotDo(_("别人刚刚更正或作废了这条记录，请重新打开查看。")) from clash
        if "log_entry_pkey" in str(clash) or "participation_once" in str(clash):
            raise _SentTwice from clash
        raise
    told: dict[str, list[object]] = (
        {} if entry.restricted_to is not None else {"on": [None, entry.on.isoformat()], **({"why": [None, entry.reason]} if entry.reason and not parts else {})}
    )
    acts = [{"verb": verb, "subject_kind": "entry", "subject_id": entry.id, "child_id": part.child_id, "place": part.scope_place, "diff": told} for part in parts] or [
        {"verb": verb, "subject_kind": "entry", "subject_id": entry.id, "place": entry.scope_place, "diff": told}
    ]
    journal.record_many(by=by, acts=acts)  # type: ignore[arg-type]
    entry.just_written = parts
