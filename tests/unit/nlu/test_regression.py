from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from bot.nlu.regression import Examples, Regression, fit_regression

STRENGTH = 2.0


def clouds(classes: int, each: int = 30) -> Examples:
    """Examples strewn around a middle for each class, near enough to overlap."""
    chance = np.random.default_rng(5)
    middles = chance.normal(size=(classes, 8))
    features = np.vstack([middle + 0.8 * chance.normal(size=(each, 8)) for middle in middles]).astype(np.float32)
    labels = np.repeat([f"class_{number}" for number in range(classes)], each)
    return Examples(features, labels, chance.uniform(0.5, 1.5, len(labels)).astype(np.float32))


def fitted(examples: Examples, steps: int = 500, start: Regression | None = None) -> Regression:
    return fit_regression(examples, strength=STRENGTH, steps=steps, start=start)


def test_it_learns_what_scikit_learn_learns() -> None:
    examples = clouds(4)
    theirs = LogisticRegression(C=STRENGTH, max_iter=500).fit(examples.features, examples.labels, examples.importance)

    ours = fitted(examples)

    assert list(ours.classes) == list(theirs.classes_)
    assert pytest.approx(theirs.coef_, abs=0.01) == ours.weights.T
    assert ours.offsets - ours.offsets.mean() == pytest.approx(theirs.intercept_ - theirs.intercept_.mean(), abs=0.01)


def test_two_classes_have_a_score_each() -> None:
    examples = clouds(2)
    scores = fitted(examples).scores(examples.features)

    assert scores.shape == (60, 2)
    assert (scores.argmax(axis=1) == np.repeat([0, 1], 30)).mean() > 0.9


def test_a_fit_that_goes_on_from_an_earlier_one_is_soon_done() -> None:
    examples = clouds(4)
    whole = fitted(examples)

    assert fitted(examples, steps=1, start=whole).weights == pytest.approx(whole.weights, abs=0.01)
    assert fitted(examples, steps=1).weights != pytest.approx(whole.weights, abs=0.01)


def test_an_earlier_fit_over_other_classes_is_no_start() -> None:
    three, four = clouds(3), clouds(4)

    assert fitted(four, start=fitted(three)).weights == pytest.approx(fitted(four).weights, abs=0.01)
