"""Who looks at the store when: a program that asks a hundred things at once stands in a line of its own, and
nobody else behind it."""

from asyncio import Semaphore
from weakref import WeakValueDictionary

AT_ONCE = 2
"""Looks of one token under way in one worker; the store itself answers one or two at a time."""


class Turns:
    """A line for each token, as long as anybody stands in it."""

    def __init__(self) -> None:
        self._lines: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    def of(self, token: str) -> Semaphore:
        """To be held during the look."""
        line = self._lines.get(token)
        if line is None:
            line = self._lines[token] = Semaphore(AT_ONCE)
        return line
