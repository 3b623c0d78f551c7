"""The smallest number that decides something."""

from collections.abc import Callable


def first_true(is_true: Callable[[int], bool], low: int, high: int) -> int | None:
    """The first n in low..high that holds, when holding once means holding on; None: none does."""
    if low > high or not is_true(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if is_true(middle):
            high = middle
        else:
            low = middle + 1
    return low
