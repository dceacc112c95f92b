"""Structured logs: what the desk and the libraries under it say, one line each, without any secret.

Everything goes through one chain (structlog's own events and stdlib's records alike), whose last link takes
every secret out of the finished line: so it does not matter how deep in a value, an argument or a traceback
a secret sat. Tracebacks are plain: local variables are never shown.
"""

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Format = Literal["json", "text"]
HIDDEN = "[secret]"
_ORDER = ("timestamp", "level", "event", "ticket")


class Redaction:
    """Takes secrets out of text, however they are spelt there: plain, percent-encoded (also partly),
    or with the escapes of JSON, Python's repr or logfmt. Also the last link of a structlog chain."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first, so that one secret within another leaves no rest of it behind.
        known = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._pattern = (
            re.compile("|".join("".join(map(_spellings, each)) for each in known)) if known else None
        )

    def text(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> str:
        return self.text(str(line))


def _spellings(char: str) -> str:
    """A pattern for every way one character of a secret may be written."""
    if char.isascii() and char.isalnum():
        return char
    percent = "".join(f"%{byte:02x}" for byte in char.encode())
    units = char.encode("utf-16-be").hex()
    escaped = "".join(rf"\\+u{units[start : start + 4]}" for start in range(0, len(units), 4))
    plus = r"|\+" if char == " " else ""
    # The longer spellings first: "%" also begins "%25".
    return rf"(?:(?i:{percent})|(?i:{escaped})|\\*{re.escape(char)}{plus})"


class _Handler(logging.StreamHandler[TextIO]):
    """A record that cannot be formatted is named, not dumped: logging's own report shows its arguments."""

    def handleError(self, record: logging.LogRecord) -> None:
        structlog.get_logger().error(
            "log record could not be written", logger=record.name, line=record.lineno
        )


def configure(
    out: TextIO, *, form: Format = "text", level: str = "info", secrets: Iterable[str] = ()
) -> None:
    """Send everything logged from here on to `out`. `level`: debug, info, warning, error or critical.

    Libraries speak from warning on, whatever `level` is: what they say below it holds addresses with tokens.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    redaction = Redaction(secrets)
    ending: list[Processor] = [structlog.processors.format_exc_info, _RENDERERS[form], redaction]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_BEGINNING, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers = [_handler(out, max(least, logging.WARNING), ending)]
    logging.captureWarnings(True)
    _catch_the_uncaught()


def _handler(out: TextIO, level: int, ending: list[Processor]) -> logging.Handler:
    handler = _Handler(out)
    handler.setLevel(level)  # on the handler, because libraries set levels of their own on their loggers
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_BEGINNING],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    return handler


def _ticket_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Tickets are searched for by the name people know: T-12."""
    if isinstance(event.get("ticket"), int):
        event["ticket"] = f"T-{event['ticket']}"
    return event


def _as_text(_logger: WrappedLogger, method: str, event: EventDict) -> str:
    """key=value on one line; a traceback follows, indented, so that nothing in it passes for another line."""
    traceback = event.pop("exception", None)
    line = structlog.processors.LogfmtRenderer(key_order=_ORDER, drop_missing=True, bool_as_flag=False)(
        _logger, method, event
    )
    return "\n  ".join([line, *str(traceback).splitlines()]) if traceback else line


_BEGINNING: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _ticket_id,
)
_RENDERERS: dict[Format, Callable[[WrappedLogger, str, EventDict], str]] = {
    "text": _as_text,
    "json": structlog.processors.JSONRenderer(ensure_ascii=False),  # type: ignore[dict-item] # gives str by default
}


def _catch_the_uncaught() -> None:
    """Python prints what nobody caught by itself, past every handler: the hooks bring it into the chain."""
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _ignored


def _crashed(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    structlog.get_logger().critical("crashed", exc_info=(kind, error, traceback))


def _thread_crashed(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else ""
    structlog.get_logger().critical("thread crashed", thread=name, exc_info=args.exc_value)


def _ignored(args: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("error nobody could catch", exc_info=args.exc_value)
