"""Signing in by the operator's own login, against a provider over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.desk.oidc import UNDER_WAY_FOR, Oidc, Provider, cookie_key
from tests.doubles.oidc import CLIENT, SECRET, ProviderDouble
from tests.doubles.serving import serving
from tests.unit.desk.scene import Scene

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def provider() -> AsyncIterator[ProviderDouble]:
    async with serving() as (app, url):
        yield ProviderDouble(app, url)


@pytest.fixture
def desk(scene: Scene, provider: ProviderDouble) -> httpx.AsyncClient:
    """A browser at the desk."""
    known = Provider(provider.issuer, CLIENT, SECRET, "Fernhill login")
    scene.oidc = Oidc(provider=known, url="http://desk.test", key=cookie_key("s"), now=lambda: scene.now)
    return scene.client()


async def sent_away(desk: httpx.AsyncClient) -> str:
    """Where the desk sends the browser."""
    answer = await desk.get("/api/desk/oidc/start")
    assert answer.status_code == 303
    return answer.headers["location"]


async def sent_back(location: str) -> str:
    """Where the provider sends it then."""
    async with httpx.AsyncClient() as browser:
        return (await browser.get(location)).headers["location"]


async def signs_in(desk: httpx.AsyncClient) -> str:
    """The whole way; where it ends."""
    answer = await desk.get(await sent_back(await sent_away(desk)))
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def is_in(desk: httpx.AsyncClient) -> bool:
    return (await desk.get("/api/desk/me")).status_code == 200


async def test_an_agent_comes_in_by_their_verified_email(desk: httpx.AsyncClient) -> None:
    assert (await desk.get("/api/desk/sign-in")).json() == {"oidc": "Fernhill login"}
    assert await signs_in(desk) == "/desk/"
    assert (await desk.get("/api/desk/me")).json()["id"] == "noor"


async def test_the_session_cookie_is_the_usual_one_and_the_other_is_gone(desk: httpx.AsyncClient) -> None:
    back = await sent_back(await sent_away(desk))
    cookies = (await desk.get(back)).headers.get_list("set-cookie")
    assert any("threadkeeper_desk=" in each and "HttpOnly" in each and "SameSite=strict" in each for each in cookies)
    assert "threadkeeper_oidc" not in desk.cookies


async def test_each_sign_in_has_secrets_of_its_own(desk: httpx.AsyncClient) -> None:
    first, second = [parse_qs(urlsplit(await sent_away(desk)).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"email": "nobody@fernhill.example"}, "unknown"),
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "true"}, "unverified"),
        ({"email": ""}, "unverified"),
        ({"email": None}, "unverified"),
        ({"nonce": "another"}, "provider"),
        ({"aud": "another"}, "provider"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "provider"),
        ({"iss": "https://evil.example"}, "provider"),
        ({"exp": 1}, "provider"),
    ],
)
async def test_a_token_that_does_not_fit_lets_nobody_in(
    desk: httpx.AsyncClient, provider: ProviderDouble, claims: dict[str, Any], code: str
) -> None:
    provider.spoils["claims"] = claims
    assert await signs_in(desk) == f"/desk/?refused={code}"
    assert not await is_in(desk)


@pytest.mark.parametrize("signer", [(OTHER_KEY, "RS256"), (SECRET, "HS256"), (None, "none")])
async def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    desk: httpx.AsyncClient, provider: ProviderDouble, signer: tuple[Any, str]
) -> None:
    provider.spoils["signer"] = signer
    assert await signs_in(desk) == "/desk/?refused=provider"


async def test_a_code_from_another_browser_lets_nobody_in(desk: httpx.AsyncClient, scene: Scene) -> None:
    back = await sent_back(await sent_away(desk))
    victim = scene.client()
    assert (await victim.get(back)).headers["location"] == "/desk/?refused=stale"
    await sent_away(victim)
    assert (await victim.get(back)).headers["location"] == "/desk/?refused=stale"
    assert not await is_in(victim)


async def test_a_code_works_once(desk: httpx.AsyncClient) -> None:
    location = await sent_away(desk)
    cookie = desk.cookies["threadkeeper_oidc"]
    back = await sent_back(location)
    await desk.get(back)
    desk.cookies.set("threadkeeper_oidc", cookie, domain="desk.test", path="/api/desk/oidc")
    assert (await desk.get(back)).headers["location"] == "/desk/?refused=provider"


async def test_who_takes_too_long_begins_again(desk: httpx.AsyncClient, scene: Scene) -> None:
    back = await sent_back(await sent_away(desk))
    scene.pass_time(UNDER_WAY_FOR + timedelta(seconds=1))
    assert (await desk.get(back)).headers["location"] == "/desk/?refused=stale"


async def test_a_refusal_of_the_provider_is_told(desk: httpx.AsyncClient) -> None:
    await sent_away(desk)
    answer = await desk.get("/api/desk/oidc/callback", params={"error": "access_denied", "state": "x"})
    assert answer.headers["location"] == "/desk/?refused=provider"


@pytest.mark.parametrize(
    "spoils",
    [
        {"status": 500},
        {"discovery": {"issuer": "https://evil.example"}},
        {"discovery": {"jwks_uri": "http://127.0.0.1:9"}},
    ],
)
async def test_a_provider_that_is_out_of_order_is_told(
    desk: httpx.AsyncClient, provider: ProviderDouble, spoils: dict[str, Any]
) -> None:
    provider.spoils = spoils
    start = await desk.get("/api/desk/oidc/start")
    if "jwks_uri" in spoils.get("discovery", {}):
        start = await desk.get(await sent_back(start.headers["location"]))
    assert start.headers["location"] == "/desk/?refused=provider"


async def test_without_a_setting_there_is_only_the_password(scene: Scene) -> None:
    client = scene.client()
    assert (await client.get("/api/desk/sign-in")).json() == {"oidc": None}
    for path in ("start", "callback"):
        answer = await client.get(f"/api/desk/oidc/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
