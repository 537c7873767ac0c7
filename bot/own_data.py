"""What customers order about their own data: it is done while a person has the conversation, too. Called by `bot.turn`.

Only what can't be meant for the person counts: a command, a button of the bot's that says by itself what it does, or a
message that is nothing but one of these sentences. See docs/decisions/0015-own-data-whoever-has-the-conversation.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.dialogue.port import Dialogue, Said
from memory.model import Erase, ForgetFact, Inbound, OfferExport, Outcome

_FORGET_ME: Final = '/forget{"what": "everything"}'
_SENTENCES: Final[Mapping[str, str]] = {
    "/privacy": "/privacy",
    "/forget": _FORGET_ME,
    "forget me": _FORGET_ME,
    "forget everything about me": _FORGET_ME,
    "forget this conversation": '/forget{"what": "conversation"}',
    "send me my data": "/send_my_data",
    "show me my data": "/send_my_data",
    "download my data": "/send_my_data",
    "what do you know about me": "/ask_known",
}
_INTENTS: Final = frozenset({"privacy", "forget", "send_my_data", "ask_known"})
_DONE: Final = (Erase, ForgetFact, OfferExport)


def order_about_data(inbound: Inbound, pressed: str | None) -> str | None:
    """The payload that a message stands for, if it is an order about the customer's data; `pressed` was offered."""
    if pressed is not None:
        return pressed if pressed.removeprefix("/").partition("{")[0] in _INTENTS else None
    words = inbound.text.casefold().replace("please", "").strip(" .,!?\n")
    return _SENTENCES.get(words)


async def carry_out(dialogue: Dialogue, said: Said, order: str) -> Outcome:
    """Do it as if nothing else had been said: no open task goes on, and no question of the bot's stays on the table."""
    known = {**said.known, "broken_promise": None}
    alone = Said(said.customer_id, said.turn_id, said.text, order, said.channel, said.context, known=known)
    outcome = await dialogue.respond(alone, None)
    return Outcome(outcome.replies, records=[record for record in outcome.records if isinstance(record, _DONE)])
