"""Whatever goes wrong between the desk and its mail server: nothing is lost, and nothing is opened twice."""

import asyncio

import pytest
from adapters.email.imap.session import Session
from bot.engine.presence import Turn
from bot.errors import StoreAway, StoreError
from bot.inbound import Unreadable

from tests.integration.mail_in.stage import (
    ONE_SERVER,
    PROMPT,
    STORE,
    Stage,
    at,
    days_ago,
    events,
    logged,
    mail,
    running,
    subject_of,
    until_ready,
)
from tests.servers.imap import PASSWORD


async def test_the_server_is_started_anew(stage: Stage) -> None:
    async with running(stage.app()):
        await stage.until_idle()
        await stage.server.stop()
        stage.wire.cut()
        await stage.clock.advance(1)
        await stage.clock.advance(0)  # it is not back yet
        await stage.server.start()
        await stage.server.deliver(mail("black"))
        await stage.clock.advance(2)
        await stage.until_taken("black")


@ONE_SERVER
async def test_pauses_grow_while_the_server_is_away(stage: Stage) -> None:
    stage.wire.refusing = True
    async with running(stage.app()) as app:
        for seconds in (1, 2, 4, 8, 16, 30, 30):
            await stage.clock.advance(0)
            called = stage.wire.callers
            await stage.clock.advance(seconds - 0.1)
            assert stage.wire.callers == called
            await stage.clock.advance(0.1)
        await stage.clock.advance(0)
        assert not app.ready
        stage.wire.refusing = False
        await stage.clock.advance(30)
        await stage.until_idle()
        assert app.ready


async def test_the_connection_breaks_in_the_middle_of_a_mail(stage: Stage) -> None:
    await stage.server.deliver(mail("black", "the very words", size=5000))
    stage.wire.cut_within(b"the very words")
    async with running(stage.app()):
        await stage.clock.advance(1)
        await stage.until_taken("black")
    assert [*stage.files.kept.values()] == [mail("black", "the very words", size=5000)]


async def test_a_wrong_password_is_said_and_mended(stage: Stage) -> None:
    await stage.server.set_password("another one")
    with logged() as said:
        async with running(stage.app()) as app:
            await stage.clock.advance(30)
            assert not app.ready
            await stage.server.set_password(PASSWORD)
            await stage.clock.advance(30)
            await stage.until_idle()
            assert app.ready
    assert any("refuses the login; check user and password" in each for each in events(said))
    assert PASSWORD not in str(said)


@ONE_SERVER
async def test_a_folder_that_is_not_there(stage: Stage) -> None:
    with logged() as said:
        async with running(stage.app(stage.settings(at(stage.port, folder="Suport")))) as app:
            await stage.clock.advance(1)
            assert not app.ready
    assert any("no such folder" in each for each in events(said))


async def test_uids_are_given_anew(stage: Stage) -> None:
    """What came within a week of the last fetch is looked at again, and what is unseen; the rest is old."""
    for subject, days in (("old", 30), ("lately", 3)):
        await stage.server.deliver(mail(subject), days_ago(days))
    async with running(stage.app()):
        await stage.until_idle()
    await stage.server.deliver(mail("meanwhile"), days_ago(20))
    await stage.server.renumber()
    with logged() as said:
        async with running(stage.app()):
            await stage.until_idle(2)
    assert "mailbox numbered anew, what came lately is looked at again" in events(said)
    assert stage.subjects == ["old", "lately", "meanwhile"]
    assert [subject_of(item) for item in stage.inbox.offered[2:]] == ["lately", "meanwhile"]
    await stage.server.deliver(mail("next"))
    async with running(stage.app()):
        await stage.until_taken("old", "lately", "meanwhile", "next")


async def test_ended_between_the_commit_and_the_bookmark(stage: Stage) -> None:
    async with running(stage.app()):
        await stage.until_idle()
    uid = await stage.server.deliver(mail("black"))
    stage.reading.faults.append(StoreError("the process ends here"))
    async with running(stage.app()):
        await stage.inbox.until(lambda: stage.inbox.committed)
        await stage.clock.advance(0)
    assert not await stage.server.seen(uid)
    async with running(stage.app()):
        await stage.until_idle(2)
    assert await stage.server.seen(uid)
    assert stage.subjects == ["black"]
    assert len(stage.inbox.offered) == 2


@ONE_SERVER
async def test_ended_between_the_bookmark_and_the_mark(stage: Stage) -> None:
    async with running(stage.app()):
        await stage.until_idle()
    uid = await stage.server.deliver(mail("black"))
    stage.reading.afterwards.append(StoreError("the process ends here"))
    async with running(stage.app()):
        await stage.reading.until(f'"last": {uid}')
        await stage.clock.advance(0)
    assert STORE + b" %d " % uid not in stage.wire.heard
    async with running(stage.app()):
        await stage.until_idle(2)
    assert await stage.server.seen(uid)
    assert len(stage.inbox.offered) == 1


@ONE_SERVER
async def test_the_store_is_away_for_a_while(stage: Stage) -> None:
    uids = [await stage.server.deliver(mail(subject)) for subject in ("one", "two")]
    stage.inbox.faults += [StoreAway("no connection")] * 6
    async with running(stage.app()):
        for seconds in (1, 2, 4, 8, 16, 30):
            assert stage.inbox.committed == []
            await stage.clock.advance(seconds)
        await stage.until_taken("one", "two")
        await stage.until_idle()
    assert [await stage.server.seen(uid) for uid in uids] == [True, True]


