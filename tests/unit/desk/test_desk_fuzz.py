"""Every route of the desk, fuzzed about what is really there: the documented answer comes, and never a 500.

`tests/integration/test_open_api.py` does the same with ids that nobody has.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case

from tests.unit.desk.scene import Scene, new_scene
from tests.unit.desk.test_desk_access import ROUTES
from tests.unit.desk.test_desk_readings import LIVE, SIGNING, House, furnished

LEAVING = ("POST", "/api/desk/logout")
"""After it everything is refused."""
FUZZED = [route for route in ROUTES if route not in {*SIGNING, LIVE, LEAVING}]


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Where a house is furnished and called in, between the examples that Hypothesis makes."""
    opened = asyncio.new_event_loop()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def described() -> schemathesis.BaseSchema:
    """The desk by its OpenAPI description."""
    scene = Scene(start=datetime(2026, 3, 2, 9, tzinfo=timezone.utc))
    return schemathesis.openapi.from_dict(scene.application().openapi())


async def house() -> House:
    return await furnished(await new_scene())


@pytest.mark.parametrize("route", FUZZED, ids=" ".join)
def test_no_request_about_what_is_there_breaks_the_desk(
    loop: asyncio.AbstractEventLoop, described: schemathesis.BaseSchema, route: tuple[str, str]
) -> None:
    there = loop.run_until_complete(house())
    method, path = route
    operation = described[path][method]
    documented = set(described.raw_schema["paths"][path][method.lower()]["responses"])

    async def send(case: Case) -> None:
        made = case.as_transport_kwargs(base_url="http://desk.test")
        sent: dict[str, Any] = {"params": made["params"], "json": made.get("json"), "content": made.get("data")}
        answer = await there.ada.request(method, there.path(" ".join(route)), **sent)
        assert str(answer.status_code) in documented, answer.text
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error"}

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(operation.as_strategy())
    def fuzz(case: Case) -> None:
        loop.run_until_complete(send(case))

    fuzz()
