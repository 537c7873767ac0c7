"""What a visitor's browser may ask, and what it gets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from actions.shop.demo import LOOKS
from bot.limits import Limits
from memory.model import (
    Accepted,
    Address,
    Button,
    Cursor,
    Erase,
    Extent,
    Identity,
    Inbound,
    Outcome,
    Proof,
    Reply,
)
from tests.doubles.web_stage import ANA, BEN, SITE, WebStage

EVERYTHING = 10_000


class Browser:
    """A visitor's browser: keeps its token and says things."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.token: str | None = None
        self.visitor = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def register(self, identity: str | None = None) -> dict[str, Any]:
        body = {"identity": identity} if identity else {}
        answer = await self.http.post("/api/visitor", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        self.token, self.visitor = answer.json()["token"], answer.json()["visitor"]
        return dict(answer.json())

    async def say(self, text: str, client_id: str = "m-1", **more: object) -> httpx.Response:
        return await self.post({"client_id": client_id, "text": text, **more})

    async def post(self, body: object) -> httpx.Response:
        return await self.http.post("/api/visitor/messages", json=body, headers=self.headers)

    async def history(self, **query: int) -> dict[str, Any]:
        answer = await self.http.get("/api/visitor/messages", params=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def numbers(self, **query: int) -> list[int]:
        return [message["number"] for message in (await self.history(**query))["messages"]]


@pytest.fixture
def stage() -> WebStage:
    return WebStage()


@pytest.fixture
async def http(stage: WebStage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=stage.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.example") as client:
        yield client


@pytest.fixture
async def browser(http: httpx.AsyncClient) -> Browser:
    browser = Browser(http)
    await browser.register()
    return browser


async def talk(stage: WebStage, browser: Browser, turns: int) -> None:
    for turn in range(turns):
        await browser.say(f"question {turn}", f"m-{turn}")
        await stage.answer(Reply(f"answer {turn}"))


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


# Who the visitor is


async def test_a_new_visitor_is_anonymous(http: httpx.AsyncClient) -> None:
    registered = await Browser(http).register()
    assert registered["identified"] is False
    assert registered["name"] is None
    assert registered["visitor"].startswith("v-")


async def test_registering_works_without_a_body(http: httpx.AsyncClient) -> None:
    assert (await http.post("/api/visitor")).status_code == 200


async def test_a_login_is_proved_by_the_site_and_keeps_the_visitor(stage: WebStage, browser: Browser) -> None:
    before = browser.visitor
    registered = await browser.register(stage.login(ANA))
    assert (registered["visitor"], registered["identified"], registered["name"]) == (before, True, "Ana Moreno")


async def test_another_customer_on_the_same_browser_is_a_new_visitor(stage: WebStage, browser: Browser) -> None:
    await browser.register(stage.login(ANA))
    await browser.say("my secret")
    await stage.answer(Reply("It is safe with me."))
    anas = browser.visitor
    await browser.register(stage.login(BEN))
    assert browser.visitor != anas
    assert await browser.history() == {"messages": [], "thread": None}


async def test_asking_again_does_not_make_a_login_longer(stage: WebStage, browser: Browser) -> None:
    await browser.register(stage.login(ANA))
    first = browser.token
    await browser.register()
    assert browser.token == first


async def test_a_token_from_before_the_login_does_not_open_what_was_said_after(
    stage: WebStage, browser: Browser
) -> None:
    await browser.say("hello")
    await stage.answer(Reply("Hello."))
    old = browser.token
    await browser.register(stage.login(ANA))
    await browser.say("my secret", "m-2")
    await stage.answer(Reply("It is safe with me."))
    browser.token = old
    answer = await browser.http.get("/api/visitor/messages", headers=browser.headers)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "make",
    [
        lambda stage: stage.login(ANA, seconds=-1),
        lambda stage: stage.login(ANA)[:-4] + "AAAA",
        lambda stage: "not a token",
        lambda stage: "",
    ],
    ids=["expired", "forged", "garbage", "empty"],
)
async def test_a_bad_identity_is_refused(stage: WebStage, http: httpx.AsyncClient, make: Any) -> None:
    answer = await http.post("/api/visitor", json={"identity": make(stage)})
    assert (answer.status_code, code_of(answer)) == (401, "invalid_identity")


async def test_a_useless_old_token_gives_a_new_visitor(http: httpx.AsyncClient) -> None:
    browser = Browser(http)
    browser.token = "from another server"
    assert (await browser.register())["visitor"].startswith("v-")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic dTpw"}, {"Authorization": "Bearer "}],
    ids=["none", "nonsense", "basic", "empty"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "messages"), ("GET", "messages"), ("GET", "events"), ("POST", "link")],
)
async def test_every_route_wants_a_visitors_token(
    http: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]
) -> None:
    body = {"client_id": "m-1", "text": "hi"} if (method, path) == ("POST", "messages") else None
    answer = await http.request(method, f"/api/visitor/{path}", json=body, headers=headers)
    assert (answer.status_code, code_of(answer)) == (401, "invalid_visitor")


