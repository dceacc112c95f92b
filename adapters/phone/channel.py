"""The Channel port on the telephone: orders once and says what was said; the core retries, waits and
reroutes. Whether it arrived comes in later, as `Reported`."""

from dataclasses import replace
from urllib.parse import quote

from adapters.phone.numbers import e164
from adapters.phone.orders import CallOrder, TextOrder
from adapters.phone.providers import Providers
from adapters.phone.settings import CALL, MACHINE_PATH, SMS, STATUS_PATH, PhoneSettings
from adapters.phone.splitting import parts
from adapters.phone.twiml import spoken_twiml, step_url
from bot.errors import Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Limit, Outgoing, Post, Receipt, Spoken

LINES = "call:lines"
CALL_CAPABILITIES = Capabilities(
    max_length=1500,
    sparing=True,
    direct=True,
    spoken=True,
    wakes=True,
    verified=True,
    reported=True,
    lines=LINES,
)
SMS_CAPABILITIES = replace(CALL_CAPABILITIES, max_length=1600, spoken=False, coded=True, lines="")
# Twilio's for a new account: https://www.twilio.com/docs/voice/api/call-resource (one call a second), and
# https://www.twilio.com/docs/messaging/guides/queueing (one text a second from one number).
_PACE = 1.0
# Seconds. A page is taken or refused well within two minutes, after which the core no longer counts on its
# line being taken; only whoever is put through to a caller talks longer.
_PAGED, _TALKING = 110, 3600
_HELD = 120.0
_PAGES = frozenset({"", "page"})
# https://www.twilio.com/docs/api/errors/32018
_LONGEST_TWIML = 4000
# Texts half sent that we keep in mind for a retry.
_MOST_BEGUN = 64


class CallChannel:
    """Keeps `bot.ports.Channel`. A message is a call in which it is read out."""

    def __init__(self, settings: PhoneSettings, providers: Providers) -> None:
        self._settings = settings
        self._providers = providers

    @property
    def name(self) -> str:
        return CALL

    @property
    def capabilities(self) -> Capabilities:
        return CALL_CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return Limit("call:pace", 1, _PACE), Limit(LINES, self._settings.calls_at_once, _HELD)

    async def send(self, message: Outgoing) -> Receipt:
        """Its message id is the call's sid."""
        post = _post(message, CALL)
        return Receipt(post.at, await self._providers.place_call(self._order(post)))

    async def find(self, key: str, at: Address) -> Receipt | None:
        """A provider's calls carry no key of ours."""
        return None

    def _order(self, post: Post) -> CallOrder:
        spoken = post.spoken or Spoken()
        return CallOrder(
            to=post.at.conversation,
            status=_callback(self._settings, STATUS_PATH, post),
            machine=_callback(self._settings, MACHINE_PATH, post),
            seconds=_PAGED if spoken.step in _PAGES else _TALKING,
            url=step_url(self._settings, spoken.step, spoken.about) if spoken.step else "",
            twiml=_inline(post.text, spoken.language, self._settings),
        )


class SmsChannel:
    """Keeps `bot.ports.Channel`.

    A text too long for one message goes as several. What becomes of each comes in under the one key, to which
    the way in adds the part's own sid. A retry goes on where the last try ended.
    """

    def __init__(self, settings: PhoneSettings, providers: Providers) -> None:
        self._settings = settings
        self._providers = providers
        # How many parts have left, by key and words: the core may put other words under a key when it
        # tries again.
        self._begun: dict[tuple[str, str], int] = {}

    @property
    def name(self) -> str:
        return SMS

    @property
    def capabilities(self) -> Capabilities:
        return SMS_CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return (Limit("sms:pace", 1, _PACE),)

    async def send(self, message: Outgoing) -> Receipt:
        """Its message id is the sid of the last part."""
        post = _post(message, SMS)
        bodies = parts(post.text, SMS_CAPABILITIES.max_length)
        if not bodies:
            raise Unreachable("sms: a text without words")
        status, about, sid = _callback(self._settings, STATUS_PATH, post), (post.key, post.text), ""
        left = self._begun.pop(about, 0)
        for number, body in enumerate(bodies[left:], left):
            self._remember(about, number)
            sid = await self._providers.send_text(TextOrder(post.at.conversation, status, body))
        self._begun.pop(about, None)
        return Receipt(post.at, sid)

    async def find(self, key: str, at: Address) -> Receipt | None:
        """A provider's texts carry no key of ours."""
        return None

    def _remember(self, about: tuple[str, str], left: int) -> None:
        if len(self._begun) >= _MOST_BEGUN:
            del self._begun[next(iter(self._begun))]
        self._begun[about] = left


def _post(message: Outgoing, channel: str) -> Post:
    """Raises Unreachable for what a telephone cannot do, and for a conversation that is no number."""
    if not isinstance(message, Post):
        raise Unreachable(f"{channel}: cannot {_VERBS[type(message).__name__]}")
    number = message.at.conversation
    if not number or e164(number) != number:
        raise Unreachable(f"{channel}: no number in E.164 (+49...): {number!r}")
    return message


_VERBS = {
    "Edit": "change what was said",
    "OpenRoom": "open rooms",
    "Invite": "invite",
    "Pin": "pin",
    "Document": "take documents",
}


def _callback(settings: PhoneSettings, path: str, post: Post) -> str:
    return f"{settings.public_url}{path}?key={quote(post.key, safe='')}"


def _inline(text: str, language: str, settings: PhoneSettings) -> str:
    """Words that are escaped may grow beyond what a provider takes; then the end is left out."""
    twiml = spoken_twiml(text, language, settings)
    while text and len(twiml) > _LONGEST_TWIML:
        text = text[: len(text) * 9 // 10]
        twiml = spoken_twiml(text, language, settings)
    return twiml
