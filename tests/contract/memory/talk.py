"""Says things to a memory, so that the tests read as what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from memory.fakes import FakeMemory
from memory.model import (
    BOT,
    Accepted,
    Address,
    Agent,
    AgentId,
    Aim,
    Cursor,
    CustomerId,
    DialogueState,
    Handoff,
    HandoffReason,
    HandoffState,
    Identity,
    Inbound,
    LearnFact,
    Message,
    Outcome,
    Proof,
    Record,
    Reply,
    RequestHandoff,
    Role,
    Thread,
    Wish,
)
from memory.sql import SqlMemory
from tests.conftest import HandClock

PROOFS = {"telegram": Proof.PLATFORM, "email": Proof.PLATFORM, "web": Proof.NONE, "rest": Proof.NONE}
ANA = Identity("ana-7", name="Ana", email="ana@example.com")
BEN = Identity("ben-8", name="Ben")


class Talk:
    """A memory, and what customers, the bot and agents do to it."""

    def __init__(self, memory: SqlMemory | FakeMemory, clock: HandClock) -> None:
        self.memory = memory
        self.clock = clock
        self._ids = count(1)

    @staticmethod
    def outcome(reply: str, *records: Record) -> Outcome:
        """A turn's end with one reply."""
        return Outcome(replies=[Reply(reply)], records=records)

    def inbound(self, text: str = "hello", at: tuple[str, str] = ("telegram", "42"), **more: Any) -> Inbound:
        """A message from a channel and address there."""
        more.setdefault("proof", PROOFS.get(at[0], Proof.NONE))
        more.setdefault("provider_id", f"m{next(self._ids)}")
        return Inbound(address=Address(*at), text=text, **more)

    async def hear(self, text: str = "hello", at: tuple[str, str] = ("telegram", "42"), **more: Any) -> Accepted:
        """A customer writes; nobody answers yet."""
        return await self.memory.inbox.accept(self.inbound(text, at, **more))

    async def answer(self, *replies: str, **more: Any) -> Thread:
        """The bot takes the next waiting message; returns what it knew."""
        async with self.memory.turns.claim() as turn:
            assert turn is not None, "no message was waiting"
            await turn.commit(Outcome(replies=[Reply(text) for text in replies], **more))
            return turn.thread

    async def say(self, text: str = "hello", at: tuple[str, str] = ("telegram", "42"), **more: Any) -> CustomerId:
        """A customer writes and is answered "ok"; returns who they are."""
        accepted = await self.hear(text, at, **more)
        await self.answer("ok")
        return accepted.customer_id

    async def wish(self, wish: Wish, value: str, at: tuple[str, str], **more: Any) -> CustomerId:
        """A customer says how they want to be written to; returns who they are."""
        accepted = await self.hear("I'd rather …", at, **more)
        await self.answer("noted", records=[LearnFact(wish.value, value)])
        return accepted.customer_id

    async def peek(self) -> Thread:
        """What the next turn would know; the message stays."""
        async with self.memory.turns.claim() as turn:
            assert turn is not None, "no message was waiting"
            return turn.thread

    async def thread_at(self, at: tuple[str, str] = ("telegram", "42"), **more: Any) -> Thread:
        """Write once more and see what the turn knows."""
        await self.hear("and?", at, **more)
        return await self.answer()

    async def ask_for_person(self, at: tuple[str, str] = ("telegram", "42"), **more: Any) -> Handoff:
        """A customer gets into the queue; `wanted` says more of what they want."""
        wanted = more.pop("wanted", RequestHandoff(HandoffReason.ASKED_FOR_PERSON))
        accepted = await self.hear("a person please", at, **more)
        await self.answer("of course", records=[wanted])
        queue = await self.memory.handoffs.queue([HandoffState.QUEUED])
        return next(line.handoff for line in queue if line.handoff.customer_id == accepted.customer_id)

    async def agent(self, name: str = "Mara", **skills: Any) -> AgentId:
        """A new agent."""
        agent_id = AgentId(name.lower())
        await self.memory.agents.add(Agent(agent_id, f"{name}@example.com", name, Role.AGENT, **skills), "hash")
        return agent_id

    async def comes_in(self, agent_id: AgentId) -> None:
        """An agent signs in, and is at the desk for the next minute."""
        token = f"{agent_id}-{next(self._ids)}"
        await self.memory.agents.open_session(agent_id, token, self.clock.now + timedelta(hours=12))
        await self.memory.agents.by_session(token)

    async def offered(self, handoff: Handoff, agent_id: AgentId, seconds: float = 60) -> Handoff:
        """The bot offers a handoff to an agent for so long."""
        aim = Aim(agent_id, self.clock.now + timedelta(seconds=seconds))
        return await self.memory.handoffs.move(handoff.id, HandoffState.OFFERED, BOT, "knows boots", aim=aim)

    async def taken(self, at: tuple[str, str] = ("telegram", "42"), **more: Any) -> tuple[Handoff, AgentId]:
        """A handoff that Mara has accepted."""
        handoff, mara = await self.ask_for_person(at, **more), await self.agent()
        return await self.memory.handoffs.move(handoff.id, HandoffState.ACCEPTED, mara), mara

    async def said(self, customer_id: CustomerId) -> Sequence[Message]:
        """The whole transcript."""
        return await self.memory.transcript.after(customer_id, Cursor(0), 10_000)

    async def texts(self, customer_id: CustomerId) -> list[str]:
        """The words of the transcript."""
        return [message.text for message in await self.said(customer_id)]


def task(name: str | None, **collected: str) -> DialogueState:
    """A dialogue with an open task."""
    return DialogueState(snapshot=f"{{{name}}}", task=name, goal=name and f"wants {name}", collected=collected)
