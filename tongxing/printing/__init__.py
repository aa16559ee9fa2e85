"""Printing on A4: typst templates in `templates/`, filled with plain data, set in Song and Hei.

`render` makes one document, `render_many` one PDF of many. Both run typst in worker processes of bounded memory and time.
"""

from tongxing.printing.engine import PrintError, Stamp, TemplateError, render, render_many

__all__ = ["PrintError", "Stamp", "TemplateError", "render", "render_many"]
