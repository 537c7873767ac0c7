"""Runs the tasks inside the bot's own process; the dialogue calls it instead of an action server over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import ActionExecutor


class InProcessActions:
    """All actions of this package behind the one call that Rasa makes of an action server."""

    def __init__(self) -> None:
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    @property
    def names(self) -> frozenset[str]:
        """What can be run; the domain must declare each."""
        return frozenset(self._executor.actions)

    async def run(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Run `payload["next_action"]` and return `{"events": […], "responses": […]}`, as the HTTP server would.

        Raises rasa_sdk.interfaces.ActionNotFoundException for a name that no action has.
        """
        done: dict[str, Any] | None = await self._executor.run(payload)
        return done or {"events": [], "responses": []}
