from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# A 5x7 bitmap font with only the letters of the mark, so that no
# font file or drawing library is needed.
_GLYPHS: dict[str, Sequence[str]] = {
    "S": (".###.", "#...#", "#....", ".###.", "....#", "#...#", ".###."),
    "A": (".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    "N": ("#...#", "##..#", "#.#.#", "#..##", "#...#", "#...#", "#...#"),
    "D": ("####.", "#...#", "#...#", "#...#", "#...#", "#...#", "####."),
    "B": ("####.", "#...#", "#...#", "####.", "#...#", "#...#", "####."),
    "O": (".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."),
    "X": ("#...#", "#...#", ".#.#.", "..#..", ".#.#.", "#...#", "#...#"),
}
_MARK = "SANDBOX"
_INK = 235  # white of limited-range video
_PAPER = 40


def watermark_luma(width_px: int, height_px: int) -> NDArray[np.uint8]:
    """The mark as a luma patch, shape (even rows, even columns), fitting into the frame."""
    rows = [".".join(_GLYPHS[letter][row] for letter in _MARK) for row in range(7)]
    bits = np.array([[pixel == "#" for pixel in row] for row in rows])
    framed = np.pad(bits, 1)
    zoom = max(1, min(height_px // 120, width_px // (2 * framed.shape[1])))
    patch = np.where(framed, _INK, _PAPER).astype(np.uint8).repeat(zoom, 0).repeat(zoom, 1)
    fitted: NDArray[np.uint8] = patch[: height_px // 2 * 2, : width_px // 2 * 2]
    return np.pad(fitted, [(0, side % 2) for side in fitted.shape], mode="edge")
