"""The terminal: what is typed comes in as a customer's or an engineer's, what is said is shown as it is."""

import asyncio
import io
import os

from adapters.terminal.app import TerminalApp
from adapters.terminal.channel import TerminalChannel
from bot.clock import SystemClock
from bot.inbound import Address, MessagePosted, VerbInvoked
from bot.messages.catalogue import Catalogue, Voice
from bot.outgoing import Button, Post
from rich.console import Console

from tests.fakes.recording_inbox import RecordingInbox

NAMES = {"mei": "Mei Tanaka", "ada": "Ada Brandt"}
WAIT = 5


def app(inbox: RecordingInbox, typed: io.TextIOBase) -> TerminalApp:
    clock = SystemClock()
    voice = Voice(Catalogue.load(), "en", "UTC", clock.now())
    return TerminalApp(inbox, clock, voice, NAMES, typed)  # type: ignore[arg-type] # TextIO in all that counts


async def test_lines_are_a_customers_and_commands_an_engineers() -> None:
    inbox = RecordingInbox()
    typed = io.StringIO("video is black\n\n/ack\n@ada /tickets\n")

    await asyncio.wait_for(app(inbox, typed).run(), WAIT)

    message, ack, tickets = inbox.committed
    assert isinstance(message, MessagePosted)
    assert (message.text, message.at) == ("video is black", Address("terminal", "customer"))
    assert isinstance(ack, VerbInvoked)
    assert (ack.text, ack.author.id) == ("ack", "mei")
    assert isinstance(tickets, VerbInvoked)
    assert (tickets.text, tickets.author.id) == ("tickets", "ada")
    assert len({item.event_key for item in inbox.committed}) == 3


async def test_it_stops_while_nobody_types() -> None:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end) as typed, os.fdopen(write_end, "w"):
        terminal = app(RecordingInbox(), typed)
        running = asyncio.create_task(terminal.run())
        terminal.stop()
        await asyncio.wait_for(running, WAIT)


async def test_customer_words_are_shown_as_they_are() -> None:
    screen = io.StringIO()
    channel = TerminalChannel(Console(file=screen, width=80), SystemClock(), NAMES)
    page = Post(
        "k",
        Address("terminal", "ada"),
        "[bold red]not markup[/]",
        buttons=(Button("Acknowledge", "ack T-1"),),
    )

    receipt = await channel.send(page)

    assert "[bold red]not markup[/]" in screen.getvalue()
    assert "Ada Brandt" in screen.getvalue()
    assert receipt.message_id
    assert channel.last_paged == "ada"
