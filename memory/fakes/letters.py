"""The fake's messages that did not arrive or could not be handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memory.errors import AlreadySeenTo, PersonHasIt, UnknownLetter
from memory.fakes.person import Arrival, Person, Posting
from memory.fakes.world import World
from memory.model import AgentId, Author, Box, DeadLetter, InboxId, LetterDeed, LetterDone, Pile
from memory.rules import RETRIED, storable


class FakeDeadLetters:
    """Both boxes of the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def pile(self) -> Pile:
        """How many there are, and when the latest came."""
        letters = self._letters()
        return Pile(len(letters), max((letter.at for letter in letters), default=None))

    async def all(self, limit: int) -> Sequence[DeadLetter]:
        """The latest ones, the latest first."""
        return sorted(self._letters(), key=lambda letter: (letter.at, letter.id), reverse=True)[:limit]

    async def send_again(self, letter_id: int, by: AgentId) -> None:
        """Try one of ours exactly once more. Raises UnknownLetter, AlreadySeenTo, PersonHasIt."""
        posting = self._world.postings.get(letter_id)
        if posting is None:
            raise UnknownLetter
        handoff = self._world.people[posting.customer_id].open_handoff
        owned = handoff is not None and handoff.state.owned_by_person
        if posting.author is Author.BOT and posting.topic is None and handoff is not None and owned:
            raise PersonHasIt(handoff.agent_name)
        if not _is_dead(posting):
            raise AlreadySeenTo
        posting.waits_again(self._world.clock())
        posting.last_try = True
        self._world.closed.pop(posting.address, None)
        self._note(posting, posting.address.channel, LetterDeed.SENT_AGAIN, by)

    async def dismiss(self, box: Box, letter_id: int, by: AgentId, why: str) -> None:
        """Nothing more is to be done with it. Raises UnknownLetter, AlreadySeenTo."""
        if box is Box.OUT:
            posting = self._world.postings.get(letter_id)
            if posting is None:
                raise UnknownLetter
            if not _is_dead(posting):
                raise AlreadySeenTo
            posting.dismissed = True
            self._note(posting, posting.address.channel, LetterDeed.DISMISSED, by, why)
            return
        arrival = self._world.arrivals.get(InboxId(letter_id))
        if arrival is None or arrival.given_up is None:
            raise UnknownLetter
        if arrival.dismissed:
            raise AlreadySeenTo
        arrival.dismissed = True
        self._note(arrival, arrival.inbound.address.channel, LetterDeed.DISMISSED, by, why)

    async def done(self, limit: int) -> Sequence[LetterDone]:
        """Who has done what with them, the latest first."""
        still = [(item, done) for item, done in self._world.letters_done if item.customer_id in self._world.people]
        return [
            replace(done, customer_id=item.customer_id, customer_name=self._name(item.customer_id))
            for item, done in still[::-1]
        ][:limit]

    def _letters(self) -> list[DeadLetter]:
        out = [self._ours(posting) for posting in self._world.postings.values() if _is_dead(posting)]
        arrivals = self._world.arrivals.values()
        theirs = [self._theirs(each) for each in arrivals if each.given_up is not None and not each.dismissed]
        return [*out, *theirs]

    def _ours(self, posting: Posting) -> DeadLetter:
        person = self._world.people[posting.customer_id]
        message = self._world.delivered(person.messages[posting.number - 1])
        assert posting.settled_at is not None
        letter = DeadLetter(Box.OUT, posting.id, posting.settled_at, posting.address.channel, message, posting.attempts)
        return self._of(person, replace(letter, reason=posting.reason))

    def _theirs(self, arrival: Arrival) -> DeadLetter:
        person = self._world.people[arrival.customer_id]
        assert arrival.given_up is not None
        assert arrival.given_up_at is not None
        message, channel = person.messages[arrival.given_up - 1], arrival.inbound.address.channel
        letter = DeadLetter(Box.IN, arrival.id, arrival.given_up_at, channel, message, arrival.attempts)
        return self._of(person, replace(letter, reason=arrival.broke_with))

    def _of(self, person: Person, letter: DeadLetter) -> DeadLetter:
        latest = max(person.handoffs.values(), key=lambda handoff: handoff.requested_at, default=None)
        name = self._name(person.customer.id)
        return replace(letter, customer_name=name, handoff_id=latest.id if latest else None)

    def _name(self, customer_id: str) -> str | None:
        customer = next(each.customer for each in self._world.people.values() if each.customer.id == customer_id)
        return customer.name or customer.email

    def _note(
        self, item: Posting | Arrival, channel: str, deed: LetterDeed, by: AgentId, why: str | None = None
    ) -> None:
        known = self._world.agents.get(by)
        name = known[0].name if known else by
        done = LetterDone(
            item.customer_id, self._world.clock(), deed, name, channel, why=None if why is None else storable(why)
        )
        self._world.letters_done.append((item, done))
        self._world.bell.ring(["desk", "outbox", f"customer:{item.customer_id}"])


def _is_dead(posting: Posting) -> bool:
    return posting.state in RETRIED and not posting.dismissed
