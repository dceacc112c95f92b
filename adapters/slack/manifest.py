"""The app's manifest: every scope, event and command Dawnline needs. Pasted into Slack when the app is made.

https://docs.slack.dev/reference/app-manifest
"""

from adapters.slack.wire import Json

# Scope by what needs it; doctor holds the token against these.
BOT_SCOPES: dict[str, str] = {
    "app_mentions:read": "@Dawnline ack, which also works inside threads",
    "channels:history": "hear customers in public channels, and find what was already posted after a restart",
    "channels:manage": "open incident channels and invite the people paged",
    "channels:read": "tell which channels the app is in",
    "chat:write": "receipts, updates and pages",
    "commands": "/ack and the others",
    "files:read": "tell which files a customer attached",
    "groups:history": "hear customers in private channels, Slack Connect included",
    "groups:read": "tell which private channels the app is in",
    "im:history": "hear people who write to the app directly",
    "im:read": "tell direct conversations apart",
    "im:write": "page engineers directly",
    "pins:write": "pin the incident's timeline",
    "reactions:read": "hear the reactions that acknowledge and resolve",
    "users:read": "names in place of ids",
}
BOT_EVENTS = (
    "app_mention",
    "channel_id_changed",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
)
# Command, hint, description. Slack's own names (/help, /open, /status ...) cannot be taken.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("/ack", "[T-12]", "Take a ticket; paging stops and the customer reads who has it"),
    ("/ticket", "[what is wrong]", "Open a ticket here, or show one"),
    ("/tickets", "[customer]", "List open tickets"),
    ("/update", '[T-12] [eta=2h] [complexity=high] [need="SDK log"] text', "Tell the customer how it goes"),
    ("/priority", "[T-12] P0|P1|P2|P3", "Change a ticket's priority; the clocks follow"),
    ("/assign", "[T-12] name", "Give a ticket to somebody"),
    ("/wait", "[T-12] [what is needed]", "Wait for the customer; the clocks pause"),
    ("/note", "[T-12] text", "Write something down that the customer does not see"),
    ("/resolve", "[T-12] [what was done]", "Resolve a ticket"),
    ("/reopen", "[T-12] [why]", "Open a ticket again"),
    ("/discard", "[T-12] [why]", "Withdraw a ticket that needs no work"),
    ("/merge", "T-13 T-12", "Make one ticket part of another"),
    ("/oncall", "[schedule]", "Who is on call now, and who is next"),
    ("/override", "name from until [schedule]", "Somebody takes a shift in place of another"),
    ("/link", "customer", "Link this channel to a customer"),
    ("/dawnline", "help | any of the other commands", "All commands; for example /dawnline ack T-12"),
)


def manifest(events_url: str | None = None) -> Json:
    """The manifest for Socket Mode; or for HTTP, if `events_url` says where requests go."""
    return {
        "display_information": {
            "name": "Dawnline",
            "description": "Every customer message gets a human in time",
            "background_color": "#1b2a41",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Dawnline", "always_online": True},
            "slash_commands": [_command(*command, events_url) for command in COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": sorted(BOT_SCOPES)}},
        "settings": _settings(events_url),
    }


def _command(command: str, hint: str, description: str, events_url: str | None) -> Json:
    """`should_escape` makes "@alice" arrive as the person's id."""
    url = {"url": events_url} if events_url else {}
    return {"command": command, "description": description, "usage_hint": hint, "should_escape": True, **url}


def _settings(events_url: str | None) -> Json:
    request_url = {"request_url": events_url} if events_url else {}
    return {
        "event_subscriptions": {**request_url, "bot_events": list(BOT_EVENTS)},
        "interactivity": {"is_enabled": True, **request_url},
        "org_deploy_enabled": False,
        "socket_mode_enabled": events_url is None,
        "token_rotation_enabled": False,
    }
