"""One customer, one message, one transaction. Run by `bot.turn_runner`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from bot.afterwards import Afterwards
from bot.calls import Calls, language_of
from bot.dialogue.port import Dialogue, Said
from bot.edits import is_read_again, owned_up
from bot.escalation import Escalation
from bot.hours import SupportHours
from bot.letters import in_letters
from bot.masking import warning, without_marks
from bot.meanwhile import Meanwhile, where_awaited
from bot.own_data import carry_out, order_about_data
from memory.model import (
    Case,
    CaseState,
    CloseCase,
    Customer,
    HandoffReason,
    Inbound,
    LinkResult,
    MakePromise,
    Outcome,
    Proof,
    Reply,
    RequestHandoff,
    Thread,
    answered_in,
    attached_from,
)
from memory.ports import ClaimedTurn

GIVE_UP_AT = 4
"""The attempt at which a message that keeps breaking the dialogue goes to a person instead."""

SORRY = Reply(
    "Something went wrong on our side with that message, so I've passed it to our team. "
    "They can see everything we've said."
)
GIVEN_UP = Outcome(replies=(SORRY,), records=(RequestHandoff(HandoffReason.POISON_MESSAGE),))
LINK_REFUSED = Reply(
    "That link has expired or was used before. Choose “Continue in Telegram” in the chat on our website "
    "to get a new one."
)
CODE_REFUSED = Reply(
    "That code has expired, was used before, or has a slip in it. Send /code to our bot in Telegram to get a new one."
)
SIGN_IN_FIRST = Reply(
    "That code is good, but it leads to a customer who is signed in. Sign in on this website, then type it once more."
)
TOO_MANY_CODES = Reply(
    "Several codes that don't work came in just now, so I'm not looking at any for ten minutes. Please try again then."
)
CODE_WORKED = Reply("That worked: this chat and the one your code came from are one conversation now.")
KEPT_FOR_TEAM = Reply(
    "I've kept that for our team, but I can only read text myself. Tell me in a few words what it's about, "
    "or say “person” and I'll get someone."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnHandler:
    """Takes one claimed message through its turn."""

    dialogue: Dialogue
    hours: SupportHours
    silence: timedelta
    abandon_after: timedelta
    clock: Callable[[], datetime]
    calls: Calls
    meanwhile: Meanwhile
    escalation: Escalation = field(default_factory=dict)
    mail: Collection[str] = frozenset()
    """Channels on which the replies of a turn are one letter."""
    answers_only: Collection[str] = frozenset()
    """Channels on which an agent's words, and the question afterwards, come with the next answer."""

    async def handle(self, turn: ClaimedTurn) -> Outcome:
        """claimed and identified → (a person owns it? pass on) → dialogue → commit all of it together.

        Returns what was committed.
        """
        if turn.inbound.corrects is not None and not is_read_again(turn.thread):
            outcome = Outcome()
        elif turn.thread.handoff and turn.thread.handoff.state.owned_by_person:
            outcome = await self._beside_a_person(turn)
        elif turn.attempt >= GIVE_UP_AT:
            outcome = await self._owing(GIVEN_UP, turn)
        else:
            outcome = _warned(await self._owing(await self._answer(turn), turn), turn.inbound)
        if turn.inbound.address.channel in self.mail:
            outcome = replace(outcome, replies=in_letters(outcome.replies))
        await turn.commit(outcome)
        return outcome

    async def _beside_a_person(self, turn: ClaimedTurn) -> Outcome:
        """Nothing is said while a person has the conversation, save to an order about the customer's own data."""
        order = order_about_data(turn.inbound, _payload(turn))
        if order is None or turn.attempt >= GIVE_UP_AT:
            return Outcome()
        return await carry_out(self.dialogue, self._said(turn, ()), order)

    async def _answer(self, turn: ClaimedTurn) -> Outcome:
        inbound, thread = turn.inbound, turn.thread
        if thread.link not in {None, LinkResult.LINKED}:
            return Outcome((_refusal(thread.link, inbound),))
        if inbound.attachments and not inbound.text:
            return Outcome((KEPT_FOR_TEAM,))
        if inbound.text and not without_marks(inbound.text):
            return Outcome()  # there was nothing in it but what nobody should keep
        if not thread.edited and (decided := await self._decided(thread, inbound)) is not None:
            return decided
        lapsed = self._lapsed(thread)
        said = self._said(turn, lapsed)
        if (place := await self.calls.place(thread, self.clock())) is not None:
            said = replace(said, known={**said.known, "line": place})
        outcome = owned_up(await self.dialogue.respond(said, thread.dialogue), inbound)
        given_up = [CloseCase(case.topic, CaseState.ABANDONED, case.key) for case in lapsed]
        outcome = replace(outcome, records=(*given_up, *outcome.records))
        outcome = _taking_over(outcome, thread)
        return _welcoming(outcome) if thread.link and _was_typed(inbound) else outcome

    async def _decided(self, thread: Thread, inbound: Inbound) -> Outcome | None:
        """What the message answers of what is asked beside the dialogue; None: it is for the dialogue."""
        about_last = Afterwards(self.hours, self.answers_only).answer(thread, inbound, self.clock())
        return about_last or await self.meanwhile.answer(thread, inbound, self.clock())

    def _lapsed(self, thread: Thread) -> Sequence[Case]:
        """The open cases that nobody has touched for too long."""
        now = self.clock()
        return [case for case in thread.cases if case.state.is_open and now - case.touched_at > self.abandon_after]

    def _said(self, turn: ClaimedTurn, lapsed: Sequence[Case]) -> Said:
        inbound, thread, now = turn.inbound, turn.thread, self.clock()
        return Said(
            customer_id=thread.customer.id,
            turn_id=str(turn.inbox_id),
            text=without_marks(inbound.text),
            payload=_payload(turn),
            channel=inbound.address.channel,
            context=self._context(thread, inbound, now),
            resuming=self._is_return(thread, inbound, now),
            person_said=thread.said_by_person,
            task_done=thread.task_ended_by_person,
            unheard=thread.unheard,
            corrects=thread.edited.before if thread.edited else None,
            agreed=thread.given_back.agreed.values if thread.given_back else {},
            moved=thread.link is LinkResult.LINKED,
            lapsed=[case.key for case in lapsed],
            known={
                **known(thread, lapsed),
                **self._why_a_person(thread, now),
                "now": now.astimezone(self.hours.zone).isoformat(),
                "time_zone": str(self.hours.zone),
                "answered": _answered_of_ours(inbound),
            },
        )

    def _why_a_person(self, thread: Thread, now: datetime) -> Mapping[str, object]:
        """What may be a reason to call one, and how the operator wants reasons dealt with."""
        broken = thread.broken_promise
        return {
            "escalation": {reason.value: handling.value for reason, handling in self.escalation.items()},
            "valued": thread.customer.valued,
            "handoff_reason": thread.handoff.reason.value if thread.handoff else None,
            "broken_promise": self.hours.in_words(broken.due_at, now) if broken else None,
            "broken_promise_told": broken is not None and broken.told_in is not None,
            "written_to": where_awaited(thread.handoff),
        }

    def _is_return(self, thread: Thread, inbound: Inbound, now: datetime) -> bool:
        """Whether they come back to something open, after a silence or on another channel by a link."""
        if thread.link is LinkResult.LINKED:
            return True
        if inbound.under_ours:
            return False  # days may lie between two mails, and the question stands below the answer
        return thread.last_contact_at is not None and now - thread.last_contact_at > self.silence

    def _context(self, thread: Thread, inbound: Inbound, now: datetime) -> Mapping[str, object]:
        customer = thread.customer
        chosen = language_of(thread, inbound)
        language = {"language": chosen} if chosen else {}  # else the one known before stays
        return {
            "shop_customer_id": customer.subject,
            "customer_name": customer.name,
            "customer_email": _email_of(customer, inbound),
            "channel": inbound.address.channel,
            "people_here": thread.agents_present > 0,
            "reply_by": self.hours.in_words(self.hours.answer_by(now), now),
            "handoff_state": thread.handoff.state.value if thread.handoff else None,
            "last_person": thread.last_person,
            **language,
        }

    async def _owing(self, outcome: Outcome, turn: ClaimedTurn) -> Outcome:
        """A handoff that nobody is there to take is a promise with a due time, and the customer's to choose about."""
        outcome = self.calls.addressed(outcome, turn.thread, turn.inbound, self.clock())
        reasons = {record.reason for record in outcome.records if isinstance(record, RequestHandoff)}
        is_told = HandoffReason.BROKEN_PROMISE in reasons  # whoever is there, a new time has been named
        if not reasons or (not is_told and (turn.thread.agents_present or turn.thread.handoff)):
            return outcome
        by = self.hours.answer_by(self.clock())
        promise = MakePromise("Someone from our team will write.", by, kept_by_reply=True)
        owing = replace(outcome, records=(*outcome.records, promise))
        if turn.thread.agents_present:
            return owing
        return await self.meanwhile.offering(owing, turn.thread, turn.inbound, self.hours.in_words(by, self.clock()))


