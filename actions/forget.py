"""What customers want forgotten: themselves, the conversation, or a fact. Asked once, then done for good."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions.commands import erase, forget_fact
from actions.conversation import Conversation, Reply, button
from actions.offers import put_forward
from actions.orders import order_book
from actions.wording import listed, payload
from memory.model import fact_in_words, fact_label

EVERYTHING: Final = "everything"
CONVERSATION: Final = "conversation"
FACT: Final = "fact:"
"""Before the key of a fact, or a kind of facts, where one of these says what is to be forgotten."""

_CONVERSATION: Final = re.compile(
    r"\b(?:conversations?|chats?|messages?|transcript|history|discussion|(?:what|everything|all) (?:that )?(?:i|we|you)"
    r"(?:[’']ve| have)?(?: just)? (?:said|wrote|written|typed|talked|discussed))\b"
)
_THAT: Final = re.compile(
    r"\b(?:that|this|it|what i(?:[’']ve| have)?(?: just)? (?:told|said|gave)(?: you)?)\b(?! (?:conversation|chat))"
)
_ALL: Final = re.compile(r"\b(?:everything|anything|all|whole|entire|me|myself|data|memory|traces?|who i am)\b")
_MINE: Final = re.compile(r"\b(?:my|where i|what i (?:wear|like)|who i)\b")
_ALSO_CALLED: Final[Mapping[str, str]] = {
    "address": r"address|live|house|postcode|home|moved",
    "email": r"e-?mail",
    "phone": r"phone|mobile|telephone|cell",
    "carrier": r"carrier|courier",
    "allergy": r"allerg\w+",
    "size": r"sizes?|fit",
    "gift": r"gifts?|presents?",
    "place": r"place|neighbour|porch|safe",
}
"""What customers call a kind of fact, where it is not the word in its key."""


class ActionForget(Reply):
    """Forget me, forget this conversation, forget my address."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_forget"

    async def answer(self, talk: Conversation) -> None:
        """Ask whether it is really to go; a button that says so has asked already."""
        confirmed = talk.heard.value("confirmed")
        if confirmed == "nothing":
            keep_all(talk)
        elif confirmed:
            forget(talk, confirmed)
        else:
            await _ask(talk, talk.heard.value("what") or (EVERYTHING if talk.heard.pressed else _meant(talk)))


def forget(talk: Conversation, what: str) -> None:
    """Do it, and say what was done."""
    if what.startswith(FACT):
        _forget_facts(talk, what.removeprefix(FACT))
        return
    reference = _reference()
    talk.record(erase(what, reference))
    talk.leave_form()
    talk.follow_with("action_listen")
    talk.say(
        " ".join([*(_FAREWELL[what]), *_what_else_is_left(talk), f"It is noted as {reference}, without your data."])
    )


def keep_all(talk: Conversation) -> None:
    """Second thoughts: nothing goes; an open form asks its question again by itself."""
    talk.say("All right, I’ve deleted nothing.")


async def _ask(talk: Conversation, what: str | None) -> None:
    """One question; an open form waits with its own."""
    talk.wait_in_form()
    if what is None:
        put_forward(talk, "forget", what=CONVERSATION)
        talk.say(
            "I haven’t noted that about you. If it stands in our conversation, I can delete all that we’ve said. "
            "Shall I?",
            _yes_or_no(CONVERSATION),
        )
        return
    put_forward(talk, "forget", what=what)
    if what.startswith(FACT):
        talk.say(f"Shall I forget {_in_words(_of(talk, what.removeprefix(FACT)))}?", _yes_or_no(what))
    else:
        talk.say(
            " ".join([_WOULD[what], *await _what_stays(talk, what), "It can’t be undone. Shall I?"]), _yes_or_no(what)
        )


def _yes_or_no(what: str) -> Sequence[Mapping[str, str]]:
    """Each says by itself what it means, so that it can be pressed later without confirming something else."""
    yes = "Yes, forget it" if what.startswith(FACT) else "Yes, delete it"
    return (
        button(yes, payload("forget", confirmed=what)),
        button("No, keep it", payload("forget", confirmed="nothing")),
    )


_WOULD: Final = {
    EVERYTHING: "I’d delete all I keep about you: who you are, what we’ve said on every channel, and what I’ve learnt.",
    CONVERSATION: "I’d delete what we’ve said on every channel, and what I learnt from it. Who you are stays, and how "
    "you want to be written to.",
}
_THE_SHOPS: Final = (
    "Orders, returns and invoices are the shop’s, not mine: it keeps them until they are settled, and invoices for six "
    "years by law."
)
_FAREWELL: Final = {
    EVERYTHING: ("Done, everything I kept about you is deleted.", "When you next write, I won’t know you."),
    CONVERSATION: ("Done, all that we’ve said is deleted, and what I learnt from it.",),
}


