"""Incident channels: each opened once whatever happens, with everybody in it who can be."""

import pytest
from adapters.slack.channel import SlackChannel
from bot.errors import DeliveryError, OutcomeUnknown, Unreachable
from bot.inbound import Address
from bot.outgoing import Invite, OpenRoom

from tests.fakes.slack_server import FakeSlack, Fault
from tests.fakes.slack_world import BOT_USER, World

ROOM = OpenRoom(
    "room:T-1042", "slack", "inc-T-1042", "T-1042 P0 · Acme · video <black> & *gone*", ("U2", "U3")
)


@pytest.fixture(autouse=True)
def colleague(world: World) -> None:
    world.user("U3", "Ann")


def rooms(world: World) -> dict[str, set[str]]:
    return {known.name: known.members for known in world.conversations.values() if known.creator == BOT_USER}


async def test_a_room(channel: SlackChannel, world: World) -> None:
    receipt = await channel.send(ROOM)

    assert receipt.message_id == ""
    room = world.conversations[receipt.at.conversation]
    assert (room.name, room.kind, room.members) == ("inc-t-1042", "public", {BOT_USER, "U2", "U3"})
    assert room.topic == "T-1042 P0 · Acme · video &lt;black&gt; &amp; *gone*"


@pytest.mark.parametrize("method", ["conversations.create", "conversations.setTopic", "conversations.invite"])
@pytest.mark.parametrize("kind", ["lose_reply", "cut"])
async def test_a_room_is_opened_once_whatever_breaks(
    channel: SlackChannel, slack: FakeSlack, world: World, method: str, kind: str
) -> None:
    slack.fail_next(Fault(method, kind))
    with pytest.raises(OutcomeUnknown):
        await channel.send(ROOM)
    receipt = await channel.send(ROOM)
    again = await channel.send(ROOM)

    assert receipt == again
    assert rooms(world) == {"inc-t-1042": {BOT_USER, "U2", "U3"}}
    assert {refusal.split()[1] for refusal in slack.take_violations()} <= {"name_taken", "already_in_channel"}


async def test_names_that_others_hold_get_a_number(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    world.channel("C7", bot=False).name = "inc-t-1042"
    archived = world.create("inc-t-1042-2", "public")
    archived.is_archived = True
    other = world.create("inc-t-1042-3", "public")
    other.topic = "T-1042 of an earlier desk"

    receipt = await channel.send(ROOM)
    assert world.conversations[receipt.at.conversation].name == "inc-t-1042-4"
    slack.take_violations()


async def test_when_every_name_is_taken_it_says_so(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    for name in ("inc-t-1042", *(f"inc-t-1042-{number}" for number in range(2, 21))):
        world.create(name, "public").topic = "somebody else's"
    with pytest.raises(Unreachable, match="exist already"):
        await channel.send(ROOM)
    slack.take_violations()


async def test_a_name_slack_would_refuse_is_made_fit(channel: SlackChannel, world: World) -> None:
    wild = OpenRoom("r", "slack", "Störung № 5: " + "x" * 100, "y" * 300 + "&" * 100)
    room = world.conversations[(await channel.send(wild)).at.conversation]
    assert room.name.startswith("st-rung-5-xxx")
    assert len(room.topic) == 250


async def test_who_cannot_be_invited_does_not_keep_the_others_out(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    world.user("U8", "Gone").deleted = True
    room = OpenRoom("r", "slack", "inc-1", "topic", ("U8", "U2", BOT_USER, "U404"))
    await channel.send(room)
    assert rooms(world) == {"inc-1": {BOT_USER, "U2"}}


async def test_more_people_join_later(channel: SlackChannel, slack: FakeSlack, world: World) -> None:
    at = (await channel.send(ROOM)).at
    world.user("U4", "Bo")
    for _ in range(2):
        assert (await channel.send(Invite("i", at, ("U2", "U4")))).at == at
    assert rooms(world) == {"inc-t-1042": {BOT_USER, "U2", "U3", "U4"}}
    slack.take_violations()


async def test_an_invitation_nobody_can_follow_is_final(channel: SlackChannel, slack: FakeSlack) -> None:
    at = (await channel.send(ROOM)).at
    with pytest.raises(Unreachable, match="invited nobody"):
        await channel.send(Invite("i", at, ("U404",)))
    with pytest.raises(Unreachable, match="channel_not_found"):
        await channel.send(Invite("i", Address("slack", "C404"), ("U2",)))
    slack.take_violations()


async def test_many_people_are_invited_in_portions(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    people = tuple(world.user(f"UX{number}", f"p{number}").id for number in range(150))
    await channel.send(OpenRoom("r", "slack", "inc-1", "topic", people))
    assert len(slack.called("conversations.invite")) == 2
    assert rooms(world)["inc-1"] == {BOT_USER, *people}


async def test_a_limit_in_the_middle_is_passed_on(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    slack.fail_next(Fault("conversations.invite", "rate_limit", retry_after=9))
    with pytest.raises(DeliveryError, match="9 s"):
        await channel.send(ROOM)
    await channel.send(ROOM)
    assert rooms(world) == {"inc-t-1042": {BOT_USER, "U2", "U3"}}
    slack.take_violations()
