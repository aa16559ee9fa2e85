"""The catalogues: Chinese msgids are found in code, templates and data files, one English catalogue an app holds their texts.

Chinese is the language of the source, so it needs no catalogue. No GNU gettext is needed: Babel reads and writes the files.
"""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tongxing.ground.folders import ROOT

HOUSE = ROOT / "tongxing"
LANGUAGE = "en"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
LABELS = frozenset({"label", "hint", "title", "heading", "help", "note", "group"})  # keys of data files whose value is a msgid
MODEL_LABELS = frozenset({"name", "about", "unit"})
HEADER = """msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
CHINESE = re.compile(r"[\u3400-\u9fff]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff”》）][,:;?!()]|[,:;?!()][\u3400-\u9fff“《（]")  # a Latin comma in a Chinese sentence
CONFLICT = (b"<<<<<<< ", b"=======", b"||||||| ", b">>>>>>> ")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")
SHAPES: dict[str, Any] = {  # which argument of Django's function is what, in Babel's terms
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

type Key = tuple[str | None, str]  # context, msgid


@dataclass(frozen=True, slots=True)
class Found:
    """A msgid, where it stands, and its plural where it has one."""

    file: str
    line: int
    context: str | None
    text: str
    plural: str | None = None

    @property
    def key(self) -> Key:
        return self.context, self.text


def apps() -> list[Path]:
    """The folders that have a catalogue or may need one."""
    return sorted(folder for folder in HOUSE.iterdir() if folder.is_dir() and not folder.name.startswith((".", "_")))


def extract(app: Path) -> Catalog:
    """All msgids of an app, without texts. Those of the files beside the apps (settings) belong to the ground, those of the care models to theirs."""
    catalogue = Catalog(locale=LANGUAGE)
    files = [path for path in app.rglob("*") if path.is_file()]
    if app.name == "ground":
        files += HOUSE.glob("*.py")
    if app.name == "forms":
        files += ROOT.glob("care_models/*/forms/*.toml")
    if app.name == "caremodels":
        files += ROOT.glob("care_models/*/model.toml")
    for path in sorted(files):
        for found in read(path):
            text = (found.text, found.plural) if found.plural else found.text
            catalogue.add(text, locations=[(found.file, found.line)], context=found.context)
    return catalogue


def read(path: Path) -> Iterator[Found]:
    if "tests" in path.parts or "migrations" in path.parts:
        return
    name = path.relative_to(HOUSE if path.is_relative_to(HOUSE) else ROOT).as_posix()
    match path.suffix:
        case ".py":
            yield from _python(name, path.read_text(encoding="utf-8"), _imported(path))
        case ".html" | ".txt" if "templates" in path.parts:
            yield from _python(name, templatize(path.read_text(encoding="utf-8"), origin=name), {"_": None, **SHAPES})
        case ".toml":
            yield from _labels(name, path.read_text(encoding="utf-8"), LABELS | MODEL_LABELS if path.name == "model.toml" else LABELS)


def _imported(path: Path) -> dict[str, Any]:
    """Under which names a module imports Django's functions of translation."""
    names: dict[str, Any] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {each.asname or each.name: SHAPES[each.name] for each in node.names if each.name in SHAPES}
    return names


def _python(name: str, source: str, functions: dict[str, Any]) -> Iterator[Found]:
    for line, function, arguments, _comments in extract_python(BytesIO(source.encode()), functions, (), {"encoding": "utf-8"}):
        shape = functions[str(function)] or (1,)
        given = arguments if isinstance(arguments, (tuple, list)) else (arguments,)
        context = plural = text = None
        for part in shape:
            position, is_context = (part[0], True) if isinstance(part, tuple) else (part, False)
            value = given[position - 1] if position <= len(given) else None
            if is_context:
                context = value
            elif text is None:
                text = value
            else:
                plural = value
        if text:
            yield Found(name, line, context, text, plural)


def _labels(name: str, source: str, keys: frozenset[str]) -> Iterator[Found]:
    lines = source.splitlines()

    def walk(value: object, key: str = "") -> Iterator[Found]:
        if isinstance(value, dict):
            for inner, item in value.items():
                yield from walk(item, inner)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item, key)
        elif isinstance(value, str) and key in keys and CHINESE.search(value):
            yield Found(name, next((number for number, line in enumerate(lines, 1) if value in line), 1), None, value)

    yield from walk(tomllib.loads(source))


