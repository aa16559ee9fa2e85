"""Reading letters, their lines and who may do what with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tongxing.accounts.models import Post, PostQuerySet
from tongxing.accounts.roles import ROLES
from tongxing.children.models import Child
from tongxing.crypto import actions as crypto
from tongxing.crypto.sealed import DataKey
from tongxing.ground.today import today
from tongxing.journal import actions as journal
from tongxing.letters import codes
from tongxing.letters.models import Item, Letter, Matter, Move, Need, Reply
from tongxing.letters.states import State
from tongxing.places import codes as places
from tongxing.places.codes import Level

SOON = timedelta(days=3)


def able_posts(letter: Letter, right: str) -> list[Post]:
    """Who could take a step with a letter: the holders of the right in its office, and in those above it up to the county."""
    offices = [code for code in places.chain(letter.scope_place) if places.level(code) >= Level.COUNTY]
    roles = [role.id for role in ROLES.values() if right in role.rights]
    rows = PostQuerySet(Post).held(today()).filter(place__in=offices, role__in=roles, person__user__is_active=True)
    return [post for post in rows.select_related("person", "place").order_by("id") if not post.powers_withheld()]


def able(letter: Letter, right: str) -> set[UUID]:
    return {post.person_id for post in able_posts(letter, right)}


def acted(letter: Letter, acts: Collection[str]) -> set[UUID]:
    """Who did these acts since the letter was last returned; drafting is the drafter's, whoever changed it after."""
    found: set[UUID] = set()
    for move in Move.unscoped.filter(letter=letter).select_related("post").order_by("at", "id"):
        if move.act == "return":
            found = {letter.drafter.person_id} if "draft" in acts else set()
        elif move.post and (move.act in acts or (move.act == "change" and "draft" in acts)):
            found.add(move.post.person_id)
    return found


def order_number(letter: Letter) -> str:
    """The number of a hand-over: the matter's, and which of its parts it is."""
    assert letter.matter is not None
    return f"{letter.matter.number}-{Letter.unscoped.filter(matter=letter.matter, sent_on__isnull=False).count() + 1}"


def act_on(item: Item, verb: str, letter: Letter, more: Mapping[str, Sequence[object]] | None = None) -> journal.Act:
    """A line of a child's journal about a letter."""
    diff: dict[str, Sequence[object]] = {"department": [None, letter.department], "number": [None, letter.number], "need": [None, item.kind], **(more or {})}
    return {"verb": verb, "subject_kind": "letter", "subject_id": letter.id, "child_id": item.child_id, "place": item.scope_place, "diff": diff}


def record_of(letter: Letter, verb: str, by: Post | None) -> None:
    journal.record(by=by, verb=verb, subject_kind="letter", subject_id=letter.id, place=letter.scope_place, diff={"title": [None, letter.title]})


def listed(state: str, on: date) -> QuerySet[Letter]:
    """Letters of the scope in a state: one of the table's, or ``overdue`` or ``soon``, which are comparisons of days."""
    rows = Letter.objects.all()
    match state:
        case "overdue":
            return rows.filter(state=State.SENT, due_on__lt=on)
        case "soon":
            return rows.filter(state=State.SENT, due_on__range=(on, on + SOON))
        case "open":
            return rows.exclude(state__in=(State.CLOSED, State.WITHDRAWN))
    return rows.filter(state=state) if state in State.values else rows


def waiting_for(post: Post) -> QuerySet[Letter]:
    """Letters of the scope that wait for a step which this post may take and did not prepare itself."""
    steps = Q(state=State.CHECKING) & ~Q(drafter__person=post.person_id)
    found = steps | Q(state=State.SIGNED)
    if post.may("letters.sign"):
        found |= Q(state=State.CHECKED) & ~Q(drafter__person=post.person_id)
    return Letter.objects.filter(found | Q(state=State.DRAFTED, drafter__person=post.person_id) | Q(state=State.ANSWERED))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, in words."""

    reply: Reply
    words: str
    who: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a letter's list. ``child`` None: it does not show any more (the letter is closed, the child has moved)."""

    item: Item
    child: Child | None
    note: str
    answers: Sequence[Answer]

    @property
    def need(self) -> str:
        return codes.NEED.text(self.item.kind)

    @property
    def outcome(self) -> str:
        return codes.OUTCOME.text(self.item.outcome)

    @property
    def tone(self) -> str:
        return {"granted": "green", "refused": "red", "progress": "blue"}.get(self.item.outcome, "amber")


