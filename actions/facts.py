"""Talking about what is known of the customer: noting it, telling it with its source, putting it right.

What a message states is remembered by the dialogue whatever else it says; these only speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions.commands import end_fact, learn_fact
from actions.conversation import Conversation, Reply
from actions.known import KINDS, KnownFact, fact, facts, kinds_meant
from actions.moved import offer_to_redirect
from actions.nicknames import note_nickname
from actions.offers import offered, put_forward
from actions.preferences import note_wishes
from actions.said_size import PUTS_RIGHT, bare_size
from actions.wording import listed
from memory.model import Wish, fact_label

_SOURCES: Final = 4
"""More of them at once nobody reads."""
_FROM_THE_SHOP: Final = (
    "Your name, your e-mail address and your orders the shop tells me, since you’re logged in there."
)
_NOTHING_KNOWN: Final = "You haven’t told me anything about yourself yet that I’d keep."
_HELLO: Final = re.compile(r"\W*(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening|day))\b")

_YOURS: Final = "If something is wrong, or should be forgotten, just say so."
_WISHES: Final = frozenset(wish.value for wish in Wish)
_SEVERAL: Final = frozenset({"allergy", "gift_for", "avoided_carrier"})
_FREE: Final = _SEVERAL | {"carrier", "delivery_place", "spoken_language"}
"""Kinds whose values are words of any kind."""
_PUTS_RIGHT: Final = re.compile(rf"\W*(?:no\W+)?{PUTS_RIGHT}")
_FREE_VALUE: Final = re.compile(
    rf"\W*(?:(?:{PUTS_RIGHT}|no|it['’]?s|it is|i['’]?m allergic to|to|for my|my|please)\W+)*"
    r"(?P<value>[^\W\d](?:[^?!.;,]{0,38}[^\W])?)\W*",
    re.IGNORECASE,
)


class ActionNoteFacts(Reply):
    """The answer to something told about oneself."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_note_facts"

    async def answer(self, talk: Conversation) -> None:
        """Say shortly and exactly what was noted; who says hello with their name is greeted by it."""
        if _introduces(talk) and talk.first_name:
            talk.say(f"Hello {talk.first_name}.{'' if talk.form else ' What can I do for you?'}")
        else:
            await note_facts(talk)


class ActionTellKnown(Reply):
    """What do you know about me?"""

    def name(self) -> str:
        """As the rules call it."""
        return "action_tell_known"

    async def answer(self, talk: Conversation) -> None:
        """List it, or only the kind that was asked for."""
        known = facts(talk)
        asked = () if " about me" in talk.heard.words else kinds_meant(talk, [each.kind for each in known])
        told = [each for each in known if not asked or each.kind in asked]
        talk.set("spoken_facts", [each.key for each in told])
        talk.say("\n".join(each.in_a_line for each in told) if asked else "\n".join([*_who(talk), *_list(told)]))


class ActionTellSource(Reply):
    """Where did you get that?"""

    def name(self) -> str:
        """As the rules call it."""
        return "action_tell_source"

    async def answer(self, talk: Conversation) -> None:
        """Name the message, its day and its channel."""
        meant = () if _asks_who_they_are(talk) else _facts_meant(talk)[:_SOURCES]
        if not meant:
            talk.say(_FROM_THE_SHOP if talk.slot("shop_customer_id") else _NOTHING_KNOWN)
            return
        talk.set("spoken_facts", [each.key for each in meant])
        talk.say("\n".join(f"{each.in_a_line}. That’s what {each.source}" for each in meant))


class ActionCorrectFact(Reply):
    """That's wrong."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_correct_fact"

    async def answer(self, talk: Conversation) -> None:
        """Ask for the one value that is to be put right, unless the message gives it."""
        if talk.heard.facts:
            await note_facts(talk)
            return
        kinds = list(dict.fromkeys(each.kind for each in _facts_meant(talk))) or kinds_meant(talk, list(KINDS))[:1]
        if talk.form:  # it asks something itself
            talk.say("Thanks for telling me. Just say how it is, and I’ll note that.")
        elif len(kinds) == 1 and kinds[0] in KINDS:
            put_forward(talk, "fact", key=kinds[0])
            talk.say(f"Thanks for telling me. {KINDS[kinds[0]].ask}")
        elif kinds:
            names = listed([fact_label(kind).lower() for kind in kinds], last="or")
            talk.say(f"Which of these should I put right: {names}? Just tell me how it is.")
        else:
            talk.say("Tell me how it is, for example “my shoe size is 43”, and I’ll note that.")


async def note_facts(talk: Conversation) -> None:
    """Say what the message's facts are noted as; a nickname is settled here, since it needs the order spoken of."""
    if _is_called_so_no_longer(talk):
        return
    noted = [await _noted_as(talk, told) for told in talk.heard.facts]
    talk.set("spoken_facts", [told["key"] for told in talk.heard.facts])
    talk.say(f"Noted: {'; '.join(noted)}.")
    if address := talk.heard.told("delivery_address"):
        await offer_to_redirect(talk, address)


