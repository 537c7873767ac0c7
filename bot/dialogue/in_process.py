"""Runs custom actions in this process instead of over HTTP, and Rasa's own steps without detours or swallowed errors.

Used by `bot.dialogue.embedded` only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.events import ActionExecutionRejected
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.dialogue.port import DialogueError


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
        """Run the action. Rasa knows a refusal only as HTTP status 400."""
        try:
            return await self._actions.run(json)
        except Exception as exc:
            if type(exc).__name__ != "ActionExecutionRejection":
                raise
            raise _as_http_refusal(json["next_action"], exc) from exc


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


class InOrderRunner(DaskGraphRunner):
    """Runs a model's components one after another, in an order worked out once.

    Rasa's own plans and schedules the same dozen components anew for every message and for every action it predicts:
    measured as a quarter of the processor time of a message.
    """

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Return the outputs of the targets by name, given the outputs of the placeholders."""
        outputs = dict(inputs or {})
        asked = tuple(targets or self._graph_schema.target_names)
        for name, node, needs in self._plan(asked):
            _, outputs[name] = node(*((need, outputs[need]) for need in needs))
        return {name: outputs[name] for name in asked}

    @lru_cache(maxsize=8)  # noqa: B019 - one runner lives as long as the process
    def _plan(self, targets: tuple[str, ...]) -> Sequence[tuple[str, GraphNode, Sequence[str]]]:
        """The components that the targets need, each after those that it needs itself."""
        plan: dict[str, tuple[str, GraphNode, Sequence[str]]] = {}

        def add(name: str) -> None:
            if name in plan or name not in self._graph_schema.nodes:
                return  # planned before, or a placeholder
            needs = tuple(self._graph_schema.nodes[name].needs.values())
            for need in needs:
                add(need)
            plan[name] = (name, self._instantiated_nodes[name], needs)

        for target in targets:
            add(target)
        return tuple(plan.values())


class HonestProcessor(MessageProcessor):
    """Rasa's processor, but an action that fails fails the turn.

    Rasa's own logs the exception and goes on without the action's events: the customer would get half an answer, and
    nobody would know. A failed turn is tried again and then handed to a person.
    """

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, InOrderRunner]:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = loader.load_predict_graph_runner(
                Path(folder), Path(model_path), LocalModelStorage, InOrderRunner
            )
        return Path(model_path).name, metadata, runner

    async def _run_action(
        self,
        action: Any,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        try:
            temporary = tracker.copy() if prediction.events else tracker
            temporary.update_with_events(prediction.events or [], self.domain)
            events = await action.run(output_channel, nlg, temporary, self.domain)
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return True
        except Exception as exc:
            raise DialogueError(f"The action {action.name()} failed: {exc!r}.") from exc
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self._send_bot_messages(events, tracker, output_channel)
        return bool(self.should_predict_another_action(action.name()))
