"""The hotline's rules: nothing twice, nothing lost, nobody left on the line."""

from collections.abc import AsyncIterator

import pytest
from bot.desk import Desk
from bot.hotline.call import Stage
from bot.inbound import Address, Fate
from bot.messages.catalogue import Catalogue
from bot.policy import Priority
from bot.telephone import Ask, HangUp, Heard, Hold, Join, Leave, Party, Pause, Record
from bot.tickets.ticket import State
from bot.work import House

from tests.integration.core.phone import (
    ADA,
    DANA,
    LANDLINE,
    LEO,
    OURS,
    POLICY,
    STRANGER,
    Exchange,
    ask_of,
    exchange,
    said,
)
from tests.openers import OpenStore

ENGLISH = Catalogue.load()
WORDS = {key: ENGLISH.template("en", key) for key in ENGLISH.keys("en")}


@pytest.fixture
async def line(open_store: OpenStore) -> AsyncIterator[Exchange]:
    async with exchange(open_store) as made:
        yield made


async def test_the_ticket_opens_at_the_first_webhook_with_the_clock_at_the_calls_start(
    line: Exchange,
) -> None:
    began = line.clock.now()
    script = await line.hear("CA1")
    ticket = await line.ticket()
    assert (ticket.opened_at, ticket.priority, ticket.customer) == (began, Priority.P1, "acme")
    assert ticket.clocks[0].started_at == began
    assert ask_of(script).step == "menu"
    assert line.news("slack") == line.news("sms") == []


async def test_whoever_stays_in_the_menu_is_not_forgotten(line: Exchange) -> None:
    """The clock runs, and paging begins after a while even if no further word comes."""
    await line.hear("CA1")
    await line.wait(seconds=19)
    assert line.news("slack") == []
    await line.wait(seconds=2)
    assert [each.place.conversation for each in line.news("slack")] == ["U-NORA"]
    assert line.news("sms") == []
    await line.wait(minutes=3)
    assert "missed_call" in await line.log()
    assert DANA in [each.place.conversation for each in line.news("sms")]


async def test_a_step_that_comes_again_changes_nothing_and_is_answered_alike(line: Exchange) -> None:
    await line.hear("CA1", key="a")
    first = await line.hear("CA1", "menu", digits="1", key="b")
    log = await line.log()
    again = await line.hear("CA1", "menu", digits="1", key="b")
    assert again == first
    assert await line.log() == log
    assert ask_of(await line.hear("CA1", key="a")) == ask_of(first)
    assert len(await line.tickets()) == 1


async def test_a_late_answer_to_an_earlier_question_is_none_to_this_one(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="3")
    script = await line.hear("CA1", "menu", digits="1")
    assert ask_of(script).step == "offer"
    assert (await line.ticket()).priority is Priority.P3


async def test_a_call_that_is_over_refuses_replays(line: Exchange) -> None:
    await line.hear("CA1")
    await line.ends("CA1")
    script = await line.hear("CA1", "menu", digits="1")
    assert script.refused
    assert (await line.ticket()).priority is Priority.P1


async def test_the_end_of_a_call_counts_once_and_in_order(line: Exchange) -> None:
    await line.hear("CA1")
    await line.ends("CA1", sequence=3)
    await line.ends("CA1", sequence=3)
    await line.ends("CA1", sequence=2)
    assert (await line.log()).count("missed_call") == 1


async def test_the_end_of_a_call_that_never_began_is_on_record(line: Exchange) -> None:
    await line.ends("CA9")
    entries = await line.store.read(lambda tx: tx.ledger.since(line.clock.now()))
    assert [(each.outcome, each.ticket) for each in entries] == [("automatic", None)]


async def test_a_first_word_that_was_lost_is_no_call_that_was_lost(line: Exchange) -> None:
    """The desk was away when the call came in: it begins with whatever is heard first."""
    script = await line.hear("CA1", "menu", digits="1")
    assert ask_of(script).step == "menu"
    assert (await line.ticket()).customer == "acme"


async def test_a_landline_reads_where_its_company_does(line: Exchange) -> None:
    await line.hear("CA1", number=LANDLINE, textable=False)
    await line.hear("CA1", "menu", number=LANDLINE, digits="2", textable=False)
    assert (await line.ticket()).home == Address("slack", "acme")
    await line.wait(seconds=3)
    assert any(each.place.conversation == "acme" for each in line.news("slack"))


