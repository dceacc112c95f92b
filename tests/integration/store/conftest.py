"""What the tests of this room share."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture
def quiet_logs() -> Iterator[None]:
    """A measurement sets up logging for its process; here it is set back afterwards."""
    handlers, hooks = logging.root.handlers[:], (sys.excepthook, threading.excepthook, sys.unraisablehook)
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.root.handlers[:] = handlers
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
