"""The roles of the house and what each may do. A right is `noun.verb`; a view names the right that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxing.places.codes import Level


class Sees(StrEnum):
    """What a role's scope is made of."""

    PLACE = "place"  # every child of the post's place
    GRANTED = "granted"  # the children granted to the post one by one
    NOTHING = "nothing"  # no child at all


VIEW = frozenset({"children.view", "places.view", "units.view", "notices.view", "reports.make", "cases.view"})
LOG = frozenset({"log.view", "log.write", "duties.view"})
FILE = VIEW | {
    "children.register",
    "children.edit",
    "children.confirm_unchanged",
    "children.submit",
    "children.unmask",
    "children.print",
    "children.leave",
    "circles.view",
    "circles.edit",
    "guardianship.view",
    "guardianship.edit",
    "privacy.record",
    "figures.view",
    "log.import",
    "needs.edit",
    *LOG,
}
LETTERS = frozenset({"letters.view", "letters.write", "meetings.view", "meetings.edit"})
TOWNSHIP = FILE | {
    "children.phones",
    "children.approve",
    "children.check",
    "children.end",
    "children.import",
    "children.export",
    "figures.export",
    "figures.report",
    "exchange.fill",
    "transfers.request",
    "transfers.accept",
    "posts.manage",
    "posts.import",
    "accounts.reset",
    "units.edit",
    "notices.send",
    "duties.board",
    "duties.decide",
    "caremodels.ask",
    "cases.work",
    *LETTERS,
    "hotline.read",
}
COUNTY = TOWNSHIP | {
    "exchange.compare",
    "exchange.whole",
    "children.confirm",
    "children.determine",
    "children.merge",
    "children.roll_over",
    "transfers.decide",
    "privacy.decide",
    "figures.collect",
    "calendars.edit",
    "caremodels.adopt",
    "cases.decide",
    "guardianship.decide",
    "roster.edit",
    "letters.sign",
}
ABOVE = VIEW | {
    "circles.view",
    "calendars.edit",
    "notices.send",
    "figures.view",
    "figures.export",
    "figures.report",
    "figures.collect",
    "children.export",
    "exchange.fill",
    "posts.manage",
    "posts.import",
    "accounts.reset",
    "caremodels.adopt",
    "caremodels.ask",
    "log.own_place",
    "duties.view",
    "duties.board",
}

ANY_OFFICE = (Level.COUNTY, Level.TOWNSHIP)
ADMINISTRATION = (Level.COUNTY, Level.CITY, Level.PROVINCE)


@dataclass(frozen=True, slots=True)
class Role:
    """`levels`: where a post of this role may sit, the usual one first. `rank`: a smaller number stands above a greater.

    `second_factor` says that it signs in with one, `record_check` that the yearly check of art. 62 gates its powers,
    `administrator` that it is one of the three that nobody combines with anything else.
    """

    id: str
    name: Promise
    levels: tuple[Level, ...]
    sees: Sees
    rights: frozenset[str]
    rank: int
    second_factor: bool = False
    record_check: bool = False
    administrator: bool = False

    @property
    def level(self) -> Level:
        return self.levels[0]


ROLES: dict[str, Role] = {
    role.id: role
    for role in (
        Role("child_director", _("儿童主任"), (Level.VILLAGE,), Sees.PLACE, FILE | {"children.phones", "transfers.request"}, rank=5, record_check=True),
        Role("supervisor", _("儿童督导员"), (Level.TOWNSHIP,), Sees.PLACE, TOWNSHIP, rank=4, record_check=True),
        Role("county_officer", _("县民政干部"), (Level.COUNTY,), Sees.PLACE, COUNTY, rank=3, second_factor=True),
        Role("city_officer", _("市民政干部"), (Level.CITY,), Sees.PLACE, ABOVE, rank=2, second_factor=True),
        Role("province_officer", _("省民政干部"), (Level.PROVINCE,), Sees.PLACE, ABOVE, rank=1, second_factor=True),
        Role("teacher", _("教师"), ANY_OFFICE, Sees.GRANTED, VIEW | LOG, rank=6, record_check=True),
        Role("department", _("部门联络员"), ANY_OFFICE, Sees.GRANTED, VIEW | {"figures.view", "hotline.read", "letters.view", "letters.reply", "meetings.view"}, rank=6),
        Role(
            "hotline_agent",
            _("12355话务员"),
            (Level.COUNTY, Level.CITY),
            Sees.NOTHING,
            frozenset({"hotline.answer", "reports.make", "notices.view", "places.view"}),
            rank=6,
            record_check=True,
        ),
        Role("social_worker", _("社工"), ANY_OFFICE, Sees.GRANTED, VIEW | LOG, rank=6, record_check=True),
        Role(
            "auditor",
            _("审计员"),
            ADMINISTRATION,
            Sees.NOTHING,
            frozenset({"audit.view", "audit.export", "places.view", "figures.view"}),
            rank=6,
            second_factor=True,
            administrator=True,
        ),
        Role(
            "security_admin",
            _("安全管理员"),
            ADMINISTRATION,
            Sees.NOTHING,
            frozenset({"accounts.manage", "accounts.reset", "accounts.unlock", "posts.manage", "places.view"}),
            rank=6,
            second_factor=True,
            administrator=True,
        ),
        Role(
            "system_admin",
            _("系统管理员"),
            ADMINISTRATION,
            Sees.NOTHING,
            frozenset({"places.view", "places.edit", "system.view"}),
            rank=6,
            second_factor=True,
            administrator=True,
        ),
    )
}

# What remains to a post whose holder lacks this year's record check: alarms are always possible, children are not.
WITHHELD = frozenset({"notices.view", "places.view", "reports.make"})
