"""The part of every entry's form that makes it believable: when, where, who was seen, who was spoken to, who did it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.accounts.roles import ROLES
from tongxing.children.forms.inputs import day
from tongxing.children.models import Child
from tongxing.circles import queries as circles
from tongxing.circles import roles as circle_roles
from tongxing.forms.cleaning import Wrong
from tongxing.forms.loading import SPOKEN_TO, WHERE
from tongxing.forms.shapes import Definition
from tongxing.ground.models import Grant
from tongxing.ground.today import today
from tongxing.log.models import Entry
from tongxing.log.rules import EARLIEST
from tongxing.log.shapes import Circumstances, Doer, Subject
from tongxing.places import codes as places
from tongxing.units import queries as units

SEEN = (("yes", _lazy("见到了")), ("no", _lazy("没见到")))
MOST_UNITS = 60
LONG_AGO = 60  # days after which the form asks whether the date is meant
BEFORE = "before"
MUST = {"where": noop("请写明在哪里。"), "spoken_to": noop("请写明和谁谈过；没有变化也要写问了谁。")}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which form, for whom: what the page of an entry is made of."""

    form: Definition
    children: tuple[Child, ...]
    post: Post
    correcting: Entry | None = None

    @property
    def ids(self) -> list[UUID]:
        return [child.id for child in self.children]

    def subjects(self) -> dict[str, tuple[str, Subject]]:
        """What the entry may be about, by a word of the address: the child itself, the post, its place, schools."""
        about = self.form.form.about if self.post.may("log.write") else ("place",)
        first = self.children[0] if self.children else None
        if first and "child" in about and (len(self.children) == 1 or about == ("child",) or self.form.form.children == "household"):
            return {"child": (first.name, Subject("child", first.id, first.scope_place))}
        found: dict[str, tuple[str, Subject]] = {}
        if "place" in about:
            found["place"] = (str(self.post.place), Subject.of_place(self.post.place_id))
        if "post" in about:
            found["post"] = (str(self.post), Subject.of_post(self.post))
        if "home" in about:
            found |= self._homes()
        if "school" in about:
            found |= self._schools()
        if "class" in about:
            found |= self._classes()
        return found

    def _schools(self) -> dict[str, tuple[str, Subject]]:
        lo, hi = places.span(places.at_level(self.post.place_id, places.Level(min(self.post.place.level, places.Level.TOWNSHIP))))
        own = units.by_id(self.post.unit_id) if self.post.unit_id else None
        schools = [own] if own and own.kind == "school" else list(units.found(lo=lo, hi=hi, kind="school").order_by("name", "id")[:MOST_UNITS])
        return {f"school-{unit.id.hex}": (unit.name, Subject("school", unit.id, unit.place_id)) for unit in schools}

    def _homes(self) -> dict[str, tuple[str, Subject]]:
        lo, hi = places.span(self.post.place_id)
        homes = units.found(lo=lo, hi=hi, kind="home").order_by("name", "id")[:MOST_UNITS]
        return {f"home-{unit.id.hex}": (unit.name, Subject("home", unit.id, unit.place_id)) for unit in homes}

    def _classes(self) -> dict[str, tuple[str, Subject]]:
        school = units.by_id(self.post.unit_id) if self.post.unit_id else None
        if school is None or school.kind != "school":
            return {}
        return {f"class-{each.id.hex}": (f"{school.name} {each}", Subject("class", each.id, school.place_id)) for each in units.classes(school)}

    def doers(self) -> dict[str, Doer]:
        """Who may have done it: oneself first, then those around the first child, by the id of their person."""
        found = {self.post.person_id.hex: Doer.of(self.post)}
        if self.correcting and self.correcting.doer:
            entry = self.correcting
            found = {BEFORE: Doer(entry.doer_name, entry.doer, entry.doer_post, entry.doer_role)} | found
        for post in self._posts_around():
            found.setdefault(post.person_id.hex, Doer.of(post))
        for row in circles.members(self.ids[:1], today()) if self.ids else ():
            if row.person:
                found.setdefault(row.person.id.hex, Doer(row.person.name, row.person.id, row.post_id, row.role))
        return found

    def _posts_around(self) -> list[Post]:
        place = self.children[0].scope_place if self.children else self.post.place_id
        chain = [code for code in places.chain(place) if code >= places.at_level(place, places.Level.COUNTY)]
        granted = Grant.objects.filter(child_id__in=self.ids[:1], until=None).values("post_id")
        wanted = Q(place__in=chain, role__in=("child_director", "supervisor")) | Q(pk__in=granted)
        return list(Post.objects.held(today()).filter(wanted).select_related("person", "place").order_by("role", "since", "id"))

    def readers(self) -> dict[str, Post]:
        """Who may be let read a restricted entry: the posts around the child, but not oneself."""
        return {post.id.hex: post for post in self._posts_around() if post.id != self.post.id} if self.form.form.restricted else {}


