"""One contract for every gateway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongxing.outbox import gateways
from tongxing.outbox.gateways import Console, Gateway, Refused
from tongxing.outbox.tests.fake import Fake


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    Fake.forget()
    yield
    Fake.forget()


@pytest.fixture(params=[Fake, Console])
def gateway(request: pytest.FixtureRequest) -> Gateway:
    made: Gateway = request.param()
    return made


def test_a_text_is_handed_over_for_a_receipt(gateway):
    assert gateway.send(key="0196-a", to="13812345678", text="【童行】请登录查看。")


def test_an_address_that_is_none_is_refused(gateway):
    with pytest.raises(Refused):
        gateway.send(key="0196-a", to=" ", text="【童行】请登录查看。")


def test_what_was_never_handed_over_has_no_receipt(gateway):
    assert gateway.receipt("0196-never") == ""


def test_one_that_remembers_sends_a_key_once_and_tells(gateway):
    first = gateway.send(key="0196-a", to="13812345678", text="【童行】请登录查看。")
    again = gateway.send(key="0196-a", to="13812345678", text="【童行】请登录查看。")
    if gateway.remembers:
        assert first == again == gateway.receipt("0196-a")
        assert len(Fake.sent) == 1
    else:
        assert gateway.receipt("0196-a") == ""


def test_the_console_masks_addresses(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(gateways.log, "info", lambda text, *words: said.append(text % words))
    Console().send(key="0196-a", to="13812345678", text="【童行】请登录查看。")
    assert said == ["would send to 138****5678: 【童行】请登录查看。"]
