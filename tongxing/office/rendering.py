"""How forms look: Django renders them through these templates, with Tabler's classes on the widgets."""

from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting

CLASSES = {"checkbox": "form-check-input", "radio": "form-check-input", "select": "form-select", "hidden": ""}


class OfficeField(BoundField):
    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        kind = getattr(widget, "input_type", "textarea")
        if "class" not in widget.attrs and (style := CLASSES.get(kind, "form-control")):
            built["class"] = style
        return built

    @property
    def when(self) -> str:
        """``question=answers`` where the field waits for another one's answer (the form's ``shown_when`` says so)."""
        ask = getattr(self.form, "shown_when", None)
        return ask(self.name) if ask else ""


class OfficeRenderer(TemplatesSetting):
    form_template_name = "office/forms/form.html"
    field_template_name = "office/forms/field.html"
    bound_field_class = OfficeField
