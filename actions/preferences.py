"""How a customer wants to be written to, in their own words; it holds for all that they did not just ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from actions.commands import learn_fact
from actions.contact_wishes import Around, Stated, wishes_in
from actions.conversation import Conversation, Reply, button
from actions.languages import OFFERED, answers_in, code_of, name_of
from actions.wording import payload
from memory.model import NO_WISH, Topic, Wish

_WHICH: Final = (
    "How would you like it? I can keep quiet at certain hours or days, write less often, leave out offers or requests "
    "for feedback, and use only Telegram or only our website."
)
_ZONED: Final = frozenset({Wish.QUIET_HOURS, Wish.QUIET_DAYS})


class ActionPreference(Reply):
    """A wish about being written to."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_preference"

    async def answer(self, talk: Conversation) -> None:
        """Note every wish that is surely read; ask when there is none."""
        if (language := talk.heard.value("what")) is not None:
            _choose_language(talk, language)
        elif not note_wishes(talk):
            talk.say(_WHICH)


def _choose_language(talk: Conversation, named: str) -> None:
    """Note the language that was named by a command or a button; ask where it is none."""
    code = code_of(named)
    if code is None:
        talk.say(f"{_now(talk)} Which language would you like?", [_language_button(code) for code in OFFERED])
        return
    talk.record(learn_fact(Wish.LANGUAGE.value, code))
    talk.set("language", code)
    talk.say(f"Noted. {answers_in(code, OFFERED.get(code) or name_of(code) or code)}")


def _now(talk: Conversation) -> str:
    """In which language they are answered, as they chose or as their app told."""
    code = talk.fact(Wish.LANGUAGE.value) or talk.slot("language") or "en"
    name = OFFERED.get(code) or name_of(code)
    if code == "en" or name is None:
        return "I answer in English now."
    return f"You get answers in {name} now where I have them, and in English otherwise."


def _language_button(code: str) -> Mapping[str, str]:
    return button(OFFERED[code], payload("set_preference", what=code))


def note_wishes(talk: Conversation) -> bool:
    """Note every wish that is surely read in the message, and say so; whether there was any."""
    stated = wishes_in(talk.heard.words, Around(str(talk.slot("channel")), _unwanted(talk)))
    for each in stated:
        talk.record(learn_fact(each.wish.value, _with_zone(talk, each)))
        if each.wish is Wish.LANGUAGE:
            talk.set("language", each.value)
    if stated:
        talk.say(" ".join(["Noted.", *(each.noted for each in stated)]))
    return bool(stated)


def _unwanted(talk: Conversation) -> frozenset[Topic]:
    listed = (talk.fact(Wish.NOT_ABOUT.value) or "").split(", ")
    return frozenset(topic for topic in Topic if topic.value in listed)


def _with_zone(talk: Conversation, stated: Stated) -> str:
    """Hours and days are those of the shop until the customer names their own time zone."""
    zone = talk.known.get("time_zone")
    return f"{stated.value} {zone}" if zone and stated.wish in _ZONED and stated.value != NO_WISH else stated.value
