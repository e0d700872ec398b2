"""Logging: key=value or JSON lines, no bodies, no tokens, no names."""

import json
import logging
import re

# Libraries that print addresses or texts.
QUIET = ("httpx", "httpcore", "telegram", "aiohttp.access", "apscheduler", "uvicorn.access", "aiosqlite")
_TOKEN = re.compile(r"(bot)?\d{5,}(:|%3[Aa])[A-Za-z0-9_-]{8,}|(?<=/)bot[^/\s]+(?=/)")


class Redacted(logging.Formatter):
    """Takes anything that looks like a bot's token out of what another formatter wrote, tracebacks included."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("[token]", self._inner.format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(level: str, *, as_json: bool) -> None:
    """Send the program's log to stderr. The libraries that print addresses or texts stay quiet."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    handler.setFormatter(Redacted(JsonLines() if as_json else plain))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
