"""What a turn knows of its customer, and what it may ask memory to record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from memory.model.casework import Case, CaseState, Fact
from memory.model.custody import Extent
from memory.model.handoffs import Agreed, Handoff, HandoffId, HandoffReason
from memory.model.people import Address, Cursor, Customer, Link, LinkId, LinkResult
from memory.model.promises import Promise
from memory.model.talk import Button, Reply


@dataclass(frozen=True, slots=True)
class DialogueState:
    """The bounded snapshot of the dialogue. `snapshot` is the dialogue's own JSON; memory never looks inside.

    `task` names the open task (a form) or is None; `goal` says it in a line; `collected` are the values the customer
    gave, label → value.
    """

    snapshot: str
    task: str | None = None
    goal: str | None = None
    collected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unheard:
    """What the customer said while the dialogue was silent, with its number."""

    number: Cursor
    text: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A message that its customer has changed: its number, how it read until now, and whether it is their last one."""

    number: Cursor
    before: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class GivenBack:
    """By whom the conversation was given back to the bot since it last spoke, and what they had agreed on."""

    agent_name: str | None
    agreed: Agreed


@dataclass(frozen=True, slots=True)
class Thread:
    """All that a turn needs to know of its customer: a bounded amount however long the history.

    `last_contact_at` is when the customer last wrote before this message; `recent_buttons` are those of the bot's
    latest messages, newest first, and `standing_buttons` those under the very last thing that was said; `owed_until` is
    the latest time by which something is owed to them; `last_person` the agent who last helped; `said_by_person` what
    an agent wrote since the bot last spoke; `task_ended_by_person` that an agent resolved what the dialogue's task was
    about, so that its form must not go on; `facts` what is now known of the customer, the latest learnt first; `links`
    those that hold, the latest first; `cases` those that are open and those that may still come back, open ones first;
    `broken_promise` the latest promise, if it was due before now and no person has written since it was made; `unheard`
    what the customer has said since the dialogue last heard them, as to a person; `given_back` tells that a person gave
    the conversation back since; `edited` is the message that this one corrects, if it is still there.
    """

    customer: Customer
    dialogue: DialogueState | None = None
    handoff: Handoff | None = None
    last_contact_at: datetime | None = None
    recent_buttons: Sequence[Button] = ()
    last_person: str | None = None
    last_handoff: Handoff | None = None
    said_by_person: Sequence[str] = ()
    agents_present: int = 0
    link: LinkResult | None = None
    task_ended_by_person: bool = False
    facts: Sequence[Fact] = ()
    links: Sequence[Link] = ()
    cases: Sequence[Case] = ()
    broken_promise: Promise | None = None
    unheard: Sequence[Unheard] = ()
    given_back: GivenBack | None = None
    edited: Edited | None = None
    standing_buttons: Sequence[Button] = ()
    owed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RequestHandoff:
    """Put the conversation into the agents' queue (a no-op while one is open).

    Without a `department` it is that of the FAQ entry that was tried in the last hour, if there was one. With
    `patience` the customer is taken to have left when they have waited for so long without a word.
    """

    reason: HandoffReason
    department: str | None = None
    language: str | None = None
    patience: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AwaitPerson:
    """Remember how a customer who waits wants to hear from a person: `at` an address of theirs (None: where they are).

    It may be the e-mail address that their site has proved, though they never wrote from it: from now on it is theirs
    here as well. A no-op for any other, and where nobody waits.
    """

    at: Address | None = None


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """The customer wants no person any more: what waited is abandoned, what was promised with it is cancelled, and its
    cases are the bot's again. A no-op where nobody waits.
    """


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Begin a case, or go on with the one of this key: it is touched, retitled, and open again if it was closed.

    Without a key it is the open case of the same topic.
    """

    topic: str
    title: str
    key: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CloseCase:
    """End the case of this key, or without one the open case of a topic."""

    topic: str
    state: CaseState
    key: str | None = None


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """Remember that an answer was tried."""

    faq_id: str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """Remember how the last tried answer was received."""

    helped: bool


@dataclass(frozen=True, slots=True)
class AnswerFeedback:
    """Remember what a customer says of a handoff that was resolved; a no brings its cases back.

    `solved` None leaves what they said before. `asks_line`: the first reply asks for a line about it; `is_line`: this
    message is that line.
    """

    handoff_id: HandoffId
    solved: bool | None = None
    asks_line: bool = False
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class LearnFact:
    """Remember a value of the customer; an older value of the same key is superseded and kept.

    The same value again changes nothing: the fact stays where it was first learnt. `said_in` is the number of the
    message it comes from (None: the one that is answered).
    """

    key: str
    value: str
    confidence: float = 1.0
    said_in: Cursor | None = None


@dataclass(frozen=True, slots=True)
class EndFact:
    """A fact no longer holds, and nothing takes its place.

    A no-op for a key that is not known, or known with another value than `value` (None: whatever it is).
    """

    key: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class MakePromise:
    """Owe the customer something by a time. With `kept_by_reply` it is kept by the first reply of any agent."""

    text: str
    due_at: datetime
    kept_by_reply: bool = False


@dataclass(frozen=True, slots=True)
class UndoLink:
    """Part this customer from one they were linked with (a no-op when that was done already)."""

    link_id: LinkId


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase the customer, or what was said, in this very turn; of it only the replies are kept, for them to read.

    `reference` is random: the audit log keeps it, and the replies may tell it.
    """

    extent: Extent
    reference: str


@dataclass(frozen=True, slots=True)
class ForgetFact:
    """Erase a fact with its history, and blank its values wherever they stand in what is kept of the customer."""

    key: str
    reference: str


@dataclass(frozen=True, slots=True)
class OfferExport:
    """Let whoever knows this id fetch all that is kept about the customer, once and not for long."""

    export_id: str


Record = (
    RequestHandoff
    | AwaitPerson
    | WithdrawRequest
    | OpenCase
    | CloseCase
    | OfferAnswer
    | RateAnswer
    | AnswerFeedback
    | LearnFact
    | EndFact
    | MakePromise
    | UndoLink
    | Erase
    | ForgetFact
    | OfferExport
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn came to; memory commits it whole or not at all. `dialogue` None leaves the state as it was."""

    replies: Sequence[Reply] = ()
    dialogue: DialogueState | None = None
    records: Sequence[Record] = ()