async def test_with_nowhere_to_write_to_only_words_are_read_out(line: Exchange) -> None:
    """An unknown landline: no receipt and no progress is read out to it by a machine."""
    await line.hear("CA1", number=STRANGER, textable=False)
    await line.hear("CA1", "menu", number=STRANGER, digits="2", textable=False)
    await line.wait(minutes=12)
    assert STRANGER not in [each.place.conversation for each in line.news("call")]
    ticket = await line.ticket()
    assert (ticket.home, ticket.phone) == (Address("call", STRANGER), STRANGER)


async def test_recordings_and_their_words_come_in_any_order_or_never(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="2")
    await line.transcribes("CA1", "Nobody can join any call, everything is down")
    assert (await line.ticket()).priority is Priority.P0
    assert (await line.ticket()).title == "Nobody can join any call, everything is down"
    await line.records("CA1")
    await line.records("CA1")
    await line.transcribes("CA1", "Nobody can join any call, everything is down")
    log = await line.log()
    assert (log.count("recorded"), log.count("message")) == (1, 1)
    await line.transcribes("CA1", "  ", key="tx2")
    assert "not_transcribed" in await line.log()


async def test_words_that_come_late_do_not_open_a_resolved_ticket_again(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="2")
    await line.does("resolve T-1 done")
    await line.transcribes("CA1", "Nobody can join")
    assert (await line.ticket()).state is State.RESOLVED
    assert "message" in await line.log()


async def test_nobody_is_left_on_the_line(line: Exchange) -> None:
    """Everybody is called in turn; when the last telephone has rung in vain, the caller leaves a message."""
    await line.hear("CA1")
    script = await line.hear("CA1", "menu", digits="0")
    assert isinstance(script.lines[-1], Hold)
    for _ in range(60):
        await line.wait(seconds=8)
        for each in line.news("call"):  # nobody comes
            await line.reports(each.key, Fate.FAILED, each.place.conversation, over=True)
        script = await line.hear("CA1", "hold")
        if Leave() in script.lines:
            break
    call = await line.call("CA1")
    assert call is not None
    assert len(call.rung) == 5
    script = await line.hear("CA1", "left", result="leave")
    assert "nobody could come to the phone" in said(script)
    assert isinstance(script.lines[-1], Record)
    assert (await line.ticket()).is_untaken


async def test_who_takes_a_call_and_is_gone_is_not_waited_for(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="0")
    await line.hear("CB1", "ring", number=ADA, about=["CA1"])
    script = await line.hear("CB1", "taken", number=ADA, about=["CA1", "1"], digits="1")
    assert isinstance(script.lines[-1], Join)
    await line.hear("CB1", "joined", number=ADA, about=["CA1"])
    call = await line.call("CA1")
    assert call is not None
    assert call.is_waiting
    assert len(call.rung) == 2


async def test_a_caller_who_hung_up_is_called_back(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="0")
    await line.hear("CB1", "ring", number=ADA, about=["CA1"])
    await line.ends("CA1")
    script = await line.hear("CB1", "taken", number=ADA, about=["CA1", "1"], digits="1")
    assert f"Please call them back: {DANA}" in said(script)
    assert isinstance(script.lines[-1], HangUp)
    assert "hung_up_waiting" in await line.log()


async def test_a_number_that_is_no_engineers_hears_nothing_of_a_page(line: Exchange) -> None:
    await line.hear("CA1")
    for step, about in (("page", ["1"]), ("pressed", ["1", "1"]), ("ring", ["CA1"]), ("taken", ["CA1", "1"])):
        script = await line.hear("CX", step, number=STRANGER, about=about, digits="4")
        assert script.lines == (HangUp(),)
    assert (await line.ticket()).is_untaken


async def test_a_page_is_said_three_times_and_then_left(line: Exchange) -> None:
    await line.hear("CA1")
    script = await line.hear("CB1", "page", number=LEO, about=["1"])
    for _ in range(2):
        ask = ask_of(script)
        script = await line.hear("CB1", ask.step, number=LEO, about=ask.about)
        assert isinstance(script.lines[-1], Ask)
    ask = ask_of(script)
    script = await line.hear("CB1", ask.step, number=LEO, about=ask.about)
    assert isinstance(script.lines[-1], HangUp)


