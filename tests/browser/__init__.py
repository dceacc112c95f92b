"""The desk's own pages in a real browser. One browser serves all tests, so all run in the session's loop."""

import pytest

IN_BROWSER = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
"""The `pytestmark` of every module here."""
