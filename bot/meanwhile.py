"""What a customer chooses while nobody is there: to wait, to leave it, or to be written to on a channel of theirs.

`bot.turn` adds the choice where a person was asked for, and hands every message here before the dialogue gets it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.hours import SupportHours
from bot.waiting_words import HERE, Choice, Wants, wanted
from memory.model import (
    Address,
    AwaitPerson,
    Button,
    Erase,
    Handoff,
    Inbound,
    Outcome,
    Record,
    Reply,
    Thread,
    WithdrawRequest,
)
from memory.ports import Notices

WHERE: Final[Mapping[str, str]] = {"telegram": "in Telegram", "email": "by e-mail", "web": "on our website"}
"""How one says that somebody writes to them on a channel; on all others it is “here”."""

_WAIT: Final = Button("I’ll wait", "/person_wait")
_LEAVE: Final = Button("Leave it", "/person_leave")
_BUTTONS: Final[Mapping[Button, Choice]] = {
    _WAIT: Choice(Wants.WAIT, HERE),
    _LEAVE: Choice(Wants.LEAVE),
    **{
        Button(f"Write to me {where}", f"/person_by_{channel}"): Choice(Wants.ELSEWHERE, channel)
        for channel, where in WHERE.items()
    },
}
NOTHING_WAITS: Final = Reply("No request of yours is waiting with our team any more, so there is nothing to change.")


def where_awaited(handoff: Handoff | None) -> str:
    """Where a person will write to who waits, in words."""
    at = handoff.awaiting.at if handoff and handoff.awaiting else None
    return WHERE.get(at.channel, "here") if at else "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """Offers the choice and does what was chosen; `serves` are the channels that this installation has turned on."""

    notices: Notices
    hours: SupportHours
    serves: Collection[str] = frozenset({"web"})

    async def offering(self, outcome: Outcome, thread: Thread, inbound: Inbound, by: str) -> Outcome:
        """The outcome with the choice at its end, and `by` when somebody will write if it does not say so.

        Without the choice where something else is asked, or all was erased.
        """
        asks = any("?" in reply.text for reply in outcome.replies)
        if asks or not outcome.replies or any(isinstance(record, Erase) for record in outcome.records):
            return outcome
        others = [address.channel for address in await self._others(thread, inbound)]
        elsewhere = [button for button, choice in _BUTTONS.items() if choice.channel in others]
        ways = ", choose where they write to you, or leave it" if elsewhere else ", or leave it"
        is_told = any(by in reply.text for reply in outcome.replies)
        told = "" if is_told else f"Nobody is here right now; someone will write to you here {by}. "
        choice = Reply(f"{told}You can wait for that{ways}.", (_WAIT, *elsewhere, _LEAVE))
        return replace(outcome, replies=(*outcome.replies, choice))

    async def answer(self, thread: Thread, inbound: Inbound, now: datetime) -> Outcome | None:
        """What the message comes to, if it chooses; None: it is for the dialogue."""
        stands = any(button.payload == _WAIT.payload for button in thread.standing_buttons)
        choice = _pressed(inbound, stands=stands)
        if choice is None and thread.handoff is not None and not (inbound.payload or inbound.attachments):
            choice = wanted(inbound.text, stands=stands)
        if choice is None:
            return None
        if thread.handoff is None:
            return Outcome((NOTHING_WAITS,))
        if choice.wants is Wants.LEAVE:
            return _outcome(_left(thread), WithdrawRequest())
        return await self._awaiting(choice.channel, thread, inbound, self._when(thread, now))

    async def _awaiting(self, channel: str, thread: Thread, inbound: Inbound, when: str) -> Outcome:
        """They wait here, or are written to elsewhere; told honestly where they can't be."""
        if channel in {HERE, inbound.address.channel} or channel not in WHERE:
            kept = f"Thank you. Your request keeps its place, and someone will write to you here {when}."
            return _outcome(f"{kept} You don’t have to stay, and you can go on asking me meanwhile.", AwaitPerson())
        others = await self._others(thread, inbound)
        at = next((address for address in others if address.channel == channel), None)
        if at is None:
            return _outcome(f"{self._unknown(channel, inbound)} {when}.")
        to = f", to {at.id}," if channel == "email" else ""
        return _outcome(f"All right. Someone will write to you {WHERE[channel]}{to} {when}.", AwaitPerson(at))

    async def _others(self, thread: Thread, inbound: Inbound) -> Sequence[Address]:
        """Where else they can be written to, in a channel that is turned on."""
        known = await self.notices.reached_at(thread.customer.id)
        here = inbound.address.channel
        return [address for address in known if address.channel in self.serves and address.channel not in {here, HERE}]

    def _unknown(self, channel: str, inbound: Inbound) -> str:
        here = "someone will write to you here"
        if channel not in self.serves or channel == "web":
            return f"I can’t reach you {WHERE[channel]}, so {here}"
        if channel == "email":
            return f"I have no e-mail address that I can be sure is yours, so {here}"
        menu = (
            " “Continue in Telegram” in the menu of this chat changes that;" if inbound.address.channel == "web" else ""
        )
        return f"I don’t know you {WHERE[channel]} yet.{menu or ' So for now,'}{' until then' if menu else ''} {here}"

    def _when(self, thread: Thread, now: datetime) -> str:
        """By when, as it was promised."""
        due = thread.owed_until
        return self.hours.in_words(due, now) if due is not None and due > now else "as soon as they can"


def _pressed(inbound: Inbound, *, stands: bool) -> Choice | None:
    """The button that was pressed, or typed while it stands; what it does is the customer's own, so none is refused."""
    typed = inbound.text.strip().casefold()
    for button, choice in _BUTTONS.items():
        if inbound.payload == button.payload:
            return choice
        if stands and inbound.payload is None and typed == button.title.casefold():
            return choice
    return None


def _left(thread: Thread) -> str:
    task = " We can carry on with what we were doing." if thread.dialogue and thread.dialogue.task else ""
    said = "All right. I’ve taken your request back, so nobody will write to you about it."
    return f"{said}{task} If you change your mind, just say “person”."


def _outcome(text: str, *records: Record) -> Outcome:
    return Outcome((Reply(text),), records=records)
