"""Whatever is sent, within the description and beyond it: only answers that it names, and never a 5xx.

Every check of schemathesis holds: statuses, types, shapes and headers as described, what is valid taken, what
is not refused, nothing without a token, nothing by an undescribed method.
"""

import secrets
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
import schemathesis
from adapters.web.api.app import Api
from adapters.web.settings import WebSettings
from adapters.web.site import Site
from hypothesis import HealthCheck, settings
from schemathesis.core.parameters import ParameterLocation

from tests.fakes.names import PublicNames
from tests.integration.api.place import Place
from tests.integration.api.serving import Served, served

pytestmark = pytest.mark.slow
TICKETS = 12
QUIET = [HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("api"), TICKETS) as found:
        yield found


def described() -> dict[str, Any]:
    """What the running desk publishes: that needs no desk, only its settings."""
    nothing = SimpleNamespace(
        window=None, clock=None, settings=WebSettings("http://desk", b"", version="0.1.0")
    )
    return Api(cast(Site, nothing), PublicNames()).description()


schema = schemathesis.openapi.from_dict(described())


def sent(case: schemathesis.Case[Any], desk: Served, who: str) -> None:
    """About a ticket that there is, under a key of its own, from a list's beginning; and with the token."""
    meta = case.meta
    assert meta is not None
    if not meta.is_negative_at(ParameterLocation.QUERY):
        case.query.pop("cursor", None)
    if "Idempotency-Key" in case.headers and not meta.is_negative_at(ParameterLocation.HEADER):
        case.headers["Idempotency-Key"] = secrets.token_hex(16)
    if "ticket" in case.path_parameters and not meta.is_negative_at(ParameterLocation.PATH):
        case.path_parameters["ticket"] = f"T-{secrets.randbelow(TICKETS) + 1}"
    case.call_and_validate(
        base_url=f"{desk.url}/api/v1", headers={"Authorization": f"Bearer {desk.tokens[who]}"}
    )


@pytest.mark.parametrize("who", ["eve", "acme", "everything"])
@schema.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=QUIET)
def test_every_program(case: schemathesis.Case[Any], desk: Served, who: str) -> None:
    sent(case, desk, who)


async def test_it_is_what_the_desk_publishes(place: Place) -> None:
    assert (await place.client.get("/api/v1/openapi.json")).json() == described()
