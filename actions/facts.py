"""Talking about what is known of the customer: noting it, telling it with its source, putting it right.

What a message states is remembered by the dialogue whatever else it says; these only speak of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions.commands import learn_fact
from actions.conversation import Conversation, Reply
from actions.known import KINDS, KnownFact, facts, kinds_meant
from actions.nicknames import note_nickname
from actions.offers import offered, put_forward
from actions.wording import listed
from memory.model import fact_label

_SOURCES: Final = 4
"""More of them at once nobody reads."""
_NOTHING_KNOWN: Final = "You haven’t told me anything about yourself yet that I’d keep."
_HELLO: Final = re.compile(r"\W*(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening|day))\b")
_ONE_NUMBER: Final = re.compile(
    r"\W*(?:(?:it['’]?s|it is|now|a|size|to|no)\W+)*(?P<value>(?:(?:uk|eu) )?\d{1,2}(?:\.5)?)\W*", re.IGNORECASE
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
        meant = _facts_meant(talk)[:_SOURCES]
        if not meant:
            talk.say(_NOTHING_KNOWN)
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
        if len(kinds) == 1 and kinds[0] in KINDS:
            put_forward(talk, "fact", key=kinds[0])
            talk.say(f"Thanks for telling me. {KINDS[kinds[0]].ask}")
        elif kinds:
            names = listed([fact_label(kind).lower() for kind in kinds], last="or")
            talk.say(f"Which of these should I put right: {names}? Just tell me how it is.")
        else:
            talk.say("Tell me how it is, for example “my shoe size is 43”, and I’ll note that.")


async def note_facts(talk: Conversation) -> None:
    """Say what the message's facts are noted as; a nickname is settled here, since it needs the order spoken of."""
    noted = [await _noted_as(talk, told) for told in talk.heard.facts]
    talk.set("spoken_facts", [told["key"] for told in talk.heard.facts])
    talk.say(f"Noted: {'; '.join(noted)}.")
    if any(told["kind"] == "name" and told["ended"] for told in talk.heard.facts) and not talk.form:
        put_forward(talk, "fact", key="name")
        talk.say(KINDS["name"].ask)


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


def take_corrected(talk: Conversation) -> bool:
    """Take a bare value for the fact that was just asked about; whether there was one."""
    offer = offered(talk)
    value = _bare_value(talk, str(offer.get("key"))) if offer.get("kind") == "fact" else None
    if value is None:
        return False
    key = str(offer["key"])
    talk.record(learn_fact(key, value))
    talk.say(f"Noted: {_noted({'kind': key, 'value': value, 'ended': False})}.")
    return True


def _bare_value(talk: Conversation, kind: str) -> str | None:
    entities = {"delivery_address": "address", "phone": "phone", "name": "person"}
    if kind in entities:
        return talk.heard.value(entities[kind])
    if kind.endswith("size"):
        number = _ONE_NUMBER.fullmatch(talk.heard.words)
        return talk.heard.value("size") or (number["value"].upper() if number else None)
    return None


def _noted(told: Mapping[str, Any]) -> str:
    kind, value = str(told["kind"]), str(told["value"])
    if told["ended"]:
        return f"no longer “{fact_label(kind)}: {value}”"
    words = KINDS[kind].noted if kind in KINDS else f"{fact_label(kind)}: {{value}}"
    return words.format(value=value)


def _who(talk: Conversation) -> Sequence[str]:
    if not talk.slot("shop_customer_id"):
        return ()
    named = [str(talk.slot(slot)) for slot in ("customer_name", "customer_email") if talk.slot(slot)]
    return [f"You’re logged in as {', '.join(named)}, so I can see your orders."] if named else ()


def _list(told: Sequence[KnownFact]) -> Sequence[str]:
    if not told:
        return [_NOTHING_KNOWN]
    return ["This is what you’ve told me:", *(f"- {each.in_a_line}" for each in told)]


def _facts_meant(talk: Conversation) -> Sequence[KnownFact]:
    """Those of the kind that is named, else those spoken of last, else all."""
    known = facts(talk)
    named = kinds_meant(talk, [each.kind for each in known])
    if named:
        return [each for each in known if each.kind in named]
    spoken = talk.slot("spoken_facts") or ()
    return [each for each in known if each.key in spoken] or known