def _answered_of_ours(inbound: Inbound) -> str | None:
    """The words of ours that a message answers to, where the customer's app tells."""
    answered = answered_in(inbound.custom)
    return answered.text if answered and answered.ours else None


def _warned(outcome: Outcome, inbound: Inbound) -> Outcome:
    """Led by a line about what was taken out of their message, if anything was."""
    names = (attached_from(attached).name for attached in inbound.attachments)
    told = warning("\n".join([inbound.text, *names]))
    return replace(outcome, replies=(Reply(told), *outcome.replies)) if told else outcome


def _taking_over(outcome: Outcome, thread: Thread) -> Outcome:
    """Said once, when a person has given the conversation back with something agreed."""
    back = thread.given_back
    if back is None or not back.agreed.text:
        return outcome
    who = back.agent_name or "our team"
    said = Reply(f"I’ve taken over from {who} again. What you agreed on: {_as_sentence(back.agreed.text)}")
    return replace(outcome, replies=(said, *outcome.replies))


def _as_sentence(text: str) -> str:
    return text if text.endswith((".", "?", "…")) else f"{text}."


def _email_of(customer: Customer, inbound: Inbound) -> str | None:
    """Where the shop says they have their mail, or where they write from."""
    if customer.subject:
        return customer.email
    return inbound.address.id if inbound.address.channel == "email" else None