async def test_one_key_acknowledges_everything_that_was_said(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA2", number=STRANGER)
    script = await line.hear("CB1", "page", number=LEO, about=["1", "2"])
    ask = ask_of(script)
    script = await line.hear("CB1", ask.step, number=LEO, about=ask.about, digits="4", key="once")
    assert "Ticket 1 is yours" in said(script)
    assert "Ticket 2 is yours" in said(script)
    assert [(await line.ticket(each)).assignee for each in (1, 2)] == ["leo", "leo"]
    again = await line.hear("CB1", ask.step, number=LEO, about=ask.about, digits="4", key="once")
    assert "Ticket 1 is yours" in said(again)


async def test_escalating_by_key_happens_once(line: Exchange) -> None:
    await line.hear("CA1")
    await line.wait(seconds=21)
    before = (await line.ticket()).round
    for _ in range(2):
        await line.hear("CB1", "pressed", number=LEO, about=["1", "1"], digits="5", key="once")
    assert (await line.ticket()).round == before + 1


async def test_a_yes_when_that_one_was_just_resolved(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="2")
    script = await line.hear("CA2")
    assert "Your ticket 1" in said(script)
    await line.does("resolve T-1 done")
    script = await line.hear("CA2", "known", digits="1")
    assert "Ticket 2 is open" in said(script)
    assert not (await line.ticket(2)).silent


async def test_what_our_own_code_fails_on_is_kept_and_told(line: Exchange) -> None:
    """The provider lets the caller say it after a tone; the engineers hear of it now."""
    words = {key: value for key, value in WORDS.items() if key != "hotline.menu"}
    house = House.build(POLICY, Catalogue({"en": words, "zh": words}), line.desk.house.channels)
    broken = Desk(line.store, line.clock, house, lambda: None)
    party = Party(DANA, OURS, textable=True)
    with pytest.raises(KeyError):
        await broken.hear(Heard("k1", "CA1", "", party, line.clock.now()))
    (entry,) = await line.store.read(lambda tx: tx.ledger.quarantined())
    assert (entry.conversation, entry.reason) == (DANA, "could not be handled: KeyError")
    await line.records("CA1")
    await line.wait(seconds=3)
    told = "\n".join(each.text for each in line.news("slack"))
    assert f"An item from call:{DANA} could not be handled" in told
    assert f"A call from call:{DANA} could not be handled, but this is left of it: https://r/RE1" in told


async def test_nobody_is_told_that_the_customer_knows_who_cannot(line: Exchange) -> None:
    await line.hear("CA1", number="", textable=False)
    await line.hear("CA1", "language", number="", digits="1", textable=False)
    await line.hear("CA1", "menu", number="", digits="2", textable=False)
    assert "The customer was not told" in await line.does("ack T-1")


async def test_nothing_that_comes_twice_counts_as_two_silences(line: Exchange) -> None:
    await line.hear("CA1")
    for _ in range(5):
        script = await line.hear("CA1", "menu", key="silence")
    assert ask_of(script).step == "menu"
    call = await line.call("CA1")
    assert call is not None
    assert call.asked == 1


async def test_between_the_press_of_1_and_the_first_word_the_caller_stays_on_the_line(line: Exchange) -> None:
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="0")
    await line.hear("CB1", "taken", number=ADA, about=["CA1", "1"], digits="1")
    await line.wait(minutes=2)
    assert (await line.hear("CA1", "hold")).lines == (Pause(5),)
    await line.hear("CA1", "greeting")
    await line.hear("CB1", "joined", number=ADA, about=["CA1"])
    call = await line.call("CA1")
    assert call is not None
    assert (call.stage, call.taken_by) == (Stage.TALKING, "ada")


async def test_a_call_about_an_earlier_ticket_wakes_nobody_anew(line: Exchange) -> None:
    """It is being paged already; and its receipt was sent when it opened."""
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="2")
    await line.hear("CA2")
    await line.wait(seconds=2)
    paged, log = len(await line.pages()), await line.log()
    line.news("sms")
    await line.hear("CA2", "known", digits="1")
    await line.wait(seconds=3)
    assert len(await line.pages()) == paged
    assert (await line.log())[len(log) :] == ["absorbed", "called"]
    assert line.news("sms") == []


async def test_whoever_hangs_up_in_the_queue_is_called_back_once(line: Exchange) -> None:
    """The provider says so as the end of the wait, and again as the end of the call."""
    await line.hear("CA1")
    await line.hear("CA1", "menu", digits="0")
    await line.hear("CA1", "left", result="hangup")
    await line.ends("CA1")
    assert (await line.log()).count("hung_up_waiting") == 1
    assert (await line.hear("CA1", "message")).refused
