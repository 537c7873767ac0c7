"""The fake handoffs that begin at the desk."""

from __future__ import annotations

from memory.errors import NotYours
from memory.fakes.world import World
from memory.model import AgentId, Author, Handoff, HandoffId, HandoffReason, HandoffState, RequestHandoff
from memory.moves import Wanted


class FakeTakeOvers:
    """Agents who take a conversation over though nobody called them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def take_over(self, handoff_id: HandoffId, by: AgentId) -> tuple[Handoff, bool]:
        """Take the conversation of an earlier handoff from the bot. Raises UnknownHandoff, NotYours.

        Also returns whether it was begun by this.
        """
        person, past = self._world.find(handoff_id)
        going_on = person.open_handoff
        anew = going_on is None
        if going_on is None:
            again = RequestHandoff(HandoffReason.AGENT_TOOK_OVER, past.department, past.language)
            last = max(said.number for said in person.messages if said.author is Author.CUSTOMER)
            person.writes_for = person.sides.get(past.requested_number)
            self._world.request(person, again, last, by)
            person.writes_for, going_on = None, person.open_handoff
        elif going_on.state.owned_by_person:
            if going_on.agent_id == by:
                return going_on, False
            raise NotYours(going_on.agent_name)
        assert going_on is not None
        return self._world.move(person, going_on, Wanted(HandoffState.ACCEPTED, by)), anew
