"""Ports for conversations that people have: taking, answering, ending them, and what was promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from memory.model import (
    AgentId,
    Agreed,
    Aim,
    Brief,
    Closing,
    Cursor,
    Customer,
    CustomerId,
    Ending,
    FileId,
    Handoff,
    HandoffId,
    HandoffMove,
    HandoffState,
    Mention,
    Message,
    NewPromise,
    Note,
    Notice,
    Owed,
    Promise,
    PromiseId,
    PromiseState,
    Reception,
    Reply,
    Sign,
    Wait,
    Waiting,
)


@dataclass(frozen=True, slots=True)
class HandoffSummary:
    """One line of the agents' queue. `asked` is the message that called a person, or the first after it."""

    handoff: Handoff
    customer: Customer
    channel: str
    goal: str | None
    last_message: Message | None
    asked: str | None
    unanswered: int


@dataclass(frozen=True, slots=True)
class HandoffView:
    """A handoff as an agent opens it."""

    handoff: Handoff
    brief: Brief
    messages: Sequence[Message]
    notes: Sequence[Note]
    moves: Sequence[HandoffMove] = ()


class Handoffs(Protocol):
    """The agents' side of conversations."""

    async def queue(self, states: Sequence[HandoffState], limit: int | None = None) -> Sequence[HandoffSummary]:
        """Handoffs in these states, the longest waiting first."""

    async def view(self, handoff_id: HandoffId) -> HandoffView:
        """The brief and the last 200 messages. Raises UnknownHandoff."""

    async def move(
        self, handoff_id: HandoffId, to: HandoffState, by: AgentId, why: str | None = None, *, aim: Aim | None = None
    ) -> Handoff:
        """Make a legal move, audited. `accepted` makes `by` the owner; `queued` and `offered` free it (a transfer).

        An offer is a courtesy, not a lock: anybody may accept what waits, also what is offered to somebody else. The
        `aim` of `offered` is an agent and a time; that of `queued` may be another department.
        Raises IllegalMove, UnknownHandoff, UnknownAgent, and NotYours, which names who has it: an owned handoff is
        moved by its owner only, and an offer put back by whom it was made to, the bot or the timer.
        """

    async def reply(self, handoff_id: HandoffId, by: AgentId, text: str, files: Sequence[FileId] = ()) -> Message:
        """Say something to the customer, where they last wrote. An accepted handoff becomes active.

        Raises IllegalMove when nobody owns it, NotYours, UnknownHandoff, UnknownFile.
        """

    async def note(self, handoff_id: HandoffId, by: AgentId, text: str, mentions: Collection[AgentId] = ()) -> Note:
        """Write an internal note; those it mentions find it among what they have not read. Raises UnknownHandoff."""


class TakeOvers(Protocol):
    """Agents who take a conversation over though nobody called them."""

    async def take_over(self, handoff_id: HandoffId, by: AgentId) -> tuple[Handoff, bool]:
        """Take the conversation of an earlier handoff, which the bot has now: a new one that is the agent's at once.

        Also returns whether it was begun by this. Where one waits already, that one is accepted; where it is the
        agent's own, nothing changes. Raises UnknownHandoff, and NotYours where somebody else has it.
        """


class Endings(Protocol):
    """How agents end handoffs, when they say more of it than that it is over."""

    async def resolve(
        self,
        handoff_id: HandoffId,
        by: AgentId,
        ending: Ending,
        *,
        why: str | None = None,
        question: Reply | None = None,
    ) -> Handoff:
        """Resolve it, and ask the customer the question within their wishes, at most once a day.

        Raises IllegalMove, UnknownHandoff, NotYours.
        """

    async def give_back(self, handoff_id: HandoffId, by: AgentId, agreed: Agreed, *, why: str | None = None) -> Handoff:
        """Give it back to the bot, whose next turn knows what was agreed. Raises as `resolve` does."""


class Offers(Protocol):
    """Who waits for a person, who is asked to take them, and what happens when a time has come.

    An offer is made with `Handoffs.move`.
    """

    async def waiting(self) -> Sequence[Waiting]:
        """The queued handoffs, those asked for first coming first."""

    async def lapse(self) -> Sequence[Handoff]:
        """Make the moves whose time has come, each exactly once, whatever other process looks too or was killed.

        An offer that nobody took goes back into the queue; who waits past their patience is abandoned. Returns the
        handoffs that were moved, as they are now.
        """

    async def next_due(self) -> datetime | None:
        """When `lapse` will next have something to do; None: not as things stand."""

    async def waits(self, department: str | None, limit: int) -> Sequence[Wait]:
        """How long the last `limit` customers of a department (None: of all) waited, the latest accepted first."""


