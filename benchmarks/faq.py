"""How fast a large FAQ is searched, edited and guarded, and what the quick search misses.

    uv run python -m benchmarks.faq [--entries 10000] [--vectors FILE]

The entries are the sample shop's, each once for every one of many products: near neighbours, as in a real large FAQ.
The questions are the entries' held-out tests, with the product's name. Encoding 10,000 entries takes a minute or two;
`--vectors` keeps the result for the next run.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `bot serve` does, before numpy is imported

import numpy as np

from bot.faq.entry import FaqEntry, faq_texts
from bot.faq.files import find_faq_files, read_faq_files
from bot.faq.held_out import HeldOutTests
from bot.faq.index import FaqIndex, Reach
from bot.faq.words import FloatArray
from bot.nlu.encoder import Encoder
from bot.settings import PROJECT

T = TypeVar("T")

WORDINGS = 8
TESTS = 3
QUESTIONS = 1_500
GUARDED = 1_000
MAKERS = ("Fell", "Ridge", "Cairn", "Tarn", "Heath", "Moor", "Crag", "Beck")
THINGS = ("tent", "stove", "rucksack", "jacket", "boots", "lamp", "sleeping bag", "mat", "flask", "poles")


class Kept:
    """An encoder that looks texts up among those encoded before."""

    def __init__(self, texts: Sequence[str], vectors: FloatArray) -> None:
        self._known = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([self._known[text] for text in texts])


def main() -> None:
    """Measure, and print one line for each figure."""
    options = _options()
    entries = list(islice(large_faq(), options.entries))
    questions = random.Random(7).sample([(one.id, test) for one in entries for test in one.tests], QUESTIONS)
    texts = [
        *faq_texts(entries),
        *(test for one in entries[:GUARDED] for test in one.tests),
        *(q for _, q in questions),
    ]
    texts = list(dict.fromkeys(texts))
    kept = Kept(texts, _vectors(texts, options.vectors))
    print(f"{len(entries)} entries, {len(faq_texts(entries))} wordings, {QUESTIONS} questions; processor time")
    measure_search(entries, questions, kept)
    measure_edit(entries, kept)
    measure_guard(entries[:GUARDED], kept)


def large_faq() -> Iterator[FaqEntry]:
    """The sample shop's entries for one product after the other."""
    shop = read_faq_files(find_faq_files([PROJECT / "nlu_data"]))
    for maker, thing in product(MAKERS, THINGS):
        name = f"{maker} {thing}"
        for entry in shop:
            yield replace(
                entry,
                id=f"{entry.id}_{maker}_{thing}".lower().replace(" ", "_"),
                question=_about(entry.question, name),
                phrasings=tuple(_about(text, name) for text in entry.phrasings[: WORDINGS - 1]),
                tests=tuple(_about(text, name) for text in entry.tests[:TESTS]),
            )


def measure_search(entries: Sequence[FaqEntry], questions: Sequence[tuple[str, str]], kept: Kept) -> None:
    """Time one question after the other, and compare what is found with what comparing everything finds."""
    vectors = kept.encode(faq_texts(entries))
    quick = FaqIndex.of(entries, vectors)
    whole = FaqIndex.of(entries, vectors, reach=Reach(sketched=len(vectors), compared=len(vectors)))
    asked = kept.encode([text for _, text in questions])
    found, milliseconds = _timed(lambda at: quick.search(asked[at], questions[at][1]), len(questions))
    wanted, exact_milliseconds = _timed(lambda at: whole.search(asked[at], questions[at][1]), len(questions))
    print(f"search: {_spread(milliseconds)}; comparing every wording: {_spread(exact_milliseconds)}")
    ids = [[match.entry.id for match in matches] for matches in found]
    exact = [[match.entry.id for match in matches] for matches in wanted]
    same = np.mean([a[:1] == b[:1] for a, b in zip(ids, exact, strict=True)])
    share = np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(ids, exact, strict=True)])
    print(f"the same first entry as the whole comparison: {same:.2%}; of its first three: {share:.2%}")
    right = [[row[0] == faq_id for (faq_id, _), row in zip(questions, rows, strict=True)] for rows in (ids, exact)]
    print(f"the right entry first: {np.mean(right[0]):.2%}, by the whole comparison {np.mean(right[1]):.2%}")


def measure_edit(entries: Sequence[FaqEntry], kept: Kept) -> None:
    """Time from an edited list of entries to an index that answers from it."""
    index = FaqIndex.of(entries, kept.encode(faq_texts(entries)))
    edited = [replace(entries[0], phrasings=entries[0].phrasings[1:]), *entries[1:]]
    _, milliseconds = _timed(lambda _: index.updated(edited, kept), 5)
    print(f"a new index after an edit: {np.median(milliseconds):.0f} ms")


def measure_guard(entries: Sequence[FaqEntry], kept: Kept) -> None:
    """Time the held-out questions of all entries before an edit is published, everything encoded before."""
    tests = HeldOutTests(encoder=kept)
    tests.warm(entries)
    before = list(entries)
    seconds = []
    for number in range(5):
        after = [replace(before[0], answer=f"Edited {number}."), *before[1:]]
        begun = time.thread_time()
        tests.lost(before, after)
        seconds.append(time.thread_time() - begun)
        before = after
    asked = sum(len(entry.tests) for entry in entries)
    print(f"guard: {len(entries)} entries, {asked} held-out questions: {max(seconds):.2f} s at most")


def _about(text: str, name: str) -> str:
    return f"{text.rstrip('?')}, for the {name}?" if text.endswith("?") else f"{text} for the {name}"


def _timed(work: Callable[[int], T], times: int) -> tuple[list[T], list[float]]:
    """What each piece of work gave, and the milliseconds of processor time it took: other programs don't count."""
    results, milliseconds = [], []
    for at in range(times):
        begun = time.thread_time()
        results.append(work(at))
        milliseconds.append((time.thread_time() - begun) * 1000)
    return results, milliseconds


def _spread(milliseconds: Sequence[float]) -> str:
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms"


def _vectors(texts: Sequence[str], path: Path | None) -> FloatArray:
    if path is not None and path.is_file():
        return np.asarray(np.load(path), dtype=np.float32)
    vectors = Encoder.shared().encode(texts)
    if path is not None:
        np.save(path, vectors)
    return vectors


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--vectors", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
