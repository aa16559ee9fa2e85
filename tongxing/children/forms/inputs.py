"""The building blocks: a field of the catalogue, a choice from a code table, a date as exact as it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.children import codes
from tongxing.children.fields import FIELDS, Wrong
from tongxing.children.identity import EARLIEST
from tongxing.children.rules.periods import Precision
from tongxing.ground.codes import Code, Table
from tongxing.ground.today import today
from tongxing.ledgers import dates, problems
from tongxing.places.forms import PlaceField
from tongxing.units.forms import UnitField

UNKNOWN: tuple[date | None, Precision] = (None, "month")
YEARS_AHEAD = 50  # a term of imprisonment may end that late
PRIVATE = {"autocomplete": "off", "data-private": ""}  # drafts in the browser leave it out


class Cleaned(forms.CharField):
    """A text that a function of `children.fields` checks; its sentence is the error."""

    def __init__(self, clean: Callable[[object], object], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = clean

    def clean(self, value: Any) -> Any:
        given = super().clean(value)
        try:
            return self.check(given)
        except Wrong as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"max": "9999-12-31", **(attrs or {})}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day of people who live now: 0001 and 9999 are slips of the hand."""

    def clean(self, value: Any) -> date | None:
        given: date | None = super().clean(value)
        if given and not EARLIEST <= given <= date(today().year + YEARS_AHEAD, 12, 31):
            raise forms.ValidationError(_("日期 %(day)s 不可能。") % {"day": given.isoformat()}, code="impossible")
        return given


def day(label: Any, *, required: bool = True, initial_today: bool = False, **kwargs: Any) -> forms.DateField:
    """A day from the browser's calendar; ISO dates and 2024/3/5 are read as well."""
    if initial_today:
        kwargs["initial"] = today
    return DayField(label=label, required=required, widget=DayInput(), input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"], **kwargs)


class SchoolField(UnitField):
    """A school of the register, or the name of one that is not in it (another province's). Cleans to ``(id, name)``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(kind="school", **kwargs)

    def clean(self, value: Any) -> Any:
        text = str((value or ("",))[0]).strip()[:100]
        try:
            unit = super().clean(value)
        except forms.ValidationError:
            return None, text
        return (unit.id, unit.name) if unit else (None, "")


class When(forms.CharField):
    """A date as exact as people know it: 2024-03-05, 2024-03 or 2024. Cleans to ``(date, precision)``, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("写成 2024-03-05；只知道月份写 2024-03，只知道年份写 2024"))
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> tuple[date, str] | None:
        given = super().clean(value)
        if not given:
            return None
        for precision in ("day", "month", "year"):
            found = dates.parse(str(given), precision)
            if isinstance(found, date):
                if found > today():
                    raise forms.ValidationError(_("日期 %(day)s 还没有到。") % {"day": given})
                return found, precision
        assert isinstance(found, problems.Wrong)
        raise forms.ValidationError(_("“%(given)s”不是日期，请写成 2024-03-05、2024-03 或 2024。") % {"given": str(given)[:30]})


def shown_when(since: date | None, precision: str) -> str:
    """What ``When`` is filled with."""
    return "" if since is None else f"{since:%Y}" if precision == "year" else f"{since:%Y-%m}" if precision == "month" else since.isoformat()


def code[C: Code](table: Table[C], label: Any, *, required: bool = False, empty: Any = gettext_lazy("未填写"), values: tuple[str, ...] = (), **kwargs: Any) -> forms.ChoiceField:
    """One value of a code table, in a list."""

    def choices() -> list[tuple[str, str]]:
        found = [pair for pair in table.choices(today()) if not values or pair[0] in values]
        return found if required and len(found) <= 1 else [("", str(empty)), *found]

    return forms.ChoiceField(label=label, required=required, choices=choices, **kwargs)


def radio[C: Code](table: Table[C], label: Any, *, required: bool = True, values: tuple[str, ...] = (), **kwargs: Any) -> forms.ChoiceField:
    """One value of a short code table, all in sight."""

    def choices() -> list[tuple[str, str]]:
        return [pair for pair in table.choices(today()) if not values or pair[0] in values]

    return forms.ChoiceField(label=label, required=required, choices=choices, widget=forms.RadioSelect, **kwargs)


def several[C: Code](table: Table[C], label: Any, values: tuple[str, ...] = (), **kwargs: Any) -> forms.MultipleChoiceField:
    """Several values of a code table."""

    def choices() -> list[tuple[str, str]]:
        return [pair for pair in table.choices(today()) if not values or pair[0] in values]

    return forms.MultipleChoiceField(label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple, **kwargs)


def words(label: Any, *, required: bool = True, longest: int = 500, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(label=label, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def _text(key: str, *, required: bool = False, longest: int = 200, attrs: Mapping[str, Any] | None = None, **kwargs: Any) -> forms.Field:
    spec = FIELDS[key]
    return Cleaned(spec.clean, label=spec.label, required=required, max_length=longest, widget=forms.TextInput(attrs=dict(attrs or {})), **kwargs)


def _place(_key: str) -> forms.Field:
    return PlaceField(label=FIELDS["registered_place"].label, required=False, help_text=gettext_lazy("到村或社区；不清楚可以只填到县"))


def _history(key: str) -> forms.Field:
    return Cleaned(FIELDS[key].clean, label=FIELDS[key].label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2, **PRIVATE}))


BUILDERS: Mapping[str, Callable[[str], forms.Field]] = {
    "name": lambda key: _text(key, required=True, longest=60, attrs={"autocomplete": "off"}, help_text=gettext_lazy("与户口簿一致")),
    "born": lambda key: day(FIELDS[key].label),
    "born_estimated": lambda key: forms.BooleanField(label=cast("str", FIELDS[key].label), required=False),
    "sex": lambda key: radio(codes.SEX, FIELDS[key].label, values=("1", "2")),
    "registration": lambda key: radio(codes.REGISTRATION, FIELDS[key].label),
    "health": lambda key: radio(codes.HEALTH, FIELDS[key].label, required=False),
    "id_number": lambda key: _text(key, longest=30, attrs=PRIVATE, help_text=gettext_lazy("18位；没有户口的孩子可以空着")),
    "registered_place": _place,
    "registered_address": lambda key: _text(key, attrs=PRIVATE),
    "medical_history": _history,
    "character": lambda key: _text(key, help_text=gettext_lazy("选填，需监护人同意")),
    "hobbies": lambda key: _text(key, help_text=gettext_lazy("选填，需监护人同意")),
    "income": lambda key: several(codes.INCOME, FIELDS[key].label),
    "aid": lambda key: several(codes.AID, FIELDS[key].label),
}


def catalogue(key: str) -> forms.Field:
    """The form's field for a field of the catalogue; a code table of the same name makes a list."""
    if build := BUILDERS.get(key):
        return build(key)
    return code(getattr(codes, key.upper()), FIELDS[key].label)


def add_error(form: forms.BaseForm, key: str, sentence: str) -> None:
    """Put a sentence at its field, or above the form where there is no such field."""
    form.add_error(key if key in form.fields else None, sentence)


CLEAR = "clear_"


def offer_clearing(form: forms.BaseForm, key: str) -> None:
    """Beside a value that is not shown and stays where nothing is written: a way to say that there is none."""
    label = form.fields[key].label
    form.fields[CLEAR + key] = forms.BooleanField(label=_("清空已登记的%(label)s") % {"label": label}, required=False)
    order = [name for name in form.fields if name != CLEAR + key]
    order.insert(order.index(key) + 1, CLEAR + key)
    form.order_fields(order)