class Places(Protocol):
    """What those who wait for a person are told of their place in the line, besides what they ask for."""

    async def offered(self) -> Sequence[Handoff]:
        """Those who wait and are offered to an agent just now."""

    async def note(self, handoff_id: HandoffId, number: int, text: str | None = None) -> bool:
        """Note the place that somebody has come to, and tell them with this `text`; each once, by whoever is first.

        False, and nothing is noted or told, where they had a better one already or wait no more, and for a `text` also
        where it can't be sent to them one by one, or they want quiet now.
        """


class Promises(Protocol):
    """What customers were promised, as agents see it. The bot makes promises in its turns, by `MakePromise`."""

    async def listed(self, states: Sequence[PromiseState], owner: AgentId | None = None) -> Sequence[Owed]:
        """At most 500 promises in these states (of this owner), the earliest due first."""

    async def find(self, promise_id: PromiseId) -> Promise:
        """Raises UnknownPromise."""

    async def record(self, handoff_id: HandoffId, by: AgentId, new: NewPromise) -> Promise:
        """Note what an agent has promised in a message of theirs; the same again changes nothing.

        Raises UnknownHandoff, and UnknownMessage for the number of a message that no agent wrote.
        """

    async def close(self, promise_id: PromiseId, closing: Closing) -> Promise:
        """End it: kept in time or late, by a message or with a note, or cancelled for a reason.

        News of its being broken that has not gone out yet is withheld. Raises UnknownPromise, IllegalPromiseMove,
        and UnknownMessage where there is none of the number.
        """


class PromiseTimes(Protocol):
    """What happens when the time of a promise comes, each thing exactly once, whatever other process looks too."""

    async def lapse(self, remind_before: timedelta) -> Sequence[Promise]:
        """Note that promises are to be reminded of, and that others were broken; returns them as they are now."""

    async def untold(self) -> Sequence[Promise]:
        """The broken promises of which the customer is to be told now."""

    async def tell(self, promise_id: PromiseId, text: str) -> Notice | None:
        """Tell the customer, within their wishes, that it was broken, unless they were told or it was kept meanwhile.

        Put off while a person has the conversation (None), and where they want to be written to less often.
        """


class Answers(Protocol):
    """How the FAQ's answers were received, over all customers: counts only, so nobody can be known by them."""

    async def received(self, faq_ids: Sequence[str]) -> Mapping[str, Reception]:
        """How each of these was received; those that nobody has rated are left out."""


class Replies(Protocol):
    """What an agent has written that is not with the customer yet. Only the owner of the conversation changes it.

    All raise UnknownHandoff, NotYours, UnknownMessage for the number of a message that no agent wrote, and
    TooLate when what became of it meanwhile does not allow it.
    """

    async def edit(self, handoff_id: HandoffId, by: AgentId, number: Cursor, text: str) -> Message:
        """Say it in other words: while it waits, and nobody has begun to send it."""

    async def withdraw(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Take it back, under the same condition. Its number stays, its words go."""

    async def retry(self, handoff_id: HandoffId, by: AgentId, number: Cursor) -> Message:
        """Send again what failed, or of what is not known whether it arrived; then it may come twice."""


class Signs(Protocol):
    """Signs of life, carried to every process by the doorbell and stored nowhere. They ring "customer:<id>"."""

    async def give(self, sign: Sign) -> None:
        """Say what somebody is doing; what they were said to be doing before, in the same window, is over."""

    async def of(self, customer_id: CustomerId) -> Sequence[Sign]:
        """What holds now."""


class Mentions(Protocol):
    """Notes that call an agent by their name. They are made with `Handoffs.note`."""

    async def unread(self, agent_id: AgentId) -> Sequence[Mention]:
        """At most 100 that an agent has not read yet, the latest first."""

    async def read(self, agent_id: AgentId, handoff_id: HandoffId) -> None:
        """The agent has read the notes of this handoff."""