class DoerField(forms.ChoiceField):
    """Oneself is always among the choices; who else there is, is read where another one is named or the page is drawn."""

    oneself = ""

    def valid_value(self, value: Any) -> bool:
        return str(value) == self.oneself or super().valid_value(value)


def open_to(form: Definition, post: Post) -> bool:
    """Whether a post may write this kind: above the counties only what is about the own place, in which no child takes part."""
    return post.may("log.write") or ("place" in form.form.about and form.form.children == "none")


class FrameForm(forms.Form):
    """When, where, who. ``<child>-seen`` is asked first where the form asks for it, of each child that is ``present``: the rest depends on it."""

    on = day(_lazy("日期"), initial_today=True)
    late = forms.BooleanField(error_messages={"required": _lazy("隔了很久才登记的，请再看一遍日期，是那天做的就打勾。")})
    nobody = forms.BooleanField(label=_lazy("没有选孩子：这次是面向大家的"), error_messages={"required": _lazy("没有选孩子，是面向大家的吗？是就打勾，不是请先选参加的孩子。")})
    began = forms.TimeField(label=_lazy("时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    about = forms.ChoiceField(label=_lazy("关于"))
    where = forms.ChoiceField(label=_lazy("在哪里"), widget=forms.RadioSelect)
    spoken_to = forms.MultipleChoiceField(label=_lazy("和谁谈过"), widget=forms.CheckboxSelectMultiple, help_text=_lazy("没有变化也要写问了谁"))
    doer = DoerField(label=_lazy("谁做的"), help_text=_lazy("别人做的、您来登记，选那个人"))
    readers = forms.MultipleChoiceField(label=_lazy("还可以给谁看"), widget=forms.CheckboxSelectMultiple, help_text=_lazy("不选就只有您自己能看；以后不能再添人"))

    def __init__(self, data: QueryDict | None, *, asked: Asked, initial: Mapping[str, Any] | None = None, present: Collection[UUID] | None = None) -> None:
        form = asked.form.form
        long_ago = _long_ago(data, asked.correcting)
        self.asked, self.subjects = asked, asked.subjects()
        super().__init__(data, initial={"where": _usual(asked), **(initial or {})})
        self._choose("about", [(key, word) for key, (word, _subject) in self.subjects.items()], keep=len(self.subjects) > 1)
        self._choose("where", [(value, WHERE.text(value)) for value in form.where], keep=bool(form.where))
        self._choose("spoken_to", [each for each in SPOKEN_TO.choices() if each[0] in (form.spoken_to or SPOKEN_TO.values())], keep="spoken_to" in form.asks)
        if asked.form.answered_by and "spoken_to" in self.fields:
            self.fields["spoken_to"].required, self.fields["spoken_to"].help_text = False, _("没有联系上的不填")
        doer = self.fields["doer"]
        assert isinstance(doer, DoerField)
        doer.oneself, doer.choices, doer.required = asked.post.person_id.hex, lambda: [(key, _who(doer)) for key, doer in self.people.items()], False
        self.may_read = asked.readers() if asked.correcting is None else {}
        self._choose("readers", [(key, f"{post.person.name} {post}") for key, post in self.may_read.items()], keep=bool(self.may_read))
        self.seen = {f"{child.id.hex}-seen": child for child in asked.children} if "seen" in form.asks else {}
        for name, child in self.seen.items():
            label = _("见到孩子本人") if len(asked.children) == 1 else _("见到%(name)s") % {"name": child.name}
            self.fields[name] = forms.ChoiceField(label=label, choices=SEEN, required=present is None or child.id in present, widget=forms.RadioSelect)
            self.fields[name].error_messages["required"] = _("请写明有没有见到孩子本人。")
        if long_ago:
            self.fields["late"].label = _("%(day)s到现在已经%(n)d天了：确实是那天做的，现在补登") % {"day": data["on"] if data else "", "n": long_ago}
        else:
            del self.fields["late"]
        if asked.children or asked.correcting or form.children != "many" or "place" not in form.about:
            del self.fields["nobody"]
        self.order_fields(["nobody", *self.seen, "on", "late", "began", "about", "where", "spoken_to", "doer", "readers"])

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]], *, keep: bool) -> None:
        if not keep:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.required = list(choices), name in MUST
        if name in MUST:
            field.error_messages["required"] = _(MUST[name])

    def told(self, children: Sequence[UUID]) -> Circumstances:
        """What was said, as far as it could be read."""
        data = self.cleaned_data
        seen = {child.id: data[name] == "yes" for name, child in self.seen.items() if child.id in children and data.get(name)}
        return Circumstances(
            on=data.get("on") or today(),
            began=data.get("began"),
            where=data.get("where", ""),
            seen=seen,
            spoken_to=tuple(data.get("spoken_to", ())),
        )

    def subject(self) -> Subject | None:
        """What the entry is about; None where there is nothing to choose from."""
        key = self.cleaned_data.get("about") or next(iter(self.subjects), "")
        return self.subjects[key][1] if key in self.subjects else None

    @cached_property
    def people(self) -> dict[str, Doer]:
        return self.asked.doers()

    def done_by(self) -> Doer | None:
        chosen = self.cleaned_data.get("doer", "")
        if chosen == self.asked.post.person_id.hex:
            return Doer.of(self.asked.post)
        return self.people.get(chosen) if chosen else None

    def read_by(self) -> list[UUID]:
        """The posts that read a restricted entry besides the own one."""
        return [self.may_read[key].id for key in self.cleaned_data.get("readers", ()) if key in self.may_read]

    def put(self, wrong: Wrong) -> None:
        """Put a sentence at the question of the frame that it is about, else above."""
        name = f"{wrong.child.hex}-seen" if wrong.field == "seen" and wrong.child else {"subject": "about"}.get(wrong.field, wrong.field)
        if name in self.fields:
            if name not in self.errors:
                self.add_error(name, wrong.sentence)
        else:
            self.add_error(None, wrong.sentence)


def _usual(asked: Asked) -> str:
    """Where it is done most often: a teacher's work at school."""
    where = asked.form.form.where
    return "school" if asked.post.role == "teacher" and "school" in where else where[0] if where else ""


def _long_ago(data: QueryDict | None, correcting: Entry | None) -> int:
    """How many days lie between the day that was given and today, where they are so many that a slip is likelier; 0 where the day stood there before."""
    try:
        on = date.fromisoformat(data.get("on", "").strip()) if data else today()
    except ValueError:
        return 0
    days = (today() - on).days
    return days if days > LONG_AGO and on >= EARLIEST and (correcting is None or correcting.on != on) else 0


def _who(doer: Doer) -> str:
    role = ROLES.get(doer.role)
    word = str(role.name) if role else circle_roles.known_name(doer.role) if doer.role else ""
    return _("%(name)s（%(role)s）") % {"name": doer.name, "role": word} if word else doer.name
