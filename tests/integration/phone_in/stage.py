"""The desk's door for the telephone, with a provider before it and a scripted desk behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from adapters.phone.settings import PhoneSettings, Provider
from adapters.phone.webhook import PhoneDoor
from starlette.applications import Starlette

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.board import Board
from tests.fakes.phone.caller import Caller, Exchange
from tests.fakes.phone.server import Account
from tests.fakes.recording_inbox import RecordingInbox

PUBLIC = "https://desk.example"
DANA = "+491701234567"
ACCOUNT = Account()
SECOND = Provider("AC" + "2" * 32, "the-second-token", "+442071234567")
SETTINGS = PhoneSettings(
    (Provider(ACCOUNT.sid, ACCOUNT.token, ACCOUNT.number), SECOND),
    PUBLIC,
    voices={"zh": "Polly.Zhiyu"},
    trouble={"en": "Something went wrong.", "zh": "出了问题。"},
)


@dataclass(frozen=True, slots=True)
class Stage:
    exchange: Exchange
    inbox: RecordingInbox
    board: Board
    clock: ManualClock
    door: PhoneDoor

    def caller(self, number: str = DANA, **more: str) -> Caller:
        return Caller(self.exchange, number, more=more)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    inbox, board, clock = RecordingInbox(), Board(), ManualClock()
    door = PhoneDoor(SETTINGS, inbox, board, clock)
    door.open()
    app = Starlette(routes=list(door.routes()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield Stage(Exchange(ACCOUNT, PUBLIC, client), inbox, board, clock, door)
