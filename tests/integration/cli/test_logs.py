"""Whatever is logged, however, no secret reaches the output."""

import io
import json
import logging
import logging.config
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import structlog
from bot.logs import Format, Redaction, configure
from hypothesis import given
from hypothesis import strategies as st

TOKEN = '123456:AAF-x_Y%z\\"q é密'
SECRETS = ("xoxb-1-secret", TOKEN, "xoxb-1-secret-longer")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Logging is the process's own: as it was afterwards."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    handlers, before = logging.root.handlers, structlog.get_config()
    yield io.StringIO()
    logging.captureWarnings(False)
    logging.root.handlers = handlers
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    structlog.configure(**before)


def _fail(words: str) -> None:
    password = words  # a local variable that a careless traceback would show
    raise RuntimeError(f"cannot reach https://api.example/bot{password}/getMe")


def an_event() -> None:
    structlog.get_logger().info(f"with {TOKEN}", url=f"https://x/{quote(TOKEN, safe='')}")


def a_nested_value() -> None:
    structlog.get_logger().info("nested", data={"deep": [{"token": TOKEN, "pair": ("xoxb-1-secret", b"x")}]})


def a_traceback() -> None:
    try:
        _fail(TOKEN)
    except RuntimeError:
        structlog.get_logger().exception("failed", ticket=7)


def a_chain_of_errors() -> None:
    try:
        try:
            _fail(TOKEN)
        except RuntimeError as error:
            raise ValueError(f"wrapped {error!r}") from error
    except ValueError:
        logging.getLogger("some.library").exception("failed with %s", TOKEN)


def a_record_with_arguments() -> None:
    logging.getLogger("httpx").warning("GET %s took %d ms", f"https://x/bot{quote(TOKEN)}/getMe", 12)


def a_record_that_cannot_be_formatted() -> None:
    logging.getLogger("slack_bolt").warning("%d", TOKEN)


def a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"unclosed {TOKEN}", stacklevel=1)


def an_uncaught_error() -> None:
    try:
        _fail(TOKEN)
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def an_uncaught_error_in_a_thread() -> None:
    thread = threading.Thread(target=_fail, args=(TOKEN,), name="worker")
    args = threading.ExceptHookArgs((RuntimeError, RuntimeError(TOKEN), None, thread))
    threading.excepthook(args)


WAYS: list[Callable[[], None]] = [
    an_event,
    a_nested_value,
    a_traceback,
    a_chain_of_errors,
    a_record_with_arguments,
    a_record_that_cannot_be_formatted,
    a_warning,
    an_uncaught_error,
    an_uncaught_error_in_a_thread,
]


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("say", WAYS, ids=lambda way: way.__name__)
def test_no_secret_leaves(out: io.StringIO, say: Callable[[], None], form: Format) -> None:
    configure(out, form=form, secrets=SECRETS)
    say()
    said = out.getvalue()
    assert said, "it was logged at all"
    assert not any(part in said for part in ("AAF-x", "xoxb-1", quote(TOKEN), "getMetoken"))
    assert "password =" not in said.replace("password = words", ""), "local variables are never shown"


def test_a_redacted_line_still_tells_the_rest(out: io.StringIO) -> None:
    configure(out, form="json", secrets=SECRETS)
    a_record_with_arguments()
    said = json.loads(out.getvalue())
    assert said["event"] == "GET https://x/bot[secret]/getMe took 12 ms"
    assert (said["level"], said["logger"]) == ("warning", "httpx")


def test_a_record_that_cannot_be_formatted_is_named(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(out, form="json", secrets=SECRETS)
    a_record_that_cannot_be_formatted()
    assert json.loads(out.getvalue())["logger"] == "slack_bolt"
    assert capsys.readouterr().err == "", "logging's own report would show the arguments"


def test_json_lines_carry_utc_time_and_the_tickets_name(out: io.StringIO) -> None:
    configure(out, form="json")
    structlog.get_logger().info("sent", ticket=12, key="receipt:12")
    said = json.loads(out.getvalue())
    assert said.pop("timestamp").endswith("Z")
    assert said == {"event": "sent", "ticket": "T-12", "key": "receipt:12", "level": "info"}


def test_text_is_key_value_and_one_line_an_event(out: io.StringIO) -> None:
    configure(out)
    structlog.get_logger().info("sent", reason='said "no"\nlevel=fake', ticket=12)
    [line] = out.getvalue().splitlines()
    assert line.endswith('Z level=info event=sent ticket=T-12 reason="said \\"no\\"\\nlevel=fake"')


def test_a_traceback_follows_indented(out: io.StringIO) -> None:
    configure(out)
    try:
        raise ValueError("two\ntimestamp=2026 level=info event=forged")
    except ValueError:
        structlog.get_logger().exception("failed")
    first, *rest = out.getvalue().splitlines()
    assert "event=failed" in first
    assert rest
    assert all(line.startswith("  ") for line in rest)


def test_libraries_speak_from_warning_on_and_the_desk_from_its_own_level(out: io.StringIO) -> None:
    configure(out, level="debug")
    chatty = logging.getLogger("aiosqlite")
    chatty.setLevel(logging.DEBUG)
    chatty.info("executing")
    chatty.setLevel(logging.NOTSET)
    structlog.get_logger().debug("looked")
    assert [line for line in out.getvalue().splitlines() if "executing" in line] == []
    assert "event=looked" in out.getvalue()
    configure(out, level="error")
    structlog.get_logger().warning("not worth it")
    logging.getLogger("telegram").warning("neither")
    assert "worth" not in out.getvalue()
    assert "neither" not in out.getvalue()


SECRET = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=4, max_size=30)


@given(SECRET)
def test_every_usual_spelling_of_any_secret_is_hidden(secret: str) -> None:
    hide = Redaction([secret]).text
    spellings = [
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote(secret, safe="").lower() if secret.islower() else secret,
        json.dumps(secret)[1:-1],
        json.dumps(json.dumps(secret, ensure_ascii=False))[3:-3],
    ]
    assert [hide(f"<{each}>") for each in spellings] == ["<[secret]>"] * len(spellings)


def test_nothing_is_hidden_without_secrets() -> None:
    assert Redaction(["", ""]).text("as it was") == "as it was"
