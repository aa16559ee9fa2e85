"""The whole page of a file, in a handful of queries: the file itself is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.accounts.models import Post
from tongxing.accounts.queries import with_phones
from tongxing.accounts.roles import ROLES
from tongxing.children import codes
from tongxing.children.file import File
from tongxing.children.models import Category, Child, State
from tongxing.children.page import head, history, tabs
from tongxing.children.page.panels import Panel, panels_for, tabs_for
from tongxing.children.page.reader import Reader
from tongxing.children.page.shapes import Attached, Candidate, Carer, Event, Gap, Head, Owner, Person, Section, Tab, Todo
from tongxing.children.page.todo import todo
from tongxing.children.rules import age
from tongxing.children.rules.completeness import fields as complete_fields
from tongxing.files import queries as files
from tongxing.ground.today import today
from tongxing.places import codes as place_codes
from tongxing.places.models import Place

RECENT = 4
GAPS = 7
SECTION_TABS = {"identity": "facts", "health": "health", "school": "school", "family": "family", "guardianship": "family", "livelihood": "facts"}
TABS: Mapping[str, tuple[str, str]] = {
    "facts": (noop("基本情况"), "children/file/facts.html"),
    "family": (noop("家庭和监护"), "children/file/family.html"),
    "school": (noop("就学"), "children/file/facts.html"),
    "health": (noop("健康情况"), "children/file/facts.html"),
    "categories": (noop("类别和身份"), "children/file/categories.html"),
    "documents": (noop("同意和材料"), "children/file/documents.html"),
    "history": (noop("变更历史"), "children/file/history.html"),
}


@dataclass
class Page:
    """What children/file.html draws."""

    reader: Reader
    head: Head
    tab: str
    tab_template: str
    tabs: list[Tab]
    path: list[dict[str, str]]
    todo: list[Todo]
    carers: list[Carer]
    siblings: list[dict[str, Any]]
    owners: list[Owner]
    recent: list[Event]
    score: int
    missing: list[Gap]
    missing_more: list[Gap]
    guardianship: str
    confirmed: str
    panels: list[tuple[Panel, Any]]
    list_url: str = ""
    family_url: str = ""
    history_url: str = ""
    household_url: str = ""
    sections: list[Section] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    siblings_note: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)
    history_next: str = ""
    attachments: list[Attached] = field(default_factory=list)
    upload_url: str = ""
    more: Any = None  # of a tab of a higher floor
    shown: tuple[str, ...] = ()  # what the page shows in full, for the access log


def build(post: Post, file: File, *, tab: str = "facts", before: int | None = None, params: Mapping[str, str] | None = None) -> Page:
    reader, on, more = Reader(post, file), today(), tabs_for(post)
    tab = tab if tab in more or (tab in TABS and (tab != "history" or reader.sees_private)) else "facts"
    lines = history.records(reader, limit=history.SHOWN + 1 if tab == "history" else RECENT, before=before) if reader.sees_private else []
    siblings = list(
        Child.objects.filter(household_id=file.child.household_id).exclude(pk=file.child.id).exclude(state=State.ENDED).only("name", "born", "sex", "school_name").order_by("born")
    )
    chain = place_codes.chain(file.child.scope_place)
    wanted = {*chain, *(row.place for row in file.residences), *history.place_codes(lines)} | ({file.child.registered_place} if file.child.registered_place else set())
    known = {place.code: place for place in Place.objects.filter(code__in=wanted).only("name", "short_name", "full_name", "level")}
    places = names(known, chain)
    gaps = [Gap(_(complete_fields()[key].label), gap_url(reader, key)) for key in file.child.missing if key in complete_fields()]
    events = history.events(reader, lines[: history.SHOWN], places) if lines else []
    list_url = reverse("children:list")
    page = Page(
        reader=reader,
        head=head.head(reader, {code: local(known, code, post) for code in known}, on),
        tab=tab,
        tab_template=more[tab].template if tab in more else TABS[tab][1],
        tabs=the_tabs(reader, lines),
        path=[{"name": known[code].short_name, "url": f"{list_url}?place={code}"} for code in chain if code in known and code > post.place_id],
        todo=todo(reader, on),
        carers=head.carers(reader, on),
        siblings=[
            {
                "name": reader.name(child.name),
                "url": reverse("children:file", args=[child.id]),
                "age": age(child.born, on).years,
                "sex": codes.SEX.text(child.sex),
                "school": child.school_name,
            }
            for child in siblings
        ],
        owners=owners(file.child, known),
        recent=events[:RECENT],
        score=file.child.completeness,
        missing=gaps[:GAPS],
        missing_more=gaps[GAPS:],
        guardianship=codes.GUARDIANSHIP.text(file.child.guardianship),
        confirmed=_("%(day)s 核实") % {"day": file.child.confirmed_on.isoformat()} if file.child.confirmed_on else _("还没有核实过"),
        panels=[(panel, panel.load(reader)) for panel in panels_for(post)],
        list_url=list_url,
        family_url=reader.tab("family"),
        history_url=reader.tab("history") if reader.sees_private else "",
        household_url=reader.url("household") if reader.may_edit else "",
    )
    page.shown = head.in_full(page.carers)
    if tab in more:
        page.more = more[tab].load(reader, params or {})
    else:
        FILLERS[tab](page, places, on)
    if tab == "history":
        page.history = events
        page.history_next = reader.url("file", tab="history", before=lines[history.SHOWN - 1].seq) if len(lines) > history.SHOWN else ""
    return page


def names(known: Mapping[int, Place], chain: tuple[int, ...] | list[int]) -> dict[int, str]:
    """Places from the county down where they lie in the child's own city, in full elsewhere."""
    city = next((known[code].full_name for code in chain if code in known and known[code].depth == place_codes.Level.CITY), "")
    return {code: place.full_name.removeprefix(city) or place.full_name for code, place in known.items()}


