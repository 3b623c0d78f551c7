from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from videogen.domain.money import Price, PriceUnit
from videogen.errors import InvalidInputError
from videogen.pricing import LOCAL_GPU, load_prices, price_for, resolution_of
from videogen.texts import LANGUAGES, error_hint, error_message

SHIPPED = Path(__file__).parents[2] / "data" / "prices.toml"
TODAY = date(2026, 11, 22)

GOOD_ROW = """
[[price]]
subject = "local_gpu"
unit = "gpu_hour"
amount_usd = 0.4875
as_of = 2025-12-01
kind = "claimed"
source = "test"
"""


def _file(folder: Path, content: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(content, encoding="utf-8")
    return path


def _price(amount: str, as_of: date, kind: str = "own", resolution: str | None = None) -> Price:
    return Price(
        price_id=f"{as_of}/{kind}/{resolution}",
        subject="a-model",
        unit=PriceUnit.VIDEO_SECOND,
        amount_usd=Decimal(amount),
        as_of=as_of,
        source="test",
        kind=kind,
        resolution=resolution,
    )


def _amount(prices: list[Price], resolution: str | None, on: date) -> str | None:
    price = price_for(prices, "a-model", PriceUnit.VIDEO_SECOND, resolution, on)
    return None if price is None else str(price.amount_usd)


def test_every_shipped_price_has_a_date_a_kind_and_a_source() -> None:
    prices = load_prices(SHIPPED)

    assert len(prices) >= 15
    assert all(len(price.source) > 8 for price in prices)
    assert {price.kind for price in prices} <= {"claimed", "published", "own"}
    assert all(price.as_of <= TODAY for price in prices)


def test_the_claimed_gpu_hour_is_the_briefs_cost_over_its_time() -> None:
    price = price_for(load_prices(SHIPPED), LOCAL_GPU, PriceUnit.GPU_HOUR, None, TODAY)

    assert price is not None
    assert price.kind == "claimed"
    assert price.amount_usd == Decimal("0.26") / (Decimal(32) / Decimal(60))


def test_omni_1_1_costs_its_tokens_a_second_and_1_2_is_unknown() -> None:
    prices = load_prices(SHIPPED)

    known = price_for(prices, "gemini-omni-1.1-flash", PriceUnit.VIDEO_SECOND, "720p", TODAY)
    unknown = price_for(prices, "gemini-omni-1.2-flash", PriceUnit.VIDEO_SECOND, "720p", TODAY)

    assert known is not None
    assert known.amount_usd == Decimal(5792) * Decimal("17.50") / 1_000_000
    assert unknown is None


def test_the_newest_price_on_or_before_the_day_holds() -> None:
    prices = [_price("2", date(2026, 5, 1)), _price("1", date(2026, 1, 1))]

    assert _amount(prices, None, date(2026, 4, 30)) == "1"
    assert _amount(prices, None, date(2026, 5, 1)) == "2"
    assert _amount(prices, None, date(2025, 12, 31)) is None


def test_a_row_without_resolution_holds_for_any_but_an_exact_one_wins_its_day() -> None:
    day = date(2026, 1, 1)
    prices = [_price("2", day, resolution="1080p"), _price("1", day)]

    assert _amount(prices, "1080p", day) == "2"
    assert _amount(prices, "720p", day) == "1"


def test_an_own_figure_wins_over_a_published_one_of_the_same_day() -> None:
    day = date(2026, 1, 1)
    prices = [_price("1", day, "own"), _price("2", day, "published"), _price("3", day, "claimed")]

    assert _amount(prices, None, day) == "1"


@pytest.mark.parametrize(
    ("width_px", "height_px", "word"),
    [(1280, 720, "720p"), (720, 1280, "720p"), (1920, 1080, "1080p"), (3840, 2160, "4k")],
)
def test_resolution_is_named_by_the_short_side(width_px: int, height_px: int, word: str) -> None:
    assert resolution_of(width_px, height_px) == word


def test_an_amount_written_as_a_number_is_read_without_binary_error(tmp_path: Path) -> None:
    prices = load_prices(_file(tmp_path, GOOD_ROW))

    assert prices[0].amount_usd == Decimal("0.4875")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("amount_usd = 0.4875", 'amount_usd = "free"', "amount_usd"),
        ("amount_usd = 0.4875", "amount_usd = -1", "amount_usd"),
        ("amount_usd = 0.4875", "amount_usd = nan", "amount_usd"),
        ("amount_usd = 0.4875", "amount_usd = true", "amount_usd"),
        ("as_of = 2025-12-01", 'as_of = "soon"', "as_of"),
        ("as_of = 2025-12-01", "as_of = 2025-12-01T10:00:00", "as_of"),
        ('unit = "gpu_hour"', 'unit = "fortnight"', "unit"),
        ('kind = "claimed"', 'kind = "guessed"', "kind"),
        ('source = "test"', 'source = " "', "source"),
        ('source = "test"', "", "source"),
        ('source = "test"', 'source = "test"\ncurency = "THB"', "curency"),
    ],
)
def test_a_bad_row_names_its_file_its_number_and_its_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    path = _file(
        tmp_path, GOOD_ROW.replace("2025-12-01", "2025-11-01") + GOOD_ROW.replace(old, new)
    )

    with pytest.raises(InvalidInputError) as caught:
        load_prices(path)

    assert caught.value.field == field
    assert caught.value.facts["row"] == 2
    assert caught.value.facts["file"] == "prices.toml"
    for language in LANGUAGES:
        assert field in error_message(caught.value, language)
        assert error_hint(caught.value, language)


def test_the_same_row_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="row=2"):
        load_prices(_file(tmp_path, GOOD_ROW + GOOD_ROW))


@pytest.mark.parametrize("content", ["[[price]", "price = 3"])
def test_a_file_that_is_no_price_list_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidInputError, match=r"prices\.toml"):
        load_prices(_file(tmp_path, content))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"nowhere\.toml"):
        load_prices(tmp_path / "nowhere.toml")
