"""Where temporary files are, how hard hypothesis tries (--hypothesis-profile=harder), and logging as each
test found it."""

import gc
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests.servers.postgres import NoPostgres, server

IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Bytes that must be free there."""

# The suite makes and wipes hundreds of databases, and on a disk that is most of its time. Whoever has set
# TMPDIR, or has less room (containers often have 64 MB), keeps the usual place.
if "TMPDIR" not in os.environ and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(IN_MEMORY)
    tempfile.tempdir = None  # it may have been looked up already

# No deadline: machines stall. What `.ci/run` says of a commit is the same each time: new examples are drawn
# where somebody is there to see what comes of them.
settings.register_profile("dev", max_examples=30, deadline=None)
settings.register_profile("same", max_examples=30, deadline=None, derandomize=True)
settings.register_profile("harder", max_examples=400, deadline=None)
settings.load_profile("same" if os.environ.get("CI") else "dev")


def pytest_collection_finish() -> None:
    """What was collected stays until the end: no garbage collection need look at it again."""
    gc.collect()
    gc.freeze()


def log_plainly() -> None:
    """structlog's own way shows the local variables of a traceback, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


log_plainly()


@pytest.fixture(autouse=True)
def logging_as_found() -> Iterator[None]:
    """A command configures logging for its process; in a test its output is closed soon after."""
    handlers, hooks = list(logging.root.handlers), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    yield
    structlog.reset_defaults()
    log_plainly()
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