def load(path: Path, *, merged: bool = False) -> Catalog:
    """Read a catalogue. `merged`: take both sides of what git could not merge; renewing then settles it."""
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    lines = path.read_bytes().splitlines(keepends=True)
    if merged:
        lines = [b"\n" if line.startswith(CONFLICT) else line for line in lines]
    return read_po(BytesIO(b"".join(lines)), locale=LANGUAGE, abort_invalid=True)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def key(message: Message) -> Key:
    """Plural forms are looked up by their singular, as gettext does."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def write(app: Path, catalogue: Catalog) -> None:
    """Write the catalogue of an app, by file and msgid, so that moving a line changes nothing; an app without msgids has none."""
    path = app / CATALOGUE
    if not any(messages(catalogue)):
        path.unlink(missing_ok=True)
        return
    ordered = Catalog(locale=LANGUAGE)
    for message in sorted(messages(catalogue), key=lambda each: (min(file for file, _line in each.locations), key(each)[1], each.context or "")):
        files = [(file, 0) for file in sorted({file for file, _line in message.locations})]
        ordered.add(message.id, message.string, locations=files, flags=message.flags, user_comments=message.user_comments, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, ordered, width=0, omit_header=True, include_lineno=False)
    path.write_text(HEADER + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def renew(*, only: Iterable[str] = ()) -> dict[str, int]:
    """Bring the catalogues up to date, keeping every text that any of them has; return the number of missing texts an app."""
    known: dict[Key, Message] = {}
    for app in apps():
        for message in messages(load(app / CATALOGUE, merged=True)):
            if all(texts(message)):
                known.setdefault(key(message), message)
    wanted = set(only)
    missing = {}
    for app in apps():
        if wanted and app.name not in wanted:
            continue
        own = {key(message): message for message in messages(load(app / CATALOGUE, merged=True))}
        catalogue = extract(app)
        for message in messages(catalogue):
            old = own.get(key(message))
            if old is None or not all(texts(old)):
                old = known.get(key(message), old)
            if old is None:
                continue
            if isinstance(message.id, str):
                message.string = texts(old)[-1]
            else:
                message.string = texts(old) if len(texts(old)) == 2 else (texts(old)[0], texts(old)[0])
            message.user_comments = list(old.user_comments)
        write(app, catalogue)
        missing[app.name] = sum(not all(texts(message)) for message in messages(catalogue))
    return missing


def faults() -> Iterator[str]:
    """Everything that is wrong with the catalogues, a sentence each."""
    said: dict[Key, tuple[str, tuple[str, ...]]] = {}
    for app in apps():
        written, wanted = load(app / CATALOGUE), extract(app)
        have = {key(message): message for message in messages(written)}
        need = {key(message): message for message in messages(wanted)}
        where = f"{app.name}/{CATALOGUE}"
        yield from (f"{where}: “{need[each].id}” ({need[each].locations[0][0]}) is not in the catalogue; run manage.py translations extract" for each in need if each not in have)
        yield from (f"{where}: “{have[each].id}” is used nowhere; run manage.py translations extract" for each in have if each not in need)
        for each, message in have.items():
            if each not in need:
                continue
            yield from (f"{where}: {fault}" for fault in _text_faults(message))
            before = said.setdefault(each, (where, texts(message)))
            if before[1] != texts(message) and all(before[1]) and all(texts(message)):
                yield f"{where}: “{each[1]}” is “{texts(message)[0]}” here and “{before[1][0]}” in {before[0]}; one of them would win everywhere"


def _text_faults(message: Message) -> Iterator[str]:
    text = key(message)[1]
    if HALF_WIDTH.search(text):
        yield f"“{text}” has Latin punctuation; a Chinese sentence takes ，：；（）"
    if message.fuzzy:
        yield f"“{text}” is marked fuzzy"
    forms = texts(message)
    if not all(forms) or (not isinstance(message.id, str) and len(forms) != 2):
        yield f"“{text}” has no English text"
        return
    expected = set(PLACEHOLDER.findall(text))
    for number, form in enumerate(forms):
        given = set(PLACEHOLDER.findall(form))
        if given - expected or (expected - given and number == len(forms) - 1):  # "one child" may leave the number out
            yield f"“{text}” holds {sorted(expected) or 'no placeholder'}, its English text “{form}” holds {sorted(given) or 'none'}"
        elif (text[0] == "\n") != (form[0] == "\n") or (text[-1] == "\n") != (form[-1] == "\n"):
            yield f"“{text}” and its English text do not both begin or end with a line break"


def compile_all(*, stale_only: bool = False) -> int:
    """Write the .mo files that the program reads; return how many."""
    count = 0
    for path in sorted(HOUSE.glob("*/locale/*/LC_MESSAGES/django.po")):  # also the framework's sentences in our Chinese
        made = path.with_suffix(".mo")
        if stale_only and made.exists() and made.stat().st_mtime >= path.stat().st_mtime:
            continue
        draft = path.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, load(path))
        draft.replace(made)
        count += 1
    return count
