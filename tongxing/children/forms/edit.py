"""Changing the scalar facts of a file. Protected values are not shown: a field left empty keeps what is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.utils.translation import gettext as _

from tongxing.children.fields import FIELDS
from tongxing.children.file import File
from tongxing.children.forms.inputs import CLEAR, add_error, offer_clearing
from tongxing.children.forms.register import HealthForm, IdentityForm, LivelihoodForm, OptionalForm, SectionForm
from tongxing.crypto import masking
from tongxing.ground.today import today


class Plain(signing.JSONSerializer):
    """JSON with dates."""

    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, separators=(",", ":"), cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def _history(_text: str) -> str:
    return _("病史")


PROTECTED: Mapping[str, Callable[[str], str]] = {"id_number": masking.mask_id_number, "registered_address": masking.mask_address, "medical_history": _history}


class Edit:
    """The sections of the page, with one flat set of fields.

    ``opened`` is what the page showed when it was opened, signed: a change is a difference from that, not from what
    somebody else has saved since.
    """

    def __init__(self, data: QueryDict | None, *, file: File) -> None:
        self.file = file
        initial = self._opened(data) or {key: self._now(key) for key in FIELDS}
        self.opened = signing.dumps(initial, salt=self._salt, serializer=Plain)
        self.sections: list[SectionForm] = [cls(data, initial=initial) for cls in (IdentityForm, HealthForm, LivelihoodForm)]
        if file.consents_to("optional", today()):
            optional = OptionalForm(data, initial=initial)
            del optional.fields["consent_by"]
            optional.lead = _("监护人已同意。")
            self.sections.append(optional)
        for section in self.sections:
            for key, mask in PROTECTED.items():
                if key in section.fields and (held := file.open(file.child, key)):
                    section.fields[key].help_text = _("已登记 %(masked)s；空着就保持不变") % {"masked": mask(held)}
                    offer_clearing(section, key)
                    if key in section.when:
                        section.when = {**section.when, CLEAR + key: section.when[key]}

    def __iter__(self) -> Iterator[SectionForm]:
        return iter(self.sections)

    @property
    def _salt(self) -> str:
        return f"edit {self.file.child.id}"

    def _opened(self, data: QueryDict | None) -> dict[str, Any]:
        try:
            return dict(signing.loads(str(data["opened"]), salt=self._salt, serializer=Plain)) if data and "opened" in data else {}
        except signing.BadSignature:
            return {}

    def _now(self, key: str) -> Any:
        if key in PROTECTED:
            return ""
        return self.file.open(self.file.child, key) if FIELDS[key].sealed else getattr(self.file.child, key)

    def is_valid(self) -> bool:
        checked = [section.is_valid() for section in self.sections]  # each of them: all errors are shown at once
        return all(checked)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        return [(str(field.label), field.auto_id, str(sentence)) for form in self for field in form for sentence in field.errors] + [
            ("", "", str(sentence)) for form in self for sentence in form.non_field_errors()
        ]

    @property
    def changed(self) -> dict[str, Any]:
        """What was changed on this page, and nothing else: what others changed meanwhile stays theirs."""
        found: dict[str, Any] = {}
        for section in self.sections:
            found |= {key: "" for key in PROTECTED if section.cleaned_data.get(CLEAR + key)}
            for key in section.changed_data:
                if key.startswith(CLEAR):
                    continue
                value = section.cleaned_data[key]
                if key in PROTECTED and not value:
                    continue
                found[key] = (value.code if value else None) if key == "registered_place" else value
        return found

    def refuse(self, errors: Mapping[str, str]) -> None:
        for key, sentence in errors.items():
            section = next((each for each in self.sections if key in each.fields), self.sections[0])
            add_error(section, key, sentence)
