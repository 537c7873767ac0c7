"""The wordings of all entries with their vectors, row by row. Called by `bot.faq.index`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from bot.faq.entry import FaqEntry
from bot.faq.words import FloatArray, Places


class Encodes(Protocol):
    """Whatever turns texts into unit vectors; `bot.nlu.encoder.Encoder` does."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return one unit vector per text, `(len(texts), dimension)`."""


class Rows:
    """Entries, their wordings, and a block of vectors for each; an edit makes a block anew and shares the others."""

    def __init__(
        self, entries: Sequence[FaqEntry], wordings: Sequence[Sequence[str]], blocks: Sequence[FloatArray]
    ) -> None:
        self.entries = tuple(entries)
        self.wordings = wordings
        self.blocks = blocks
        self.lengths = np.array([len(each) for each in wordings], dtype=np.intp)
        self.starts = np.cumsum(self.lengths) - self.lengths

    @classmethod
    def of(cls, entries: Sequence[FaqEntry], vectors: FloatArray) -> Rows:
        """From the `(n, dimension)` vectors of all wordings, in `faq_texts` order. Raises ValueError."""
        wordings = [entry.wordings for entry in entries]
        ends = np.cumsum([len(each) for each in wordings], dtype=np.intp)
        if len(vectors) != (ends[-1] if entries else 0):
            raise ValueError(f"{ends[-1] if entries else 0} wordings but {len(vectors)} vectors")
        return cls(entries, wordings, np.split(vectors, ends[:-1]) if entries else [])

    def __len__(self) -> int:
        return int(self.lengths.sum())

    @cached_property
    def vectors(self) -> FloatArray:
        """All vectors in one array."""
        return self.vectors_of(range(len(self.entries)))

    @cached_property
    def owners(self) -> Places:
        """The place of the entry that each row belongs to."""
        return np.repeat(np.arange(len(self.entries)), self.lengths)

    def vectors_of(self, places: Iterable[int]) -> FloatArray:
        """The vectors of the entries at these places."""
        blocks = [self.blocks[place] for place in places]
        return np.concatenate(blocks) if blocks else np.zeros((0, 0), dtype=np.float32)

    def likeness(self, places: Iterable[int], embedding: FloatArray) -> FloatArray:
        """The likeness of a unit vector to each wording of the entries at these places."""
        return np.concatenate([self.blocks[place] @ embedding for place in places])

    def at(self, places: Places) -> tuple[Places, Places]:
        """The rows of the entries at these places, and where among them each entry begins."""
        lengths = self.lengths[places]
        starts = np.cumsum(lengths) - lengths
        offsets = np.asarray(np.repeat(self.starts[places] - starts, lengths), dtype=np.intp)
        return offsets + np.arange(lengths.sum()), starts

    def updated(self, entries: Sequence[FaqEntry], encoder: Encodes) -> tuple[Rows, Places]:
        """The rows of other entries, and for each of these its place here; -1 where an entry is not worded as here.

        Wordings that an entry had here are not encoded again.
        """
        places = {entry.id: place for place, entry in enumerate(self.entries)}
        kept = np.array([self._place_of(entry, places) for entry in entries], dtype=np.intp)
        fresh = [entry for entry, place in zip(entries, kept, strict=True) if place < 0]
        known = self._vectors_by_wording(places[entry.id] for entry in fresh if entry.id in places)
        blocks = iter(_blocks(fresh, known, encoder))
        wordings = [
            self.wordings[place] if place >= 0 else entry.wordings for entry, place in zip(entries, kept, strict=True)
        ]
        return Rows(entries, wordings, [self.blocks[place] if place >= 0 else next(blocks) for place in kept]), kept

    def moves(self, kept: Places, later: Rows) -> Places:
        """Where each row here is in `later`, which `updated` made; -1 where it is gone."""
        to = np.full(len(self), -1, dtype=np.intp)
        stays = np.flatnonzero(kept >= 0)
        to[self.at(kept[stays])[0]] = later.at(stays)[0]
        return to

    def _place_of(self, entry: FaqEntry, places: Mapping[str, int]) -> int:
        place = places.get(entry.id, -1)
        here = self.entries[place] if place >= 0 else None
        same = here is not None and _worded(here) == _worded(entry)
        return place if same else -1

    def _vectors_by_wording(self, places: Iterable[int]) -> dict[str, FloatArray]:
        return {
            wording: vector
            for place in places
            for wording, vector in zip(self.wordings[place], self.blocks[place], strict=True)
        }


def _worded(entry: FaqEntry) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return entry.question, entry.phrasings, entry.heard


def _blocks(entries: Sequence[FaqEntry], known: Mapping[str, FloatArray], encoder: Encodes) -> list[FloatArray]:
    wordings = [entry.wordings for entry in entries]
    unknown = list(dict.fromkeys(wording for each in wordings for wording in each if wording not in known))
    found = {**known, **(dict(zip(unknown, encoder.encode(unknown), strict=True)) if unknown else {})}
    return [np.stack([found[wording] for wording in each]) for each in wordings]
