"""Slash commands and buttons as the core's VerbInvoked. Pure.

https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from datetime import datetime

from adapters.slack.message import CHANNEL, instant
from adapters.slack.people import Identity
from adapters.slack.text import readable
from adapters.slack.wire import Json
from bot.inbound import Address, Person, VerbInvoked

OWN_COMMAND = "/dawnline"
HELP = "help"


def command_invoked(body: Json, me: Identity, now: datetime) -> VerbInvoked:
    """`/ack T-1` and `/dawnline ack T-1` alike. Slack dates no command, so `now` does.

    A trigger_id is one invocation's own; a redelivered command carries the same one.
    """
    conversation = str(body["channel_id"])
    return VerbInvoked(
        event_key=f"command:{body['trigger_id']}",
        at=Address(CHANNEL, conversation),
        author=_person(str(body["user_id"]), str(body.get("user_name") or ""), body.get("team_id"), me),
        text=_verb(str(body["command"]), readable(str(body.get("text") or ""), {}).strip()),
        invoked_at=now,
        private=conversation.startswith("D"),
    )


def button_pressed(body: Json, me: Identity) -> VerbInvoked:
    """The button's value is the verb; the message it hangs under says which thread is meant."""
    action, container, user = body["actions"][0], body["container"], body["user"]
    conversation, message = str(container["channel_id"]), str(container["message_ts"])
    thread = container.get("thread_ts")
    return VerbInvoked(
        event_key=f"button:{body['trigger_id']}",
        at=Address(CHANNEL, conversation, str(thread) if thread else None),
        author=_person(str(user["id"]), str(user.get("name") or ""), user.get("team_id"), me),
        text=str(action["value"]),
        invoked_at=instant(str(action["action_ts"])),
        reply_to=str(thread or message),
        private=conversation.startswith("D"),
    )


def _verb(command: str, arguments: str) -> str:
    if command == OWN_COMMAND:
        return arguments or HELP
    return f"{command.removeprefix('/')} {arguments}".strip()


def _person(user: str, name: str, team: object, me: Identity) -> Person:
    foreign = str(team) if team not in (None, me.team, me.enterprise) else None
    return Person(CHANNEL, user, name, foreign)
