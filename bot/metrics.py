"""What the operator's monitoring reads at /metrics. Made once in `bot.bootstrap`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest


class Metrics:
    """Counters and timings of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.turn_seconds = Histogram(
            "threadkeeper_turn_seconds",
            "Seconds a turn took, from its claim to its commit.",
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
            registry=self._registry,
        )
        self.turns_failed = Counter(
            "threadkeeper_turns_failed", "Turns that broke down and were given back.", registry=self._registry
        )
        self.dialogue_ended = Counter(
            "threadkeeper_dialogue_ended",
            "How often the process in which the dialogue thinks has ended by itself and was started again.",
            registry=self._registry,
        )
        self.handoffs_requested = Counter(
            "threadkeeper_handoffs_requested",
            "Handoffs to a person that turns have asked for, by their reason.",
            ("reason",),
            registry=self._registry,
        )
        self.deliveries = Counter(
            "threadkeeper_deliveries",
            "Deliveries to channels that are pushed to, by what became of them.",
            ("channel", "state"),
            registry=self._registry,
        )
        self.in_doubt = Counter(
            "threadkeeper_deliveries_in_doubt",
            "Attempts that are made again though they may have come to something: a message that may have come twice.",
            ("why",),
            registry=self._registry,
        )

    def page(self) -> bytes:
        """The figures in Prometheus' text format."""
        return bytes(generate_latest(self._registry))
