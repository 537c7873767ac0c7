"""The report of an evaluation: figures with their bounds, and an HTML page with plots. Called by `bot evaluate`."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from bot.evaluation.answers import Reaction, Silence
from bot.evaluation.entities import EntityScores
from bot.evaluation.intents import Bin, Confusion, IntentScore

_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .25rem .75rem; text-align: left }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } tr + tr { border-top: 1px solid #8884 }
.missed { color: #c0392b; font-weight: 600 } svg { max-width: 100%; height: auto; background: #fff }
details { margin: .25rem 0 } summary { cursor: pointer }
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and the bound that it has to keep, if there is one."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "share"

    @property
    def holds(self) -> bool:
        """Whether it keeps its bound."""
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def shown(self) -> str:
        """The value for people: shares as percent."""
        return f"{self.value:.1%}" if self.unit == "share" else f"{self.value:.3g} {self.unit}".rstrip()

    @property
    def bound(self) -> str:
        """The bound for people; empty without one."""
        if self.at_least is not None:
            return f"≥ {Figure('', self.at_least, unit=self.unit).shown}"
        return f"≤ {Figure('', self.at_most, unit=self.unit).shown}" if self.at_most is not None else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a heading and HTML."""

    heading: str
    html: str


def page(title: str, figures: Sequence[Figure], sections: Iterable[Section]) -> str:
    """The whole report; nothing is loaded from elsewhere."""
    body = "".join(f"<h2>{escape(section.heading)}</h2>{section.html}" for section in sections)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{_figures(figures)}{body}</html>\n"
    )


def _figures(figures: Sequence[Figure]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td class='n{'' if one.holds else ' missed'}'>{one.shown}</td>"
        f"<td class=n>{escape(one.bound)}</td></tr>"
        for one in figures
    )
    return f"<table><tr><th>Figure</th><th class=n>Measured</th><th class=n>Bound</th></tr>{rows}</table>"


def intent_table(scores: Iterable[IntentScore]) -> str:
    """Precision, recall and F1 of each intent."""
    head = _head("Intent", "Precision", "Recall", "F1", "Examples")
    rows = "".join(
        f"<tr><td>{escape(s.intent)}</td><td class=n>{s.precision:.2f}</td><td class=n>{s.recall:.2f}</td>"
        f"<td class=n>{s.f1:.2f}</td><td class=n>{s.examples}</td></tr>"
        for s in scores
    )
    return f"<table>{head}{rows}</table>"


def entity_table(scores: EntityScores) -> str:
    """Precision, recall and F1 of each entity, and the sentences in which something is wrong."""
    head = _head("Value", "Precision", "Recall", "F1", "Labelled")
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class=n>{s.precision:.2f}</td><td class=n>{s.recall:.2f}</td>"
        f"<td class=n>{s.f1:.2f}</td><td class=n>{s.right + s.missed}</td></tr>"
        for name, s in scores.by_entity.items()
    )
    wrong = (f"{row.text} (row {row.row})" for row in scores.wrong)
    return f"<table>{head}{rows}</table><details><summary>Sentences with a fault</summary>{lines(wrong)}</details>"


def _head(first: str, *others: str) -> str:
    return f"<tr><th>{first}</th>{''.join(f'<th class=n>{name}</th>' for name in others)}</tr>"


def confusion_list(confusions: Sequence[Confusion]) -> str:
    """Each mix-up with its sentences, to be opened."""
    return "".join(
        f"<details><summary>{escape(c.wanted)} taken for {escape(c.got)}: {len(c.texts)}</summary>"
        f"{lines(c.texts)}</details>"
        for c in confusions
    )


def lines(texts: Iterable[str]) -> str:
    """A list of sentences."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def draw_reliability(bins: Sequence[Bin]) -> Callable[[Any], None]:
    """Draws claimed against true, the size of a dot by its number of messages."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color="#bbb", linewidth=1)
        most = max((one.messages for one in bins), default=1)
        sizes = [20 + 180 * one.messages / most for one in bins]
        axes.scatter([one.confidence for one in bins], [one.right for one in bins], s=sizes, color="#2f6f8f")
        axes.set_xlabel("confidence claimed")
        axes.set_ylabel("share that was right")

    return draw


def draw_silence(asked: Sequence[Reaction], unanswered: Sequence[Silence]) -> Callable[[Any], None]:
    """Draws, over all thresholds, how many FAQ questions are answered right against wrong answers to the others."""

    def draw(axes: Any) -> None:
        thresholds = [step / 200 for step in range(201)]
        right = [sum(one.finds_right and one.chance >= at for one in asked) / max(1, len(asked)) for at in thresholds]
        wrong = [sum(one.chance >= at for one in unanswered) / max(1, len(unanswered)) for at in thresholds]
        axes.plot(wrong, right, color="#2f6f8f")
        axes.set_xlim(0, 0.25)
        axes.set_xlabel("share answered of what nothing answers")
        axes.set_ylabel("share of FAQ questions answered right")

    return draw


def plot(draw: Callable[[Any], None]) -> str:
    """An SVG drawn by `draw` on matplotlib axes."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    draw(axes)
    axes.spines[["top", "right"]].set_visible(False)
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    svg = drawn.getvalue()
    return svg[svg.index("<svg") :]


def save_plot(path: Path, draw: Callable[[Any], None]) -> None:
    """Write a plot as a file of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(plot(draw), "utf-8")
