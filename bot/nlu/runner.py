"""Opens a trained model and runs its components without detours. Called by the dialogue and by evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.nlu.entities import SpacyEntities
from bot.nlu.found import Found

T = TypeVar("T")
_Step = tuple[str, Callable[..., Any], Sequence[tuple[str, str]]]
"""A component's name, what it does, and its arguments' names with the components whose outputs they are."""


class InOrderRunner(DaskGraphRunner):
    """Runs a model's components one after another, in an order worked out once.

    Rasa's own plans and schedules the same dozen components anew for every message and for every action it predicts:
    measured as a quarter of the processor time of a message.
    """

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Return the outputs of the targets by name, given the outputs of the placeholders."""
        outputs = dict(inputs or {})
        asked = tuple(targets or self._graph_schema.target_names)
        for name, step, needs in self._plan(asked):
            outputs[name] = step(**{argument: outputs[need] for argument, need in needs})
        return {name: outputs[name] for name in asked}

    @lru_cache(maxsize=8)  # noqa: B019 - one runner lives as long as the process
    def _plan(self, targets: tuple[str, ...]) -> Sequence[_Step]:
        """The steps that the targets need, each after those that it needs itself."""
        plan: dict[str, _Step] = {}

        def add(name: str) -> None:
            if name in plan or name not in self._graph_schema.nodes:
                return  # planned before, or a placeholder
            needs = tuple(self._graph_schema.nodes[name].needs.items())
            for _, need in needs:
                add(need)
            node = self._instantiated_nodes[name]
            plan[name] = (name, partial(node._fn, node._component), needs)

        for target in targets:
            add(target)
        return tuple(plan.values())


def open_model(model: Path) -> tuple[ModelMetadata, InOrderRunner]:
    """Return what is known of a trained model file, and its components ready to run."""
    with TempDirectoryPath(get_temp_dir_name()) as folder:
        metadata, runner = loader.load_predict_graph_runner(Path(folder), model, LocalModelStorage, InOrderRunner)
    return metadata, runner


def component(runner: InOrderRunner, kind: type[T]) -> T:
    """Return the one loaded component of a kind. Raises LookupError when the model has none."""
    for node in runner._instantiated_nodes.values():
        found = getattr(node, "_component", None)
        if isinstance(found, kind):
            return found
    raise LookupError(f"The model has no {kind.__name__}; config.yml names it, so train again.")


class Reader:
    """Understands messages as a trained model does, without its dialogue."""

    def __init__(self, model: Path) -> None:
        """Open a trained model file: seconds."""
        metadata, self._runner = open_model(model)
        self._target = str(metadata.nlu_target)
        self._nobody = DialogueStateTracker("nobody", [])

    def find(self, text: str, now: datetime) -> Sequence[Found]:
        """Return the entities of a text that was written at `now`, the shop's local time."""
        return component(self._runner, SpacyEntities).find(text, now)

    def parse(self, text: str) -> Mapping[str, Any]:
        """Return `intent`, `intent_ranking`, `entities` and `faq` of one message, as Rasa reports them."""
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: self._nobody}
        outputs = self._runner.run(inputs=inputs, targets=[self._target])
        parsed: dict[str, Any] = outputs[self._target][0].as_dict(only_output_properties=True)
        return parsed