async def test_what_the_server_does_not_deliver_holds_up_nobody(stage: Stage) -> None:
    uids = [await stage.server.deliver(mail(subject)) for subject in ("one", "broken", "three")]
    stage.wire.reword(b"UID FETCH %d (BODY" % uids[1], b"UID FETCH %d (BUDY" % uids[1])
    async with running(stage.app()):
        for seconds in (1, 2, 4, 8, 16):
            await stage.clock.advance(seconds)
        await stage.until_taken("one", "three")
        (report,) = [item for item in stage.inbox.committed if isinstance(item, Unreadable)]
        assert report.event_key.startswith("imap:IMAP_URL:INBOX:")
        assert report.event_key.endswith(f":{uids[1]}")
        assert not await stage.server.seen(uids[1])
        await stage.until_idle()
    stage.wire.true_again()
    async with running(stage.app()):
        await stage.until_taken("one", "three", "broken")
        await stage.until_idle(2)
    assert await stage.server.seen(uids[1])
    assert '"aside": []' in str(stage.reading.places)


@ONE_SERVER
async def test_what_was_set_aside_is_asked_for_again_within_the_hour(stage: Stage) -> None:
    stage.wire.reword(b" IDLE ", b" ")
    uid = await stage.server.deliver(mail("broken"))
    stage.wire.reword(b"UID FETCH %d (BODY" % uid, b"UID FETCH %d (BUDY" % uid)
    async with running(stage.app()):
        for seconds in (1, 2, 4, 8, 16):
            await stage.clock.advance(seconds)
        await stage.inbox.until(lambda: stage.inbox.committed)
        stage.wire.reword(b"(BUDY", b"(BODY")
        await stage.clock.advance(3600)
        await stage.inbox.until(lambda: stage.subjects == ["broken"])


@ONE_SERVER
async def test_a_mail_that_the_desk_cannot_take_holds_up_nobody(stage: Stage) -> None:
    """A bug in the desk must cost one line in the ledger, not the whole mailbox."""
    await stage.server.deliver(mail("poison"))
    await stage.server.deliver(mail("words"))
    stage.inbox.faults += [ZeroDivisionError("a bug")] * 5
    async with running(stage.app()):
        for seconds in (1, 2, 4, 8, 16):
            await stage.clock.advance(seconds)
        await stage.inbox.until(lambda: "words" in stage.subjects)
    assert isinstance(stage.inbox.committed[0], Unreadable)


@ONE_SERVER
class TestStopping:
    async def test_while_a_server_says_nothing_at_all(self, stage: Stage) -> None:
        stage.wire.hold()
        async with running(stage.app(), PROMPT):
            await stage.wire.until_called()

    async def test_while_it_waits_for_an_answer(self, stage: Stage) -> None:
        async with running(stage.app(), PROMPT):
            await stage.until_idle()
            stage.wire.hold()

    async def test_during_a_pause(self, stage: Stage) -> None:
        stage.wire.refusing = True
        async with running(stage.app(), PROMPT):
            await stage.clock.advance(0)

    async def test_the_mail_at_hand_is_finished(self, stage: Stage) -> None:
        uid = await stage.server.deliver(mail("one"))
        await stage.server.deliver(mail("two"))
        stage.inbox.gate.clear()
        async with running(stage.app(), PROMPT) as app:
            await stage.inbox.until(lambda: stage.inbox.offered)
            app.stop()
            stage.inbox.gate.set()
        assert stage.subjects == ["one"]
        assert f'"last": {uid}' in str(stage.reading.places)

    async def test_cancelled(self, stage: Stage) -> None:
        await stage.server.deliver(mail("one"))
        stage.inbox.gate.clear()
        task = asyncio.create_task(stage.app().run())
        await stage.inbox.until(lambda: stage.inbox.offered)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=PROMPT)
        assert done
        stage.inbox.gate.set()
        async with running(stage.app()):
            await stage.until_taken("one")


@ONE_SERVER
async def test_a_turn_that_is_lost_and_taken_again(stage: Stage) -> None:
    mine, theirs = Turn("mail"), Turn("mail")
    async with running(stage.app(turn=mine)) as first, running(stage.app(turn=theirs)) as second:
        await until_ready(first)
        assert second.ready
        mine.settle(mine=True)
        await stage.until_idle()
        await stage.server.deliver(mail("one"))
        await stage.until_idle(2)
        mine.settle(mine=False)
        theirs.settle(mine=True)
        await stage.until_idle(3)
        await stage.server.deliver(mail("two"))
        await stage.until_idle(4)
        theirs.settle(mine=False)
        mine.settle(mine=True)
        await stage.until_idle(5)
        await stage.server.deliver(mail("three"))
        await stage.until_taken("one", "two", "three")
    assert len(stage.inbox.offered) == 3


@ONE_SERVER
async def test_a_dead_connection_is_noticed_when_idle_is_begun_anew(stage: Stage) -> None:
    session = Session(at(stage.port), None, timeout=0.1)
    try:
        await asyncio.to_thread(session.open, None)
        await asyncio.to_thread(session.select)
        await asyncio.to_thread(session.idle, 0.01)
        stage.wire.hold()
        with pytest.raises(OSError, match="timed out"):
            await asyncio.to_thread(session.idle, 0.01)
    finally:
        session.close()


@pytest.mark.parametrize("said", [b"%b* 1 EXISTS\r\n", b"* 1 EXISTS\r\n%b"], ids=["with", "before"])
async def test_what_a_server_says_around_its_consent_is_heard(stage: Stage, said: bytes) -> None:
    for consent in (b"+ idling\r\n", b"+ Idling.\r\n"):
        stage.wire.reword(consent, said % consent)
    session = Session(at(stage.port), None)
    try:
        await asyncio.to_thread(session.open, None)
        await asyncio.to_thread(session.select)
        await asyncio.wait_for(asyncio.to_thread(session.idle, 60), PROMPT)
    finally:
        session.close()
