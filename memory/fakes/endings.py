"""The fake's ending of handoffs."""

from __future__ import annotations

from dataclasses import replace

from memory.fakes.notices import FakeNotices
from memory.fakes.world import World
from memory.model import AgentId, Agreed, Ending, Feedback, Handoff, HandoffId, HandoffState, Reply, Topic
from memory.moves import Wanted, check_mover, may_be_asked, storable_agreement
from memory.rules import key_of_question


class FakeEndings:
    """How agents end handoffs."""

    def __init__(self, world: World, notices: FakeNotices) -> None:
        self._world = world
        self._notices = notices

    async def resolve(
        self,
        handoff_id: HandoffId,
        by: AgentId,
        ending: Ending,
        *,
        why: str | None = None,
        question: Reply | None = None,
    ) -> Handoff:
        """Resolve it, and ask the customer. Raises IllegalMove, UnknownHandoff, NotYours."""
        person, handoff = self._world.find(handoff_id)
        wanted = Wanted(HandoffState.RESOLVED, by, why, ending=ending)
        check_mover(handoff, wanted)
        after = self._world.move(person, handoff, wanted)
        if question is not None and may_be_asked([*person.handoffs.values()], self._world.clock()):
            key = key_of_question(handoff_id)
            self._notices.tell(person.customer.id, Topic.FEEDBACK, question, key)
            if key in person.notices:
                person.handoffs[handoff_id] = replace(after, feedback=Feedback(person.notices[key].number))
        return person.handoffs[handoff_id]

    async def give_back(self, handoff_id: HandoffId, by: AgentId, agreed: Agreed, *, why: str | None = None) -> Handoff:
        """Give it back to the bot, with what was agreed. Raises as `resolve` does."""
        person, handoff = self._world.find(handoff_id)
        wanted = Wanted(HandoffState.RETURNED, by, why, ending=Ending(agreed=storable_agreement(agreed)))
        check_mover(handoff, wanted)
        return self._world.move(person, handoff, wanted)
