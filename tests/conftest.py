"""How hard hypothesis tries (--hypothesis-profile ci: harder), and logging as each test found it."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.servers.postgres import NoPostgres, server

# No deadline: machines stall.
settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile("ci", max_examples=400, deadline=None)
settings.load_profile("dev")


@pytest.fixture(autouse=True)
def logging_as_found() -> Iterator[None]:
    """A command configures logging for its process; in a test its output is closed soon after."""
    handlers, hooks = list(logging.root.handlers), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.root.handlers = handlers
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL, which is started when the first test asks for it."""
    try:
        with server() as url:
            yield url
    except NoPostgres as missing:
        pytest.skip(str(missing))