def _was_typed(inbound: Inbound) -> bool:
    """Whether a code was typed; in Telegram it came by a link."""
    return inbound.address.channel != "telegram"


def _refusal(link: LinkResult | None, inbound: Inbound) -> Reply:
    if link is LinkResult.SIGN_IN_FIRST:
        return SIGN_IN_FIRST
    if link is LinkResult.TOO_MANY:
        return TOO_MANY_CODES
    return CODE_REFUSED if _was_typed(inbound) else LINK_REFUSED


def _welcoming(outcome: Outcome) -> Outcome:
    return replace(outcome, replies=(CODE_WORKED, *outcome.replies))


def known(thread: Thread, lapsed: Sequence[Case] = ()) -> Mapping[str, object]:
    """What memory tells the actions: facts, the latest learnt first; cases, the open ones first; and the links that the
    customer may undo, those of a login not being among them.
    """
    facts = [{**asdict(fact), "at": fact.at.isoformat(), "valid_until": None} for fact in thread.facts]
    cases = [_as_known(case, lapsed=case in lapsed) for case in thread.cases]
    links = [
        {"id": link.id, "channels": [address.channel for address in link.addresses]}
        for link in thread.links
        if link.proof is not Proof.SIGNED_TOKEN
    ]
    return {"facts": facts, "cases": cases, "links": links}


def _as_known(case: Case, *, lapsed: bool) -> Mapping[str, object]:
    state = CaseState.ABANDONED if lapsed else case.state
    return {
        "key": case.key,
        "topic": case.topic,
        "title": case.title,
        "about": dict(case.about),
        "state": state.value,
        "lapsed": lapsed,
    }


def _payload(turn: ClaimedTurn) -> str | None:
    """What was pressed, as the dialogue knows it: only what was really offered counts.

    Typing a button's title is pressing it. A customer can't smuggle in a payload of their own making.
    """
    inbound, offered = turn.inbound, turn.thread.recent_buttons
    if inbound.command is not None:
        return f"/{inbound.command}"
    pressed = inbound.payload or inbound.text.strip()
    for button in offered:
        if pressed == button.payload or pressed.casefold() == button.title.casefold():
            return button.payload
    return None
