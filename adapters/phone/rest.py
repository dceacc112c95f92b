"""One provider's REST API, Twilio's. https://www.twilio.com/docs/usage/api"""

import asyncio
from collections.abc import Mapping
from ssl import SSLContext
from urllib.parse import quote, urlsplit

import httpx

from adapters.phone.failures import body_of, refused, unanswered
from adapters.phone.orders import CallOrder, Form, TextOrder
from adapters.phone.settings import Provider
from bot.errors import OutcomeUnknown

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
"""Seconds. Short, since pages wait behind a request that hangs."""
_API = "/2010-04-01/Accounts"
Json = Mapping[str, object]


class Rest:
    """Everything raises what `bot.ports.Channel.send` does, save MovedTo; what another provider may do better
    is `Failing` or OutcomeUnknown."""

    def __init__(
        self, provider: Provider, tls: SSLContext | None = None, timeout: httpx.Timeout = TIMEOUT
    ) -> None:
        self._provider = provider
        self._account = f"{_API}/{quote(provider.account_sid, safe='')}"
        # The limit on reading begins anew with every byte that drips in.
        self._in_all = 2 * (timeout.read or 0)
        self._client = httpx.AsyncClient(
            base_url=provider.api_url.rstrip("/"),
            auth=(provider.account_sid, provider.auth_token),
            headers={"Accept": "application/json"},
            timeout=timeout,
            verify=tls or httpx.create_ssl_context(),
        )

    @property
    def name(self) -> str:
        """For a reader of the log: two accounts may be at one provider."""
        return f"{urlsplit(self._provider.api_url).hostname} ({self._provider.number})"

    async def place_call(self, call: CallOrder) -> str:
        """The call's sid. It is queued; whether it rings is told later."""
        return await self._created("Calls", call.form(self._provider.number))

    async def send_text(self, text: TextOrder) -> str:
        """The message's sid. It is queued; whether it arrives is told later."""
        return await self._created("Messages", text.form(self._provider.number))

    async def probe(self) -> None:
        """Returns when the provider answers as it should."""
        await self.account()

    async def account(self) -> Json:
        """https://www.twilio.com/docs/iam/api/account#account-properties"""
        return await self._answer("GET", f"{self._account}.json")

    async def own_number(self) -> Json | None:
        """How the account's number that we use is set up; None when it is not the account's.

        https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
        """
        own = self._provider.number
        path = f"{self._account}/IncomingPhoneNumbers.json"
        found = (await self._answer("GET", path, query={"PhoneNumber": own})).get("incoming_phone_numbers")
        numbers = found if isinstance(found, list) else []
        return next((each for each in numbers if each.get("phone_number") == own), None)

    async def close(self) -> None:
        await self._client.aclose()

    async def _created(self, resource: str, form: Form) -> str:
        body = await self._answer("POST", f"{self._account}/{resource}.json", form=form)
        sid = body.get("sid")
        if not isinstance(sid, str):
            raise OutcomeUnknown(f"{self.name}: an answer without a sid")
        return sid

    async def _answer(
        self, method: str, path: str, form: Form | None = None, query: Mapping[str, str] | None = None
    ) -> Json:
        try:
            async with asyncio.timeout(self._in_all):
                response = await self._client.request(method, path, data=form, params=query)
        except (httpx.HTTPError, TimeoutError, RuntimeError) as error:
            # Not "from error": the library's exceptions carry the request, and that the token.
            raise unanswered(error, self.name) from None
        if not response.is_success:
            raise refused(response, self._provider, self.name)
        return body_of(response)
