"""A channel at a mail server of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from adapters.email.channel import EmailChannel
from adapters.email.errand import Patience
from bot.configuration.mail_urls import MailServer, Tls
from bot.errors import DeliveryError
from bot.outgoing import Outgoing, Receipt

from tests.servers import smtp
from tests.unit.email.letters import TOKENS, StillClock, settings

# Short where a test waits for the end of it; long enough for a machine that stalls elsewhere.
PATIENT = Patience(connect=10, command=10, end=10, whole=20, idle=20, goodbye=5)


@asynccontextmanager
async def channel_to(
    server: smtp.MailServer,
    *,
    by: Tls = Tls.OFF,
    patience: Patience = PATIENT,
    access: Any = None,
    relay: dict[str, Any] | None = None,
    **own: Any,
) -> AsyncIterator[EmailChannel]:
    there = replace(MailServer("127.0.0.1", server.port, by), **(relay or {}))
    channel = EmailChannel(settings(relay=there, **own), TOKENS, StillClock(), access, patience)
    try:
        yield channel
    finally:
        await asyncio.wait_for(channel.close(), smtp.WAIT)


async def failure(channel: EmailChannel, message: Outgoing) -> DeliveryError:
    """How sending it fails; it must."""
    try:
        receipt: Receipt = await channel.send(message)
    except DeliveryError as error:
        return error
    raise AssertionError(f"sent: {receipt}")
