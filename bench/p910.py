"""Fitting the subject model of 79 clips x 26 raters, against its textbook form in plain numpy."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.measurement import Measurement, compared
from videogen.analysis import fit_p910

N_CLIPS, N_RATERS = 79, 26  # a published panel's size
N_ROUNDS = 30
LIMIT = 0.5


def p910_79_by_26() -> Measurement:
    draw = np.random.default_rng(1)
    quality, bias = draw.uniform(1.5, 4.5, (N_CLIPS, 1)), draw.normal(0, 0.3, (1, N_RATERS))
    noise = draw.normal(0, 1, (N_CLIPS, N_RATERS)) * draw.uniform(0.4, 0.9, (1, N_RATERS))
    scores = np.clip(np.rint(quality + bias + noise), 1, 5)
    ours_quality = np.array(fit_p910(scores).quality, dtype=np.float64)
    np.testing.assert_allclose(ours_quality, _textbook(scores), atol=1e-6)
    ours = _fastest(lambda: fit_p910(scores))
    return compared(ours, _fastest(lambda: _textbook(scores)), limit=LIMIT)


def _textbook(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Li et al. 2020, as it is written down: residuals of the whole matrix in every round."""
    quality = np.nanmean(scores, axis=1)
    bias = np.nanmean(scores - quality[:, None], axis=0)
    step = np.inf
    while step >= 1e-8:
        former = quality
        inconsistency = np.nanstd(scores - quality[:, None] - bias, axis=0)
        weight = np.where(np.isnan(scores), 0.0, 1 / (inconsistency**2 + 1e-8))
        quality = np.nansum((scores - bias) * weight, axis=1) / weight.sum(axis=1)
        bias = np.nanmean(scores - quality[:, None], axis=0)
        quality, bias = quality + bias.mean(), bias - bias.mean()
        step = float(np.linalg.norm(former - quality))
    return np.asarray(quality, dtype=np.float64)


def _fastest(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(N_ROUNDS):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken)
