"""Not understanding, or not knowing: say so, offer what may have been meant, and in good time a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from actions.cases import leave_question_open
from actions.conversation import Buttons, Conversation, Reply, button
from actions.facts import take_corrected
from actions.heard import Candidate, Heard
from actions.loose_values import take_loose_values
from actions.offers import offer_person, put_forward
from actions.person import escalate
from actions.repeats import OFTEN, note_said, times_said
from actions.wording import payload

PLAUSIBLE: Final = 0.45
"""Score from which an FAQ candidate is worth showing to the customer."""

_LIKELY: Final = 0.55
"""The same for a message that seems to be about something else altogether."""
_SUGGESTIONS: Final = 3
_ROOM_FOR_CANDIDATES: Final = 12_000
"""Characters of JSON. The whole conversation is remembered in 32 KiB."""
_TOO_LONG: Final = 1000
_WORDS_OF_A_QUESTION: Final = 3
_OFFER_AT: Final = 2
_HAND_OVER_AT: Final = 3


class ActionUnsure(Reply):
    """The answer to a message that was not understood; also Rasa's last resort when no rule applies."""

    def name(self) -> str:
        """As the rules and config.yml call it."""
        return "action_unsure"

    async def answer(self, talk: Conversation) -> None:
        """Decline what is not our business; of the rest take the values, or say that it was not understood."""
        if any(event["event"] in {"action", "bot"} for event in talk.events_of_this_turn()):
            talk.follow_with("action_listen")  # the message has been answered; no rule says what comes after
            return
        if await take_corrected(talk):
            return
        if talk.heard.intent == "out_of_scope" and not (talk.heard.is_mash or talk.heard.repeats_itself):
            _decline(talk)
            return
        if _gives_values(talk.heard) and await take_loose_values(talk):
            return
        _not_understood(talk)


class ActionTakeValue(Reply):
    """A bare value without a task."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_take_value"

    async def answer(self, talk: Conversation) -> None:
        """Make of it what can be made."""
        if not await take_corrected(talk) and not await take_loose_values(talk):
            _not_understood(talk)


class ActionNoneOfThese(Reply):
    """The suggestions were wrong."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_none_of_these"

    async def answer(self, talk: Conversation) -> None:
        """Ask for other words, at the second time offer a person, at the third call one."""
        keep(talk, ())
        times = int(talk.slot("none_of_these") or 0) + 1
        talk.set("none_of_these", float(times))
        if times >= _OFFER_AT:
            final = "I’m sorry, I still don’t have what you need." if times >= _HAND_OVER_AT else None
            if escalate(talk, "misunderstood", "Then I don’t have the answer, I’m sorry.", final=final):
                talk.set("none_of_these", 0.0)
        else:
            talk.set("misunderstood", 1.0)  # one more failure after this and a person is offered
            talk.say_response("utter_other_words")


def _not_understood(talk: Conversation) -> None:
    """Suggest, or admit; at the second time in a row offer a person, at the third call one."""
    times = int(talk.slot("misunderstood") or 0) + 1
    if talk.heard.repeats_itself:  # asking for it once more helps nobody
        times = max(times, _OFFER_AT)
    talk.set("misunderstood", float(times))
    if times >= _OFFER_AT:
        final = "I’m sorry, I still don’t understand." if times >= _HAND_OVER_AT else None
        if escalate(talk, "misunderstood", "I’m sorry, I don’t understand that either.", final=final):
            talk.set("misunderstood", 0.0)
    elif not _suggest(talk):
        admit_not_knowing(talk)


def admit_not_knowing(talk: Conversation) -> None:
    """Say honestly that there is no answer, in the way that fits the message."""
    if talk.heard.is_wordless:
        talk.say_response("utter_wordless")
    elif len(talk.heard.text) > _TOO_LONG:
        offer_person(talk, "That is a lot at once for me; a sentence or two would help.", "misunderstood")
    else:
        if _is_question(talk.heard):
            leave_question_open(talk, talk.heard.text)
        offer_person(talk, "I’m not sure I know that.", "misunderstood")


def _is_question(heard: Heard) -> bool:
    """Whether there is something in it that a person could answer."""
    return heard.is_question and not heard.is_mash and len(heard.words.split()) >= _WORDS_OF_A_QUESTION


def kept(talk: Conversation) -> Sequence[Candidate]:
    """The FAQ candidates kept from an earlier message."""
    return [Candidate.of(raw) for raw in talk.slot("faq_candidates") or ()]


def keep(talk: Conversation, candidates: Sequence[Candidate]) -> None:
    """Remember FAQ candidates for the customer's next word on them; the best, as many as there is room for."""
    plain = [each.plain() for each in candidates]
    while len(json.dumps(plain)) > _ROOM_FOR_CANDIDATES:
        plain.pop()
    talk.set("faq_candidates", plain or None)


def _gives_values(heard: Heard) -> bool:
    """Whether the values in it say more than the words that were not understood."""
    told = heard.value("return_reason") or heard.value("resolution") or heard.value("email")
    return heard.value("order_number") is not None or (told is not None and not heard.is_question)


def _suggest(talk: Conversation, least: float = PLAUSIBLE) -> bool:
    near = [each for each in talk.heard.candidates if each.score >= least][:_SUGGESTIONS]
    if not near or talk.heard.is_wordless:
        return False
    keep(talk, near)
    if len(near) == 1:
        put_forward(talk, "meant", faq_id=near[0].id)
    ask_what_was_meant(talk, near, "I’m not sure. ")
    return True


def ask_what_was_meant(talk: Conversation, near: Sequence[Candidate], lead_in: str = "") -> None:
    """Offer what the words may have meant."""
    meant = "this" if len(near) == 1 else "one of these"
    talk.say(f"{lead_in}Did you mean {meant}?", _suggestion_buttons(near))


def _suggestion_buttons(candidates: Sequence[Candidate]) -> Buttons:
    choices = [button(each.question, payload("ask_faq", faq_id=each.id)) for each in candidates]
    return [*choices, button("None of these", payload("none_of_these"))]


def _decline(talk: Conversation) -> None:
    if _suggest(talk, least=_LIKELY):
        return
    times = times_said(talk)
    note_said(talk)
    if len(talk.heard.text) > _TOO_LONG:
        admit_not_knowing(talk)
    elif times >= _OFFER_AT:
        final = "I still can’t help with that myself." if times >= OFTEN else None
        escalate(talk, "repetition", "I can’t help with that myself.", final=final)
    else:
        talk.say_response("utter_out_of_scope")
