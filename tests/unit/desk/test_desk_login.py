"""Signing in at the desk: sessions, what is told to those who fail, and lock-out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from bot.desk.access import SESSION_LENGTH
from bot.desk.passwords import Passwords
from tests.unit.desk.scene import NOOR, PAGE, PASSWORD, QUICK_HASHER, SAM, Scene


async def login(client: httpx.AsyncClient, email: str = NOOR.email, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/desk/login", json={"email": email, "password": password})


async def test_a_login_returns_the_agent_and_a_token_that_works_as_bearer(scene: Scene) -> None:
    answer = await login(scene.client())
    assert answer.json()["agent"] == {"id": "noor", "email": NOOR.email, "name": "Noor Haddad", "role": "agent"}
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    me = await scene.client().get("/api/desk/me", headers=bearer)
    assert (me.status_code, me.json()["id"]) == (200, "noor")


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(scene: Scene) -> None:
    cookie = (await login(scene.client())).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/api/desk" in cookie
    assert "Secure" not in cookie  # over plain http the browser would drop it


async def test_over_https_the_cookie_is_secure(scene: Scene) -> None:
    assert "Secure" in (await login(scene.client("https://desk.test"))).headers["set-cookie"]


async def test_the_email_is_found_in_any_case_and_with_stray_blanks(scene: Scene) -> None:
    assert (await login(scene.client(), f"  {NOOR.email.upper()} ")).status_code == 200


async def test_a_wrong_password_and_an_unknown_email_get_the_same_words(scene: Scene) -> None:
    wrong = await login(scene.client(), password="not this one")
    unknown = await login(scene.client(), email="nobody@fernhill.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"]["code"] == "invalid_login"


async def test_an_unknown_email_costs_as_much_hashing_as_a_wrong_password() -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            Counting.verified += 1
            return super().verify(hash, password)

    passwords = Passwords(hasher=Counting(time_cost=1, memory_cost=8, parallelism=1))
    stored = await passwords.hash(PASSWORD)
    assert not await passwords.matches(stored, "not this one")
    assert not await passwords.matches(None, "not this one")
    assert Counting.verified == 2


async def test_five_failures_lock_the_email_and_say_for_how_long(scene: Scene) -> None:
    client = scene.client()
    for _ in range(5):
        assert (await login(client, password="guess")).status_code == 401
    locked = await login(client)
    assert locked.status_code == 429
    assert locked.json()["error"]["code"] == "too_many_attempts"
    assert locked.headers["retry-after"] == "30"
    assert (await login(client, email=SAM.email)).status_code == 200


async def test_after_the_wait_the_right_password_opens_and_the_count_starts_afresh(scene: Scene) -> None:
    client = scene.client()
    for _ in range(5):
        await login(client, password="guess")
    scene.pass_time(timedelta(seconds=30))
    assert (await login(client)).status_code == 200
    for _ in range(5):
        assert (await login(client, password="guess")).status_code == 401


async def test_an_unknown_email_is_locked_out_just_the_same(scene: Scene) -> None:
    client = scene.client()
    for _ in range(5):
        await login(client, email="nobody@fernhill.example")
    assert (await login(client, email="nobody@fernhill.example")).status_code == 429


async def test_logging_out_ends_the_session_for_good(scene: Scene) -> None:
    client = scene.client()
    token = (await login(client)).json()["token"]
    assert (await client.post("/api/desk/logout", headers=PAGE)).status_code == 204
    after = await scene.client().get("/api/desk/me", headers={"Authorization": f"Bearer {token}"})
    assert (after.status_code, after.json()["error"]["code"]) == (401, "unauthorized")


async def test_a_session_ends_after_a_working_day(scene: Scene) -> None:
    client = await scene.signed_in()
    scene.pass_time(SESSION_LENGTH - timedelta(minutes=1))
    assert (await client.get("/api/desk/me")).status_code == 200
    scene.pass_time(timedelta(minutes=2))
    assert (await client.get("/api/desk/me")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {**PAGE, "Sec-Fetch-Site": "cross-site"},
        {**PAGE, "Sec-Fetch-Site": "same-site"},
        {**PAGE, "Origin": "https://elsewhere.example"},
        {**PAGE, "Origin": "null"},
    ],
)
async def test_a_change_by_cookie_must_come_from_the_desks_own_page(scene: Scene, headers: dict[str, str]) -> None:
    client = scene.client()
    await login(client)
    refused = await client.post("/api/desk/logout", headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "cross_origin")
    assert (await client.get("/api/desk/me")).status_code == 200


@pytest.mark.parametrize(
    "headers", [PAGE, {**PAGE, "Sec-Fetch-Site": "same-origin"}, {**PAGE, "Origin": "http://desk.test"}]
)
async def test_a_change_by_cookie_from_the_page_is_welcome(scene: Scene, headers: dict[str, str]) -> None:
    client = scene.client()
    await login(client)
    assert (await client.post("/api/desk/logout", headers=headers)).status_code == 204


async def test_another_site_cannot_sign_a_browser_in(scene: Scene) -> None:
    body = {"email": NOOR.email, "password": PASSWORD}
    refused = await scene.client().post("/api/desk/login", json=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"email": NOOR.email}, 422),
        ({"email": NOOR.email, "password": "x" * 201}, 422),
        ({"email": 7, "password": PASSWORD}, 422),
        ({"email": "a\x00b", "password": PASSWORD}, 422),
        ([], 422),
    ],
)
async def test_a_login_that_makes_no_sense_is_refused_plainly(scene: Scene, body: Any, status: int) -> None:
    answer = await scene.client().post("/api/desk/login", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "invalid_request")


async def test_answers_of_the_desk_stay_out_of_caches(scene: Scene) -> None:
    assert (await (await scene.signed_in()).get("/api/desk/me")).headers["cache-control"] == "no-store"


async def test_a_password_too_short_or_too_long_is_not_taken() -> None:
    from bot.desk.passwords import UnusablePassword

    for password in ("seven77", "x" * 201):
        with pytest.raises(UnusablePassword, match="between 8 and 200"):
            await Passwords(hasher=QUICK_HASHER).hash(password)


async def test_the_admin_of_the_settings_is_made_once(scene: Scene) -> None:
    from bot.desk.passwords import ensure_admin

    agents, passwords = scene.memory.agents, scene.passwords
    assert await ensure_admin(agents, passwords, email="Boss.Lady@fernhill.example", password=PASSWORD)
    assert not await ensure_admin(agents, passwords, email="boss.lady@fernhill.example", password="another one")
    answer = await login(scene.client(), "boss.lady@fernhill.example")
    assert (answer.json()["agent"]["name"], answer.json()["agent"]["role"]) == ("Boss Lady", "admin")
