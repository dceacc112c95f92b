"""Mails arrive: at once or when asked for, each one once, marked only after it is in the desk."""

from datetime import timedelta

import pytest
from bot.inbound import MessagePosted

from tests.fakes.manual_clock import START
from tests.fakes.memory import MemoryReading
from tests.integration.mail_in.stage import (
    IDLE,
    ONE_SERVER,
    STORE,
    Stage,
    at,
    events,
    logged,
    mail,
    running,
    until_ready,
)
from tests.servers.imap import ImapServer


async def test_a_mail_arrives_while_the_reader_idles(stage: Stage) -> None:
    async with running(stage.app()) as app:
        await stage.until_idle()
        assert app.ready
        uid = await stage.server.deliver(mail("black"), START - timedelta(minutes=3))
        await stage.until_taken("black")
        await stage.until_idle(2)
    (item,) = stage.inbox.committed
    assert isinstance(item, MessagePosted)
    assert item.sent_at == START - timedelta(minutes=3)
    assert item.formal is not None
    assert item.formal.mailbox == "IMAP_URL"
    assert stage.files.kept[item.formal.kept] == mail("black")
    assert await stage.server.seen(uid)


class Meanwhile(MemoryReading):
    """A mail comes at each step of the desk's bookmark: the folder was looked at already."""

    def __init__(self, server: ImapServer, *subjects: str) -> None:
        super().__init__()
        self._server = server
        self._subjects = list(subjects)

    async def place(self, source: str) -> str | None:
        await self._next()
        return await super().place(source)

    async def reached(self, source: str, place: str) -> None:
        await super().reached(source, place)
        await self._next()

    async def _next(self) -> None:
        if self._subjects:
            await self._server.deliver(mail(self._subjects.pop(0)))


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
async def test_mails_that_come_before_the_reader_idles(stage: Stage, count: int) -> None:
    """Told with the answer to something else, or not before it idles."""
    subjects = [f"no. {number}" for number in range(count)]
    stage.reading = Meanwhile(stage.server, *subjects)
    async with running(stage.app()):
        await stage.until_taken(*subjects)


async def test_a_server_that_cannot_idle_is_asked(stage: Stage) -> None:
    stage.wire.reword(b" IDLE ", b" ")
    async with running(stage.app()):
        await stage.clock.advance(0)
        await stage.server.deliver(mail("black"))
        await stage.clock.advance(30)
        await stage.until_taken("black")
    assert IDLE not in stage.wire.heard


async def test_a_server_that_cannot_idle_and_says_so_late(stage: Stage) -> None:
    stage.wire.reword(IDLE, b"IDLY\r\n")
    with logged() as said:
        async with running(stage.app()):
            await stage.clock.advance(0)
            await stage.server.deliver(mail("black"))
            await stage.clock.advance(30)
            await stage.until_taken("black")
            await stage.clock.advance(0)
    assert "the mail server cannot IDLE; it is asked instead" in events(said)
    assert stage.wire.heard.count(IDLE) == 1


async def test_nothing_is_marked_before_the_commit(stage: Stage) -> None:
    stage.inbox.gate.clear()
    uid = await stage.server.deliver(mail("black"))
    async with running(stage.app()):
        await stage.inbox.until(lambda: stage.inbox.offered)
        assert not await stage.server.seen(uid)
        assert f'"last": {uid}' not in str(stage.reading.places)
        stage.inbox.gate.set()
        await stage.until_idle()
    assert await stage.server.seen(uid)
    assert f'"last": {uid}' in str(stage.reading.places)


async def test_what_somebody_read_before_the_desk_came_is_theirs(stage: Stage) -> None:
    read = await stage.server.deliver(mail("read"))
    for subject in ("one", "two"):
        await stage.server.deliver(mail(subject))
    await stage.server.mark(read)
    async with running(stage.app()):
        await stage.until_idle()
        await stage.server.deliver(mail("three"))
        await stage.until_taken("one", "two", "three")


@ONE_SERVER
async def test_what_somebody_reads_later_is_taken_all_the_same(stage: Stage) -> None:
    async with running(stage.app()):
        await stage.until_idle()
    await stage.server.mark(await stage.server.deliver(mail("read by a human")))
    async with running(stage.app()):
        await stage.until_taken("read by a human")


@ONE_SERVER
async def test_what_is_marked_unread_again_does_not_come_again(stage: Stage) -> None:
    first = await stage.server.deliver(mail("one"))
    async with running(stage.app()):
        await stage.until_idle()
    await stage.server.unmark(first)
    await stage.server.deliver(mail("two"))
    async with running(stage.app()):
        await stage.until_idle(2)
    assert len(stage.inbox.offered) == 2


async def test_a_mail_that_somebody_takes_away_is_passed_over(stage: Stage) -> None:
    stage.inbox.gate.clear()
    uids = [await stage.server.deliver(mail(subject)) for subject in ("one", "two", "three")]
    async with running(stage.app()):
        await stage.inbox.until(lambda: stage.inbox.offered)
        await stage.server.expunge(uids[1])
        stage.inbox.gate.set()
        await stage.until_taken("one", "three")
        await stage.until_idle()


async def test_one_mail_in_two_mailboxes_has_one_key(stage: Stage) -> None:
    await stage.server.create("Sales")
    await stage.server.deliver(mail("black"))
    await stage.server.deliver(mail("black"), folder="Sales")
    boxes = (at(stage.port), at(stage.port, folder="Sales"))
    async with running(stage.app(stage.settings(*boxes))) as app:
        await stage.until_idle(2)
        assert app.ready
    assert len(stage.inbox.offered) == 2
    assert len({item.event_key for item in stage.inbox.offered}) == 1
    assert sorted(stage.reading.places) == ["imap:IMAP_URL:INBOX", "imap:IMAP_URL_1:Sales"]


async def test_of_a_huge_mail_the_beginning_is_taken(stage: Stage) -> None:
    most = 2000
    await stage.server.deliver(mail("huge", size=3 * most))
    with logged() as said:
        async with running(stage.app(stage.settings(most=most))):
            await stage.until_taken("huge")
    (kept,) = stage.files.kept.values()
    assert kept == mail("huge", size=3 * most)[: most + 1]  # so that the reader sees that it was cut
    assert "mail too large, its end is left out" in events(said)


async def test_a_mailbox_that_may_only_be_read(stage: Stage) -> None:
    stage.wire.reword(b"SELECT", b"EXAMINE")
    await stage.server.deliver(mail("one"))
    with logged() as said:
        async with running(stage.app()):
            await stage.until_idle()
            await stage.server.deliver(mail("two"))
            await stage.until_taken("one", "two")
            await stage.until_idle(2)
    assert STORE not in stage.wire.heard
    assert events(said).count("mails cannot be marked as read") == 1


async def test_a_server_that_lets_nothing_be_marked(stage: Stage) -> None:
    stage.wire.reword(STORE, b"UID STARE")
    await stage.server.deliver(mail("one"))
    async with running(stage.app()):
        await stage.until_idle()
    assert stage.subjects == ["one"]


@ONE_SERVER
async def test_a_desk_whose_mailboxes_others_read(stage: Stage) -> None:
    async with running(stage.app(stage.settings(reads=False))) as app:
        await until_ready(app)
    assert stage.wire.callers == 0
