"""The whole OpenAPI description, fuzzed: whatever is sent, the documented answer comes, and never a 500."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error

from tests.server import ADMIN, Server

STREAMS = ("/api/visitor/events", "/api/desk/events")
"""Server-Sent Events never end; their own tests fuzz their parameters."""


@pytest.fixture(scope="module")
def agent_token(server: Server) -> str:
    answer = httpx.post(f"{server.url}/api/desk/login", json=ADMIN)
    token: str = answer.json()["token"]
    return token


@pytest.fixture(scope="module")
def api(server: Server) -> object:
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    for path in STREAMS:
        schema = schema.exclude(path=path)
    return schema


lazy = schemathesis.pytest.from_fixture("api")


@lazy.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_request_breaks_the_server(case: Case, agent_token: str) -> None:
    headers = {"Authorization": f"Bearer {agent_token}"} if case.path.startswith("/api/desk") else {}
    response = case.call(headers=headers)

    case.validate_response(response, checks=[not_a_server_error])
    if response.status_code >= 400:
        assert set(response.json()) == {"error"}
        error = response.json()["error"]
        assert set(error) == {"code", "message"} | ({"questions"} if error["code"] == "faq_regression" else set())