def _is_called_so_no_longer(talk: Conversation) -> bool:
    """Whether the message only says how they don't want to be called; then it is asked how they do."""
    told = talk.heard.facts
    if talk.form or not told or not all(each["kind"] == "name" and each["ended"] for each in told):
        return False
    put_forward(talk, "fact", key="name")
    talk.say(f"All right, not {told[-1]['value']} any more. {KINDS['name'].ask}")
    return True


async def _noted_as(talk: Conversation, told: Mapping[str, Any]) -> str:
    if told["kind"] == "nickname":
        return await note_nickname(talk, told)
    if told["kind"] == "name" and talk.first_name is None and not told["ended"]:
        return f"your name is {told['value']}; I still won’t greet you by it"
    return _noted(told)


def _introduces(talk: Conversation) -> bool:
    """Whether it is a greeting with a name, and nothing else: "hello, I'm Petra"."""
    heard = talk.heard
    return bool(_HELLO.match(heard.words)) and [told["kind"] for told in heard.facts] == ["name"]


async def take_corrected(talk: Conversation) -> bool:
    """Take a bare value for the fact that was just asked about; whether there was one."""
    kind = _asked_about(talk)
    if kind is None:
        return False
    if kind in _WISHES:
        return note_wishes(talk)
    value = _bare_value(talk, kind)
    if value is None:
        return False
    _replace(talk, kind, value)
    talk.say(f"Noted: {_noted({'kind': kind, 'value': value, 'ended': False})}.")
    if kind == "delivery_address":
        await offer_to_redirect(talk, value)
    return True


def _asked_about(talk: Conversation) -> str | None:
    """The kind of fact that was asked for, or that "that's wrong, it's wool" puts right: the one spoken of last."""
    offer = offered(talk)
    if offer.get("kind") == "fact":
        return str(offer["key"])
    spoken = {str(key).partition(":")[0] for key in talk.slot("spoken_facts") or ()}
    return spoken.pop() if len(spoken) == 1 and _PUTS_RIGHT.match(talk.heard.words) else None


def _replace(talk: Conversation, kind: str, value: str) -> None:
    """Learn the right value; of a kind that has several, the one that was wrong ends."""
    known = [each.key for each in facts(talk) if each.kind == kind]
    several = [key for key in known if ":" in key]
    if len(several) == 1:
        talk.record(end_fact(several[0]))
    talk.record(learn_fact(f"{kind}:{value}" if kind in _SEVERAL else kind, value))


def _bare_value(talk: Conversation, kind: str) -> str | None:
    entities = {"delivery_address": "address", "phone": "phone", "name": "person", "email": "email"}
    if kind in entities:
        return talk.heard.value(entities[kind])
    if kind.endswith("size"):
        return bare_size(talk.heard)
    said = _FREE_VALUE.fullmatch(talk.heard.text) if kind in _FREE and not talk.heard.is_question else None
    return said["value"] if said else None


def _noted(told: Mapping[str, Any]) -> str:
    kind, value = str(told["kind"]), str(told["value"])
    if told["ended"]:
        return f"no longer “{fact_label(kind)}: {value}”"
    words = KINDS[kind].noted if kind in KINDS else f"{fact_label(kind)}: {{value}}"
    return words.format(value=value)


def _asks_who_they_are(talk: Conversation) -> bool:
    """Whether the name or the e-mail address is meant that the shop tells, and not one that they told themselves."""
    named = kinds_meant(talk, ("name", "email"))
    return bool(named and talk.slot("shop_customer_id")) and not any(fact(talk, kind) for kind in named)


def _who(talk: Conversation) -> Sequence[str]:
    if not talk.slot("shop_customer_id"):
        return ()
    named = [str(talk.slot(slot)) for slot in ("customer_name", "customer_email") if talk.slot(slot)]
    return [f"You’re logged in as {', '.join(named)}, so I can see your orders."] if named else ()


def _list(told: Sequence[KnownFact]) -> Sequence[str]:
    if not told:
        return [_NOTHING_KNOWN]
    return ["This is what you’ve told me:", *(f"- {each.in_a_line}" for each in told), "", _YOURS]


def _facts_meant(talk: Conversation) -> Sequence[KnownFact]:
    """Those of the kind that is named, else those spoken of last, else all."""
    known = facts(talk)
    named = kinds_meant(talk, [each.kind for each in known])
    if named:
        return [each for each in known if each.kind in named]
    spoken = talk.slot("spoken_facts") or ()
    return [each for each in known if each.key in spoken] or known
