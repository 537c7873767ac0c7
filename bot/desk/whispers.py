"""What the silent bot whispers to the agent who has a conversation. A route of `bot.desk.api`.

For each message not yet answered: what the FAQ says, the values the bot would have collected, and what of this
customer's was solved before. Of other customers only counts are told: how often an answer helped.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from bot.desk.access import Door, Seat
from bot.desk.conversations import Conversations, refusals
from bot.desk.handoffs import Id
from bot.faq.index import Match
from bot.hints import Hints
from bot.http import error_responses
from bot.markdown import to_plain
from bot.nlu.found import Found
from memory.model import Author, Case, CaseState, Cursor, HandoffId, Message, Reception
from memory.ports import Answers, Handoffs, HandoffView

MOST_MESSAGES: Final = 5
"""Unanswered messages that are looked at, the latest ones."""
ALIKE: Final = 0.4
"""Likeness in meaning from which a past case is shown."""
MOST_CASES: Final = 2

LABELS: Final[Mapping[str, str]] = {
    "order_number": "Order number",
    "email": "E-mail",
    "address": "Address",
    "postcode": "Postcode",
    "phone": "Phone",
    "product": "Item",
    "return_reason": "Reason",
    "resolution": "Refund or exchange",
    "size": "Size",
    "colour": "Colour",
    "quantity": "Quantity",
    "time": "Time",
    "money": "Amount",
}
"""The values that the tasks ask for, as agents read them."""

_AS_SAID: Final = frozenset({"product", "colour", "address", "postcode", "money"})
"""Values that read best in the customer's words; of the others what they mean is plainer."""
_SOLVED: Final = frozenset({CaseState.SOLVED, CaseState.SOLVED_ASSUMED})


class WhisperedAnswer(BaseModel):
    """An FAQ entry that may answer, how like the message it is (0 to 1), and how often it helped or not."""

    id: str
    question: str
    answer: str
    likeness: float
    helped: int
    not_helped: int


class WhisperedValue(BaseModel):
    """A value that the bot would have collected."""

    label: str
    value: str


class WhisperedCase(BaseModel):
    """A case of this customer's that was solved, and what the agent wrote last in it (null: no agent did)."""

    title: str
    outcome: CaseState
    number: int | None
    text: str | None


class Whisper(BaseModel):
    """What there is to say about the customer's message `number`."""

    number: int
    answers: list[WhisperedAnswer]
    values: list[WhisperedValue]
    cases: list[WhisperedCase]

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.answers or self.values or self.cases)


class Whisperer:
    """Puts whispers together."""

    def __init__(self, *, handoffs: Handoffs, answers: Answers, hints: Hints) -> None:
        self._handoffs = handoffs
        self._answers = answers
        self._hints = hints

    async def of(self, handoff_id: HandoffId) -> list[Whisper]:
        """For each unanswered message, the oldest first; none while no person has it. Raises ApiError 404."""
        async with refusals():
            view = await self._handoffs.view(handoff_id)
        if not view.handoff.state.owned_by_person:
            return []
        whispers = [await self._about(message, view) for message in unanswered(view)]
        return [whisper for whisper in whispers if whisper.says_something]

    async def _about(self, message: Message, view: HandoffView) -> Whisper:
        matches = await self._hints.answers(message.text, view.handoff.language)
        received = await self._answers.received([match.entry.id for match in matches])
        values = await self._hints.values(message.text)
        return Whisper(
            number=message.number,
            answers=[_answer(match, received.get(match.entry.id)) for match in matches],
            values=new_values(message.text, values, known=_known(view)),
            cases=await self._alike(message.text, view),
        )

    async def _alike(self, text: str, view: HandoffView) -> list[WhisperedCase]:
        solved = [case for case in view.brief.cases if case.outcome in _SOLVED]
        near = await self._hints.likeness(text, [case.title for case in solved])
        best = sorted(zip(near, solved, strict=True), key=lambda pair: -pair[0])[:MOST_CASES]
        return [_case(case, view.messages) for likeness, case in best if likeness >= ALIKE]


def unanswered(view: HandoffView) -> Sequence[Message]:
    """What the customer has said in words since an agent last wrote, or since they asked for one."""
    answered = [message.number for message in view.messages if message.author is Author.AGENT and message.text]
    since = max([view.handoff.requested_number - 1, *answered])
    said = [m for m in view.messages if m.author is Author.CUSTOMER and m.number > since]
    return [message for message in said if message.text.strip() and message.payload is None][-MOST_MESSAGES:]


def new_values(text: str, found: Sequence[Found], *, known: Collection[str]) -> list[WhisperedValue]:
    """The values that the tasks ask for, each once, without those that the brief has anyway."""
    values = {
        (LABELS[value.entity], _words(text, value)): None
        for value in found
        if value.entity in LABELS and not {value.value.casefold(), _words(text, value).casefold()} & set(known)
    }
    return [WhisperedValue(label=label, value=words) for label, words in values]


def _words(text: str, value: Found) -> str:
    if value.entity in _AS_SAID:
        return text[value.start : value.end]
    return value.value.replace("_", " ")


def _known(view: HandoffView) -> Collection[str]:
    given = [given.value for given in view.brief.given]
    return {value.casefold() for value in [*view.brief.collected.values(), *given]}


def _answer(match: Match, received: Reception | None) -> WhisperedAnswer:
    received = received or Reception(0, 0)
    return WhisperedAnswer(
        id=match.entry.id,
        question=match.entry.question,
        answer=to_plain(match.entry.answer),
        likeness=round(match.score, 3),
        helped=received.helped,
        not_helped=received.not_helped,
    )


def _case(case: Case, messages: Sequence[Message]) -> WhisperedCase:
    assert case.outcome is not None
    within = [message for message in messages if case.opened_at <= message.at <= case.touched_at]
    by_agent = [message for message in within if message.author is Author.AGENT and message.text]
    number: Cursor | None = (by_agent or within)[-1].number if within else None
    text = by_agent[-1].text if by_agent else None
    return WhisperedCase(title=case.title, outcome=case.outcome, number=number, text=text)


def whisper_routes(door: Door, whisperer: Whisperer, conversations: Conversations) -> APIRouter:
    """`GET handoffs/{id}/whispers`."""
    router = APIRouter(prefix="/handoffs/{handoff_id}")

    @router.get("/whispers", responses=error_responses(401, 404, 422))
    async def whispers(handoff_id: Id, seat: Annotated[Seat, Depends(door.seat)]) -> list[Whisper]:
        """What the bot, silent now, knows about each message that waits for the agent's answer."""
        found = await whisperer.of(handoff_id)
        await conversations.opened(handoff_id, seat.agent)
        return found

    return router
