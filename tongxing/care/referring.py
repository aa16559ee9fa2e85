"""What answers refer to: places, people and children, found among what the writer may see, and named for whoever reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tongxing.accounts.models import Person, Post
from tongxing.children.finding import keys
from tongxing.children.finding.conditions import Asking
from tongxing.children.finding.search import suggested
from tongxing.children.models import Child, SearchKey
from tongxing.circles import people
from tongxing.forms import wording
from tongxing.forms.cleaning import NotKnown
from tongxing.forms.shapes import Definition, Field
from tongxing.forms.wording import Names
from tongxing.ground.ids import parse
from tongxing.ground.today import today
from tongxing.log import queries as log
from tongxing.log.models import Entry
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.models import Place

type Answered = tuple[Definition, Mapping[str, object]]
SEVERAL = 4  # named in the question which one is meant
SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One that may be meant: what is kept, what stands in the field, what tells it from others."""

    key: str
    text: str
    beside: str


@dataclass(frozen=True, slots=True)
class Among:
    """The places, people and children that a post may refer to. ``kept``: type and id of what an entry says already, which its correction may go on saying."""

    by: Post | None
    kept: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def find(self, asked: Field, text: str, key: str) -> int | str:
        """Raises ``NotKnown`` with a sentence; of what lies outside the scope nothing is said but that it was not found."""
        if (asked.type, key or text) in self.kept:
            return int(key or text) if asked.type == "place" else key or text
        match asked.type:
            case "place":
                return self._place(asked, text, key)
            case "person":
                return self._person(asked, text, key)
            case _:
                return self._child(asked, text, key)

    def suggested(self, kind: str, text: str) -> list[Suggestion]:
        """What a half-typed text may mean."""
        if not text.strip() or self.by is None:
            return []
        match kind:
            case "place":
                return [Suggestion(codes.show(each.code), each.full_name, each.full_name) for each in self._places(text)[:SUGGESTED]]
            case "person":
                return [Suggestion(str(each.person.pk), each.person.name, each.words) for each in people.search(text, self.by, today())[:SUGGESTED]]
            case "child":
                children, _places, _problem = suggested(text, Asking(self.by, today()))
                return [Suggestion(str(each.id), each.name, f"{each.born.isoformat()} {each.place}") for each in children]
            case _:
                return []

    # Places: those below the post's own and those above it.

    def _places(self, text: str) -> list[Place]:
        own = self.by.place_id if self.by else codes.COUNTRY
        lo, hi = codes.span(own)
        above = [place for place in places.chain(own)[:-1] if text.strip() in place.full_name] if self.by else []
        return [*places.search(text, lo=lo, hi=hi, limit=SUGGESTED), *reversed(above)]

    def _place(self, asked: Field, text: str, key: str) -> int:
        code = next((int(each) for each in (key, text) if each.isascii() and each.isdecimal() and len(each) == 12), None)
        if code is not None:
            own = self.by.place_id if self.by else codes.COUNTRY
            if (codes.within(code, own) or codes.within(own, code)) and places.by_code(code):
                return code
            raise NotKnown(_("“%(field)s”没有找到您范围内的这个地方。") % {"field": _(asked.label)})
        own = self.by.place_id if self.by else codes.COUNTRY
        lo, hi = codes.span(own)
        exact = [place for place in places.chain(own) if text in (place.full_name, place.name)]
        found = exact[:1] or places.resolve(text, lo=lo, hi=hi) or self._places(text)
        return self._one(asked, text, {each.code: each.full_name for each in found})

    # People: whoever holds a post in the county or stands in a circle.

    def _person(self, asked: Field, text: str, key: str) -> str:
        for given in filter(None, map(parse, (key, text))):
            if self.by is None or people.within(self.by, today()).filter(pk=given).exists():
                return str(given)
            raise NotKnown(_("“%(field)s”没有找到这个人。") % {"field": _(asked.label)})
        if asked.free:
            return text
        named = people.within(self.by, today()).filter(name=text) if self.by else Person.objects.filter(name=text, merged_into=None)
        return self._one(asked, text, {str(each.person.pk): f"{each.person.name}（{each.words}）" for each in people.known(named[: SEVERAL + 1], today())})

    # Children: those of the active scope.

    def _child(self, asked: Field, text: str, key: str) -> str:
        for given in filter(None, map(parse, (key, text))):
            found = Child.objects.filter(pk=given).first()
            if found is not None:
                return str(found.merged_into_id or found.id)
            raise NotKnown(_("“%(field)s”没有找到这名孩子。") % {"field": _(asked.label)})
        named = Child.objects.filter(pk__in=SearchKey.objects.filter(key=keys.by_name(text)).values("child_id"), merged_into=None).order_by("born", "id")
        return self._one(asked, text, {str(each.id): f"{each.name}（{each.born.isoformat()}）" for each in named[: SEVERAL + 1]})

    @staticmethod
    def _one[Key](asked: Field, text: str, found: Mapping[Key, str]) -> Key:
        if not found:
            raise NotKnown(_("“%(field)s”没有找到“%(text)s”，请从列出的里面选。") % {"field": _(asked.label), "text": text[:30]})
        if len(found) > 1:
            names = _("、").join(list(found.values())[:SEVERAL]) + ("……" if len(found) > SEVERAL else "")
            raise NotKnown(_("“%(field)s”有几个“%(text)s”：%(names)s。请从列出的里面选。") % {"field": _(asked.label), "text": text[:30], "names": names})
        return next(iter(found))


def among(form: Definition, by: Post | None, correcting: Entry | None = None) -> Among:
    """Who finds what the answers of this form refer to."""
    kept: set[tuple[str, str]] = set()
    if correcting is not None and form.referring:
        for answers in (correcting.answers, *(moment.answers for moment in log.moments(log.parts_of(correcting)))):
            kept |= set(wording.referred(form, answers))
    return Among(by, frozenset(kept))


def names(answered: Iterable[Answered], *, children: bool = True) -> Names:
    """The names of what these answers refer to, in a query a type; children only those of the active scope, none where ``children`` is False."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for form, answers in answered:
        for kind, key in wording.referred(form, answers):
            wanted[kind].add(key)
    found: dict[tuple[str, str], str] = {}
    if ids := wanted.get("place"):
        found |= {("place", str(code)): name for code, name in places.full_names({int(each) for each in ids}).items()}
    if ids := wanted.get("person"):
        found |= {("person", str(pk)): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
    if children and (ids := wanted.get("child")):
        found |= {("child", str(pk)): name for pk, name in Child.objects.filter(pk__in=ids).values_list("pk", "name") if name}
    return found
