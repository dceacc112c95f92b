"""Tries the ntfy server for real and says, for each thing that would not work, how to mend it. Publishes
nothing."""

from collections.abc import AsyncIterator, Mapping

import httpx

from adapters.push.channel import TIMEOUT
from adapters.push.settings import ACT_PATH, PushSettings
from bot.findings import Finding

GUESSED = 12
"""Characters: a shorter topic on an open server may be guessed by anybody, who then reads every page."""
_HOW = "take one that nobody guesses, such as what `openssl rand -hex 8` prints"


async def examine(
    settings: PushSettings, _groups: Mapping[str, str], people: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Findings as they come. `people`: topic to whose it is."""
    headers = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
    tls = settings.tls or httpx.create_ssl_context()
    async with httpx.AsyncClient(timeout=TIMEOUT, headers=headers, verify=tls) as client:
        server = await _server(client, settings.server)
        yield server
        for topic, name in people.items() if server.ok else ():
            yield await _topic(client, settings, topic, name)
    yield _button(settings)


async def _server(client: httpx.AsyncClient, server: str) -> Finding:
    """https://docs.ntfy.sh/config/#health-checks"""
    try:
        answer = await client.get(f"{server}/v1/health")
        healthy = answer.is_success and answer.json().get("healthy") is True
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        text = f"{server} does not answer ({type(error).__name__}): check NTFY_URL and the network's firewall"
        return Finding("server", False, text)
    if not healthy:
        return Finding("server", False, f"{server} is no healthy ntfy server (status {answer.status_code})")
    return Finding("server", True, f"{server} is well")


async def _topic(client: httpx.AsyncClient, settings: PushSettings, topic: str, name: str) -> Finding:
    """Whether we may use it (https://docs.ntfy.sh/subscribe/api/#authentication)."""
    about = f"topic of {name}"
    try:
        answer = await client.get(f"{settings.server}/{topic}/auth")
    except httpx.HTTPError as error:
        return Finding(about, False, f"no answer ({type(error).__name__})")
    if not answer.is_success:
        mend = f"check NTFY_TOKEN, and that it may write there: ntfy access USER {topic} rw"
        return Finding(about, False, f"refused (status {answer.status_code}): {mend}")
    if settings.token is None and len(topic) < GUESSED:
        return Finding(
            about, False, f"{topic!r} is short, and with no NTFY_TOKEN anybody may read it: {_HOW}"
        )
    return Finding(about, True, "pages may be pushed there")


def _button(settings: PushSettings) -> Finding:
    if settings.public_url is None:
        text = "PUBLIC_URL is not set, so pages have no button to acknowledge with"
        return Finding("button", False, text)
    return Finding("button", True, f"the button of a page leads to {settings.public_url}{ACT_PATH}/")
