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


VIEW = frozenset({"children.view", "places.view", "units.view", "notices.view"})
FILE = VIEW | {"children.register", "children.edit", "children.confirm_unchanged", "children.submit", "children.unmask", "children.print", "children.leave", "privacy.record"}


@dataclass(frozen=True, slots=True)
class Role:
    """`level` is where a post of this role sits; `second_factor` says that it signs in with one; `record_check` that the yearly check of art. 62 gates its powers."""

    id: str
    name: Promise
    level: Level
    sees: Sees
    rights: frozenset[str]
    second_factor: bool = False
    record_check: bool = False


ROLES: dict[str, Role] = {
    role.id: role
    for role in (
        Role("child_director", _("儿童主任"), Level.VILLAGE, Sees.PLACE, FILE | {"children.phones", "transfers.request"}, record_check=True),
        Role(
            "supervisor",
            _("儿童督导员"),
            Level.TOWNSHIP,
            Sees.PLACE,
            FILE
            | {
                "children.phones",
                "children.approve",
                "children.check",
                "children.end",
                "children.import",
                "children.export",
                "transfers.request",
                "transfers.accept",
                "posts.manage",
                "accounts.reset",
                "units.edit",
            },
            record_check=True,
        ),
        Role(
            "county_officer",
            _("县民政干部"),
            Level.COUNTY,
            Sees.PLACE,
            FILE
            | {
                "children.phones",
                "children.approve",
                "children.check",
                "children.confirm",
                "children.determine",
                "children.end",
                "children.merge",
                "children.import",
                "children.export",
                "children.roll_over",
            }
            | {"transfers.request", "transfers.accept", "transfers.decide", "posts.manage", "accounts.reset", "units.edit", "privacy.decide"},
            second_factor=True,
        ),
        Role("city_officer", _("市民政干部"), Level.CITY, Sees.PLACE, VIEW | {"children.export", "posts.manage", "accounts.reset"}, second_factor=True),
        Role("province_officer", _("省民政干部"), Level.PROVINCE, Sees.PLACE, VIEW | {"children.export", "posts.manage", "accounts.reset"}, second_factor=True),
        Role("teacher", _("教师"), Level.COUNTY, Sees.GRANTED, VIEW, record_check=True),
        Role("department", _("部门联络员"), Level.COUNTY, Sees.GRANTED, VIEW),
        Role("social_worker", _("社工"), Level.COUNTY, Sees.GRANTED, VIEW, record_check=True),
        Role("auditor", _("审计员"), Level.COUNTY, Sees.NOTHING, frozenset({"audit.view", "audit.export", "places.view"}), second_factor=True),
        Role(
            "security_admin",
            _("安全管理员"),
            Level.COUNTY,
            Sees.NOTHING,
            frozenset({"accounts.manage", "accounts.reset", "accounts.unlock", "posts.view", "places.view"}),
            second_factor=True,
        ),
        Role("system_admin", _("系统管理员"), Level.COUNTY, Sees.NOTHING, frozenset({"places.view", "places.edit", "system.view"}), second_factor=True),
    )
}

# What remains to a post whose holder lacks this year's record check: alarms are always possible, children are not.
WITHHELD = frozenset({"notices.view", "places.view"})
