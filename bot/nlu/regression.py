"""Multinomial logistic regression, in single precision. Called by `bot.nlu.intent_training`.

Written out here because scikit-learn copies all features to double precision at every step of the fit, which takes
most of its time and changes no answer. The products are TensorFlow's, which Rasa brings along: numpy's library knows no
processor newer than itself, and is eight times as slow on one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Labels = npt.NDArray[np.str_]
Places = npt.NDArray[np.intp]
Doubles = npt.NDArray[np.float64]


class Product(Protocol):
    """A product with the features of the examples."""

    def __call__(self, matrix: FloatArray, *, transposed: bool = False) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class Examples:
    """What is fitted on: `n` examples of `d` dimensions."""

    features: FloatArray
    """`(n, d)`."""
    labels: Labels
    """The class of each, `(n,)`."""
    importance: FloatArray
    """How much each counts, `(n,)`."""


@dataclass(frozen=True, slots=True)
class Regression:
    """What was learnt about `c` classes from features of `d` dimensions."""

    classes: Labels
    """In alphabetical order, `(c,)`."""
    weights: FloatArray
    """`(d, c)`."""
    offsets: FloatArray
    """`(c,)`."""

    def scores(self, features: FloatArray) -> FloatArray:
        """How much speaks for each class, `(n, c)`, for features `(n, d)`."""
        return np.asarray(features @ self.weights + self.offsets)


def fit_regression(examples: Examples, *, strength: float, steps: int, start: Regression | None = None) -> Regression:
    """Fit in at most so many steps of L-BFGS.

    `strength` is the inverse of the regularisation. `start` is an earlier fit, which is gone on from if it is over the
    same classes.
    """
    from scipy.optimize import minimize

    classes, places = np.unique(examples.labels, return_inverse=True)
    shape = (examples.features.shape[1] + 1, len(classes))
    begin = np.zeros(shape)
    if start is not None and np.array_equal(start.classes, classes):
        begin[:-1], begin[-1] = start.weights, start.offsets

    product = _products_with(examples.features)

    def loss(at: Doubles) -> tuple[float, Doubles]:
        return _loss(at.reshape(shape), examples, places, strength, product)

    best = minimize(loss, begin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": steps, "gtol": 1e-3})
    found = best.x.reshape(shape).astype(np.float32)
    return Regression(classes, found[:-1], found[-1])


def _products_with(features: FloatArray) -> Product:
    """Multiplies the features `(n, d)` by a matrix `(d, c)` or, transposed, by one `(n, c)`."""
    import tensorflow as tf  # type: ignore[import-untyped]  # takes seconds, and only training needs it

    held = tf.constant(features)

    def product(matrix: FloatArray, *, transposed: bool = False) -> FloatArray:
        return np.asarray(tf.linalg.matmul(held, matrix, transpose_a=transposed))

    return product


def _loss(at: Doubles, examples: Examples, places: Places, strength: float, product: Product) -> tuple[float, Doubles]:
    """How badly weights, with the offsets in the last row, explain the examples; and its gradient, flat.

    `places` are the examples' classes as numbers, `product` is that with their features.
    """
    rows = np.arange(len(places))
    scores = product(at[:-1].astype(np.float32)) + at[-1].astype(np.float32)
    scores -= scores.max(axis=1, keepdims=True)
    of_right = scores[rows, places]
    chances = np.exp(scores, out=scores)
    total = chances.sum(axis=1)
    surprise = np.dot(examples.importance, (np.log(total) - of_right).astype(np.float64))
    chances *= (examples.importance / total)[:, None]
    chances[rows, places] -= examples.importance
    slope = np.vstack([product(chances, transposed=True), chances.sum(axis=0)]).astype(np.float64)
    slope[:-1] += at[:-1] / strength
    return float(surprise + (at[:-1] ** 2).sum() / (2 * strength)), slope.ravel()
