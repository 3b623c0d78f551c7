from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from videogen.texts import formats


@pytest.mark.parametrize(
    ("value_s", "english", "thai"),
    [
        (0.42, "0.4 s", "0.4 วิ"),
        (42.0, "42 s", "42 วิ"),
        (261.4, "4 min 21 s", "4 นาที 21 วิ"),
        (120.0, "2 min", "2 นาที"),
        (7380.0, "2 h 3 min", "2 ชม. 3 นาที"),
    ],
)
def test_seconds_read_as_people_say_them(value_s: float, english: str, thai: str) -> None:
    assert formats.seconds(value_s, "en") == english
    assert formats.seconds(value_s, "th") == thai


def test_what_is_unknown_is_a_dash_and_never_zero() -> None:
    shown = {
        formats.seconds(None, "en"),
        formats.memory(None),
        formats.usd(None),
        formats.percent(None),
        formats.score(None),
        formats.count(None),
        formats.day(None, "en"),
    }

    assert shown == {formats.UNKNOWN}


def test_a_gigabyte_is_counted_as_card_makers_count_it() -> None:
    assert formats.memory(22_528) == "22.0 GB"
    assert formats.memory_range(8192, 12_288) == "8.0–12.0 GB"


def test_a_range_of_one_value_is_said_once() -> None:
    assert formats.seconds_range(261.4, 261.4, "en") == "4 min 21 s"
    assert formats.memory_range(None, 8192) == "8.0 GB"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "$0.00"), ("0.0043", "$0.0043"), ("0.0354", "$0.035"), ("0.26", "$0.26"),
     ("99.5", "$99.50"), ("1160", "$1,160")],
)  # fmt: skip
def test_small_sums_keep_the_digits_that_show_them(amount: str, shown: str) -> None:
    assert formats.usd(Decimal(amount)) == shown


def test_a_list_price_keeps_the_digits_that_it_is_quoted_in() -> None:
    assert formats.unit_price(Decimal("0.4875")) == "$0.4875"
    assert formats.unit_price(Decimal("0.1")) == "$0.10"


def test_moments_are_told_in_the_readers_own_time() -> None:
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    assert formats.moment(noon, "en", ZoneInfo("Asia/Bangkok")) == "22 Nov 2026 19:00"
    assert formats.day(date(2025, 12, 1), "th") == "1 ธ.ค. 2025"


def test_file_sizes_pick_a_fitting_unit() -> None:
    assert formats.file_size(3_200_000) == "3.2 MB"
    assert formats.file_size(12) == "12 B"
