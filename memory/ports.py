"""What the rest of the bot may ask of memory. Two families implement these: `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from memory.model import (
    Accepted,
    Address,
    Agent,
    AgentId,
    Agreed,
    Aim,
    AuditEntry,
    Brief,
    Closing,
    CodeUse,
    Colleague,
    Cursor,
    Customer,
    CustomerId,
    Delivery,
    DeliveryState,
    Ending,
    Export,
    Fact,
    FaqRecord,
    FaqVersion,
    FileId,
    Grounds,
    Handoff,
    HandoffId,
    HandoffMove,
    HandoffOutcome,
    HandoffState,
    Identity,
    Inbound,
    InboxId,
    Link,
    LinkId,
    Message,
    NewPromise,
    Note,
    Notice,
    Outcome,
    Owed,
    Promise,
    PromiseId,
    PromiseState,
    Proof,
    Reply,
    Thread,
    Topic,
    Wait,
    Waiting,
)


class Inbox(Protocol):
    """Where channels put what arrives. What `accept` returned for is kept, whatever happens next."""

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message durably and find its customer (a new one for an unknown address).

        The same (channel, provider_id) again changes nothing and returns the first receipt, as a duplicate.
        """

    async def replies(self, inbox_id: InboxId) -> Sequence[Message] | None:
        """What the turn of this message answered, in order; None while the turn is not committed.

        An agent's replies for a channel that only answers when asked (REST) come with the next turn's.
        """


class ClaimedTurn(Protocol):
    """One message, held for one turn; nobody else gets a message of this customer meanwhile."""

    @property
    def inbox_id(self) -> InboxId: ...

    @property
    def inbound(self) -> Inbound: ...

    @property
    def thread(self) -> Thread: ...

    @property
    def attempt(self) -> int:
        """1 at the first try; more after a crash or an error in an earlier one."""

    async def commit(self, outcome: Outcome) -> None:
        """Write the customer's message, the replies, the state, the records and the outbox, all or nothing.

        Raises OwnerChanged when the outcome has replies and a person took over since the claim.
        """


class Turns(Protocol):
    """Hands out waiting messages, one customer at a time, each customer's in order of arrival."""

    def claim(self) -> AbstractAsyncContextManager[ClaimedTurn | None]:
        """The next message, or None when none is free. Leaving without a commit gives it back, an attempt older."""


class Transcript(Protocol):
    """Everything that was said, per customer, across channels."""

    async def after(self, customer_id: CustomerId, cursor: Cursor, limit: int) -> Sequence[Message]:
        """The messages with a number above `cursor`, oldest first, at most `limit`."""

    async def before(self, customer_id: CustomerId, cursor: Cursor | None, limit: int) -> Sequence[Message]:
        """The last `limit` messages below `cursor` (None: the newest), oldest first."""


class Archive(Transcript, Protocol):
    """The transcript of one who looks for something in it."""

    async def holding(self, customer_id: CustomerId, words: Sequence[str], limit: int) -> Sequence[Message]:
        """The last `limit` messages that hold one of the words, in any case, oldest first.

        Of a very long thread only the latest 20,000 messages are looked at.
        """


class Facts(Protocol):
    """What was learnt about customers. Turns learn and end facts; `Thread.facts` is what holds now."""

    async def history(self, customer_id: CustomerId) -> Sequence[Fact]:
        """All that was ever learnt, the oldest first, with what superseded it; empty for somebody unknown."""


class Identities(Protocol):
    """Who is who, and by which proof."""

    async def customer_for(self, address: Address, proof: Proof, identity: Identity | None = None) -> CustomerId | None:
        """The customer who writes from here, or None if nobody has yet. Creates and merges nothing."""

    async def customer(self, customer_id: CustomerId) -> Customer:
        """Raises UnknownCustomer."""

    async def identified_by_email(self, email: str) -> Customer | None:
        """The identified customer whose proved e-mail this is; None also where several have it."""

    async def issue_code(
        self, customer_id: CustomerId, expires_at: datetime, *, short: bool = False, use: CodeUse = CodeUse.LINK
    ) -> str:
        """A new single-use code that leads to this customer; only its seal is stored. A `short` one can be typed.

        Raises UnknownCustomer, TooManyCodes.
        """

    async def sign_in(self, address: Address, code: str) -> Customer | None:
        """Use up a code that was made for signing in: whose it is, or None for a wrong one or after too many."""


class Links(Protocol):
    """Customers who turned out to be one, and those who were parted again."""

    async def of(self, customer_id: CustomerId) -> Sequence[Link]:
        """All links of a customer, the latest first; undone ones too."""

    async def merge(self, from_id: CustomerId, *, into: CustomerId, on: Grounds) -> Link:
        """Let an anonymous customer's thread continue in another's. Raises UnknownCustomer, TwoIdentities."""

    async def undo(self, link_id: LinkId, *, why: str, by: str) -> Link:
        """Give each side its own back: what it brought, and what was said at its addresses since.

        Raises UnknownLink, also when it was undone before.
        """


class Notices(Protocol):
    """What customers are told without having asked, within their wishes."""

    async def post(self, customer_id: CustomerId, topic: Topic, text: str, key: str) -> Notice:
        """Tell a customer something, on the channel they chose or last used. Raises UnknownCustomer.

        The same `key` again posts nothing and answers `posted`.
        """


