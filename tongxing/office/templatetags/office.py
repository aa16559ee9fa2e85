"""The components' tags and filters. The page /design/ shows every one of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tongxing.circles.drawing import Seat
from tongxing.ground import today as clock
from tongxing.office import assets
from tongxing.office.rings import drawn

register = template.Library()

TONES = {
    "red": "alert-octagon",
    "amber": "clock-exclamation",
    "green": "circle-check",
    "blue": "info-circle",
    "grey": "circle-minus",
}
WEEKDAYS = (noop("周一"), noop("周二"), noop("周三"), noop("周四"), noop("周五"), noop("周六"), noop("周日"))
LEVELS = {"debug": "grey", "info": "blue", "success": "green", "warning": "amber", "error": "red"}


@register.simple_tag
def office_assets() -> SafeString:
    """The bundle's stylesheet and script."""
    styles = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((url,) for url in assets.styles("office.js")))
    return format_html('{}\n<script type="module" src="{}"></script>', styles, assets.url("office.js"))


@register.simple_tag
def office_styles() -> SafeString:
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((url,) for url in assets.styles("office.js")))


@register.simple_tag
def asset(name: str) -> str:
    return assets.url(name)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of assets/icons.txt. Beside a word it is decoration; alone it needs a label."""
    if name not in assets.icon_names():
        raise assets.AssetMissing(f"{name} is not in assets/icons.txt")
    return _drawing(assets.url("icons.svg"), name, label)


@lru_cache(maxsize=2000)
def _drawing(sprite: str, name: str, label: str) -> SafeString:
    """A page has dozens of icons, the program some hundred."""
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, sprite, name)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.simple_tag
def flag(tone: str, word: str, icon_name: str = "", plain: bool = False) -> SafeString:
    """A status: red overdue or alarm, amber due soon, green done, blue information, grey waived or closed."""
    drawing = icon(icon_name or TONES[tone])
    return format_html('<span class="flag tone-{}{}">{}{}</span>', tone, " plain" if plain else "", drawing, word)


@register.filter
def tone_icon(tone: str) -> str:
    return TONES[tone]


@register.filter
def below(full_name: str, above: str) -> str:
    """A place's full name without that of the place above: 小溪塔街道冯家湾社区. The place itself keeps its own."""
    return full_name.removeprefix(above) or full_name


@register.filter
def message_tone(level_tag: str) -> str:
    return LEVELS.get(level_tag, "blue")


@register.simple_tag
def missing(word: str = "") -> SafeString:
    return format_html('<span class="missing">{}{}</span>', icon("circle-dashed"), word or _("缺失"))


@register.simple_tag
def fact(label: str, value: object = "", *, wide: bool = False, optional: bool = False, unit: str = "") -> SafeString:
    """One row of a list of facts. An empty value is marked as missing, or shown as a dash where it may be empty."""
    return _fact_row(label, _shown(value, unit=unit, optional=optional), wide)


@register.simple_block_tag(end_name="endfactbox")
def factbox(content: str, label: str, *, wide: bool = False, optional: bool = False) -> SafeString:
    """A row of facts whose value is markup."""
    return _fact_row(label, mark_safe(content) if content.strip() else _shown("", optional=optional), wide)  # noqa: S308 template's own


def _shown(value: object, *, unit: str = "", optional: bool = False) -> SafeString | str:
    match value:
        case None | "" | [] | ():
            return format_html('<span class="quiet">{}</span>', "—") if optional else missing()
        case bool():
            value = _("是") if value else _("否")
        case date():
            value = weekday(value)
        case list() | tuple():
            value = "、".join(map(str, value))
    return format_html("{} {}", value, unit) if unit else format_html("{}", value)


def _fact_row(label: str, shown: str, wide: bool) -> SafeString:
    return format_html("<div{}><dt>{}</dt><dd>{}</dd></div>", mark_safe(' class="wide"') if wide else "", label, shown)


