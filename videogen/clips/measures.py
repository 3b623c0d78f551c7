"""What the guards measure, gathered frame by frame while a clip is decoded once."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]  # shape (height_px, width_px), 8 bit

FLAT_LUMA_SD = 3.0  # below it a frame is black, white or the grey of NaN latents
FROZEN_DIFFERENCE = 0.3  # mean absolute difference of neighbours, of 255
NOISE_EVERY_FRAMES = 10  # the median needs whole frames, and noise is in all of them or in none
# Every 3rd pixel both ways: a frame's means survive that. Not every 4th: codec blocks and drawn
# tiles lie on powers of two, and a slow pan of them would then look frozen.
_GRID_PX = 3


@dataclass(slots=True)
class Measures:
    """Running figures of one clip; the definitions are those of the guards in `checks`."""

    n_frames: int = 0
    n_flat: int = 0
    n_still: int = 0
    largest_difference: float | None = None
    _frame_means: list[float] = field(default_factory=list)
    _noise: list[float] = field(default_factory=list)
    _before: NDArray[np.int16] | None = None

    def add(self, luma: Luma) -> None:
        # Picked, not averaged: averaging would make pure noise look flat.
        grid = luma[::_GRID_PX, ::_GRID_PX].astype(np.int16)
        self._frame_means.append(float(grid.mean()))
        self.n_flat += bool(grid.std() < FLAT_LUMA_SD)
        if self._before is not None and self._before.shape == grid.shape:
            difference = float(np.abs(grid - self._before).mean())
            self.n_still += difference < FROZEN_DIFFERENCE
            self.largest_difference = max(self.largest_difference or 0.0, difference)
        if self.n_frames % NOISE_EVERY_FRAMES == 0 and min(luma.shape) >= 3:
            self._noise.append(_distance_from_median(luma))
        self._before = grid
        self.n_frames += 1

    @property
    def flat_share(self) -> float:
        return self.n_flat / self.n_frames

    @property
    def frozen_share(self) -> float | None:
        """Of the neighbouring pairs; None for a single frame."""
        return self.n_still / (self.n_frames - 1) if self.n_frames > 1 else None

    @property
    def noise(self) -> float | None:
        return float(np.mean(self._noise)) if self._noise else None

    @property
    def flicker(self) -> float | None:
        """Mean absolute second difference of the frames' mean luma; None under three frames."""
        if self.n_frames < 3:
            return None
        return float(np.abs(np.diff(self._frame_means, n=2)).mean())


def _distance_from_median(luma: Luma) -> float:
    """Mean |y - median3x3(y)| over the inner pixels."""
    rows, columns = luma.shape
    shifted = [
        luma[down : rows - 2 + down, right : columns - 2 + right]
        for down in range(3)
        for right in range(3)
    ]
    median = _median_of_nine(shifted)
    centre = shifted[4].astype(np.int16)
    return float(np.abs(centre - median).mean())


# The 19 exchanges that leave the median of nine in the middle (Paeth, Graphics Gems, 1990);
# 40 times as fast as sorting nine values per pixel.
_EXCHANGES = (
    (1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3),
    (5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2),
)  # fmt: skip


def _median_of_nine(values: list[Luma]) -> Luma:
    sorting = list(values)
    for low, high in _EXCHANGES:
        smaller = np.minimum(sorting[low], sorting[high])
        sorting[high] = np.maximum(sorting[low], sorting[high])
        sorting[low] = smaller
    return sorting[4]
