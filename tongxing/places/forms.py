"""The picker: a text in which one types a name, pinyin, initials or a code, with suggestions where scripts run."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.places import codes, queries
from tongxing.places.codes import CodeError, Level
from tongxing.places.models import Place

QUESTION = 5  # places named in the question which one is meant


class Picker(forms.Widget):
    """``name`` holds the text, ``name_code`` the key of what was chosen. Without a script the text alone is read when the form is sent."""

    template_name = "places/picker.html"
    input_type = "text"
    url_name = ""
    hint: Any = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text, code = self.shown(value)
        url = f"{reverse(self.url_name)}?{urlencode({'field': name, **self.parameters()})}"
        context["widget"] |= {"text": text, "code": code, "url": url, "hint": self.hint}
        return context

    def parameters(self) -> dict[str, str]:
        """What narrows the suggestions."""
        return {}

    def shown(self, value: Any) -> tuple[str, str]:
        """Text and key of whatever a form may hold."""
        raise NotImplementedError

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, str]:
        return str(data.get(name) or "").strip(), str(data.get(f"{name}_code") or "").strip()

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data


class PlacePicker(Picker):
    """A picker of places below ``within``, of the given levels."""

    url_name = "places:search"
    hint = gettext_lazy("名称、拼音首字母或区划代码")

    def __init__(self, *, within: int = codes.COUNTRY, levels: Sequence[Level] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.within = within
        self.levels = tuple(levels)

    def parameters(self) -> dict[str, str]:
        given = {"within": codes.show(self.within) if self.within else "", "levels": ",".join(str(int(each)) for each in self.levels)}
        return {name: value for name, value in given.items() if value}

    def shown(self, value: Any) -> tuple[str, str]:
        return _shown(value)


class PlaceField(forms.Field):
    """A place of the register, chosen from the suggestions or written as an address. Cleans to a ``Place``.

    ``within`` is the place below which one may choose, ``levels`` the levels that are possible (all where empty).
    """

    widget: Any = PlacePicker
    default_error_messages = {
        "unknown": gettext_lazy("没有找到“%(text)s”；请输入名称、拼音首字母或区划代码"),
        "level": gettext_lazy("“%(text)s”是%(level)s，这里应填%(levels)s"),
    }

    def __init__(self, *, within: int = codes.COUNTRY, levels: Sequence[Level] = (), **kwargs: Any) -> None:
        kwargs.setdefault("widget", PlacePicker(within=within, levels=levels))
        super().__init__(**kwargs)
        self.within = within
        self.levels = tuple(levels)

    def clean(self, value: Any) -> Place | None:
        text, code = value or ("", "")
        if not text and not code:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        chosen = self._chosen(text, code)
        if self.levels and chosen.depth not in self.levels:
            levels = _("或").join(each.label for each in self.levels)
            raise forms.ValidationError(self.error_messages["level"] % {"text": chosen.full_name, "level": chosen.depth.label, "levels": levels}, code="level")
        return chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _shown(initial) != _shown(data)

    def _chosen(self, text: str, code: str) -> Place:
        lo, hi = codes.span(self.within)
        if code.isascii() and code.isdigit() and len(code) <= 12:
            place = Place.objects.within(lo, hi).filter(code=int(code)).first()
            if place and text in ("", place.full_name, place.short_name):
                return place
        level = self.levels[0] if len(self.levels) == 1 else None
        found = queries.resolve(text, lo=lo, hi=hi, level=level) or queries.search(text, lo=lo, hi=hi, levels=self.levels or tuple(Level)[1:], limit=QUESTION + 1)
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"] % {"text": text[:30]}, code="unknown")
        if len(found) > 1:
            names = "、".join(place.full_name for place in found[:QUESTION]) + ("……" if len(found) > QUESTION else "")
            raise forms.ValidationError(_("有%(count)s处符合“%(text)s”：%(names)s。请写全。") % {"count": len(found), "text": text[:30], "names": names}, code="several")
        return found[0]


def parse_levels(text: str) -> tuple[Level, ...]:
    """The levels of a query ("4,5"); all where there are none that make sense."""
    known = {str(int(each)): each for each in tuple(Level)[1:]}
    return tuple(known[part] for part in text.split(",") if part in known) or tuple(Level)[1:]


def parse_within(text: str) -> tuple[int, int]:
    """The range of a query's ``within``; the whole country where it is no code."""
    try:
        return codes.span(codes.parse(text)) if text else codes.span(codes.COUNTRY)
    except CodeError:
        return codes.span(codes.COUNTRY)


def _shown(value: Any) -> tuple[str, str]:
    """Text and code of whatever a form may hold: a place, a code, what was typed, nothing."""
    match value:
        case Place():
            return value.full_name, codes.show(value.code)
        case int():
            place = queries.by_code(value)
            return _shown(place) if place else ("", "")
        case (text, code):
            return str(text), str(code)
        case _:
            return "", ""
