"""The desk's page in a real browser, over a scene: a server that can be cut off, a window, stories to look at."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Dialog, Page, expect

from memory.model import (
    Agent,
    AgentId,
    Button,
    CaseState,
    CloseCase,
    DialogueState,
    HandoffId,
    HandoffReason,
    HandoffState,
    LearnFact,
    MakePromise,
    OfferAnswer,
    OpenCase,
    RateAnswer,
    Reply,
    RequestHandoff,
)
from tests.unit.desk.scene import ANA, ANAS_PHONE, NOOR, PASSWORD, SOMEBODY, Address, Scene

PICTURES = Path("results/screenshots")
_SLOW = 20_000
"""Milliseconds a busy machine may take to show something."""


class Line:
    """The server behind the page, which can be cut off and come back at the same address."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def restore(self) -> None:
        """Serve."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        listening.listen()
        config = uvicorn.Config(
            self._scene.application(), log_level="warning", lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve([listening]))

    async def cut(self) -> None:
        """Go away, with every open stream."""
        self._server.should_exit = True
        await self._serving


@dataclass(frozen=True, slots=True)
class Look:
    """How big a window is, and whether its owner likes it dark."""

    size: tuple[int, int] = (1440, 900)
    dark: bool = False


class Windows:
    """Windows of one browser. What goes wrong inside a page is kept, to fail the test in the end."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.faults: list[str] = []

    async def open(self, look: Look | None = None) -> Page:
        """A window with cookies of its own."""
        look = look or Look()
        context = await self._browser.new_context(
            viewport={"width": look.size[0], "height": look.size[1]},
            color_scheme="dark" if look.dark else "light",
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(_SLOW)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)
        page.on("dialog", self._interrupted)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        """A refused request is a test's own doing; a policy or script that was refused is a fault."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    async def _interrupted(self, dialog: Dialog) -> None:
        self.faults.append(f"A dialog came up: {dialog.message}")
        await dialog.dismiss()


async def sign_in(page: Page, url: str, agent: Agent = NOOR) -> None:
    """Sign in as a person does, by keyboard."""
    await page.goto(f"{url}/desk")
    await page.get_by_label("E-mail").fill(agent.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation", name="Conversations").wait_for()
    await expect(page.locator(".line-state")).to_have_text("Live")  # from then on it hears keys, too


async def assert_accessible(page: Page, what: str) -> None:
    """No rule of axe is broken."""
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"


async def picture(page: Page, name: str) -> None:
    """Keep a screenshot among the build output."""
    await asyncio.to_thread(PICTURES.mkdir, parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")


async def tell_stories(scene: Scene) -> dict[str, str]:
    """A morning at the desk: Ana waits, somebody waits, Noor has Tom, Sam has Lucy. Handoff ids by name."""
    ids = {"ana": await _ana(scene), "tom": await _tom(scene), "lucy": await _lucy(scene)}
    scene.pass_time(timedelta(minutes=9))
    await scene.turn("WHERE IS MY PARCEL", "I am sorry it is late. What is your order number?", at=SOMEBODY)
    ids["somebody"] = await scene.ask_for_person(
        "I told you three times, this is useless, get me someone", reason=HandoffReason.DISTRESS
    )
    scene.pass_time(timedelta(minutes=3))
    await scene.deliver()
    return ids


async def _ana(scene: Scene) -> str:
    solved = [
        OpenCase("faq", "Question about returns"),
        OfferAnswer("return_window", "How long do I have to return something?", 0.91),
        CloseCase("faq", CaseState.SOLVED),
    ]
    await scene.turn(
        "hi, how long do I have to return something?",
        "60 days from the day you receive it, as long as it is unused.",
        Reply("Did that help?", [Button("Yes", "/answer_helped"), Button("No", "/answer_not_helped")]),
        identity=ANA,
        records=solved,
    )
    await scene.turn("yes thanks", "Glad to hear it.", identity=ANA, records=[RateAnswer(helped=True)])
    scene.pass_time(timedelta(days=2, hours=1))
    form = DialogueState(
        "{}",
        "return_form",
        "Return of the Ridge 2 tent, order 1042",
        {"Order": "1042", "Item": "Ridge 2 tent", "Reason": "Too small"},
    )
    refund = Reply("Would you like a refund or an exchange?", [Button("Refund", "/r"), Button("Exchange", "/e")])
    customer = await scene.turn(
        "I'd like to send back the Ridge 2 tent from order 1042, it is too small for two",
        refund,
        identity=ANA,
        dialogue=form,
        records=[
            OpenCase("return_item", "Return of the Ridge 2 tent, order 1042"),
            LearnFact("delivery_address", "12 Mill Lane, York YO1 7PR"),
        ],
    )
    scene.pass_time(timedelta(minutes=20))
    await scene.link(ANAS_PHONE, await scene.memory.identities.issue_code(customer, scene.now + timedelta(minutes=5)))
    choices = [Button("Which tent fits my group?", "/1"), Button("None of these", "/2")]
    await scene.turn(
        "can you first tell me whether the Ridge 3 has the same footprint? <b>important</b>",
        Reply("I am not sure. Did you mean one of these?", choices),
        at=ANAS_PHONE,
        records=[OfferAnswer("tent_size", "Which tent fits my group?", 0.41), RateAnswer(helped=False)],
    )
    asked = [
        RequestHandoff(HandoffReason.ASKED_FOR_PERSON),
        MakePromise("Someone writes to them about the return", scene.now + timedelta(hours=2)),
    ]
    passed_on = "Of course. I have passed this on with all you told me, so you won't have to repeat it."
    await scene.turn("no. I want to talk to a person please", passed_on, at=ANAS_PHONE, records=asked)
    return await scene.handoff_of(customer)


async def _tom(scene: Scene) -> str:
    phone = Address("telegram", "7002")
    handoff = await scene.ask_for_person(
        "My Cairn stove leaks gas at the valve", at=phone, reason=HandoffReason.DISTRESS, name="Tom Okafor"
    )
    await _take(scene, handoff, "noor", "Hello Tom, please close the cartridge and put the stove outside.")
    await scene.memory.handoffs.note(HandoffId(handoff), AgentId("sam"), "Two more reports of this valve this week.")
    scene.pass_time(timedelta(minutes=2))
    await scene.turn("done, it is outside now", at=phone)
    return handoff


async def _lucy(scene: Scene) -> str:
    handoff = await scene.ask_for_person(
        "change my delivery address please",
        at=Address("telegram", "7003"),
        reason=HandoffReason.FORM_FAILED,
        name="Lucy Hartley",
    )
    await _take(scene, handoff, "sam", "Done, it goes to Mill Lane now.")
    return handoff


async def _take(scene: Scene, handoff: str, agent: str, text: str) -> None:
    await scene.memory.handoffs.move(HandoffId(handoff), HandoffState.ACCEPTED, AgentId(agent))
    await scene.memory.handoffs.reply(HandoffId(handoff), AgentId(agent), text)
