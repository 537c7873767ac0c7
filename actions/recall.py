"""What did we say last time, when did I ask: answered from what was said, with the day and the channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from actions.conversation import Conversation, Reply
from actions.recollection.current import current
from memory.model import Author, CustomerId, Exchange

_CHANNELS: Final[Mapping[str, str]] = {"web": " on our website", "telegram": " in Telegram", "email": " by e-mail"}
_TOPIC: Final = re.compile(
    r"\b(?:about|regarding|concerning|mention(?:ed)?|complain(?:ed)? about|washing|on the|of the)\s+(?P<topic>.+)$",
    re.IGNORECASE,
)
_AROUND: Final = re.compile(
    r"[\s,.?!]+(?:again|before|already|the other day|last time|last week|back then|yesterday|so far|what was it|"
    r"what exactly|please|on \w+day)?[\s,.?!]*$",
    re.IGNORECASE,
)
_NO_TOPIC: Final = re.compile(
    r"^(?:it|that|this|them|those|last time|yesterday|last week|our last .*)?$", re.IGNORECASE
)
_ASKS: Final = re.compile(r"(?:\?|(?<=[.!?])\s+[^.!?]*\?)\W*$")
LONGEST_QUOTE: Final = 220


class ActionRecall(Reply):
    """Looks back."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_recall"

    async def answer(self, talk: Conversation) -> None:
        """Say what was said about the topic, or at last; honestly, when nothing is found."""
        past, topic = current(), topic_of(talk.heard.text)
        if past is None:
            talk.say("I can’t look back at earlier conversations here.")
            return
        customer_id, now = CustomerId(talk.customer), _now(talk)
        found = await (past.about(customer_id, topic) if topic else past.last_time(customer_id, now))
        if found is not None:
            talk.say(_told(found, now))
        elif topic:
            talk.say(f"I can’t find anything about {topic} in what we’ve written to each other.")
        else:
            talk.say("I can’t find an earlier conversation with you.")


def topic_of(text: str) -> str | None:
    """What the question about the past is about: "when did I ask about the tent?" → "the tent"."""
    found = _TOPIC.search(text)
    if found is None:
        return None
    topic, before = found["topic"], None
    while topic != before:  # "the tent again, please?"
        topic, before = _AROUND.sub("", topic), topic
    return None if _NO_TOPIC.match(topic) else topic


def _told(found: Exchange, now: datetime) -> str:
    asked, answer = found.asked, found.answer
    line = f"That was {_when(asked.at, now)}{_CHANNELS.get(asked.channel, '')}. You wrote: “{_quote(asked.text)}”."
    if answer is None:
        return line
    who = f"{answer.agent_name or 'Our team'} answered" if answer.author is Author.AGENT else "I answered"
    return f"{line} {who}: “{_quote(answer.text)}”."


def _when(at: datetime, now: datetime) -> str:
    """ "today at 10:14", "yesterday, 28 November", "on Thursday 12 March 2025", by the shop's clock."""
    local = at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"today at {local:%H:%M}"
    year = "" if local.year == now.year else f" {local.year}"
    date = f"{local.day} {local:%B}{year}"
    return f"yesterday, {date}" if now.date() - local.date() == timedelta(days=1) else f"on {local:%A} {date}"


def _quote(text: str) -> str:
    """The words in one line, without a question that is no longer asked, and not too many of them."""
    words = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    words = _ASKS.sub("", words).rstrip(" .!?,;:") or words.rstrip("?! ")
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE].rsplit(' ', 1)[0]} …"


def _now(talk: Conversation) -> datetime:
    return datetime.fromisoformat(str(talk.known["now"]))
