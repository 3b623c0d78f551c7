"""Every error that can end a run has its class, and every class has an error that leads to it."""

import inspect

import pytest

from videogen import errors
from videogen.domain.run import FailureClass
from videogen.errors import BackendError, BudgetExceededError, DatabaseFullError, InvalidInputError
from videogen.runs.ending import failure_class_of

BACKEND_ERRORS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, BackendError)
]
OTHERS = {
    InvalidInputError("seed_out_of_range", field="seed"): FailureClass.INVALID_INPUT,
    BudgetExceededError(): FailureClass.BUDGET,
    DatabaseFullError(): FailureClass.DISK_FULL,
}
# Their codes say more to the person who tests a server than a run's class can.
NAMED_OTHERWISE = {
    "not_comfyui": FailureClass.SERVER_DOWN,
    "server_too_old": FailureClass.SERVER_DOWN,
}


@pytest.mark.parametrize("kind", BACKEND_ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_of_a_back_end_ends_a_run_in_the_class_of_its_code(
    kind: type[BackendError],
) -> None:
    expected = NAMED_OTHERWISE.get(kind.code) or FailureClass(kind.code)

    assert failure_class_of(kind("comfy@127.0.0.1:8188")) is expected


@pytest.mark.parametrize(("error", "expected"), OTHERS.items(), ids=str)
def test_an_error_of_our_own_ends_a_run_in_the_class_that_tells_what_to_do(
    error: errors.VideogenError, expected: FailureClass
) -> None:
    assert failure_class_of(error) is expected


def test_every_failure_class_is_reached_by_some_error() -> None:
    reached = {failure_class_of(kind("comfy@x")) for kind in BACKEND_ERRORS} | set(OTHERS.values())

    assert set(FailureClass) - reached == set()
