"""Long work that gives up when the app ends, and leaves nothing half made."""

from collections.abc import Callable

IsStopping = Callable[[], bool]


class StoppedError(Exception):
    """Nobody sees it: whoever began the work is about to end."""


def never() -> bool:
    return False


def go_on(is_stopping: IsStopping) -> None:
    """Raises: StoppedError."""
    if is_stopping():
        raise StoppedError
