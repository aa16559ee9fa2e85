"""The application as a Word document that can be edited. The template is ours, and is rendered as if it were not: in a sandbox."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from jinja2.sandbox import SandboxedEnvironment

from tongxing.guardianship.papers.application import Application
from tongxing.printing.cards import clean

TEMPLATE = Path(__file__).with_name("petition.docx")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@cache
def _sandbox() -> SandboxedEnvironment:
    """No attribute that begins with an underscore, no call into the machine; text is escaped for XML."""
    return SandboxedEnvironment(autoescape=True)


def written(application: Application) -> bytes:
    """The document."""
    from docxtpl import DocxTemplate  # late: it would slow every start

    document = DocxTemplate(str(TEMPLATE))
    document.render(_plain(application.data()), jinja_env=_sandbox())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain(value: object) -> object:
    """Without characters that XML cannot hold."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case _:
            return value
