"""Telephones on the stage: callers who call the hotline, engineers whose telephones ring."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.errors import ConfigurationError, Fault
from bot.inbound import Address, CallEnded, Fate, Recorded, Reported, Transcribed
from bot.play.stage import Shown
from bot.play.story import Dial
from bot.ports import Inbox, Switchboard
from bot.telephone import Ask, GoOn, Heard, Hold, Instruction, Join, Leave, Party, Record, Say, Script

OURS = "+4930555000"


@dataclass(slots=True)
class Leg:
    """One telephone that is in a call. `step`: where it goes on. `key`: of the outbox, when we called."""

    id: str
    party: Party
    step: str = ""
    about: tuple[str, ...] = ()
    hold: Hold | None = None
    key: str = ""
    reports: int = 0
    over: bool = False


class Desk(Inbox, Switchboard, Protocol):
    """What telephones need of the desk."""


class Telephones:
    """Every telephone of a story, by its number."""

    def __init__(self, title: str, ours: str, rung: Callable[[], Sequence[Shown]]) -> None:
        """`rung`: the calls the desk has placed, oldest first."""
        self._title = title
        self._ours = ours or OURS
        self._rung = rung
        self._legs: dict[str, Leg] = {}
        self._ids = itertools.count(1)

    async def act(self, dial: Dial, number: str, desk: Desk, now: datetime) -> str:
        """Do it; what is heard in that telephone then."""
        if dial.answers or dial.fails:
            return await self._answer(dial, number, desk, now)
        leg = self._legs.get(number)
        if leg is None or (leg.over and dial.transcript is None):
            if not dial.rings:
                raise ConfigurationError([Fault(self._title, number, "is not in a call: begin with rings")])
            withheld = number.startswith("withheld")
            party = Party(
                "" if withheld else number, self._ours, dial.textable and not withheld, dial.doubtful
            )
            leg = self._legs[number] = Leg(f"CA{next(self._ids)}", party)
            return await self._hear(leg, desk, now)
        if dial.hangs_up:
            return await self._hang_up(leg, desk, now)
        if dial.transcript is not None:
            return await self._wrote_down(leg, dial.transcript, desk, now)
        if dial.records:
            await self._recorded(leg, dial.records, desk, now)
        if leg.hold is not None:
            return await self._hear(leg, desk, now, step=leg.hold.waiting)
        return await self._hear(leg, desk, now, digits=dial.presses, speech=dial.speaks)

    async def _answer(self, dial: Dial, number: str, desk: Desk, now: datetime) -> str:
        """The newest call of ours to that number."""
        calls = [each for each in self._rung() if each.key.startswith(dial.of)]
        shown = next((each for each in reversed(calls) if each.place.conversation == number), None)
        if shown is None or shown.spoken is None:
            raise ConfigurationError([Fault(self._title, number, "has not been called")])
        leg = self._legs[number] = Leg(f"CA{next(self._ids)}", Party(number, self._ours), key=shown.key)
        if dial.fails:
            await self._report(leg, desk, now, Fate.FAILED, dial.fails, over=True)
            return ""
        if not shown.spoken.step:
            return shown.text
        leg.step, leg.about = shown.spoken.step, shown.spoken.about
        return await self._hear(leg, desk, now)

    async def _report(
        self, leg: Leg, desk: Desk, now: datetime, fate: Fate, reason: str, *, over: bool
    ) -> None:
        leg.reports += 1
        leg.over = leg.over or over
        at, key = Address("call", leg.party.number), f"{leg.id}:report:{leg.reports}"
        await desk.receive(Reported(key, at, leg.key, fate, reason, now, leg.reports, over))

    async def _hang_up(self, leg: Leg, desk: Desk, now: datetime) -> str:
        if leg.key:
            await self._report(leg, desk, now, Fate.PENDING, "", over=True)
            return ""
        leg.over = True
        await desk.receive(CallEnded(f"{leg.id}:end", leg.id, _at(leg), "completed", now, 9))
        return ""

    async def _recorded(self, leg: Leg, seconds: int, desk: Desk, now: datetime) -> None:
        url = f"https://provider.example/{leg.id}"
        await desk.receive(Recorded(f"{leg.id}:rec", leg.id, _at(leg), f"RE-{leg.id}", url, seconds, now))

    async def _wrote_down(self, leg: Leg, text: str, desk: Desk, now: datetime) -> str:
        await desk.receive(Transcribed(f"{leg.id}:words", leg.id, _at(leg), f"RE-{leg.id}", text, now))
        return ""

    async def _hear(
        self,
        leg: Leg,
        desk: Desk,
        now: datetime,
        *,
        step: str | None = None,
        digits: str = "",
        speech: str = "",
        result: str = "",
    ) -> str:
        heard = Heard(
            f"{leg.id}:{next(self._ids)}",
            leg.id,
            leg.step if step is None else step,
            leg.party,
            now,
            leg.about,
            digits,
            speech,
            result,
        )
        return await self._play(leg, await desk.hear(heard), desk, now)

    async def _play(self, leg: Leg, script: Script, desk: Desk, now: datetime) -> str:
        texts: list[str] = []
        for line in script.lines:
            texts += _said(line)
            match line:
                case Ask() | Record():
                    leg.step, leg.about = line.step, line.about
                case Hold():
                    leg.hold, leg.about = line, line.about
                case GoOn():
                    leg.step, leg.about = line.step, line.about
                    texts.append(await self._hear(leg, desk, now))
                case Join():
                    texts.append(await self._join(leg, line, desk, now))
                case Leave() if leg.hold is not None:
                    left, leg.hold = leg.hold.left, None
                    texts.append(await self._hear(leg, desk, now, step=left, result="leave"))
        return "\n".join(texts)

    async def _join(self, leg: Leg, line: Join, desk: Desk, now: datetime) -> str:
        """The caller hears the greeting at the moment they are put through."""
        caller = next((each for each in self._legs.values() if each.id == line.queue), None)
        leg.step, leg.about = line.step, line.about
        if caller is None or caller.hold is None or caller.over:
            return await self._hear(leg, desk, now)
        caller.hold = None
        heard = await self._hear(replace(caller), desk, now, step=line.greeting)
        return f"({heard})"


def described(dial: Dial) -> str:
    """What somebody does on the telephone, for the transcript."""
    said = dial.model_dump(exclude_defaults=True)
    return ", ".join(word if value is True else f"{word} {value}" for word, value in said.items())


def _at(leg: Leg) -> Address:
    return Address("call", leg.party.number or leg.id)


def _said(line: Instruction) -> list[str]:
    match line:
        case Say():
            return [line.text]
        case Ask():
            return [each.text for each in line.says]
    return []
