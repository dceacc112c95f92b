"""Who we are in Slack, and who the others are."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.wire import Json, SlackRefusal, answered
from bot.errors import DeliveryError
from bot.ports import Clock

log = structlog.get_logger(__name__)

# Names change rarely, and an event must be committed and confirmed within Slack's three seconds.
_FRESH = timedelta(hours=12)
_PATIENCE_SECONDS = 1.0
_PAUSE = timedelta(minutes=1)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """The app itself: its workspace, its bot user (U...) and its bot (B...)."""

    team: str
    user: str
    bot: str
    enterprise: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells about a person."""

    name: str
    team: str | None = None
    enterprise: str | None = None
    is_bot: bool = False


class Introduction:
    """Asks Slack once who we are."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    @property
    def done(self) -> bool:
        return self._identity is not None

    async def identity(self) -> Identity:
        """Raises DeliveryError if Slack cannot be asked or does not take the token."""
        async with self._asking:
            if self._identity is None:
                self._identity = _identity(await answered(self._client.auth_test()))
            return self._identity


def _identity(body: Json) -> Identity:
    return Identity(
        team=str(body["team_id"]),
        user=str(body["user_id"]),
        bot=str(body.get("bot_id", "")),
        enterprise=body.get("enterprise_id"),
    )


class People:
    """Profiles by user id, remembered. Names are a courtesy: no event waits long for one or fails without."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[datetime, Profile]] = {}
        self._quiet_until = clock.now()

    async def profiles(self, users: Iterable[str]) -> Mapping[str, Profile]:
        """What can be learnt about them within a second; who cannot be looked up is left out."""
        wanted = set(users)
        missing = [user for user in wanted if not self._is_fresh(user)]
        if missing and self._clock.now() >= self._quiet_until:
            await self._learn(missing)
        return {user: self._known[user][1] for user in wanted if user in self._known}

    def _is_fresh(self, user: str) -> bool:
        return user in self._known and self._clock.now() - self._known[user][0] < _FRESH

    async def _learn(self, users: list[str]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                found = await asyncio.gather(*map(self._look_up, users), return_exceptions=True)
            for error in found:
                if isinstance(error, BaseException):
                    raise error
        except (TimeoutError, DeliveryError) as error:
            # Slack is slow, says no or asks us to wait: ask nothing for a while.
            self._quiet_until = self._clock.now() + _PAUSE
            log.warning("names unavailable", error=str(error) or "timeout")

    async def _look_up(self, user: str) -> None:
        try:
            profile = _profile((await answered(self._client.users_info(user=user)))["user"])
        except SlackRefusal:
            profile = Profile("")
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)))
        self._known[user] = (self._clock.now(), profile)


def _profile(user: Json) -> Profile:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return Profile(
        name=next((str(name) for name in names if name), ""),
        team=user.get("team_id"),
        enterprise=(user.get("enterprise_user") or {}).get("enterprise_id"),
        is_bot=bool(user.get("is_bot")),
    )
