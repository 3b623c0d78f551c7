"""The `random` fault: a rate, a list of kinds, and the same luck for the same seed."""

from collections import Counter
from typing import Any

from tests.sandbox.running import running_sandbox, wan_graph
from videogen.sandbox.chaos import SURVIVABLE
from videogen.sandbox.fault_book import FaultBook
from videogen.sandbox.faults import (
    COMFY_ROUTE_KINDS,
    COMFY_RUN_KINDS,
    COMFY_SUBMIT_KINDS,
    KINDS,
    Fault,
    Subject,
)


def _chaos(**params: Any) -> Fault:
    return Fault(kind="random", params=params)


def _subjects(n: int) -> list[Subject]:
    return [Subject(profile="wan-1.3b", prompt=f"clip {index}") for index in range(n)]


def _drawn(book: FaultBook, n: int = 1000) -> list[str | None]:
    faults = [book.take(COMFY_RUN_KINDS, subject) for subject in _subjects(n)]
    return [None if fault is None else fault.kind for fault in faults]


def test_a_rate_is_kept_over_a_thousand_runs_and_all_kinds_come() -> None:
    kinds = ["lose_job", "stall", "out_of_vram"]

    drawn = Counter(_drawn(FaultBook([_chaos(rate=0.2, kinds=kinds)], seed=1)))

    assert set(drawn) == {None, *kinds}
    assert 150 < 1000 - drawn[None] < 250
    assert all(drawn[kind] > 30 for kind in kinds)


def test_the_sandbox_seed_repeats_the_luck_and_another_changes_it() -> None:
    fault = _chaos(rate=0.3)

    first, again, other = (_drawn(FaultBook([fault], seed=seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert first != _drawn(FaultBook([_chaos(rate=0.3, seed=9)], seed=1))


def test_a_jobs_luck_does_not_hang_on_what_runs_beside_it() -> None:
    alone, crowded = (FaultBook([_chaos(rate=0.5)], seed=3) for _ in range(2))
    one = Subject(profile="wan-14b", prompt="x")

    expected = [alone.take(COMFY_RUN_KINDS, one) for _ in range(20)]
    got = []
    for subject in _subjects(20):
        crowded.take(COMFY_RUN_KINDS, subject)
        got.append(crowded.take(COMFY_RUN_KINDS, one))

    assert got == expected
    assert any(fault is None for fault in got)


def test_only_fitting_kinds_are_drawn() -> None:
    book = FaultBook([_chaos(rate=1.0, kinds=["history_500", "drop_after_accept"])])

    at_queue = book.take(COMFY_ROUTE_KINDS, Subject(route="/queue"))
    at_history = book.take(COMFY_ROUTE_KINDS, Subject(route="/history/abc"))
    at_submit = book.take_all(COMFY_SUBMIT_KINDS, Subject(profile="wan-14b"))

    assert at_queue is None
    assert at_history is not None
    assert at_history.kind == "history_500"
    assert list(at_submit) == ["drop_after_accept"]
    assert book.take(COMFY_RUN_KINDS, Subject(profile="wan-14b")) is None


def test_parameters_of_a_kind_can_be_given_and_draws_limited() -> None:
    chaos = Fault(
        kind="random",
        times=2,
        params={"rate": 1.0, "kinds": ["stall"], "params_of": {"stall": {"seconds": 5}}},
    )
    book = FaultBook([chaos])

    faults = [book.take(COMFY_RUN_KINDS, subject) for subject in _subjects(4)]

    assert [fault is not None for fault in faults] == [True, True, False, False]
    assert faults[0] is not None
    assert faults[0].params == {"seconds": 5}
    assert book.as_json()[0]["drawn"] == {"stall": 2}


def test_what_a_chaos_draws_unasked_exists_and_needs_no_person() -> None:
    assert set(SURVIVABLE) <= KINDS
    assert "wedge" not in SURVIVABLE


def test_two_servers_with_one_seed_tell_the_same_story() -> None:
    chaos = {"kind": "random", "rate": 0.5, "kinds": ["execution_error", "no_output", "disk_full"]}

    stories = []
    for _ in range(2):
        arguments = ("--time-scale", "5000", "--no-failures", "--seed", "1")
        with running_sandbox(*arguments) as sandbox:
            sandbox.script(chaos)
            entries = [sandbox.history(sandbox.submit(wan_graph(f"clip {i}"))) for i in range(8)]
        stories.append([(e["status"]["status_str"], bool(e["outputs"])) for e in entries])

    assert stories[0] == stories[1]
    assert len(set(stories[0])) > 1
