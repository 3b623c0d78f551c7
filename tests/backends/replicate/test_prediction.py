"""What a prediction's JSON comes to; the literals are as recorded from Replicate's client."""

from typing import Any

import pytest

from videogen.backends.replicate.prediction import (
    REMOVED,
    clip_address,
    observation,
    without_clip,
)
from videogen.domain.generation import GenerationState
from videogen.domain.run import FailureClass

ADDRESS = "https://replicate.delivery/xezq/abc/output.mp4"


def _prediction(status: str, **more: Any) -> dict[str, Any]:
    times = {
        "created_at": "2026-11-22T00:00:00Z",
        "started_at": "2026-11-22T00:00:40.5Z",
        "completed_at": "2026-11-22T00:01:12Z",
    }
    return {"id": "pok", "status": status, "output": None, "error": None, **times, **more}


def test_a_success_is_one_billed_clip_with_the_servers_own_seconds() -> None:
    seen = observation(_prediction("succeeded", output=ADDRESS))

    assert (seen.state, seen.progress, seen.billed_samples) == (GenerationState.SUCCEEDED, 1.0, 1)
    assert seen.phases == {"starting": 40.5, "executing": 31.5}


def test_without_times_the_counted_seconds_stand_in_and_without_both_nothing() -> None:
    timeless = {"created_at": None, "started_at": None, "completed_at": "no time"}
    counted = _prediction("succeeded", **timeless, metrics={"predict_time": 31.4})

    assert observation(counted).phases == {"executing": 31.4}
    assert observation(_prediction("succeeded", **timeless)).phases == {}


@pytest.mark.parametrize("status", ["starting", "processing", "queued", "a word of next year"])
def test_every_word_that_is_no_end_means_it_goes_on(status: str) -> None:
    seen = observation(_prediction(status))

    assert (seen.state, seen.stage) == (GenerationState.RUNNING, status)


def test_a_cancelled_one_is_charged_and_an_aborted_one_is_not() -> None:
    cancelled = observation(_prediction("canceled"))
    aborted = observation(_prediction("aborted", started_at=None))

    assert (cancelled.state, cancelled.billed_samples) == (GenerationState.CANCELLED, 1)
    assert (aborted.state, aborted.billed_samples) == (GenerationState.FAILED, 0)
    assert aborted.failure_class is FailureClass.TIMED_OUT


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("CUDA out of memory. Tried to allocate 2.00 GiB", FailureClass.EXECUTION_ERROR),
        ("NSFW content detected. Try another prompt.", FailureClass.FILTERED),
        ("The input or output was flagged as sensitive. (E005)", FailureClass.FILTERED),
        (None, FailureClass.EXECUTION_ERROR),
    ],
)
def test_a_failure_says_why_and_its_bill_is_unknown(
    error: str | None, expected: FailureClass
) -> None:
    seen = observation(_prediction("failed", error=error, metrics={"predict_time": 3.0}))

    assert (seen.failure_class, seen.billed_samples) == (expected, None)
    assert seen.failure_detail == (error or "no reason given")


@pytest.mark.parametrize(
    ("facts", "billed"),
    [
        ({"metrics": {"video_output_duration_seconds": 5.0}}, 1),
        ({"metrics": {"video_output_count": 1}}, 1),
        ({"started_at": None, "metrics": None}, 0),
        ({"metrics": None}, None),
    ],
)
def test_a_failures_bill_is_known_where_output_was_counted_or_nothing_began(
    facts: dict[str, Any], billed: int | None
) -> None:
    assert observation(_prediction("failed", **facts)).billed_samples == billed


@pytest.mark.parametrize(
    ("output", "expected"),
    [(ADDRESS, ADDRESS), ([ADDRESS, "other"], ADDRESS), ([], None), (None, None), ({"a": 1}, None)],
)
def test_an_output_is_one_address_or_a_list_of_them(output: object, expected: str | None) -> None:
    assert clip_address({"output": output}) == expected


def test_a_clip_whose_hour_is_over_is_told_from_one_that_never_was() -> None:
    removed = _prediction("succeeded", data_removed=True)

    assert observation(removed).billed_samples == 1
    assert without_clip(removed) == REMOVED
    assert without_clip(_prediction("succeeded", data_removed=False)) != REMOVED


def test_a_token_in_an_error_is_not_repeated() -> None:
    seen = observation(_prediction("failed", error="token r8_abcDEF123 is\nno good"))

    assert seen.failure_detail == "token [token] is no good"


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -1.0, 10**400, "long"])
def test_counted_seconds_that_are_none_are_unknown(seconds: object) -> None:
    found = observation({"status": "succeeded", "metrics": {"predict_time": seconds}})

    assert found.phases == {}


def test_times_with_and_without_a_zone_are_taken_together() -> None:
    found = observation(
        {
            "status": "succeeded",
            "started_at": "2026-01-01T00:00:00",
            "completed_at": "2026-01-01T00:00:02Z",
        }
    )

    assert found.phases == {"executing": 2.0}


def test_what_no_row_can_hold_is_left_out_of_words() -> None:
    failed = observation({"status": "failed", "error": "a\x00\ud800b R8_SECRET"})
    strange = observation({"status": "x" * 1_000_000})

    assert failed.failure_detail == "a b [token]"
    assert len(strange.stage or "") == 40
