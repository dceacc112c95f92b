"""What programs are told, and what they are not."""

import json
from typing import Any

from bot.webhooks import managing
from bot.webhooks.events import TYPES

from tests.integration.core.night import ACME, BETA, P1
from tests.integration.webhooks.stage import Watched

SECRET = "the customer is on the brink"


async def test_a_ticket_opened_and_acknowledged_is_reported_once_each_in_order(desk: Watched) -> None:
    await desk.subscribes()
    night = desk.night
    await night.says("dana", P1)
    await night.does("nora", "ack T-1")
    await desk.waits(seconds=30)
    assert desk.receiver.types == ["ticket.opened", "ticket.acknowledged"]
    assert len(set(desk.receiver.ids)) == 2
    opened, acknowledged = (each.body for each in desk.receiver.taken)
    ticket = opened["data"]["ticket"]
    assert (ticket["id"], ticket["state"], ticket["customer"], ticket["priority"]) == (
        "T-1",
        "open",
        "acme",
        "P1",
    )
    assert opened["timestamp"] == ticket["opened_at"]
    assert opened["timestamp"].endswith("Z")
    assert opened["data"]["event"]["data"]["text"] == P1
    assert acknowledged["data"]["ticket"]["assignee"] == "nora"
    assert acknowledged["data"]["event"] == {
        "at": acknowledged["timestamp"],
        "kind": "acknowledged",
        "actor": "nora",
        "data": {"how": "command"},
    }


async def test_a_whole_life(desk: Watched) -> None:
    await desk.subscribes()
    night = desk.night
    first = await night.says("dana", P1)
    for command in ('update T-1 eta=2h "on it"', "wait T-1 the SDK log"):
        await night.does("nora", command)
    await night.says("dana", "here is the log, still black in room 42", on=first)
    for command in ("priority T-1 P0", "resolve T-1 restarted the mixer", "reopen T-1", "discard T-1 a test"):
        await night.does("nora", command)
    await desk.waits(seconds=30)
    seen = [each for each in desk.receiver.types if each != "ticket.updated"]
    assert seen == [
        "ticket.opened",
        "ticket.acknowledged",
        "ticket.message",
        "ticket.priority",
        "ticket.resolved",
        "ticket.reopened",
        "ticket.discarded",
    ]
    assert set(desk.receiver.types) < set(TYPES)


async def test_closed_breached_and_merged(desk: Watched) -> None:
    await desk.subscribes("ticket.closed", "ticket.breached", "ticket.merged")
    night = desk.night
    await night.says("dana", P1)
    await desk.waits(minutes=35)
    await night.says("dana", "the sound is gone in room 7 as well")
    await night.does("nora", "merge T-2 into T-1")
    await night.does("nora", "resolve T-1 done")
    await desk.waits(days=4)
    assert desk.receiver.types == ["ticket.breached", "ticket.merged", "ticket.closed"]
    assert desk.receiver.taken[1].body["data"]["event"]["data"] == {"into": "T-1"}


async def test_only_what_was_asked_for(desk: Watched) -> None:
    await desk.subscribes("ticket.resolved")
    await desk.night.says("dana", P1)
    await desk.night.does("nora", "resolve T-1 done")
    await desk.waits(seconds=30)
    assert desk.receiver.types == ["ticket.resolved"]


async def test_a_customers_webhook_hears_of_no_others(desk: Watched) -> None:
    await desk.subscribes("ticket.opened", customer="beta", path="/beta")
    await desk.subscribes("ticket.opened", path="/all")
    await desk.night.says("dana", P1, to=ACME)
    await desk.night.says("bob", "the game server is down", to=BETA)
    await desk.waits(seconds=30)
    heard = [(each.path, each.body["data"]["ticket"]["customer"]) for each in desk.receiver.taken]
    assert sorted(heard) == [("/all", "acme"), ("/all", "beta"), ("/beta", "beta")]


async def test_notes_and_what_only_engineers_see_never_leave(desk: Watched) -> None:
    """Nowhere: not as an event, and not within another one."""
    await desk.subscribes(path="/ours")
    await desk.subscribes(customer="acme", path="/theirs")
    night = desk.night
    await night.says("dana", "everything is down for everyone")
    await night.does("ada", f"note T-1 {SECRET}")
    await night.does("ada", "ack T-1")
    await night.does("ada", f"note T-1 {SECRET}")
    await night.does("ada", "resolve T-1 done")
    await desk.waits(hours=1)
    log = await night.events()
    assert "note" in log
    assert "paged" in log
    whole = json.dumps([each.body for each in desk.receiver.taken])
    assert SECRET not in whole
    assert not {"note", "paged", "said"} & {*desk.receiver.kinds("/ours")}
    for body in (each.body for each in desk.receiver.taken if each.path == "/theirs"):
        assert "paged" not in json.dumps(body)
        assert _keys(body) & {"team", "first_page_at", "how", "reason"} == set()
    ours = next(each for each in desk.receiver.taken if each.path == "/ours")
    assert "paged" in ours.body["data"]["ticket"]


def _keys(value: Any) -> set[str]:
    match value:
        case dict():
            return {*value}.union(*map(_keys, value.values()))
        case list():
            return set().union(*map(_keys, value))
        case _:
            return set()


async def test_an_unknown_customers_ticket_is_reported_once_it_is_theirs(desk: Watched) -> None:
    await desk.subscribes(customer="acme")
    await desk.night.says("zoe", P1, to="C-NEW")
    assert desk.receiver.types == []
    await desk.night.does("nora", "link T-1 acme")
    await desk.waits(seconds=30)
    assert "linked" in desk.receiver.kinds()


async def test_a_removed_one_hears_nothing_more(desk: Watched) -> None:
    made = await desk.subscribes()
    await desk.night.says("dana", P1)
    before = desk.receiver.types
    await desk.store.write(lambda tx: managing.remove(tx, made.id))
    await desk.night.does("nora", "ack T-1")
    await desk.waits(seconds=30)
    assert desk.receiver.types == before == ["ticket.opened"]


async def test_a_long_text_is_cut(desk: Watched) -> None:
    await desk.subscribes("ticket.opened")
    await desk.night.says("dana", "video is black " + "🎫" * 5000)
    (only,) = desk.receiver.taken
    assert len(only.body["data"]["event"]["data"]["text"]) == 4000
