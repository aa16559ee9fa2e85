"""Imports and foreign keys only go down the floors that `pyproject.toml` draws."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CASCADE, ForeignKey, Model
from importlinter.cli import lint_imports

from tongxing.ground.folders import ROOT


def floors() -> dict[str, int]:
    """App name to floor, 0 the lowest; apps on one floor do not know each other."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    lines = [[name.strip(" ()") for name in line.split("|")] for line in reversed(contract["layers"])]
    return {name: number for number, line in enumerate(lines) for name in line}


def models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("tongxing.")]


def app_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def test_imports_go_down(capsys: pytest.CaptureFixture[str]):
    failed = lint_imports(no_cache=True, no_logo=True)
    assert not failed, capsys.readouterr().out


def test_every_app_stands_on_a_floor():
    assert {config.name.split(".")[1] for config in apps.get_app_configs() if config.name.startswith("tongxing.")} <= floors().keys()


def test_foreign_keys_go_down():
    level = floors()
    wrong = []
    for model in models():
        for field in model._meta.get_fields():
            remote: Any = field.related_model
            if field.auto_created or not remote or not remote.__module__.startswith("tongxing."):
                continue
            here, there = app_of(model), app_of(remote)
            if here != there and level[there] >= level[here]:
                wrong.append(f"{model._meta.label}.{field.name} points up or sideways, to {remote._meta.label}")
    assert not wrong


def test_no_foreign_key_deletes_what_points_at_it_silently():
    """Rows about children are ended, never swept away: CASCADE is for parts of a whole within one app."""
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE and app_of(field.related_model) != app_of(model)
    ]
    assert not wrong


def test_there_are_no_generic_foreign_keys():
    assert not [model._meta.label for model in models() if model._meta.private_fields]