# Saying something


async def test_a_message_is_accepted_and_answered(stage: WebStage, browser: Browser) -> None:
    answer = await browser.say("Where is my order?")
    assert (answer.status_code, answer.json()["duplicate"]) == (202, False)
    assert await stage.answer(Reply("On its way.")) == "Where is my order?"
    said = (await browser.history())["messages"]
    assert [(m["author"], m["text"], m["client_id"]) for m in said] == [
        ("customer", "Where is my order?", "m-1"),
        ("bot", "On its way.", None),
    ]


async def test_a_browser_is_told_what_was_kept_where_that_is_not_what_it_sent(
    stage: WebStage, browser: Browser
) -> None:
    card = await browser.say("my card is 4111 1111 1111 1111", "m-1")
    assert card.json()["text"] == "my card is [card number removed]"
    assert await stage.answer() == "my card is [card number removed]"
    code = await browser.say("my code is bbbb-2222", "m-2")
    assert code.json()["text"] == "(one-time code)"
    assert (await browser.say("Where is my order?", "m-3")).json()["text"] is None


async def test_the_same_client_id_again_is_the_same_message(stage: WebStage, browser: Browser) -> None:
    await browser.say("hello")
    assert (await browser.say("hello")).json()["duplicate"] is True
    await stage.answer(Reply("Hello."))
    assert (await browser.say("hello")).json()["duplicate"] is True
    assert await browser.numbers() == [1, 2]


async def test_a_visitor_who_sends_too_much_is_told_when_to_go_on_and_nothing_more_is_kept() -> None:
    stage = WebStage(limits=Limits(visitor=2, address=0, everyone=0))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stage.app), base_url="http://here") as http:
        browser, other = Browser(http), Browser(http)
        await browser.register()
        await other.register()
        for number in range(2):
            assert (await browser.say("hello", f"m-{number}")).status_code == 202
        answer = await browser.say("hello", "m-2")
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_requests")
        assert int(answer.headers["Retry-After"]) == 30
        assert (await other.say("hello")).status_code == 202


