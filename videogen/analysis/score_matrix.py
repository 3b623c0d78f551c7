"""Opinions as a matrix of clips x raters: the one shape that every statistic of a panel takes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Matrix: TypeAlias = "NDArray[np.float64]"
Scores: TypeAlias = "Sequence[Sequence[float | None]] | NDArray[np.float64]"


def score_matrix(raw: Scores) -> Matrix:
    """Shape (n_clips, n_raters), NaN where a vote is missing.

    Raises: ValueError: the rows differ in length.
    """
    import numpy as np

    matrix = np.array(raw, dtype=np.float64)
    return matrix.reshape(0, 0) if matrix.ndim != 2 else matrix


def known(values: Matrix) -> tuple[float | None, ...]:
    """NaN, which JSON does not have, as None."""
    return tuple(None if value != value else value for value in values.tolist())  # noqa: PLR0124
