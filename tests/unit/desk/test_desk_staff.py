"""Passwords that agents change, links that set one anew, what admins see to, and who has read what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.desk.access import RESET_LASTS
from tests.unit.desk.scene import ADA, NOOR, PASSWORD, SAM, SOMEBODY, Scene

NEW = "a new and longer one"


async def login(scene: Scene, password: str, email: str = NOOR.email) -> httpx.Response:
    return await scene.client().post("/api/desk/login", json={"email": email, "password": password})


async def link_for(scene: Scene, agent: str = "noor") -> str:
    """The secret of a link that an admin has made."""
    ada = await scene.signed_in(ADA)
    made = (await ada.post(f"/api/desk/agents/{agent}/reset")).json()
    assert made["link"].startswith("http://desk.test/desk/reset#")
    return str(made["link"].partition("#")[2])


async def test_an_agent_changes_their_password_and_stays_signed_in_only_here(scene: Scene) -> None:
    here, elsewhere = await scene.signed_in(), await scene.signed_in()
    changed = await here.post("/api/desk/me/password", json={"current": PASSWORD, "new": NEW})
    assert changed.status_code == 204
    assert (await here.get("/api/desk/me")).status_code == 200
    assert (await elsewhere.get("/api/desk/me")).status_code == 401
    assert [(await login(scene, each)).status_code for each in (PASSWORD, NEW)] == [401, 200]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"current": "not it", "new": NEW}, 403, "wrong_password"),
        ({"current": PASSWORD, "new": "short"}, 422, "unusable_password"),
        ({"current": PASSWORD, "new": "x" * 201}, 422, "invalid_request"),
        ({"current": PASSWORD}, 422, "invalid_request"),
    ],
)
async def test_a_change_that_is_refused_changes_nothing(
    scene: Scene, body: dict[str, Any], status: int, code: str
) -> None:
    noor = await scene.signed_in()
    answer = await noor.post("/api/desk/me/password", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (await login(scene, PASSWORD)).status_code == 200


async def test_guessing_the_present_password_from_an_open_desk_is_slowed_down(scene: Scene) -> None:
    noor = await scene.signed_in()
    guess = {"current": "not it", "new": NEW}
    codes = [(await noor.post("/api/desk/me/password", json=guess)).status_code for _ in range(6)]
    assert codes == [403, 403, 403, 403, 403, 429]


async def test_a_link_sets_a_password_once_and_ends_all_sessions(scene: Scene) -> None:
    noor, secret = await scene.signed_in(), await link_for(scene)
    reset = {"secret": secret, "new": NEW}
    assert (await scene.client().post("/api/desk/reset", json=reset)).status_code == 204
    assert (await noor.get("/api/desk/me")).status_code == 401
    assert (await login(scene, NEW)).status_code == 200
    again = await scene.client().post("/api/desk/reset", json=reset | {"new": "another long one"})
    assert (again.status_code, again.json()["error"]["code"]) == (403, "reset_refused")


async def test_a_link_is_short_lived(scene: Scene) -> None:
    secret = await link_for(scene)
    scene.pass_time(RESET_LASTS)
    answer = await scene.client().post("/api/desk/reset", json={"secret": secret, "new": NEW})
    assert answer.json()["error"]["code"] == "reset_refused"


async def test_a_short_password_leaves_the_link_good(scene: Scene) -> None:
    secret = await link_for(scene)
    short = await scene.client().post("/api/desk/reset", json={"secret": secret, "new": "short"})
    assert short.json()["error"]["code"] == "unusable_password"
    assert (await scene.client().post("/api/desk/reset", json={"secret": secret, "new": NEW})).status_code == 204


async def test_who_was_locked_out_comes_in_with_the_new_password(scene: Scene) -> None:
    for _ in range(6):
        await login(scene, "wrong")
    secret = await link_for(scene)
    await scene.client().post("/api/desk/reset", json={"secret": secret, "new": NEW})
    assert (await login(scene, NEW)).status_code == 200


async def test_another_site_can_not_use_a_link(scene: Scene) -> None:
    body = {"secret": await link_for(scene), "new": NEW}
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await scene.client().post("/api/desk/reset", json=body, headers=headers)
    assert answer.json()["error"]["code"] == "cross_origin"


async def test_an_admin_lets_somebody_in_who_sets_their_own_password(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    new = {"email": "Tom@Fernhill.example", "name": " Tom ", "departments": ["returns"], "languages": ["EN"]}
    made = await ada.post("/api/desk/agents", json=new)
    assert made.status_code == 201
    agent = made.json()["agent"]
    assert (agent["name"], agent["email"], agent["role"]) == ("Tom", "tom@fernhill.example", "agent")
    assert (agent["departments"], agent["languages"], agent["capacity"]) == (["returns"], ["en"], 3)
    secret = made.json()["reset"]["link"].partition("#")[2]
    await scene.client().post("/api/desk/reset", json={"secret": secret, "new": NEW})
    assert (await login(scene, NEW, "tom@fernhill.example")).status_code == 200
    twice = await ada.post("/api/desk/agents", json=new)
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "duplicate_agent")


async def test_an_admin_changes_what_somebody_may_and_knows_and_it_counts_at_once(scene: Scene) -> None:
    ada, sam = await scene.signed_in(ADA), await scene.signed_in(SAM)
    skills = {"name": "Sam R.", "role": "agent", "departments": ["orders"], "languages": [], "capacity": 1}
    changed = (await ada.put("/api/desk/agents/sam", json=skills)).json()
    assert (changed["role"], changed["capacity"], changed["email"]) == ("agent", 1, SAM.email)
    assert (await sam.get("/api/desk/readings")).status_code == 403
    everybody = (await ada.get("/api/desk/agents")).json()
    assert [(each["name"], each["role"]) for each in everybody] == [
        ("Ada Quill", "admin"), ("Noor Haddad", "agent"), ("Sam R.", "agent"),
    ]  # fmt: skip


async def test_an_admin_does_not_step_down_by_themselves(scene: Scene) -> None:
    ada = await scene.signed_in(ADA)
    answer = await ada.put("/api/desk/agents/ada", json={"name": "Ada", "role": "agent"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own_role")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Tom"},
        {"name": "Tom", "email": "tom"},
        {"name": " ", "email": "tom@example.com"},
        {"name": "Tom", "email": "tom@example.com", "role": "boss"},
        {"name": "Tom", "email": "tom@example.com", "capacity": 51},
        {"name": "Tom", "email": "tom@example.com", "languages": [""]},
        {"name": "T\0m", "email": "tom@example.com"},
    ],
)
async def test_a_newcomer_who_makes_no_sense_is_refused(scene: Scene, body: dict[str, Any]) -> None:
    ada = await scene.signed_in(ADA)
    assert (await ada.post("/api/desk/agents", json=body)).status_code == 422


@pytest.mark.parametrize(("method", "path"), [("PUT", "agents/nobody"), ("POST", "agents/nobody/reset")])
async def test_nobody_unknown_is_changed(scene: Scene, method: str, path: str) -> None:
    ada = await scene.signed_in(ADA)
    answer = await ada.request(method, f"/api/desk/{path}", json={"name": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_lead_reads_who_opened_whose_conversation(scene: Scene) -> None:
    handoff, noor, sam = (
        await scene.ask_for_person(name="Tom Okafor"),
        await scene.signed_in(),
        await scene.signed_in(SAM),
    )
    await noor.get("/api/desk/handoffs")
    for _ in range(2):
        await noor.get(f"/api/desk/handoffs/{handoff}")
    scene.pass_time(timedelta(hours=1, seconds=1))
    noor = await scene.signed_in()
    await noor.get(f"/api/desk/handoffs/{handoff}/messages", params={"before": 2})
    itself, *noted = (await sam.get("/api/desk/readings")).json()
    assert (itself["agent"], itself["by"], itself["handoff"], itself["customer"]) == (
        "Sam Reyes",
        "readings",
        None,
        None,
    )
    assert [(each["agent"], each["by"], each["handoff"], each["customer"]) for each in noted] == [
        ("Noor Haddad", "opened", handoff, "Tom Okafor"),
        ("Noor Haddad", "opened", handoff, "Tom Okafor"),
        ("Noor Haddad", "queue", handoff, "Tom Okafor"),
    ]
    older = (await sam.get("/api/desk/readings", params={"before": noted[0]["id"]})).json()
    assert older == noted[1:]


async def test_the_log_of_an_erased_customer_has_no_name(scene: Scene) -> None:
    customer = await scene.turn("hello", "hi", at=SOMEBODY, name="Tom Okafor")
    handoff, noor, sam = await scene.ask_for_person(), await scene.signed_in(), await scene.signed_in(SAM)
    await noor.get(f"/api/desk/handoffs/{handoff}")
    await scene.memory.custody.erase(customer, "r")
    answer = await sam.get("/api/desk/readings")
    assert [(each["by"], each["handoff"], each["customer"]) for each in answer.json()] == [
        ("readings", None, None),
        ("opened", None, None),
    ]
    assert "Tom" not in answer.text
