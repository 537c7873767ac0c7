"""Runs custom actions in this process instead of over HTTP, and Rasa's own steps without detours or swallowed errors.

Used by `bot.dialogue.embedded` only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.events import ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.dialogue.port import DialogueError
from bot.dialogue.predictions import quicken
from bot.dialogue.snapshot import EVENT_CLASSES
from bot.dialogue.tracker import Tracker
from bot.nlu.runner import InOrderRunner, open_model

KNOWN_SLOT = "known"
_NOTHING: Mapping[str, object] = {}
_KNOWN: ContextVar[Mapping[str, object]] = ContextVar("known", default=_NOTHING)


class Actions(Protocol):
    """The action executor, as handed over by `bot.bootstrap`."""

    async def run(self, call: dict[str, Any]) -> dict[str, Any]:
        """Run one action call (Rasa's action server protocol); an object with `events` and `responses`."""


class InProcessEndpoint(EndpointConfig):
    """An action endpoint without a network: the call goes straight to the executor."""

    def __init__(self, actions: Actions) -> None:
        super().__init__(url="in-process")
        self._actions = actions

    async def request(self, *_: Any, json: dict[str, Any], **__: Any) -> dict[str, Any]:
        """Run the action, with what memory knows as one more slot. Rasa knows a refusal only as HTTP status 400."""
        try:
            return await self._actions.run(_with_known(json))
        except Exception as exc:
            if type(exc).__name__ != "ActionExecutionRejection":
                raise
            raise _as_http_refusal(json["next_action"], exc) from exc


@contextmanager
def knowing(known: Mapping[str, object]) -> Iterator[None]:
    """Let the actions that run inside see this as the slot `known`."""
    before = _KNOWN.set(known)
    try:
        yield
    finally:
        _KNOWN.reset(before)


def _with_known(call: dict[str, Any]) -> dict[str, Any]:
    """The slot goes with the call only: no event sets it, so no snapshot keeps it."""
    if "tracker" not in call:
        return call
    tracker = call["tracker"]
    return {**call, "tracker": {**tracker, "slots": {**tracker["slots"], KNOWN_SLOT: _KNOWN.get()}}}


def _as_http_refusal(action: str, exc: Exception) -> ClientResponseError:
    return ClientResponseError(400, "refused", json.dumps({"action_name": action, "error": str(exc)}))


_validate_over_http = RemoteAction._validate_action_result


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check results of real action servers only.

    Rasa re-checks its JSON schema on every call, which takes 14 ms even without HTTP. The results of our own executor
    are ours, and a test holds their shape against the schema.
    """
    if isinstance(self.action_endpoint, InProcessEndpoint):
        return True
    return bool(_validate_over_http(self, result))


RemoteAction._validate_action_result = _validate_action_result


def _event_class(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """The class of an event that an action gives, from a map; Rasa's own walks all subclasses for each. A test
    compares both.
    """
    return EVENT_CLASSES[type_name] if type_name in EVENT_CLASSES else _event_class_by_walking(type_name, default)


_event_class_by_walking = Event.resolve_by_type
Event.resolve_by_type = staticmethod(_event_class)


class HonestProcessor(MessageProcessor):
    """Rasa's processor, but an action that fails fails the turn.

    Rasa's own logs the exception and goes on without the action's events: the customer would get half an answer, and
    nobody would know. A failed turn is tried again and then handed to a person.
    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        fills = any(_fills(mapping) for slot in self.domain.slots for mapping in slot.mappings)
        self._has_to_extract = fills or ACTION_VALIDATE_SLOT_MAPPINGS in self.domain.user_actions
        quicken(self.graph_runner)

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, InOrderRunner]:
        return (Path(model_path).name, *open_model(Path(model_path)))

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Fill slots from the message by the domain's mappings, where it has any that fill one."""
        if not self._has_to_extract:
            return tracker
        return await super().run_action_extract_slots(output_channel, tracker)

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: Rasa's builds an empty domain for each message, to warn of intents that training has checked."""

    async def _run_action(
        self,
        action: Any,
        tracker: Tracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        try:
            shown = tracker.noting(prediction.events, self.domain) if prediction.events else tracker
            events = await action.run(output_channel, nlg, shown, self.domain)
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return True
        except Exception as exc:
            raise DialogueError(f"The action {action.name()} failed: {exc!r}.") from exc
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self._send_bot_messages(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))

    def _log_action_on_tracker(
        self, tracker: DialogueStateTracker, action: Any, events: list[Event], prediction: PolicyPrediction
    ) -> None:
        """As Rasa does it, without copying the events for a log."""
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)


def _fills(mapping: Mapping[str, Any]) -> bool:
    """Whether a slot's mapping fills it by itself: a custom one without an action leaves that to the actions."""
    return mapping.get("type") != "custom" or bool(mapping.get("action"))
