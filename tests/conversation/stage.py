"""Plays a script: a customer, a clock, agents, and the real bot behind its inbox and outbox."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from actions.recollection import current as recollection
from actions.shop import current
from actions.shop.open import open_shop
from bot.afterwards import QUESTION
from bot.bootstrap.opened import project_encoder
from bot.bootstrap.ways import WAYS
from bot.calls import Calls
from bot.channels.port import Check, unchecked
from bot.channels.web.api import CODE_TYPED
from bot.dialogue.port import Dialogue
from bot.hours import SupportHours
from bot.line import Line
from bot.masking import MaskingInbox
from bot.meanwhile import Meanwhile
from bot.metrics import Metrics
from bot.outbox import Dispatcher
from bot.recollection import TranscriptRecollection
from bot.turn import TurnHandler
from bot.turn_runner import TurnRunner
from memory.model import (
    Address,
    Agent,
    AgentId,
    Agreed,
    Author,
    Button,
    CaseState,
    Cursor,
    CustomerId,
    Delivery,
    Ending,
    HandoffId,
    HandoffOutcome,
    HandoffReason,
    HandoffState,
    Identity,
    Inbound,
    InboxId,
    Message,
    Outcome,
    Proof,
    RequestHandoff,
    Role,
    answer_to,
)
from memory.ports import HandoffView
from memory.sql import SqlMemory
from tests.conversation.repeats import Given
from tests.conversation.script import Script, Step, duration
from tests.conversation.watched import WatchedDialogue
from tests.remembering import open_memory
from tests.sqlite import new_sqlite

MARA = Agent(AgentId("mara"), "mara@fernhill.example", "Mara", Role.AGENT)
TURN_SECONDS = 20.0
GIVEN_UP_AFTER = timedelta(days=30)
"""What nobody has touched for so long is closed, and the customer is told so."""
Beside = Callable[[], Awaitable[None]]
_OPEN = {None, CaseState.CAME_BACK, CaseState.HANDED_OVER}
_PROOF = {"web": Proof.NONE, "rest": Proof.TRUSTED_CALLER, "telegram": Proof.PLATFORM}
_MOVES = {"accept": HandoffState.ACCEPTED, "resolve": HandoffState.RESOLVED}


class Phone:
    """A Telegram that always works: what it was sent, in order."""

    name = "telegram"

    def __init__(self) -> None:
        self.read: list[Message] = []

    async def send(self, delivery: Delivery, check: Check = unchecked) -> None:
        self.read.append(delivery.message)


class Stage:
    """One conversation with its own database, shop and clock."""

    def __init__(self, *, dialogue: Dialogue, folder: Path, script: Script) -> None:
        self._watched = dialogue if isinstance(dialogue, WatchedDialogue) else WatchedDialogue(dialogue)
        self._given, self._turns_seen = Given(), 0
        self._folder = folder
        self._script = script
        self._now = datetime.now(timezone.utc).replace(hour=12, minute=0)
        self._arrivals = 0
        self._said: dict[str, str] = {}
        self._phone = Phone()
        self._via: str = script.via
        self._stack = AsyncExitStack()
        self._customer_id: CustomerId | None = None
        self._offered: Sequence[Button] = ()
        self._people: dict[str, Any] = {}
        self._login = script.customer

    async def __aenter__(self) -> Stage:
        self._shop = await open_shop(self._folder / "shop.sqlite")
        current.use(self._shop)
        self._people = {shopper.id: shopper for shopper in await self._shop.shoppers()}
        self._returns_before = len(self._returns())
        await self._open()
        await self._memory.agents.add(MARA, "no password is needed here")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()
        current.use(None)
        recollection.use(None)
        await self._shop.close()

    async def play(self, step: Step) -> None:
        """Do what the step says, then look at what came of it."""
        self._via = step.via or self._via
        if step.wait:
            self._now += duration(step.wait)
        if step.restart:
            await self.restart()
        if step.log_in:
            self._login = step.log_in
        if step.agent:
            await self._agent(step)
        if step.link_telegram:
            self._check_replies(step, await self._link("telegram"))
        if step.say is not None or step.press is not None or step.edit is not None:
            self._check_replies(step, await self.speak(step))
            self._check_repeats(step)
        await self._check_records(step)

    async def speak(self, step: Step, *, before_its_turn: Beside | None = None, **more: Any) -> Sequence[Message]:
        """Send one message and wait for its turn; the replies as the customer's channel shows them.

        `before_its_turn` happens when the message has been accepted and nobody is there to answer it.
        """
        inbound = self._inbound(step, **more)
        read_before = len(self._phone.read)
        if before_its_turn:
            await _stop(self._answering)
        accepted = await MaskingInbox(self._memory.inbox).accept(inbound)
        self._customer_id = accepted.customer_id
        if before_its_turn:
            await before_its_turn()
        replies = await self._answered(accepted.inbox_id, inbound.text)
        if self._via == "telegram":
            while await self._dispatcher.send_due():
                await self._dispatcher.drain()
            replies = self._phone.read[read_before:]
        self._offered = next((message.buttons for message in reversed(replies) if message.buttons), ())
        return replies

    def let_pass(self, silence: timedelta) -> None:
        """Time goes by."""
        self._now += silence

    @property
    def now(self) -> datetime:
        """The time of day on the stage."""
        return self._now

    def collected(self) -> dict[str, str]:
        """What the customer has given in the tasks that are open now, label → value."""
        with closing(sqlite3.connect(self._folder / "memory.sqlite")) as memory:
            found = memory.execute(
                "SELECT collected FROM dialogue_states WHERE customer_id = ?", (self._customer_id,)
            ).fetchone()
        return dict(json.loads(found[0])) if found else {}

    async def brief(self) -> HandoffView:
        """What an agent sees who is called now, if none was before."""
        await _stop(self._answering)
        if not (called := await self._memory.handoffs.queue(list(HandoffState))):
            await MaskingInbox(self._memory.inbox).accept(self._inbound(Step(say="a person please")))
            async with self._memory.turns.claim() as turn:
                assert turn is not None
                await turn.commit(Outcome(records=(RequestHandoff(HandoffReason.ASKED_FOR_PERSON),)))
            called = await self._memory.handoffs.queue(list(HandoffState))
        newest = max((each.handoff for each in called), key=lambda handoff: handoff.requested_number)
        return await self._memory.handoffs.view(newest.id)

    async def restart(self, *, meanwhile: Callable[[], None] | None = None) -> None:
        """The process ends and begins anew on the same database; `meanwhile` happens while nothing runs."""
        await self._stack.aclose()
        if meanwhile:
            meanwhile()
        await self._open()

    async def move_to(self, channel: str) -> Sequence[Message]:
        """The customer goes on elsewhere: by a one-time code, where they are not known yet. What they are shown."""
        here, there = await self._known_at(self._via), await self._known_at(channel)
        if self._login and self._identity(channel) is None and not await self._is_logged_in(here):
            return ()  # forgotten, and not yet back by their login: whom they would link is a stranger
        if here in {None, there}:
            self._via = channel
            return ()
        offered = self._offered
        shown = await self._link(channel)
        self._offered = self._offered or offered  # what stands on the page they come from is there still
        return shown

    async def _open(self) -> None:
        path = self._folder / "memory.sqlite"
        url = f"sqlite:///{path}" if path.exists() else new_sqlite(path)
        self._memory: SqlMemory = await self._stack.enter_async_context(open_memory(url, clock=lambda: self._now))
        bell, metrics = self._memory.doorbell, Metrics()
        silence = timedelta(minutes=30)
        recollection.use(
            TranscriptRecollection(transcript=self._memory.transcript, encoder=project_encoder, silence=silence)
        )
        hours = SupportHours.parse("Mon-Sun 09:00-18:00", "Europe/London")
        handler = TurnHandler(
            dialogue=self._watched,
            hours=hours,
            calls=Calls(line=Line(offers=self._memory.offers, hours=hours), hours=hours),
            meanwhile=Meanwhile(notices=self._memory.notices, hours=hours, serves={"web", "telegram", "email"}),
            silence=silence,
            abandon_after=GIVEN_UP_AFTER,
            clock=lambda: self._now,
            mail=WAYS.mail,
        )
        runner = TurnRunner(turns=self._memory.turns, handler=handler, doorbell=bell, metrics=metrics)
        self._dispatcher = Dispatcher(
            outbox=self._memory.outbox,
            senders={"telegram": self._phone},
            doorbell=bell,
            metrics=metrics,
            clock=lambda: self._now,
        )
        self._answering = asyncio.create_task(runner.run())
        self._stack.push_async_callback(_stop, self._answering)

    async def _answered(self, inbox_id: InboxId, text: str) -> Sequence[Message]:
        with self._memory.doorbell.listen(f"customer:{self._customer_id}") as bell:
            while (replies := await self._memory.inbox.replies(inbox_id)) is None:
                assert await bell.wait(timeout=TURN_SECONDS), f"nobody answered “{text[:200]}”"
        return replies

    def _inbound(self, step: Step, **more: Any) -> Inbound:
        self._arrivals += 1
        text, payload = self._words(step)
        if step.edit is not None:
            more["corrects"] = self._said[step.of or next(reversed(self._said))]
        else:
            self._said[text] = f"m-{self._arrivals}"
        if step.answering is not None:
            more["custom"] = answer_to(step.answering, ours=True)
        return Inbound(
            address=Address(self._via, f"{self._via}-someone"),
            provider_id=f"m-{self._arrivals}",
            text=text,
            payload=payload,
            proof=_PROOF[self._via],
            identity=self._identity(self._via),
            **more,
        )

    def _words(self, step: Step) -> tuple[str, str | None]:
        """What the customer writes, and what a button that they press carries."""
        if step.press is not None:
            return self._pressed(step.press)
        return (step.edit if step.edit is not None else (step.say or "") * step.repeated), None

    def _identity(self, channel: str) -> Identity | None:
        if self._login is None or channel == "telegram":
            return None
        shopper = self._people[self._login]
        return Identity(shopper.id, shopper.name, shopper.email)

    def _pressed(self, title: str) -> tuple[str, str]:
        for button in self._offered:
            if title.casefold() in button.title.casefold():
                return button.title, button.payload
        raise AssertionError(f"there is no button “{title}”; there are {[b.title for b in self._offered]}")

    def go_home(self) -> None:
        """The customer writes where they began: who had all erased elsewhere is known by their login only."""
        self._via = self._script.via

    async def _known_at(self, channel: str) -> CustomerId | None:
        """Who is known by the address that they have there, or by their login."""
        address = Address(channel, f"{channel}-someone")
        known = await self._memory.identities.customer_for(address, _PROOF[channel], self._identity(channel))
        return None if known is None else known.id

    async def _is_logged_in(self, customer_id: CustomerId | None) -> bool:
        return customer_id is not None and (await self._memory.identities.customer(customer_id)).subject is not None

    async def _link(self, channel: str) -> Sequence[Message]:
        """Follow the website's link into Telegram, or type Telegram's code on the website; what is then shown there."""
        customer_id = await self._known_at(self._via)
        assert customer_id is not None
        is_typed = channel != "telegram"
        expires_at = self._now + timedelta(minutes=10)
        code = await self._memory.identities.issue_code(customer_id, expires_at, short=is_typed)
        self._via = channel
        step = Step(say=CODE_TYPED if is_typed else "/start")
        return await self.speak(step, link_code=code, command="continue_task")

    async def _agent(self, step: Step) -> None:
        if step.agent == "arrive":
            self._arrivals += 1
            session = f"session-{self._arrivals}"
            await self._memory.agents.open_session(MARA.id, session, self._now + timedelta(days=30))
            await self._memory.agents.by_session(session)
            return
        if step.agent == "leave":
            self._now += timedelta(minutes=2)
            return
        (waiting,) = await self._memory.handoffs.queue([state for state in HandoffState if state.is_open])
        handoff_id = waiting.handoff.id
        if step.agent == "reply":
            await self._memory.handoffs.reply(handoff_id, MARA.id, step.text or "")
        elif step.agent == "note":
            await self._memory.handoffs.note(handoff_id, MARA.id, step.text or "")
        elif step.agent == "return":
            agreed = Agreed(step.text, step.agreed)
            await self._memory.endings.give_back(handoff_id, MARA.id, agreed)
        elif step.outcome is not None:
            await self._resolve(handoff_id, step.outcome)
        else:
            assert step.agent is not None
            await self._memory.handoffs.move(handoff_id, _MOVES[step.agent], MARA.id)

    async def _resolve(self, handoff_id: HandoffId, outcome: HandoffOutcome) -> None:
        """As the desk does, whose question the customer sees with its buttons."""
        question = QUESTION if outcome is HandoffOutcome.SOLVED else None
        done = await self._memory.endings.resolve(handoff_id, MARA.id, Ending(outcome), question=question)
        if done.feedback is not None:
            (last,) = await self._memory.transcript.before(done.customer_id, None, 1)
            self._offered = last.buttons

    def _check_replies(self, step: Step, replies: Sequence[Message]) -> None:
        from_bot = [message for message in replies if message.author is Author.BOT]
        told = "\n".join(message.text for message in from_bot)
        said = f"to “{(step.say or step.press or 'the link')[:200]}” Fern said:\n{told or '(nothing)'}\n"
        if step.silent:
            assert not from_bot, f"Fern should be silent, but {said}"
            return
        assert from_bot, f"{said}: no message may be left without an answer"
        for fragment in step.expect:
            assert _contains(told, fragment), f"{said}and not “{fragment}”"
        for fragment in step.never:
            assert not _contains(told, fragment), f"{said}which should not have “{fragment}”"
        titles = [button.title for message in from_bot for button in message.buttons]
        for title in step.buttons:
            assert any(_contains(shown, title) for shown in titles), f"{said}without the button “{title}”: {titles}"
        if step.replies_at_most is not None:
            assert len(from_bot) <= step.replies_at_most, f"{said}in {len(from_bot)} messages"
        assert "!" not in told, f"{said}with an exclamation mark"
        assert told.count("?") <= 1, f"{said}and asks several things at once"

    def _check_repeats(self, step: Step) -> None:
        """Nothing that was given is asked for. Where a person has the conversation, no turn was taken by the bot."""
        taken, self._turns_seen = self._watched.turns[self._turns_seen :], len(self._watched.turns)
        for turn in taken:
            asked = self._given.repeats(turn, step.gives, step.takes_back)
            assert asked is None, f"to “{step.say or step.press}” Fern asked for {asked}, which had been given"

    async def _check_records(self, step: Step) -> None:
        if step.handoff or step.reason or step.collected or step.still_open:
            handoffs = await self._memory.handoffs.queue(list(HandoffState))
            assert handoffs, "there should be a handoff, and there is none"
            newest = max((waiting.handoff for waiting in handoffs), key=lambda handoff: handoff.requested_number)
            view = await self._memory.handoffs.view(newest.id)
            assert step.handoff in (None, view.handoff.state.value)
            assert step.reason in (None, view.handoff.reason.value)
            collected = " ".join(f"{label}: {value}" for label, value in view.brief.collected.items())
            for fragment in step.collected:
                assert _contains(collected, fragment), f"the brief has “{collected}”, not “{fragment}”"
            still_open = " ".join(case.title for case in view.brief.cases if case.outcome in _OPEN)
            for fragment in step.still_open:
                assert _contains(still_open, fragment), f"the brief has “{still_open}” open, not “{fragment}”"
        if step.returns is not None:
            assert sorted(self._returns()[self._returns_before :]) == sorted(step.returns)
        for number, wanted in (step.order or {}).items():
            owned = [await self._shop.orders(person) for person in self._people]
            (order,) = (order for orders in owned for order in orders if order.number == number)
            assert _contains(f"{order.state.value} {order.address}", wanted), f"{order} is not {wanted}"

    def _returns(self) -> Sequence[str]:
        """All returns in the shop's books, the oldest first; read past the shop, which need not list them."""
        with closing(sqlite3.connect(self._folder / "shop.sqlite")) as books:
            found = books.execute("SELECT order_number, sku, reason, resolution, size FROM returns ORDER BY rowid")
            return [" ".join(filter(None, row)) for row in found]

    async def transcript(self) -> str:
        """The whole conversation so far, for a failing test's message."""
        if self._customer_id is None:
            return ""
        messages = await self._memory.transcript.after(self._customer_id, Cursor(0), 500)
        return "\n".join(f"  {message.author.value:>8}: {message.text[:500]}" for message in messages)


def _contains(told: str, fragment: str) -> bool:
    """Whether one of the alternatives "a | b" stands in the text, whatever the case."""
    return any(option.strip().casefold() in told.casefold() for option in fragment.split("|"))


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
