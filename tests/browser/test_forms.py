"""How the forms of tokens and webhooks lie on the page."""

from typing import Any

import pytest

from tests.browser import IN_BROWSER
from tests.browser.desk import LEAD
from tests.browser.people import DESKTOP, PHONE, People
from tests.browser.scene import Scene

pytestmark = IN_BROWSER
BOXES = """() => [...document.querySelectorAll("main input[type=checkbox]")].map((each) => {
  const box = each.getBoundingClientRect();
  const said = each.labels[0].querySelector("code").getBoundingClientRect();
  return { width: box.width, height: box.height, gap: said.left - box.right,
           beside: Math.abs((box.top + box.bottom) / 2 - (said.top + said.bottom) / 2) };
})"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["/desk/tokens", "/desk/webhooks"])
async def test_a_box_stands_beside_its_words(people: People, scene: Scene, path: str, size: Any) -> None:
    """Beside the first line, and whole."""
    page = await people.signed_in(scene.desk, LEAD, path, viewport=size)
    boxes = await page.evaluate(BOXES)
    assert len(boxes) > 5
    for box in boxes:
        assert 14 <= box["width"] == box["height"] <= 24
        assert 4 <= box["gap"] <= 16
        assert box["beside"] < 4
