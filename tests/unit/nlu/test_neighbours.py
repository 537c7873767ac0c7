"""The nearest example of an intent is found among few by looking at all, and among thousands by looking at some."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.encoder import FloatArray
from bot.nlu.neighbours import Neighbours


def unit_vectors(count: int, topics: int = 30) -> FloatArray:
    """As texts on some topics lie: each near the middle of its topic."""
    random = np.random.default_rng(5)
    middles = random.normal(size=(topics, 64))
    vectors = middles[random.integers(topics, size=count)] + 0.6 * random.normal(size=(count, 64))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("count", [1, 7, 200])
def test_the_nearest_of_few_is_exact(count: int) -> None:
    vectors, asked = unit_vectors(count), unit_vectors(300)[-20:]

    for one in asked:
        assert Neighbours(vectors).nearest(one) == pytest.approx(float((vectors @ one).max()), abs=1e-6)


def test_the_nearest_of_thousands_is_seldom_missed_and_never_by_much() -> None:
    vectors, asked = unit_vectors(2_000), unit_vectors(2_300)[-300:]
    neighbours = Neighbours(vectors)

    missed = [float((vectors @ one).max()) - neighbours.nearest(one) for one in asked]

    assert min(missed) > -1e-6
    assert sum(by > 1e-6 for by in missed) < len(asked) * 0.05
    assert max(missed) < 0.1


def test_an_example_itself_is_always_found_among_thousands() -> None:
    vectors = unit_vectors(2_000)
    neighbours = Neighbours(vectors)

    assert all(neighbours.nearest(one) == pytest.approx(1, abs=1e-5) for one in vectors[::50])


def test_thousands_of_equal_examples_are_no_trouble() -> None:
    vectors = np.repeat(unit_vectors(1), 500, axis=0)

    assert Neighbours(vectors).nearest(vectors[0]) == pytest.approx(1, abs=1e-5)
