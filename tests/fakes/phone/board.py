"""A desk on the telephone that says what it was told to say, and remembers what it heard."""

from collections import deque

from bot.telephone import HangUp, Heard, Script


class Board:
    """Keeps `bot.ports.Switchboard`. `faults` are raised first, one a step; then `scripts` are said, one a
    step, the last one for ever."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.scripts: deque[Script] = deque([Script((HangUp(),))])
        self.faults: deque[Exception] = deque()

    def says(self, *scripts: Script) -> None:
        self.scripts = deque(scripts)

    async def hear(self, heard: Heard) -> Script:
        self.heard.append(heard)
        if self.faults:
            raise self.faults.popleft()
        return self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
