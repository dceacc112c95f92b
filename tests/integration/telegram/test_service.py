"""Which messages nobody wrote, as the library itself has it."""

from dataclasses import dataclass
from typing import Any, cast

import pytest
from adapters.telegram import service
from telegram import Message, Update
from telegram.ext.filters import StatusUpdate


@dataclass(frozen=True)
class Only:
    """A message with this one field."""

    field: str

    def __getattr__(self, name: str) -> bool:
        return name == self.field


@pytest.mark.parametrize("field", [name for name in Message.__slots__ if not name.startswith("_")])
def test_the_list_is_the_librarys_own(field: str) -> None:
    message = cast(Any, Only(field))
    assert service.tells(message) is StatusUpdate.ALL.filter(Update(0, message))
