"""Tries the ntfy server for real and says, for each thing that would not work, how to mend it. Publishes
nothing."""

import re
from collections.abc import AsyncIterator, Mapping

import httpx

from adapters.push.channel import TIMEOUT
from adapters.push.settings import ACT_PATH, PushSettings
from bot.findings import Finding

_HOW = "take one that nobody guesses, such as what `openssl rand -hex 8` prints"
_SECRET = 12
"""Characters: a topic is as good as a password only with a piece this long of letters and digits mixed."""


async def examine(
    settings: PushSettings, _groups: Mapping[str, str], people: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Findings as they come. `people`: topic to whose it is."""
    tls = settings.tls or httpx.create_ssl_context()
    async with httpx.AsyncClient(timeout=TIMEOUT, verify=tls) as client:
        server = await _server(client, settings.server)
        yield server
        for topic, name in people.items() if server.ok else ():
            yield await _topic(client, settings, topic, f"topic of {name}")
    yield _button(settings)


async def _server(client: httpx.AsyncClient, server: str) -> Finding:
    """https://docs.ntfy.sh/config/#health-checks. Asked without the token: a wrong one is turned away here
    too, and the server would seem to be ill."""
    try:
        answer = await client.get(f"{server}/v1/health")
        healthy = answer.is_success and answer.json().get("healthy") is True
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        text = f"{server} does not answer ({type(error).__name__}): check NTFY_URL and the network's firewall"
        return Finding("server", False, text)
    if not healthy:
        return Finding("server", False, f"{server} is no healthy ntfy server (status {answer.status_code})")
    return Finding("server", True, f"{server} is well")


async def _topic(client: httpx.AsyncClient, settings: PushSettings, topic: str, about: str) -> Finding:
    """Whether we are let in, and who else is. https://docs.ntfy.sh/subscribe/api/#authentication

    ntfy tells this of reading alone: writing is only tried by writing.
    """
    place = f"{settings.server}/{topic}/auth"
    ours = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
    try:
        answer = await client.get(place, headers=ours)
        anybody = await client.get(place)
    except httpx.HTTPError as error:
        return Finding(about, False, f"no answer ({type(error).__name__})")
    if not answer.is_success:
        return Finding(about, False, _mend(answer.status_code, topic))
    if anybody.is_success and guessable(topic):
        text = f"anybody may read {topic!r} and press its buttons, and it can be guessed: {_HOW}"
        return Finding(about, False, text)
    text = "it may be read; `dawnline verify-contact` publishes a code there, which tries writing too"
    return Finding(about, True, text)


def _mend(status: int, topic: str) -> str:
    if status == httpx.codes.UNAUTHORIZED:
        return "the server does not know NTFY_TOKEN: make one with `ntfy token add USER`"
    return f"refused (status {status}): the desk's user needs `ntfy access USER {topic} rw`"


def guessable(topic: str) -> bool:
    pieces = re.split("[-_]", topic)
    return all(len(each) < _SECRET or each.isalpha() or each.isdigit() for each in pieces)


def _button(settings: PushSettings) -> Finding:
    if settings.public_url is None:
        text = "PUBLIC_URL is not set, so pages have no button to acknowledge with"
        return Finding("button", False, text)
    return Finding("button", True, f"the button of a page leads to {settings.public_url}{ACT_PATH}/")
