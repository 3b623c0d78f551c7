"""Foreign exceptions of both of the SDK's families, by what they carry."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from google.genai.errors import ClientError

from videogen.backends.google.failures import (
    CLOCK_MARGIN_S,
    class_in_words,
    detail_line,
    said,
    seconds_to_new_day,
    start_error,
)
from videogen.domain.run import FailureClass
from videogen.errors import OutcomeUncertainError, QuotaError


class _Answer:
    def __init__(self, headers: Mapping[str, str]) -> None:
        self.headers = headers


def _quota(headers: Mapping[str, str], *details: dict[str, Any]) -> QuotaError:
    body = {"error": {"code": 429, "message": "slow", "details": list(details)}}
    error = ClientError(429, body, _Answer(headers))  # only headers are read
    ours = start_error("vertex@google", "veo", error)
    assert isinstance(ours, QuotaError)
    return ours


def test_a_quota_without_a_delay_says_none() -> None:
    assert _quota({}).facts["retry_after_s"] is None  # unknown, not zero


@pytest.mark.parametrize(("text", "expected_s"), [("37", 37.0), ("-3", 0.0), ("soon", None)])
def test_a_delay_in_the_header_is_seconds(text: str, expected_s: float | None) -> None:
    assert _quota({"retry-after": text}).facts["retry_after_s"] == expected_s


def test_a_delay_in_the_header_may_be_a_date() -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    delay_s = _quota({"retry-after": then}).facts["retry_after_s"]

    assert isinstance(delay_s, float)
    assert 80 < delay_s <= 90


def test_the_body_is_believed_before_the_header() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}

    assert _quota({"retry-after": "37"}, info).facts["retry_after_s"] == 3.5


def test_an_exception_that_nobody_knows_leaves_the_outcome_open() -> None:
    ours = start_error("vertex@google", "veo", RuntimeError("AIzaSyVerySecretKey"))

    assert isinstance(ours, OutcomeUncertainError)
    assert ours.detail == "RuntimeError"


@pytest.mark.parametrize("secret", ["AIzaSyVerySecretKey0", "ya29.a0-token", "api_key:abc-def"])
def test_a_line_for_people_holds_no_key(secret: str) -> None:
    assert secret not in detail_line(f"Consumer '{secret}' has been suspended")
    assert secret not in said(ClientError(403, {"error": {"message": f"no {secret}"}}))


@pytest.mark.parametrize(
    ("text", "failure_class"),
    [
        ("safety The prompt was blocked", FailureClass.FILTERED),
        ("RESOURCE_EXHAUSTED", FailureClass.QUOTA),
        ("invalid argument: duration", FailureClass.INVALID_INPUT),
        ("permission_denied", FailureClass.SIGN_IN),
        ("internal", FailureClass.EXECUTION_ERROR),
        ("", FailureClass.EXECUTION_ERROR),
    ],
)
def test_a_reason_in_words_has_its_class(text: str, failure_class: FailureClass) -> None:
    assert class_in_words(text) is failure_class


@pytest.mark.parametrize(
    ("now", "left_s"),
    [
        ("2026-11-22T07:59:00+00:00", 60),  # PST, UTC-8
        ("2026-11-22T08:00:00+00:00", 86_400),
        ("2026-07-01T06:59:00+00:00", 60),  # PDT, UTC-7
        ("2026-11-01T07:00:00+00:00", 25 * 3600),  # the clock goes back that night
    ],
)
def test_a_days_quota_is_there_again_at_midnight_pacific_time(now: str, left_s: float) -> None:
    wait_s = seconds_to_new_day(datetime.fromisoformat(now))

    assert wait_s == left_s + CLOCK_MARGIN_S
