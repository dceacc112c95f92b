"""What providers report makes the delivery's record; whoever was not reached is reached another way."""

from collections.abc import AsyncIterator

import pytest
from bot.inbound import Fate
from bot.play.stage import Fault

from tests.integration.core.phone import ADA, DANA, LEO, NORA, Exchange, exchange
from tests.openers import OpenStore


@pytest.fixture
async def line(open_store: OpenStore) -> AsyncIterator[Exchange]:
    """An outage was reported by telephone; everybody who is meant has been called and texted."""
    async with exchange(open_store) as made:
        await made.hear("CA1")
        await made.hear("CA1", "menu", digits="1")
        await made.wait(seconds=5)
        yield made


async def test_that_the_provider_took_a_call_is_no_delivery(line: Exchange) -> None:
    page = await line.page("ada", "call")
    assert (page.delivered_at, page.failed_at) == (None, None)
    assert (await line.page("ada", "slack")).delivered_at is not None


async def test_a_human_at_the_telephone_is_one(line: Exchange) -> None:
    page = await line.page("ada", "call")
    await line.reports(page.key, Fate.DELIVERED, ADA)
    assert (await line.page("ada", "call")).delivered_at is not None


@pytest.mark.parametrize("fate", [Fate.PENDING, Fate.FAILED])
async def test_a_call_that_ended_without_one_is_none(line: Exchange, fate: Fate) -> None:
    page = await line.page("ada", "call")
    await line.reports(page.key, fate, ADA, reason="an answering machine", sequence=3, over=True)
    after = await line.page("ada", "call")
    assert (after.delivered_at, after.failed_at is None) == (None, False)
    assert after.reason == ("an answering machine" if fate is Fate.FAILED else "nobody pressed a key")
    assert "page_failed" in await line.log()


async def test_a_key_is_a_human_whatever_the_machine_detection_says(line: Exchange) -> None:
    page = await line.page("leo", "call")
    await line.reports(page.key, Fate.FAILED, LEO, reason="an answering machine")
    await line.hear("CB1", "pressed", number=LEO, about=["1", "1"], digits="6")
    after = await line.page("leo", "call")
    assert (after.failed_at, after.delivered_at is None) == (None, False)


async def test_reports_count_in_their_order_and_once(line: Exchange) -> None:
    page = await line.page("ada", "call")
    await line.reports(page.key, Fate.PENDING, ADA, sequence=2)
    await line.reports(page.key, Fate.FAILED, ADA, reason="busy", sequence=1, over=True)
    assert (await line.page("ada", "call")).failed_at is None
    await line.reports(page.key, Fate.FAILED, ADA, reason="busy", sequence=3, over=True)
    failed = await line.log()
    await line.reports(page.key, Fate.FAILED, ADA, reason="busy", sequence=3, over=True)
    assert await line.log() == failed
    assert failed.count("page_failed") == 1


async def test_a_whole_round_in_vain_is_followed_by_the_next_at_once(open_store: OpenStore) -> None:
    """Where only telephones wake people: when the last one is busy, the next people are called now."""
    async with exchange(open_store, ("call",)) as line:
        await line.hear("CA1")
        await line.hear("CA1", "menu", digits="1")
        await line.wait(seconds=5)
        before = (await line.ticket()).round
        for engineer, number in (("ada", ADA), ("leo", LEO)):
            page = await line.page(engineer, "call")
            await line.reports(page.key, Fate.FAILED, number, reason="busy", sequence=1, over=True)
        assert (await line.ticket()).round == before + 1
        await line.wait(seconds=3)
        assert NORA in [each.place.conversation for each in line.news("call")]


async def test_a_line_is_free_again_when_its_call_is_over(line: Exchange) -> None:
    """Three calls at once, no more: the fourth is placed in the second in which one of them ends."""
    line.news("call")
    await line.hear("CA1", "offer", digits="0")
    await line.wait(seconds=2)
    assert [each.place.conversation for each in line.news("call")] == [ADA]
    await line.wait(seconds=25)
    assert line.news("call") == []
    page = await line.page("leo", "call")
    await line.reports(page.key, Fate.FAILED, LEO, reason="no-answer", sequence=3, over=True)
    await line.wait(seconds=2)
    assert [each.place.conversation for each in line.news("call")] == [LEO]


async def test_a_text_that_did_not_arrive_goes_on_where_the_customer_is_known(line: Exchange) -> None:
    line.news("slack")
    await line.reports("receipt:1", Fate.FAILED, DANA, reason="30003 unreachable handset", sequence=4)
    await line.wait(seconds=3)
    ticket = await line.ticket()
    assert (ticket.home.channel, ticket.home.conversation) == ("slack", "acme")
    told = next(each for each in line.news("slack") if each.place.conversation == "acme")
    assert f"we could not reach you at {DANA}" in told.text
    assert "T-1 · P0" in told.text


async def test_parts_of_a_long_text_are_reported_one_by_one(line: Exchange) -> None:
    await line.reports("receipt:1#1", Fate.DELIVERED, DANA, sequence=4)
    await line.reports("receipt:1#2", Fate.FAILED, DANA, reason="30003", sequence=4)
    assert (await line.ticket()).home.channel == "slack"


async def test_reports_about_nothing_we_sent_change_nothing(line: Exchange) -> None:
    log = await line.log()
    await line.reports("page:99:1:P0:0:ada:call", Fate.FAILED, ADA, sequence=1)
    await line.reports("", Fate.DELIVERED, ADA)
    assert await line.log() == log


async def test_an_outage_of_a_means_that_wakes_is_on_record(line: Exchange) -> None:
    until = line.clock.now().replace(year=2030)
    line.channels["sms"].faults.append(Fault("down", until))
    await line.hear("CB1", "pressed", number=NORA, about=["1", "1"], digits="5")
    await line.wait(seconds=10)
    (outage,) = await line.store.read(lambda tx: tx.outages.since(line.clock.now().replace(year=2000)))
    assert (outage.channel, outage.ended_at) == ("sms", None)
    line.channels["sms"].faults.clear()
    await line.wait(minutes=3)
    (outage,) = await line.store.read(lambda tx: tx.outages.since(line.clock.now().replace(year=2000)))
    assert outage.ended_at is not None