async def test_new_visitors_from_one_network_are_limited_too() -> None:
    stage = WebStage(limits=Limits(visitor=0, address=3, everyone=0))
    transport = httpx.ASGITransport(stage.app, client=("203.0.113.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
        for _ in range(3):
            await Browser(http).register()
        assert (await http.post("/api/visitor", json={})).status_code == 429


async def test_two_visitors_may_use_the_same_client_id(stage: WebStage, http: httpx.AsyncClient) -> None:
    for name in ("one", "two"):
        browser = Browser(http)
        await browser.register()
        assert (await browser.say(f"I am {name}")).json()["duplicate"] is False
        assert await stage.answer(Reply("Hello.")) == f"I am {name}"


async def test_ten_thousand_characters_of_any_script_are_accepted(stage: WebStage, browser: Browser) -> None:
    assert (await browser.say("🏔" * 10_000)).status_code == 202
    assert len(await stage.answer()) == 10_000


@pytest.mark.parametrize(("tag", "language"), [("de-AT", "de"), ("", None), ("klingon", None)])
async def test_the_language_of_the_page_comes_with_the_message(
    stage: WebStage, browser: Browser, tag: str, language: str | None
) -> None:
    assert (await browser.say("Hallo", language=tag)).status_code == 202
    async with stage.memory.turns.claim() as turn:
        assert turn is not None
        assert turn.inbound.language == language


async def test_a_pressed_button_is_kept_under_its_title(stage: WebStage, browser: Browser) -> None:
    await browser.say("return")
    await stage.answer(Reply("Which?", [Button("The tent", '/inform{"product": "ridge-2-tent"}')]))
    await browser.post({"client_id": "m-2", "payload": '/inform{"product": "ridge-2-tent"}'})
    assert await stage.answer() == "The tent"


async def test_a_button_nobody_offered_is_kept_as_it_came(stage: WebStage, browser: Browser) -> None:
    await browser.post({"client_id": "m-1", "payload": "/affirm"})
    assert await stage.answer() == "/affirm"


@pytest.mark.parametrize(
    "body",
    [
        {"text": "hi"},
        {"client_id": "m-1"},
        {"client_id": "m-1", "text": None},
        {"client_id": "", "text": "hi"},
        {"client_id": "x" * 65, "text": "hi"},
        {"client_id": "a b", "text": "hi"},
        {"client_id": "m-1\n", "text": "hi"},
        {"client_id": 7, "text": "hi"},
        {"client_id": "m-1", "text": 7},
        {"client_id": "m-1", "text": ["hi"]},
        {"client_id": "m-1", "text": "x" * 10_001},
        {"client_id": "m-1", "text": "a\0b"},
        {"client_id": "m-1", "payload": ""},
        {"client_id": "m-1", "text": "hi", "author": "agent"},
        {"client_id": "m-1", "text": "hi", "command": "/person"},
        [],
        "hi",
        None,
    ],
    ids=str,
)
async def test_a_malformed_message_is_refused_and_nothing_is_kept(
    stage: WebStage, browser: Browser, body: object
) -> None:
    answer = await browser.post(body)
    assert (answer.status_code, code_of(answer)) == (422, "invalid_request")
    with pytest.raises(AssertionError, match="no message is waiting"):
        await stage.answer()


async def test_half_a_character_is_refused(browser: Browser) -> None:
    answer = await browser.http.post(
        "/api/visitor/messages",
        content=rb'{"client_id": "m-1", "text": "\ud800"}',
        headers={**browser.headers, "Content-Type": "application/json"},
    )
    assert answer.status_code == 422


async def test_broken_json_is_refused(browser: Browser) -> None:
    answer = await browser.http.post(
        "/api/visitor/messages", content=b"{", headers={**browser.headers, "Content-Type": "application/json"}
    )
    assert (answer.status_code, code_of(answer)) == (400, "invalid_json")


async def test_an_oversized_body_is_refused(browser: Browser) -> None:
    answer = await browser.say("x" * 200_000)
    assert (answer.status_code, code_of(answer)) == (413, "too_large")


# What was said


async def test_a_visitor_who_never_wrote_has_no_thread(browser: Browser) -> None:
    assert await browser.history() == {"messages": [], "thread": None}


async def test_history_is_read_backwards_in_pages(stage: WebStage, browser: Browser) -> None:
    await talk(stage, browser, 4)
    assert await browser.numbers(limit=3) == [6, 7, 8]
    assert await browser.numbers(limit=3, before=6) == [3, 4, 5]
    assert await browser.numbers(limit=3, before=3) == [1, 2]
    assert await browser.numbers(limit=3, before=1) == []


async def test_history_is_read_forwards_from_a_cursor(stage: WebStage, browser: Browser) -> None:
    await talk(stage, browser, 4)
    assert await browser.numbers(after=5) == [6, 7, 8]
    assert await browser.numbers(after=0, limit=2) == [1, 2]
    assert await browser.numbers(after=8) == []


@pytest.mark.parametrize(
    "query",
    ["after=-1", "after=x", "before=99999999999999999999", "limit=0", "limit=101", "after=1&before=5", "after="],
)
async def test_a_senseless_page_is_refused(browser: Browser, query: str) -> None:
    answer = await browser.http.get(f"/api/visitor/messages?{query}", headers=browser.headers)
    assert (answer.status_code, code_of(answer)) == (422, "invalid_request")


async def test_only_the_bots_words_come_as_html(stage: WebStage, browser: Browser) -> None:
    await browser.say("<b>person</b> **please**")
    await stage.hand_over(Reply("I am getting **Mara**. <script>alert(1)</script>"))
    await stage.mara_says("Hello, <i>Mara</i> here.")
    customer, bot, agent = (await browser.history())["messages"]
    assert (customer["html"], agent["html"]) == (None, None)
    assert bot["html"] == "<p>I am getting <strong>Mara</strong>. &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert (agent["author"], agent["agent_name"]) == ("agent", "Mara")


async def test_messages_of_another_device_are_not_taken_for_an_echo(stage: WebStage, http: httpx.AsyncClient) -> None:
    for client_id in ("from-one", "from-two"):
        browser = Browser(http)
        await browser.register(stage.login(ANA))
        await browser.say("hello", client_id)
        await stage.answer()
    assert [m["client_id"] for m in (await browser.history())["messages"]] == [None, "from-two"]


async def test_a_login_shows_the_customers_own_thread(stage: WebStage, http: httpx.AsyncClient) -> None:
    phone, laptop = Browser(http), Browser(http)
    await phone.register(stage.login(ANA))
    await phone.say("on the phone")
    await stage.answer(Reply("Hello Ana."))
    await laptop.register()
    assert (await laptop.history())["thread"] is None
    await laptop.register(stage.login(ANA))
    assert await laptop.history() != {"messages": [], "thread": None}
    assert (await laptop.history())["thread"] == (await phone.history())["thread"]


# Continue in Telegram


async def test_the_code_continues_the_conversation_in_telegram(stage: WebStage, browser: Browser) -> None:
    await talk(stage, browser, 1)
    link = (await browser.http.post("/api/visitor/link", headers=browser.headers)).json()
    assert link["url"] == f"https://t.me/fernhill_bot?start={link['code']}"
    chat = Address("telegram", "77")
    await stage.memory.inbox.accept(
        Inbound(chat, "tg-1", "/start", proof=Proof.PLATFORM, command="greet", link_code=link["code"])
    )
    await stage.answer(Reply("Here we are."))
    said = (await browser.history())["messages"]
    assert [m["channel"] for m in said] == ["web", "web", "telegram", "telegram"]


async def test_there_is_no_code_before_the_first_message(browser: Browser) -> None:
    answer = await browser.http.post("/api/visitor/link", headers=browser.headers)
    assert (answer.status_code, code_of(answer)) == (409, "no_conversation")


async def test_without_telegram_there_is_no_way_there() -> None:
    stage = WebStage(with_telegram=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=stage.app), base_url="http://chat.example") as http:
        browser = Browser(http)
        assert (await browser.register())["telegram"] is False
        answer = await http.post("/api/visitor/link", headers=browser.headers)
    assert (answer.status_code, code_of(answer)) == (404, "no_telegram")


# Other sites


async def test_a_configured_site_may_ask_and_may_read_refusals(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/visitor", json={"identity": "bad"}, headers={"Origin": SITE})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, SITE)


async def test_a_configured_site_may_show_the_token(http: httpx.AsyncClient) -> None:
    wanted = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = await http.options("/api/visitor/messages", headers=wanted)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, SITE)


@pytest.mark.parametrize(("path", "origin"), [("/api/visitor", "https://evil.example"), ("/demo/login", SITE)])
async def test_other_sites_and_other_routes_stay_closed(http: httpx.AsyncClient, path: str, origin: str) -> None:
    answer = await http.post(path, json={}, headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


# The demo shop


async def test_a_demo_login_is_accepted_as_an_identity(stage: WebStage, http: httpx.AsyncClient) -> None:
    login = (await http.post("/demo/login", json={"id": "c-1"})).json()
    assert stage.tokens.verify(login["identity"]) == Identity("c-1", "Ana Moreno", "ana@example.com")
    assert login["name"] == "Ana Moreno"


@pytest.mark.parametrize(("body", "status"), [({"id": "nobody"}, 404), ({"id": 1}, 422), ({"id": "c-1", "x": 1}, 422)])
async def test_only_sample_customers_can_be_logged_in(http: httpx.AsyncClient, body: object, status: int) -> None:
    assert (await http.post("/demo/login", json=body)).status_code == status


async def test_the_shops_pictures_are_on_its_page_and_in_its_books(http: httpx.AsyncClient) -> None:
    page = (await http.get("/")).text
    for look in LOOKS.values():
        drawing = await http.get(str(look.picture))
        assert (drawing.status_code, drawing.headers["content-type"]) == (200, "image/svg+xml")
        assert look.page is None or f'id="{look.page.removeprefix("/#")}"' in page
    assert (await http.get("/demo/pictures/no-such-thing.svg")).status_code == 404


async def test_choices_that_rate_say_so(stage: WebStage, browser: Browser) -> None:
    await browser.say("how long may I send it back?")
    await stage.answer(Reply("60 days.", [Button("That helped", "/answer_helped"), Button("A person", "/ask_person")]))
    _, answer = (await browser.history())["messages"]
    assert [button["rates"] for button in answer["buttons"]] == [True, None]


async def test_the_demo_page_allows_no_inline_code(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<style" not in page.text
    assert " style=" not in page.text


@pytest.mark.parametrize("path", ["/widget/nothing-here.js", "/widget/..%2Fapi.py", "/widget/chat.css"])
async def test_only_built_parts_are_served(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code in {404, 422}


async def test_an_answer_is_plain_json(stage: WebStage, browser: Browser) -> None:
    await browser.say("hello")
    await stage.answer(Reply("Choose.", [Button("Yes", "/affirm")], {"kind": "card"}))
    message = (await browser.history())["messages"][-1]
    assert json.loads(json.dumps(message)) == message
    assert (message["buttons"], message["custom"]) == (
        [{"title": "Yes", "payload": "/affirm", "rates": None}],
        {"kind": "card"},
    )
    assert Cursor(message["number"]) == 2


async def erase_everything(stage: WebStage) -> None:
    """Answer the next waiting message by erasing the customer."""
    async with stage.memory.turns.claim() as turn:
        assert turn is not None
        await turn.commit(Outcome((Reply("Done."),), records=(Erase(Extent.EVERYTHING, "r"),)))


async def test_an_erased_visitor_reads_that_it_is_done_in_another_thread(stage: WebStage, browser: Browser) -> None:
    await browser.register()
    await browser.say("my secret", "m-1")
    await stage.answer(Reply("Noted."))
    before = await browser.history()
    await browser.say("yes", "m-2")
    await erase_everything(stage)
    after = await browser.history()
    assert [message["text"] for message in after["messages"]] == ["Done."]
    assert after["thread"] not in {before["thread"], None}


async def test_a_message_whose_turn_was_over_at_once_and_erased_everything_is_accepted_all_the_same(
    stage: WebStage, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = stage.memory.inbox.accept

    async def accept_and_erase(inbound: Inbound) -> Accepted:
        accepted = await accept(inbound)
        await erase_everything(stage)
        return accepted

    await browser.register()
    monkeypatch.setattr(stage.memory.inbox, "accept", accept_and_erase)
    answer = await browser.say("yes")
    assert answer.status_code == 202, answer.text
    after = await browser.history()
    assert [message["text"] for message in after["messages"]] == ["Done."]
    assert after["thread"] != answer.json()["thread"], "by which a browser sees that it has to start over"
