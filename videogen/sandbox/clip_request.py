"""What the sandbox is asked to draw."""

from collections.abc import Container
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]  # luma, blue, red; colour at half the size
Look = Literal["solid", "soft", "clear", "crisp", "finest"]
Motion = Literal["normal", "frozen", "black"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRequest:
    """What a clip shows; the same request always gives the same pixels."""

    width_px: int
    height_px: int
    frames: int
    fps: Fraction
    prompt: str = ""
    seed: int = 0
    look: Look = "clear"
    colour: int = 0  # 0xRRGGBB of a solid clip
    motion: Motion = "normal"
    audio: bool = False
    pictures: tuple[bytes, ...] = ()  # PNG or JPEG: what it begins with, and what it ends with
    subjects: tuple[bytes, ...] = ()  # PNG or JPEG: what is to be seen in it
    voice: Path | None = None  # its sound track; None with audio: a tone

    def __post_init__(self) -> None:
        if min(self.width_px, self.height_px, self.frames) < 1 or self.fps <= 0:
            raise ValueError(f"a clip needs a size, frames and fps: {self}")


def motion_under(faults: Container[str]) -> Motion:
    """What the faults of a job do to its picture; black outdoes frozen."""
    if "black_video" in faults:
        return "black"
    return "frozen" if "frozen_video" in faults else "normal"
