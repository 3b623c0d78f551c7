"""Records as JSON: money as numbers, times in ISO 8601, unknown as null."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from videogen.domain.plain_json import plain
from videogen.domain.run import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    status: RunStatus
    cost_usd: Decimal | None
    at: datetime
    names: frozenset[str]
    file: Path


def test_a_record_is_its_fields_as_json_types() -> None:
    told = Told(
        status=RunStatus.FAILED,
        cost_usd=Decimal("0.25"),
        at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        names=frozenset({"image"}),
        file=Path("a/b.mp4"),
    )

    assert plain(told) == {
        "status": "failed",
        "cost_usd": 0.25,
        "at": "2026-03-02T09:30:00+00:00",
        "names": ["image"],
        "file": "a/b.mp4",
    }


def test_what_is_unknown_stays_null_inside_lists_and_mappings() -> None:
    assert plain({1: [None, (Decimal(2),)], "none": None}) == {"1": [None, [2.0]], "none": None}
