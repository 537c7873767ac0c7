"""What a turn asks of the dialogue: one message in, replies, a new state and records out. Called by `bot.turn`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from memory.model import CustomerId, DialogueState, Outcome, Unheard


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer said, with what the dialogue must know around it.

    `payload` is a Rasa payload that was checked to be ours ("/affirm"); `text` is then only its title. `context` are
    the context slots (who they are, whether people are here). `resuming` asks for the line that says where things
    stand. `person_said` is what agents wrote since the bot last spoke; `task_done` that one of them finished the
    open task; `moved` that they came over from another channel by a link: they said nothing, and are shown what stands.
    `unheard` is what they have said to a person since the dialogue last heard them, with its numbers: facts in it are
    learnt, and what it gives for the open task is taken. `agreed` are values of that task that an agent has agreed on
    with them, slot → words. `corrects` is how this message read before they changed it.
    `lapsed` are the keys of cases given up by rule, whose tasks must not go on. `known` is what memory tells the
    actions (JSON), such as the facts and cases of the customer: it is handed over anew with every message and never
    becomes part of the state, so that what is forgotten there is forgotten.
    """

    customer_id: CustomerId
    turn_id: str
    text: str
    payload: str | None = None
    channel: str = "rest"
    context: Mapping[str, object] = field(default_factory=dict)
    resuming: bool = False
    person_said: Sequence[str] = ()
    task_done: bool = False
    moved: bool = False
    corrects: str | None = None
    unheard: Sequence[Unheard] = ()
    agreed: Mapping[str, str] = field(default_factory=dict)
    lapsed: Collection[str] = ()
    known: Mapping[str, object] = field(default_factory=dict)


class Dialogue(Protocol):
    """A dialogue engine without memory of its own."""

    async def respond(self, said: Said, state: DialogueState | None) -> Outcome:
        """Answer one message. Raises DialogueError when it can't; nothing is remembered then."""


class DialogueError(Exception):
    """The dialogue broke down on this message. The turn is tried again, then handed to a person."""


class ModelMissing(Exception):
    """There is no trained model. Run `bot train`."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "")
