"""Nothing happens to the desk: four workers share the work, and nothing is said twice."""

import pytest

from tests.chaos.calm import Calm

pytestmark = pytest.mark.chaos


def test_four_workers_share_the_work(calm: Calm) -> None:
    assert calm.late < calm.handed_over
