"""Greetings, thanks, goodbyes, and talk about the bot itself."""

from __future__ import annotations

from actions.cases import lapsed, open_now
from actions.conversation import ANGER_CALLS, STILL_CROSS, Conversation, Reply
from actions.person import escalate
from actions.resuming import ask_which_first
from memory.model import Handling


class ActionGreet(Reply):
    """Hello, by name when it is known."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_greet"

    async def answer(self, talk: Conversation) -> None:
        """Greet back; an open form then asks its question again. Who was just welcomed back is not greeted twice."""
        if await ask_which_first(talk):
            return
        if talk.slot("resuming") and talk.is_waiting_for_person and not talk.form:
            talk.say("Is there anything I can do meanwhile?")
            return
        if talk.slot("resuming") and (open_now(talk) or lapsed(talk)):
            return
        hello = f"Hello {talk.first_name}." if talk.first_name else "Hello, I’m Fern from Fernhill Outdoor."
        if talk.form:
            talk.say(hello)
        elif talk.is_waiting_for_person:
            talk.say(f"{hello} Your request is with our team. Is there anything I can do meanwhile?")
        else:
            again = " Good to hear from you again." if talk.slot("last_person") else ""
            talk.say(f"{hello}{again} What can I do for you?")


class ActionThank(Reply):
    """You're welcome."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_thank"

    async def answer(self, talk: Conversation) -> None:
        """Answer thanks."""
        talk.say_response("utter_welcome")


class ActionGoodbye(Reply):
    """Goodbye; what is open stays open."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_goodbye"

    async def answer(self, talk: Conversation) -> None:
        """Say goodbye without asking the open form's question once more."""
        talk.say_response("utter_goodbye_open" if talk.form else "utter_goodbye")
        talk.wait_in_form()


class ActionCapabilities(Reply):
    """What can you do?"""

    def name(self) -> str:
        """As the rules call it."""
        return "action_capabilities"

    async def answer(self, talk: Conversation) -> None:
        """Say what the bot is for."""
        talk.say_response("utter_capabilities")


class ActionBotChallenge(Reply):
    """Are you a bot?"""

    def name(self) -> str:
        """As the rules call it."""
        return "action_bot_challenge"

    async def answer(self, talk: Conversation) -> None:
        """Say honestly that it is one."""
        talk.say_response("utter_bot_challenge")


class ActionAbuse(Reply):
    """Rude words: calm, and a person is offered once."""

    calms = False

    def name(self) -> str:
        """As the rules call it."""
        return "action_abuse"

    async def answer(self, talk: Conversation) -> None:
        """Stay calm; the open form's question can wait."""
        times = int(talk.slot("anger_heard") or 0) + 1
        talk.set("anger_heard", float(times))
        if 1 < times < ANGER_CALLS or talk.is_waiting_for_person or talk.handling("distress") is Handling.OFF:
            talk.say_response("utter_abuse_again")
        else:
            escalate(talk, "distress", "I’m sorry this is going so badly.", final=STILL_CROSS if times > 1 else None)
        talk.wait_in_form()