class Outbox(Protocol):
    """Replies on their way to channels that are pushed to (Telegram); the web and REST read the transcript."""

    async def claim(self, channels: Sequence[str], limit: int) -> Sequence[Delivery]:
        """Due rows, at most one a customer and each customer's in order; they are `sending` now.

        A bot's row whose conversation a person owns is withheld here instead, for good; a notice waits. What a
        customer did not just ask for is `held` while they want quiet.
        """

    async def may_go(self, delivery_id: int) -> bool:
        """Asked of a claimed row when it is about to go: not if it is the bot's and a person has taken over since."""

    async def settle(
        self, delivery_id: int, state: DeliveryState, reason: str | None = None, retry_at: datetime | None = None
    ) -> None:
        """What became of a claimed row. `pending` needs `retry_at`; other states are final."""

    async def returned(self, delivery_id: int, reason: str) -> bool:
        """What had counted as sent came back later, as mail does: it has failed. False where nothing had been sent."""

    async def recover(self) -> int:
        """At start: rows left `sending` by a dead process become pending again. Returns how many."""

    async def adopt(self) -> int:
        """Now and then: the same for rows of another process that was dead at the last look, too. Returns how many.

        Twice, because one that has lost its connection to the database looks dead until it has a new one.
        """


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


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that a search has found, and the latest message that has most of its words (None: the name)."""

    summary: HandoffSummary
    message: Message | None


@dataclass(frozen=True, slots=True)
class Course:
    """How one request for a person went, for figures: times, and what it came to. Of nobody by name."""

    requested_at: datetime
    first_accepted_at: datetime | None
    closed_at: datetime | None
    state: HandoffState
    outcome: HandoffOutcome | None = None
    asked: bool = False
    solved: bool | None = None


class Search(Protocol):
    """Finds conversations that were ever handed over."""

    async def conversations(self, query: str, limit: int, *, before: HandoffId | None = None) -> Sequence[Found]:
        """Those in which every word of the query was said, or begins the customer's name or e-mail, the newest first.

        At most `limit`, asked for before the handoff `before` (None: the newest of all). Words are found by their
        beginnings, in any case.
        """

    async def courses(self, since: datetime, limit: int) -> Sequence[Course]:
        """How the last `limit` requests went that were made since then, the newest first."""


class Handoffs(Protocol):
    """The agents' side of conversations."""

    async def queue(self, states: Sequence[HandoffState]) -> Sequence[HandoffSummary]:
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


class Team(Protocol):
    """The agents as those who share work out between them see them."""

    async def all(self) -> Sequence[Colleague]:
        """Everybody, by name."""

    async def change(self, agent: Agent) -> None:
        """Set an agent's name, role, departments, languages and capacity. Raises UnknownAgent."""

    async def stand(self, agent_id: AgentId, *, away: bool) -> None:
        """Whether an agent wants no offers for now; signing in ends that. Raises UnknownAgent."""


class Agents(Protocol):
    """Who may sit at the desk."""

    async def add(self, agent: Agent, password_hash: str) -> None:
        """Raises DuplicateAgent."""

    async def credentials(self, email: str) -> tuple[Agent, str] | None:
        """The agent and the hash of their password, by e-mail (case does not matter)."""

    async def open_session(self, agent_id: AgentId, token_hash: str, expires_at: datetime) -> None: ...

    async def by_session(self, token_hash: str) -> Agent | None:
        """The agent of a session that has not expired; marks them as present for the next minute."""

    async def close_session(self, token_hash: str) -> None:
        """With their last session an agent leaves the desk, and what they are offered goes back into the queue."""


class FaqEntries(Protocol):
    """The FAQ: seeded from files, edited at the desk."""

    async def all(self) -> Sequence[FaqRecord]: ...

    async def save(self, records: Sequence[FaqRecord], by: str) -> Sequence[FaqRecord]:
        """Insert (version 1) or replace (version = stored + 1), all or none.

        Raises FaqConflict when one of them has another version in store.
        """

    async def delete(self, faq_id: str, by: str) -> bool:
        """Whether there was one."""

    async def versions(self, faq_id: str) -> Sequence[FaqVersion]:
        """All that an entry ever was, the newest first; empty for one that never was."""

    async def seed(self, records: Sequence[FaqRecord]) -> int:
        """Insert those not seen before (not even as deleted); replace those never edited. Returns how many."""


class Custody(Protocol):
    """All that is kept about a customer. Turns erase by `Erase` and `ForgetFact`, and offer it by `OfferExport`."""

    async def export(self, customer_id: CustomerId) -> Export:
        """For operators. Raises UnknownCustomer."""

    async def redeem(self, export_id: str) -> Export | None:
        """What an offered export holds now; None when it was fetched before, has expired, or never was."""

    async def erase(self, customer_id: CustomerId, reference: str) -> None:
        """For operators. Waits for a turn under way; what waits still is a stranger's then. Raises UnknownCustomer."""

    async def expire(self, silent_since: datetime, limit: int) -> int:
        """Erase at most `limit` customers who were last in contact before that and for whom nobody has to act.

        So go those who never said a word: of whom only the news is left that all else was erased. Returns how many;
        0 also while another process is at it.
        """

    async def audit(self, limit: int) -> Sequence[AuditEntry]:
        """The latest entries of the audit log, the newest first."""


class Ring(Protocol):
    """A bell that remembers being rung since the last wait."""

    async def wait(self, timeout: float | None = None) -> bool:
        """Whether it rang within `timeout` seconds (None: wait for ever); forgets the ring."""


class Doorbell(Protocol):
    """Tells waiting parts that something was committed: "inbox", "outbox", "desk", "faq", "customer:<id>", and
    `memory.bell.arrivals`."""

    def listen(self, *topics: str) -> AbstractContextManager[Ring]:
        """Hear rings of these topics from now on, whichever process committed."""