async def _what_stays(talk: Conversation, what: str) -> Sequence[str]:
    """What goes on or is kept elsewhere, named before it is asked for."""
    lines = ["Your request to our team ends with it."] if talk.is_waiting_for_person else []
    if what == CONVERSATION:
        return lines
    under_way = [order.number for order in (await order_book(talk)).open_orders]
    if under_way:
        orders_go = "Order {} goes" if len(under_way) == 1 else "Orders {} go"
        lines.append(f"{orders_go.format(listed(under_way))} on as planned.")
    return [*lines, _THE_SHOPS]


def _what_else_is_left(talk: Conversation) -> Sequence[str]:
    """Honest words about what is out of our hands."""
    lines = []
    if talk.slot("channel") == "telegram":
        lines.append("What Telegram itself shows here you can clear in the app.")
    if talk.slot("channel") == "email":
        lines.append("The mails themselves stay in your mailbox and in ours, where our team can delete them.")
    if talk.slot("shop_customer_id"):
        where = " on our website" if talk.slot("channel") in {"telegram", "email"} else ""
        lines.append(f"While you are logged in{where}, the shop tells me who you are.")
    return lines


# Which facts


def _meant(talk: Conversation) -> str | None:
    """What the words want forgotten; None for something that is not known."""
    words = talk.heard.words
    if _CONVERSATION.search(words):
        return CONVERSATION
    if known := _value_named(talk) or _kind_named(talk):
        return FACT + known
    if _MINE.search(words) and not _ALL.search(words):
        return None
    if _THAT.search(words) and not _ALL.search(words):
        latest = _learnt_just_now(talk)
        return FACT + str(latest["key"]) if latest else CONVERSATION
    return EVERYTHING if _ALL.search(words) else None


def _facts(talk: Conversation) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = talk.known.get("facts") or ()
    return found


def _kind(fact: Mapping[str, Any]) -> str:
    """ "allergy:wool" is one of several allergies."""
    kind, _, _ = str(fact["key"]).partition(":")
    return kind


def _of(talk: Conversation, key: str) -> Sequence[Mapping[str, Any]]:
    """The fact of a key, or all of a kind."""
    return [fact for fact in _facts(talk) if key in {str(fact["key"]), _kind(fact)}]


def _value_named(talk: Conversation) -> str | None:
    """The key of the known fact whose value, or whose name of an order or thing, the message says."""
    said = f"{talk.heard.words} {talk.heard.text.lower()}".replace("’", "'")
    for fact in _facts(talk):
        key, value = str(fact["key"]), str(fact["value"])
        name = key.partition(":")[2] or value
        if any(re.search(rf"(?<!\w){re.escape(each.lower())}(?!\w)", said) for each in (name, value)):
            return key
    return None


def _kind_named(talk: Conversation) -> str | None:
    """The kind of known fact that the message speaks of in the most words: "delivery address" before "address"."""
    words = talk.heard.words
    named = {_kind(fact): _times_named(_kind(fact), words) for fact in _facts(talk)}
    best = max(named, key=lambda kind: named[kind], default=None)
    return best if best is not None and named[best] else None


def _times_named(kind: str, words: str) -> int:
    return sum(bool(re.search(rf"\b(?:{_ALSO_CALLED.get(part, part + 's?')})\b", words)) for part in kind.split("_"))


def _learnt_just_now(talk: Conversation) -> Mapping[str, Any] | None:
    """What was told last in the latest two messages, if it is known still."""
    known = {str(fact["key"]): fact for fact in _facts(talk)}
    lately = [key for keys in talk.slot("learnt_lately") or () for key in reversed(keys)]
    return next((known[key] for key in lately if key in known), None)


def _in_words(facts: Sequence[Mapping[str, Any]]) -> str:
    """Such as “Allergy: wool and latex”."""
    if not facts:
        return "that"
    key = str(facts[0]["key"])
    return f"“{fact_label(key)}: {listed([fact_in_words(key, str(fact['value'])) for fact in facts])}”"


def _forget_facts(talk: Conversation, key: str) -> None:
    facts = _of(talk, key)
    for fact in facts:
        talk.record(forget_fact(str(fact["key"]), _reference()))
    if facts:
        talk.say("Forgotten. Where it stood in our conversation, it now says that it was removed at your wish.")
    else:
        talk.say("That’s forgotten already.")


def _reference() -> str:
    """Random, so that it says nothing about anybody; short enough to be read out."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"
