"""Memory that forgets when the process ends: the in-memory twin of `memory.sql`, held to the same contract suite.

For tests of the other parts, and for trying things out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from memory.bell import Bell
from memory.fakes.agents import FakeAgents
from memory.fakes.answers import FakeAnswers
from memory.fakes.canned import FakeCanned
from memory.fakes.custody import FakeCustody
from memory.fakes.desk_settings import FakeFilters, FakeHoursBook
from memory.fakes.endings import FakeEndings
from memory.fakes.facts import FakeFacts
from memory.fakes.faq import FakeFaqEntries
from memory.fakes.files import FakeFiles
from memory.fakes.gateways import FakeGateways
from memory.fakes.handoffs import FakeHandoffs
from memory.fakes.identities import FakeIdentities
from memory.fakes.inbox import FakeInbox
from memory.fakes.keys import FakeKeys
from memory.fakes.letters import FakeDeadLetters
from memory.fakes.links import FakeLinks
from memory.fakes.mentions import FakeMentions
from memory.fakes.notices import FakeNotices
from memory.fakes.offers import FakeOffers
from memory.fakes.outbox import FakeOutbox
from memory.fakes.places import FakePlaces
from memory.fakes.promises import FakePromises, FakePromiseTimes
from memory.fakes.readings import FakeReadings
from memory.fakes.replies import FakeReplies
from memory.fakes.search import FakeSearch
from memory.fakes.signs import FakeSigns
from memory.fakes.take_overs import FakeTakeOvers
from memory.fakes.team import FakeTeam
from memory.fakes.transcript import FakeTranscript
from memory.fakes.turns import FakeTurns
from memory.fakes.world import World
from memory.model import Ways


class FakeMemory:
    """The ports over one world."""

    def __init__(self, *, clock: Callable[[], datetime], ways: Ways) -> None:
        self.doorbell = Bell()
        world = World(clock=clock, bell=self.doorbell, ways=ways)
        self.inbox = FakeInbox(world)
        self.turns = FakeTurns(world)
        self.transcript = FakeTranscript(world)
        self.facts = FakeFacts(world)
        self.identities = FakeIdentities(world)
        self.links = FakeLinks(world)
        self.notices = FakeNotices(world)
        self.outbox = FakeOutbox(world)
        self.gateways = FakeGateways()
        self.handoffs = FakeHandoffs(world)
        self.answers = FakeAnswers(world)
        self.replies = FakeReplies(world)
        self.dead_letters = FakeDeadLetters(world)
        self.search = FakeSearch(world, self.handoffs)
        self.endings = FakeEndings(world, self.notices)
        self.canned = FakeCanned(world)
        self.hours_book = FakeHoursBook(world)
        self.filters = FakeFilters()
        self.signs = FakeSigns(world)
        self.mentions = FakeMentions(world)
        self.files = FakeFiles(world)
        self.offers = FakeOffers(world)
        self.places = FakePlaces(world)
        self.take_overs = FakeTakeOvers(world)
        self.promises = FakePromises(world)
        self.promise_times = FakePromiseTimes(world, self.notices)
        self.agents = FakeAgents(world)
        self.keys = FakeKeys(world, self.agents)
        self.readings = FakeReadings(world)
        self.team = FakeTeam(world)
        self.faq = FakeFaqEntries(world)
        self.custody = FakeCustody(world)

    async def close(self) -> None:
        """Nothing to let go of."""


__all__ = ["FakeMemory"]
