"""The app's manifest: every scope, event and command Dawnline needs. Pasted into Slack when the app is made.

https://docs.slack.dev/reference/app-manifest
"""

from adapters.slack.verbs import HELP, OWN_COMMAND
from adapters.slack.wire import Json
from bot.messages.catalogue import FALLBACK, Catalogue
from bot.verbs.grammar import VERBS

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


def manifest(catalogue: Catalogue, events_url: str | None = None, language: str = FALLBACK) -> Json:
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
            "slash_commands": _commands(catalogue, events_url, language),
        },
        "oauth_config": {"scopes": {"bot": sorted(BOT_SCOPES)}},
        "settings": _settings(events_url),
    }


def _commands(catalogue: Catalogue, events_url: str | None, language: str) -> list[Json]:
    """Every verb by its own name, and /dawnline before any of them. /help is Slack's own."""
    own = [
        _command(
            f"/{verb.name}", verb.usage.partition(" ")[2], catalogue.template(language, f"verb.{verb.name}")
        )
        for verb in VERBS.values()
        if verb.name != HELP
    ]
    commands = [*own, _command(OWN_COMMAND, "help", catalogue.template(language, f"verb.{HELP}"))]
    return [command | ({"url": events_url} if events_url else {}) for command in commands]


def _command(command: str, hint: str, description: str) -> Json:
    """`should_escape` makes "@alice" arrive as the person's id."""
    return {"command": command, "description": description, "usage_hint": hint, "should_escape": True}


def _settings(events_url: str | None) -> Json:
    request_url = {"request_url": events_url} if events_url else {}
    return {
        "event_subscriptions": {**request_url, "bot_events": list(BOT_EVENTS)},
        "interactivity": {"is_enabled": True, **request_url},
        "org_deploy_enabled": False,
        "socket_mode_enabled": events_url is None,
        "token_rotation_enabled": False,
    }
