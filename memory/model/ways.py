"""What a channel is to whoever writes there and to whoever sends. Each says it of itself; memory is handed all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One channel. `name` is how addresses call it.

    `is_sent_to`: what is said there is sent by the outbox; else it is read in the transcript. `may_begin`: customers
    see there what they did not ask for, such as news of an order. `answers_only`: an agent's words wait for the
    customer's next message, with whose answer they are handed out. `is_mail`: two messages at once would be two letters
    in a mailbox, so the replies of a turn are joined.
    """

    name: str
    is_sent_to: bool
    may_begin: bool
    answers_only: bool = False
    is_mail: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """All channels of an installation, by what memory has to know of them."""

    all: Collection[Way]

    @property
    def sent_to(self) -> frozenset[str]:
        """Those that have rows in the outbox."""
        return frozenset(way.name for way in self.all if way.is_sent_to)

    @property
    def may_begin(self) -> frozenset[str]:
        """Those on which a customer may be written to first."""
        return frozenset(way.name for way in self.all if way.may_begin)

    @property
    def answers_only(self) -> frozenset[str]:
        """Those that hand out an agent's words with an answer."""
        return frozenset(way.name for way in self.all if way.answers_only)

    @property
    def mail(self) -> frozenset[str]:
        """Those on which the replies of a turn are one letter."""
        return frozenset(way.name for way in self.all if way.is_mail)
