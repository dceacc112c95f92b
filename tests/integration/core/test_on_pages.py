"""What customers do on the desk's own pages, and engineers by forms: the whole core on a virtual clock."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from bot.inbound import KEPT, Address, Attachment, Filed, Form, Judged, Opinion, Person, VerbInvoked, Wrote
from bot.tickets.ticket import State

from tests.integration.core.night import ACME, P1, Night, begin, desk_policy, taken
from tests.openers import OpenStore

DANA = "dana@acme.example"
MAIL = "email"


@dataclass(slots=True)
class Pages:
    """Somebody with a browser."""

    night: Night

    async def files(self, title: str, *, key: str = "k1", customer: str = "acme", **facts: str) -> bool:
        """Whether the desk took it."""
        at, author, now = Address("web", DANA), Person("web", DANA, "Dana"), self.night.clock.now()
        item = Filed(key, at, author, customer, title, "", now, tuple(facts.items()))
        answer = await self.night.desk.receive(item)
        await self.night.engine.settle()
        return not answer.refused

    async def writes(self, text: str, *, key: str = "w1", ticket: int = 1, customer: str = "acme") -> bool:
        at, author = Address("web", DANA), Person("web", DANA, "Dana")
        item = Wrote(key, at, author, customer, ticket, text, self.night.clock.now())
        answer = await self.night.desk.receive(item)
        await self.night.engine.settle()
        return not answer.refused

    async def judges(
        self, opinion: Opinion, text: str = "", *, key: str = "j1", customer: str = "acme"
    ) -> bool:
        at, author = Address("web", DANA), Person("web", DANA, "Dana")
        item = Judged(key, at, author, customer, 1, opinion, text, self.night.clock.now())
        answer = await self.night.desk.receive(item)
        await self.night.engine.settle()
        return not answer.refused

    async def orders(
        self, who: str, form: Form, *, key: str = "o1", files: tuple[Attachment, ...] = ()
    ) -> str:
        """An engineer presses a button; what they read."""
        at, author, now = Address("console", who), Person("console", who), self.night.clock.now()
        item = VerbInvoked(key, at, author, form.verb, now, private=True, attachments=files, form=form)
        answer = await self.night.desk.receive(item)
        await self.night.engine.settle()
        return answer.text

    def posted(self, channel: str, to: str) -> list[str]:
        shown = self.night.channels[channel].shown
        return [each.text for each in shown if each.what == "post" and each.place.conversation == to]


@pytest.fixture
async def pages(open_store: OpenStore) -> AsyncIterator[Pages]:
    async with begin(open_store, desk_policy(), ("slack", "telegram", "web")) as night:
        yield Pages(night)


@pytest.fixture
async def mailing(open_store: OpenStore) -> AsyncIterator[Pages]:
    async with begin(open_store, desk_policy(), ("slack", "web", MAIL)) as night:
        yield Pages(night)


async def state(pages: Pages) -> State:
    return (await pages.night.ticket()).state


async def test_a_form_is_a_ticket_whatever_it_says(pages: Pages) -> None:
    assert await pages.files("hello", users="all", sdk="4.2.1")
    ticket = await pages.night.ticket()
    assert (ticket.customer, ticket.title, ticket.home) == ("acme", "hello", Address("web", DANA))
    assert ticket.text == "hello\nHow many users: all\nSDK version: 4.2.1"
    assert await pages.night.ledger() == [(ticket.text, "opened", 1)]
    assert pages.night.pages() != []


async def test_the_same_form_twice_is_one_ticket(pages: Pages) -> None:
    await pages.files(P1)
    await pages.files(P1)
    assert len(await pages.night.tickets()) == 1
    await pages.files(P1, key="k2")
    assert len(await pages.night.tickets()) == 2


async def test_two_forms_within_a_minute_are_two_tickets(pages: Pages) -> None:
    await pages.files("video is black", key="k1")
    await pages.files("chat does not load", key="k2")
    assert [each.title for each in await pages.night.tickets()] == ["video is black", "chat does not load"]


async def test_nobody_files_for_a_customer_there_is_not(pages: Pages) -> None:
    assert not await pages.files(P1, customer="nobody")
    assert await pages.night.tickets() == []


async def test_where_the_desk_mails_whoever_filed_is_written_to_as_well(mailing: Pages) -> None:
    await mailing.files(P1)
    [receipt] = mailing.posted(MAIL, DANA)
    assert receipt.startswith("T-1 · P1 · open")
    await mailing.orders("nora", Form("ack", (1,)))
    await mailing.orders("nora", Form("update", (1,), words="a switch is broken"), key="o2")
    assert "a switch is broken" in mailing.posted(MAIL, DANA)[-1]
    assert "a switch is broken" in mailing.posted("web", DANA)[-1]


async def test_without_mail_nothing_is_sent_and_the_customer_is_answered_all_the_same(pages: Pages) -> None:
    await pages.files(P1)
    await pages.orders("nora", Form("ack", (1,)))
    assert (await pages.night.ticket()).answered_at is None
    await pages.orders("nora", Form("update", (1,), words="a switch is broken"), key="o2")
    assert (await pages.night.ticket()).answered_at is not None


async def test_words_in_a_form_are_never_read_as_options_or_tickets(pages: Pages) -> None:
    await pages.files(P1)
    await pages.files("another one", key="k2")
    words = 'eta=2h T-2 need="x" and "quotes\nof two lines'
    await pages.orders("nora", Form("ack", (1,)))
    await pages.orders("nora", Form("update", (1,), (("complexity", "low"),), words), key="o2")
    promise = (await pages.night.ticket(1)).promise
    assert promise is not None
    assert (promise.text, promise.eta, promise.need, promise.complexity) == (words, None, None, "low")
    assert (await pages.night.ticket(2)).promise != promise


async def test_words_on_the_page_of_a_group_s_ticket_stand_in_its_thread_too(pages: Pages) -> None:
    first = await taken(pages.night)
    assert await pages.writes("it is room 43 as well")
    mirrored = pages.night.channels["slack"].shown[-2:]
    [post] = [each for each in mirrored if each.place.conversation == ACME]
    assert (post.text, post.reply_to) == (
        "T-1: Dana wrote on the ticket's page:\nit is room 43 as well",
        first,
    )
    assert "message" in await pages.night.events()
    assert "it is room 43 as well" in pages.night.heard("U-NORA")[-1]


async def test_nobody_writes_on_another_customer_s_ticket(pages: Pages) -> None:
    await taken(pages.night)
    before = await pages.night.events()
    assert not await pages.writes("let me in", customer="beta")
    assert not await pages.judges(Opinion.SOLVED, customer="beta")
    assert await pages.night.events() == before


async def test_words_wake_a_ticket_that_waits(pages: Pages) -> None:
    await taken(pages.night)
    await pages.night.does("nora", "wait T-1 the call id")
    assert await pages.writes("it is 4711")
    assert await state(pages) is State.ACKNOWLEDGED


@pytest.mark.parametrize("days", [0, 4])
async def test_words_open_a_resolved_and_even_a_closed_ticket_again(pages: Pages, days: int) -> None:
    await taken(pages.night)
    await pages.night.does("nora", "resolve T-1 restarted it")
    await pages.night.till(days * 24 * 60 + 10)
    assert await state(pages) is (State.CLOSED if days else State.RESOLVED)
    assert await pages.writes("it is black again")
    assert await state(pages) is State.REOPENED


async def test_this_solved_it_closes_a_resolved_ticket(pages: Pages) -> None:
    await taken(pages.night)
    await pages.night.does("nora", "resolve T-1 restarted it")
    assert await pages.judges(Opinion.SOLVED)
    assert await state(pages) is State.CLOSED
    assert (await pages.night.events())[-1] == "confirmed"


async def test_it_did_not_opens_it_again_with_what_is_said(pages: Pages) -> None:
    await taken(pages.night)
    await pages.night.does("nora", "resolve T-1 restarted it")
    await pages.night.rest()
    before = len(pages.night.pages())
    assert await pages.judges(Opinion.NOT_SOLVED, "still black in room 43")
    await pages.night.rest()
    assert await state(pages) is State.REOPENED
    assert len(pages.night.pages()) > before


async def test_solved_while_people_are_being_paged_stops_it_and_lets_them_sleep(pages: Pages) -> None:
    await pages.files("outage: production is down for everyone")
    await pages.night.till(1)
    paged = pages.night.pages()
    assert paged != []
    pages.night.heard("U-ADA")
    assert await pages.judges(Opinion.SOLVED)
    await pages.night.till(90)
    assert pages.night.pages() == paged
    told = pages.night.heard("U-ADA")
    assert told == ["T-1 P0 · Acme Video: Dana says that it is solved. You are no longer needed."]
    assert await state(pages) is State.RESOLVED
    response = (await pages.night.ticket()).clocks[0]
    assert response.cancelled_at is not None


async def test_saying_so_twice_says_it_once(pages: Pages) -> None:
    await pages.files(P1)
    await pages.judges(Opinion.SOLVED)
    await pages.judges(Opinion.SOLVED)
    assert (await pages.night.events()).count("solved_by_customer") == 1


async def test_files_that_nobody_outside_could_open_are_refused(pages: Pages) -> None:
    """Nothing is done by halves: nobody has acknowledged, and the customer reads nothing."""
    await pages.files("Video is black")
    before = pages.posted("web", DANA)
    file = Attachment("ab" * 32, "patch.zip", "application/zip", 9, KEPT)
    said = await pages.orders("nora", Form("update", (1,), words="Try this."), files=(file,))
    assert "PUBLIC_URL" in said
    assert await state(pages) is State.OPEN
    assert pages.posted("web", DANA) == before


async def test_what_lies_on_a_chat_platform_is_not_handed_on(pages: Pages) -> None:
    """Only whoever is there can open it; the words reach the customer."""
    await pages.files("Video is black")
    photo = Attachment("F1", "photo.jpg", "image/jpeg", 9, "https://files.example/F1")
    said = await pages.orders("nora", Form("update", (1,), words="See the photo."), files=(photo,))
    assert "T-1" in said
    assert not any("photo.jpg" in text for text in pages.posted("web", DANA))
