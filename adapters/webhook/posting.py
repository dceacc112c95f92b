"""One POST to an address that was checked: no other is connected to, whatever the name stands for by then."""

from collections.abc import Mapping, Sequence
from ssl import SSLContext

import httpx

CONNECT = 5.0
"""Seconds for one address."""
# Nothing has left.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""No connection is used twice: it was made to an address, and proved only one of the names there. None is
waited for: a slow receiver must not hold up others."""


class Poster:
    """`tls`: None trusts the machine's authorities. No proxy is asked: it would look the name up anew."""

    def __init__(self, tls: SSLContext | None, seconds: float) -> None:
        """`seconds`: for each step of one request."""
        self._client = httpx.AsyncClient(
            verify=tls or httpx.create_ssl_context(),
            timeout=httpx.Timeout(seconds, connect=min(CONNECT, seconds)),
            limits=_LIMITS,
            trust_env=False,
            follow_redirects=False,
        )

    async def post(
        self, url: str, addresses: Sequence[str], body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        """The head of the answer; its body is not read. The addresses are tried in turn until one takes the
        connection. Raises httpx.HTTPError."""
        for address in addresses[:-1]:
            try:
                return await self._post(url, address, body, headers)
            except NEVER_LEFT:
                continue
        return await self._post(url, addresses[-1], body, headers)

    async def _post(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """The certificate must be that of the name."""
        named = httpx.URL(url)
        request = self._client.build_request(
            "POST",
            named.copy_with(host=address),
            content=body,
            headers={**headers, "host": named.netloc.decode("ascii")},
            extensions={"sni_hostname": named.host},
        )
        response = await self._client.send(request, stream=True)
        await response.aclose()
        return response

    async def close(self) -> None:
        await self._client.aclose()