def lines(letter: Letter) -> list[Line]:
    """The list of a letter, as the active scope sees it, in the order of places and names."""
    items = list(Item.objects.filter(letter=letter))
    children = {child.id: child for child in Child.objects.filter(pk__in={item.child_id for item in items})}
    keys = crypto.open_keys(list(children))
    said = answers(Reply.objects.filter(letter=letter, item__isnull=False), keys, by_item=True)
    found = []
    for item in items:
        key = keys.get(item.child_id)
        note = key.open(f"item:{item.id}:note", item.note_sealed) if key and item.note_sealed else ""
        found.append(Line(item, children.get(item.child_id), note, said.get(item.id, ())))
    return sorted(found, key=lambda line: (line.item.scope_place, line.child.sort_key if line.child else "", line.item.kind, line.item.id))


def answers(rows: QuerySet[Reply], keys: Mapping[UUID, DataKey], *, by_item: bool) -> dict[UUID, list[Answer]]:
    """Answers opened, the newest first, by line (or by letter)."""
    found: dict[UUID, list[Answer]] = {}
    for reply in rows.select_related("post__person", "item").order_by("-at", "-id"):
        owner = reply.item.child_id if reply.item else reply.letter_id
        key = keys.get(owner)
        words = key.open(f"reply:{reply.id}:words", reply.words_sealed) if key and reply.words_sealed else ""
        who = f"{reply.post.unit_name or reply.post.place}·{reply.post.person.name}" if reply.post else ""
        index = reply.item_id if by_item else reply.letter_id
        assert index is not None
        found.setdefault(index, []).append(Answer(reply, words, who))
    return found


def whole_answers(letters: Iterable[Letter]) -> dict[UUID, list[Answer]]:
    """What was answered for letters as a whole."""
    ids = [letter.id for letter in letters]
    return answers(Reply.objects.filter(letter__in=ids, item=None), crypto.open_keys(ids), by_item=False)


def counts(letters: Iterable[Letter]) -> dict[UUID, dict[str, int]]:
    """How many lines each of these letters has, by outcome (``waiting``: unanswered), without those that ended."""
    rows = Item.objects.filter(letter__in=[letter.id for letter in letters], ended="").order_by().values_list("letter_id", "outcome").annotate(n=Count("id"))
    found: dict[UUID, dict[str, int]] = {}
    for letter_id, outcome, number in rows:
        found.setdefault(letter_id, {})[outcome or "waiting"] = number
    return found


def of_child(child_id: UUID) -> list[tuple[Need, str, list[tuple[Item, list[Answer]]]]]:
    """The needs of a child, open ones first, each with its note and the letters about it with their answers."""
    needs = list(Need.objects.filter(child=child_id).select_related("post__person").order_by("ended_on", "-since", "-id"))
    if not needs:
        return []
    key = crypto.open_keys([child_id])
    items: dict[UUID | None, list[Item]] = {}
    for item in Item.objects.filter(child=child_id, sent_on__isnull=False).order_by("-id"):
        items.setdefault(item.need_id, []).append(item)
    said = answers(Reply.objects.filter(item__child=child_id), key, by_item=True)
    found = []
    for need in sorted(needs, key=lambda each: each.ended_on is not None):
        note = key[child_id].open(f"need:{need.id}:note", need.note_sealed) if need.note_sealed and child_id in key else ""
        found.append((need, note, [(item, said.get(item.id, [])) for item in items.get(need.id, [])]))
    return found


def opened_by(post: Post, ids: Iterable[UUID]) -> set[UUID]:
    """Those of some letters that a post may open."""
    return set(Letter.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)) if post.may("letters.view") else set()


def matters(state: str, on: date) -> QuerySet[Matter]:
    """Matters of the scope: open, overdue or answered."""
    rows = Matter.objects.select_related("post__place")
    conditions = {"open": Q(answered_on=None), "overdue": Q(answered_on=None, due_on__lt=on), "answered": Q(answered_on__isnull=False)}
    return rows.filter(conditions[state]) if state in conditions else rows


def parts(rows: Iterable[Matter]) -> dict[UUID, tuple[int, int]]:
    """Of each matter: how many departments have answered, and how many have it."""
    done = Q(state__in=(State.ANSWERED, State.CLOSED))
    counted = Letter.objects.filter(matter__in=[row.id for row in rows]).exclude(state=State.WITHDRAWN).order_by().values_list("matter_id")
    return {matter_id: (answered, total) for matter_id, answered, total in counted.annotate(answered=Count("id", filter=done), total=Count("id")) if matter_id}
