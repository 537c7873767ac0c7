"""The recollection that the tasks of this process use.

`bot.bootstrap` calls `use` at start-up. Under `rasa run actions` nobody does: the past is not there to be looked at.
"""

from __future__ import annotations

from actions.recollection.port import Recollection


class _Holder:
    """Holds the one in use; a class so that nothing is rebound in the module itself."""

    recollection: Recollection | None = None


def use(recollection: Recollection | None) -> None:
    """From now on the past is looked up here; None forgets it."""
    _Holder.recollection = recollection


def current() -> Recollection | None:
    """The one in use, if there is one."""
    return _Holder.recollection
