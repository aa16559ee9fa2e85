"""A list of children that leaves the house as a workbook: the same stamp, the same register of what was given to others, whatever it lists."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxing.accounts.access import HttpRequest, note_read
from tongxing.accounts.models import Post
from tongxing.children.finding.conditions import sees_names
from tongxing.children.finding.exports import CannotExport
from tongxing.children.finding.forms import RecipientForm
from tongxing.children.views.acting import sent
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground import dialogs
from tongxing.ground.today import now, today
from tongxing.journal.models import Access
from tongxing.ledgers.catalogue import Catalogue
from tongxing.ledgers.writing import XLSX, write_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What is given: the lines under their headings, how many children they name, and the address that asked for them."""

    name: str
    title: str
    file_name: str
    catalogue: Catalogue
    keys: Sequence[str]
    lines: Iterable[Mapping[str, Any]]
    asked: Mapping[str, str]
    children: int
    count: int


def give(roll: Roll, *, recipient: str, purpose: str, by: Post) -> Output:
    """The roll as a workbook that says who took it, for whom and why; named in the register of what was given to others."""
    output = outputs.ask(
        kind=OutputKind.EXPORT,
        title=roll.title[:100],
        asked={"list": roll.name, **roll.asked},
        total=roll.count,
        masked=not sees_names(by),
        why=f"{recipient}：{purpose}",
        place=by.place_id,
        by=by,
    )
    out = io.BytesIO()
    stamp = _("%(who)s %(when)s 导出，交%(recipient)s，用途：%(purpose)s。内含未成年人信息，只限此用途，用后删除。")
    watermark = stamp % {"who": f"{by.person.name}（{by}）", "when": f"{now():%Y-%m-%d %H:%M}", "recipient": recipient, "purpose": purpose}
    write_list(roll.catalogue, roll.lines, out, keys=roll.keys, masks={}, watermark=watermark)
    given = outputs.Given(recipient=recipient, purpose=purpose, columns=[roll.catalogue.heading(key) for key in roll.keys], children=roll.children, place=by.place_id)
    outputs.finish(output_id=output.id, content=out.getvalue(), media_type=XLSX, file_name=f"{roll.file_name}-{today():%Y%m%d}.xlsx", given=given)
    return output


def dialog(request: HttpRequest, title: str, roll: Callable[[], Roll]) -> HttpResponse:
    """Ask to whom and why, then give; ``roll`` raises CannotExport."""
    form = RecipientForm(sent(request))
    if request.method == "POST" and form.is_valid():
        recipient, purpose = form.cleaned_data["recipient"], form.cleaned_data["purpose"]
        try:
            found = roll()
        except CannotExport as refused:
            form.add_error(None, str(refused))
        else:
            output = give(found, recipient=recipient, purpose=purpose, by=request.post)
            note_read(request, child_id=None, place=request.post.place_id, outcome=Access.Outcome.EXPORTED, what=(found.name,), why=f"{recipient}：{purpose}")
            return dialogs.done(request, reverse("office:output", args=[output.id]))
    text = _("名单带有您的姓名、时间和用途，导出会记入访问记录。")
    return dialogs.show(request, "office/confirm.html", {"form": form, "dialog_title": title, "confirm_text": text, "confirm_word": _("导出")})