def local(known: Mapping[int, Place], code: int, post: Post) -> str:
    """A place as the reader says it: without the part that is his own."""
    name, own = known[code].full_name, post.place.full_name
    return name.removeprefix(own) or known[code].short_name


def the_tabs(reader: Reader, lines: list[Any]) -> list[Tab]:
    file = reader.file
    counts = {
        "family": len([row for row in file.relatives if row.until is None]),
        "categories": len([row for row in file.categories if row.until is None and row.state != Category.State.REFUSED]) or None,
    }
    own = [Tab(key, _(word), reader.tab(key), counts.get(key)) for key, (word, _template) in TABS.items() if key != "history" or reader.sees_private]
    return [own[0], *(Tab(each.key, _(each.word), reader.tab(each.key), None) for each in tabs_for(reader.post).values()), *own[1:]]


def owners(child: Child, known: Mapping[int, Place]) -> list[Owner]:
    """Two owners a child, village and township (LHK-7); a vacancy shows."""
    levels = {"child_director": child.scope_place, "supervisor": place_codes.at_level(child.scope_place, place_codes.Level.TOWNSHIP)}
    held = Post.objects.held(today()).filter(role__in=levels, place__in=levels.values()).select_related("person").order_by("since", "id")
    posts = list(held.only("role", "place", "deputy_of", "person__name", "person__phone_sealed"))
    with_phones([post.person for post in posts])
    found = []
    for role, code in levels.items():
        place = known.get(code)
        name, word = place.short_name if place else "", str(ROLES[role].name)
        here = [post for post in posts if (post.role, post.place_id) == (role, code)]
        found += [Owner(name, post.person.name, word, post.person.phone) for post in here if post.deputy_of_id is None][:1] or [Owner(name)]
        found += [Owner("", post.person.name, _("代理%(role)s") % {"role": word}, post.person.phone) for post in here if post.deputy_of_id]
    return found


def gap_url(reader: Reader, key: str) -> str:
    """Where one fills a gap; nowhere for whoever may not."""
    if not reader.may_edit:
        return ""
    section = complete_fields()[key].section
    if key in ("photo", "character", "hobbies"):
        return reader.tab("documents", "tabs")
    if section in ("identity", "livelihood", "health") and key not in ("residence", "residence_address", "living_with"):
        return reader.url("edit") + f"#id_{key}"
    return reader.tab(SECTION_TABS[section], "tabs")


def _facts(page: Page, places: dict[int, str], on: date) -> None:
    page.sections = tabs.facts(page.reader, places, on)


def _family(page: Page, _places: dict[int, str], on: date) -> None:
    page.people = tabs.people(page.reader, on)
    page.sections = tabs.guardianship(page.reader, on)
    if page.siblings:
        page.siblings_note = _("同户还有%(names)s。父母、祖辈的信息改一次，几份档案同时改。") % {"names": _("、").join(one["name"] for one in page.siblings)}


def _school(page: Page, _places: dict[int, str], on: date) -> None:
    page.sections = tabs.school(page.reader, on)


def _health(page: Page, _places: dict[int, str], on: date) -> None:
    page.sections = tabs.health(page.reader, on)


def _categories(page: Page, _places: dict[int, str], on: date) -> None:
    page.candidates = tabs.candidates(page.reader, on)
    page.sections = tabs.categories(page.reader, on)


def _documents(page: Page, _places: dict[int, str], on: date) -> None:
    reader = page.reader
    page.sections = tabs.documents(reader, on)
    key = reader.file.key
    page.upload_url = reader.url("upload") if reader.may_edit else ""
    page.attachments = [
        Attached(
            row.at,
            files.title(row, key) if key else _("（已销毁）"),
            str(row.get_kind_display()),
            row.size,
            "photo" if row.media_type.startswith("image/") else "file-text",
            reader.url("attachment", row.id),
            reader.url("attachment_remove", row.id) if reader.may_edit else "",
        )
        for row in files.of_child(reader.child.id)
    ]


def _nothing(_page: Page, _places: dict[int, str], _on: date) -> None:
    """The history is filled with what was read already."""


FILLERS: Mapping[str, Callable[[Page, dict[int, str], date], None]] = {
    "facts": _facts,
    "family": _family,
    "school": _school,
    "health": _health,
    "categories": _categories,
    "documents": _documents,
    "history": _nothing,
}
