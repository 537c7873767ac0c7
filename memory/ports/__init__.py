"""What the rest of the bot may ask of memory. Two families implement these: `memory.sql` and `memory.fakes`."""

from __future__ import annotations

from memory.ports.desk import (
    Agents,
    Canned,
    Course,
    FaqEntries,
    Filters,
    Found,
    HoursBook,
    Keys,
    Readings,
    Search,
    Team,
)
from memory.ports.gateways import Gateways
from memory.ports.handoffs import (
    Answers,
    Endings,
    Handoffs,
    HandoffSummary,
    HandoffView,
    Mentions,
    Offers,
    Places,
    Promises,
    PromiseTimes,
    Replies,
    Signs,
    TakeOvers,
)
from memory.ports.letters import DeadLetters
from memory.ports.people import Custody, Facts, Identities, Links
from memory.ports.talk import Archive, ClaimedTurn, Doorbell, Files, Inbox, Notices, Outbox, Ring, Transcript, Turns

__all__ = [
    "Agents",
    "Answers",
    "Archive",
    "Canned",
    "ClaimedTurn",
    "Course",
    "Custody",
    "DeadLetters",
    "Doorbell",
    "Endings",
    "Facts",
    "FaqEntries",
    "Files",
    "Filters",
    "Found",
    "Gateways",
    "HandoffSummary",
    "HandoffView",
    "Handoffs",
    "HoursBook",
    "Identities",
    "Inbox",
    "Keys",
    "Links",
    "Mentions",
    "Notices",
    "Offers",
    "Outbox",
    "Places",
    "PromiseTimes",
    "Promises",
    "Readings",
    "Replies",
    "Ring",
    "Search",
    "Signs",
    "TakeOvers",
    "Team",
    "Transcript",
    "Turns",
]
