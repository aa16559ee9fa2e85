"""A gateway for tests: remembers keys, and fails when it is told to."""

from __future__ import annotations

from typing import ClassVar

from tongxing.outbox.gateways import Refused


class Fake:
    """``sent`` is what reached somebody: key → (address, text). ``fails`` are exceptions that the next calls raise, after handing over where ``loses_answer``."""

    remembers: ClassVar[bool] = True
    sent: ClassVar[dict[str, tuple[str, str]]] = {}
    calls: ClassVar[list[str]] = []
    fails: ClassVar[list[BaseException]] = []
    loses_answer: ClassVar[bool] = False

    @classmethod
    def forget(cls) -> None:
        cls.sent.clear()
        cls.calls.clear()
        cls.fails.clear()
        cls.loses_answer = False

    def send(self, *, key: str, to: str, text: str) -> str:
        self.calls.append(key)
        if not to.strip():
            raise Refused("没有号码")
        if not self.fails or self.loses_answer:
            self.sent.setdefault(key, (to, text))
        if self.fails:
            raise self.fails.pop(0)
        return f"fake-{key[-12:]}"

    def receipt(self, key: str) -> str:
        return f"fake-{key[-12:]}" if key in self.sent else ""