@register.inclusion_tag("office/parts/masked.html")
def masked(value: str, url: str = "", label: str = "") -> dict[str, object]:
    """A masked value and, where ``url`` is given, the control that asks why and shows it."""
    return {"value": value, "url": url, "label": label}


@register.filter
def weekday(value: date | datetime | None) -> SafeString | str:
    """2024-03-01 周五, with the time where there is one."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        words = f"{value:%Y-%m-%d} {_(WEEKDAYS[value.weekday()])} {value:%H:%M}"
    else:
        words = f"{value:%Y-%m-%d} {_(WEEKDAYS[value.weekday()])}"
    return format_html('<time datetime="{}" class="nowrap">{}</time>', value.isoformat(), words)


@register.filter
def month(value: date | None) -> SafeString | str:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), f"{value:%Y-%m}") if value else ""


@register.filter
def age(born: date | None, on: date | None = None) -> str:
    """Years; with months under six, months alone in the first year, days in the first month."""
    if not born:
        return ""
    on = on or clock.today()
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 0:
        return ""
    years, rest = divmod(months, 12)
    if months == 0:
        return _("%(n)s天") % {"n": (on - born).days}
    if years == 0:
        return _("%(n)s个月") % {"n": rest}
    if years < 6 and rest:
        return _("%(years)s岁%(months)s个月") % {"years": years, "months": rest}
    return _("%(n)s岁") % {"n": years}


@register.filter
def since_words(day: date | None, on: date | None = None) -> str:
    """今天, 昨天, 3天前, 2个月前, 1年前."""
    if not day:
        return ""
    days = ((on or clock.today()) - day).days
    steps = ((1, _("今天"), 1), (2, _("昨天"), 1), (60, _("%(n)s天前"), 1), (730, _("%(n)s个月前"), 30), (10**6, _("%(n)s年前"), 365))
    if days < 0:
        return _("%(n)s天后") % {"n": -days}
    words, unit = next((words, unit) for end, words, unit in steps if days < end)
    return words % {"n": days // unit}


@register.simple_tag(takes_context=True)
def sort_link(context: Mapping[str, Any], key: str, label: str) -> SafeString:
    """A column's heading that sorts by it, the other way round when it does already."""
    query: QueryDict = context["request"].GET.copy()
    now = query.get("sort", context.get("default_sort", ""))
    query["sort"] = f"-{key}" if now == key else key
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    mark = icon("arrow-up") if now == key else icon("arrow-down") if now == f"-{key}" else ""
    current = mark_safe(' aria-current="true"') if mark else ""
    return format_html('<a href="?{}"{}>{}{}</a>', query.urlencode(), current, label, mark)


@register.filter
def sort_state(sort: str, key: str) -> str:
    """The value of ``aria-sort`` for a column."""
    return {key: "ascending", f"-{key}": "descending"}.get(sort, "none")


@register.simple_tag(takes_context=True)
def kept_query(context: Mapping[str, Any], *without: str) -> SafeString:
    """The address's parameters as hidden fields, so that a second form of a page keeps the first one's."""
    pairs = ((name, value) for name, values in context["request"].GET.lists() for value in values if name not in without)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.inclusion_tag("office/parts/rings.html")
def rings(initial: str, places: Iterable[Seat]) -> dict[str, object]:
    """The circle around a child."""
    around = drawn(list(places))
    return {"initial": initial, "seats": around.seats, "size": around.size, "centre": around.centre, "middle": around.middle, "radii": reversed(around.radii)}


@register.filter
def widget_kind(field: BoundField) -> str:
    """Which of the field templates' shapes a field has: choices, check, or line."""
    kind = getattr(field.field.widget, "input_type", "")
    if kind == "checkbox" and not hasattr(field.field.widget, "choices"):
        return "check"
    return "choices" if kind in ("radio", "checkbox") else "line"


@register.simple_tag
def brand_url() -> str:
    return assets.url("brand.svg")
