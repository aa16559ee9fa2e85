"""Structured logs: one JSON object a line. Names, numbers and addresses of people never go into a log."""

import json
import logging
from typing import ClassVar, override


class JsonFormatter(logging.Formatter):
    KEPT: ClassVar[frozenset[str]] = frozenset({"post", "path", "status", "job", "run", "count", "seconds", "request_id"})

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname, "logger": record.name, "text": record.getMessage()}
        line |= {key: str(getattr(record, key)) for key in self.KEPT if hasattr(record, key)}
        if record.exc_info and record.levelno >= logging.ERROR:  # a refusal is no fault of the program
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
