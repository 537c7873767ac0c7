"""What an action sees of the conversation and does to it: one object instead of dispatcher, tracker and events.

Built at the start of each action's run; `events` at the end gives Rasa everything that changed.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import commands
from actions.commands import Command, Reason
from actions.heard import Heard
from memory.model import USUAL, WITHOUT_NAME, Handling, HandoffReason, Wish

Buttons = Sequence[Mapping[str, str]]
WAITING_STATES = frozenset({"requested", "queued", "offered", "accepted", "active"})
CALM: Final = "I can see that this is annoying."
_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "professor", "prof", "sir", "lady"})
STILL_CROSS: Final = "I don’t seem to be getting you anywhere."
ANGER_CALLS: Final = 3
"""The angry message at which a person is called who has not been asked for."""
WAY_OUT: Final = "If you would rather have a person, say so and I’ll get someone."


def button(title: str, payload: str) -> dict[str, str]:
    """A choice under a message."""
    return {"title": title, "payload": payload}


GET_PERSON: Final = button("Get a person", "/ask_person")


def _order_in(choice: Mapping[str, str]) -> str | None:
    """The order number that a button stands for."""
    _, found, values = choice["payload"].partition("{")
    number = json.loads(found + values).get("order_number") if found else None
    return str(number) if number else None


def _owns_up(event: Mapping[str, Any]) -> bool:
    """Whether this is the call for a person that goes with admitting a broken promise."""
    custom = (event.get("data") or {}).get("custom") or {}
    return event["event"] == "bot" and (custom.get(commands.KEY) or {}).get("reason") == "broken_promise"


def _addressed(name: str) -> str | None:
    """How one addresses somebody of this name: "Ana" for Ana Novak, "Mrs Novak" for who gave it like that."""
    words = name.split()
    if not words:
        return None
    return " ".join(words) if words[0].rstrip(".").lower() in _TITLES else words[0]


class Conversation:
    """One action's hold on the conversation."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._changes: dict[str, Any] = {}
        self.heard = Heard.of(tracker.latest_message or {})
        self._last: list[EventType] = []
        self._anger = 0
        self._anger_calls = False
        self.has_owned_up = False
        """Whether a broken promise has just been admitted, and a person called for it."""

    # What is known

    def slot(self, name: str) -> Any:
        """A slot's value, with what this action already changed."""
        return self._changes[name] if name in self._changes else self._tracker.slots.get(name)

    @property
    def known(self) -> Mapping[str, Any]:
        """What memory knows beside the conversation, as `bot.turn` words it; empty under `rasa run actions`."""
        found: Mapping[str, Any] = self.slot("known") or {}
        return found

    def fact(self, key: str) -> str | None:
        """What is now known of the customer under this key."""
        values = [str(fact["value"]) for fact in self.known.get("facts", ()) if fact["key"] == key]
        return values[0] if values else None

    def changed(self, *names: str) -> bool:
        """Whether this action gave any of these slots another value."""
        return any(name in self._changes and self._changes[name] != self._tracker.slots.get(name) for name in names)

    @property
    def customer(self) -> str:
        """Whose conversation it is."""
        return str(self._tracker.sender_id)

    @property
    def first_name(self) -> str | None:
        """How to address the customer: as they asked to be called, else by the name we know; not if they dislike it."""
        if self.fact(Wish.GREETING.value) == WITHOUT_NAME:
            return None
        return _addressed(self.heard.told("name") or self.fact("name") or str(self.slot("customer_name") or ""))

    @property
    def is_waiting_for_person(self) -> bool:
        """Whether a person has been asked for and has not finished; or is called with the next thing said."""
        return self._anger_calls or self.slot("handoff_state") in WAITING_STATES

    def handling(self, reason: Reason) -> Handling:
        """What the operator wants done when there is this reason to call a person."""
        given = (self.known.get("escalation") or {}).get(reason)
        return Handling(given) if given else USUAL.get(HandoffReason(reason), Handling.OFFER)

    @property
    def form(self) -> str | None:
        """The open form."""
        return (self._tracker.active_loop or {}).get("name")

    @property
    def asked_for(self) -> str | None:
        """The slot that the open form's last question was about."""
        return self.slot("requested_slot") if self.form else None

    def events_of_this_turn(self) -> Sequence[Mapping[str, Any]]:
        """What happened since the customer's message."""
        events: Sequence[Mapping[str, Any]] = self._tracker.events
        starts = [index for index, event in enumerate(events) if event["event"] == "user"]
        return events[starts[-1] + 1 :] if starts else events

    def earlier_forms(self) -> Sequence[str | None]:
        """The forms that were opened (None: closed), oldest first."""
        return [event.get("name") for event in self._tracker.events if event["event"] == "active_loop"]

    # What is said and recorded

    def say(self, text: str, buttons: Buttons = (), cards: Sequence[Mapping[str, Any]] = ()) -> None:
        """Send a message; a list of orders under it is remembered, so that "the second one" can be meant later.

        Cards show products where a channel can; see `actions.cards`.
        """
        orders = [order for each in buttons if (order := _order_in(each))]
        if orders:
            self.set("shown_orders", orders)
        calming, more = self._calm(buttons)
        shown = [dict(each) for each in (*buttons, *more)]
        custom = {"cards": [dict(card) for card in cards]} if cards else None
        self._dispatcher.utter_message(text=f"{calming} {text}".strip(), buttons=shown, json_message=custom)

    def say_with_code(self, text: str, place: str) -> None:
        """Send a message in which a new one-time code is put for `place` when it is sent; it is kept without."""
        self._dispatcher.utter_message(text=text, json_message={"one_time_code": place})

    def say_response(self, response: str, buttons: Buttons = (), **values: str) -> None:
        """Send one of the domain's responses, its placeholders filled."""
        calming, more = self._calm(buttons)
        if calming:
            self._dispatcher.utter_message(text=calming, buttons=[dict(each) for each in more])
        self._dispatcher.utter_message(response=response, buttons=[dict(each) for each in buttons], **values)

    def meet_anger(self) -> None:
        """Let the next thing said begin with a calm word, if the customer is cross and has not had one yet.

        If it does not end with that, it begins with the call for a person.
        """
        if not self.heard.is_cross or self.is_waiting_for_person:
            return
        self._anger = int(self.slot("anger_heard") or 0) + 1
        calls_at = {Handling.AT_ONCE: 1, Handling.OFFER: ANGER_CALLS}.get(self.handling("distress"))
        self._anger_calls = calls_at is not None and self._anger >= calls_at

    def _calm(self, buttons: Buttons) -> tuple[str, Buttons]:
        """The calm word, once, with the way to a person unless one is offered or called anyway."""
        anger, calls, self._anger, self._anger_calls = self._anger, self._anger_calls, 0, False
        if not anger:
            return "", ()
        self.set("anger_heard", float(anger))
        if calls:
            return f"{CALM if anger == 1 else STILL_CROSS} {self.call_person('distress')}", ()
        if anger > 1:
            return "", ()
        has_way_out = self.is_waiting_for_person or any(each["payload"] == GET_PERSON["payload"] for each in buttons)
        if has_way_out or self.handling("distress") is Handling.OFF:
            return CALM, ()
        return f"{CALM} {WAY_OUT}", (GET_PERSON,)

    def call_person(self, reason: Reason) -> str:
        """Ask for a person; what to say about what happens next."""
        self.record(commands.request_handoff(reason))
        self.set("handoff_state", "queued")
        if self.slot("people_here"):
            return (
                "I’m getting someone from our team. They can see everything we’ve said, so you won’t have to repeat it."
            )
        when = self.slot("reply_by") or "as soon as they are back"
        return (
            "Nobody from our team is here right now. I’ve passed this on with everything we’ve said, and someone will "
            f"write to you here {when}."
        )

    @property
    def broken_promise(self) -> str | None:
        """When something was due that the customer still waits for, in words ("yesterday by 10:00")."""
        due = self.known.get("broken_promise")
        return str(due) if due and self.handling("broken_promise") is not Handling.OFF else None

    def own_up(self) -> None:
        """Say honestly, before anything else, that a promise was broken, and call a person; once a turn.

        Not to who wants to be forgotten: the call would outlast them.
        """
        forgets = self.heard.intent == "forget" or (self.slot("pending_offer") or {}).get("kind") == "forget"
        if not self.broken_promise or forgets or self.heard.follows or any(map(_owns_up, self.events_of_this_turn())):
            return
        self.has_owned_up = True
        self.record(commands.request_handoff("broken_promise"))
        self.set("handoff_state", "queued")
        when = self.slot("reply_by") or "as soon as they can"
        owed = f"We promised to get back to you {self.broken_promise}, and we haven’t. I’m sorry."
        if self.known.get("broken_promise_told"):  # they have heard that we are sorry
            owed = f"We still owe you what was due {self.broken_promise}."
        self.say(f"{owed} I’ve told our team again, and someone will write to you here {when}.")

    def hand_out(self, text: str, export_id: str) -> None:
        """Send a message with which the channel hands out what is kept about the customer."""
        self._dispatcher.utter_message(text=text, json_message={"export": export_id})

    def record(self, command: Command) -> None:
        """Ask memory to record something."""
        self._dispatcher.utter_message(json_message={commands.KEY: command})

    # What changes

    def set(self, name: str, value: Any) -> None:
        """Give a slot a value."""
        self._changes[name] = value

    def follow_with(self, action: str) -> None:
        """Decide the next action, whatever the rules say."""
        left = [event for event in self._last if event["event"] == "active_loop"]
        self._last = [*left, FollowupAction(action)]

    def wait_in_form(self) -> None:
        """Wait for the customer without asking the open form's question again; the form stays ready for the answer."""
        self._last = [ActiveLoop(self.form), FollowupAction("action_listen")] if self.form else []

    def leave_form(self) -> None:
        """Close the open form."""
        self.set("requested_slot", None)
        self._last = [ActiveLoop(None)]

    def settle_mind(self) -> None:
        """After an understood message: an offer not repeated is off the table, and the misunderstandings are over."""
        for name, empty in (("pending_offer", None), ("misunderstood", 0.0), ("none_of_these", 0.0)):
            if name not in self._changes and self.slot(name):
                self.set(name, empty)

    def events(self) -> list[EventType]:
        """All that changed, for Rasa."""
        return [SlotSet(name, value) for name, value in self._changes.items() if self.changed(name)] + self._last


class Reply(Action, ABC):
    """An action that answers a message; each customer task and each kind of small talk has one."""

    calms: ClassVar[bool] = True
    """Whether a cross customer hears a calm word first; not where the answer itself is about that."""

    @abstractmethod
    async def answer(self, talk: Conversation) -> None:
        """Say, record and change what the message asks for."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """What Rasa calls."""
        talk = Conversation(dispatcher, tracker)
        talk.own_up()
        if self.calms:
            talk.meet_anger()
        await self.answer(talk)
        talk.settle_mind()
        return talk.events()
