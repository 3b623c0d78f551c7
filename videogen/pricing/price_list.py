"""The price list: read from TOML, asked by subject and day."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.money import Price, PriceUnit
from videogen.errors import InvalidInputError

LOCAL_GPU = "local_gpu"
ELECTRICITY = "electricity"
_KINDS = ("claimed", "published", "own")  # of two rows of one day, the later word here wins
_FIELDS = {"subject", "unit", "amount_usd", "as_of", "source", "kind", "resolution"}


def load_prices(path: Path) -> list[Price]:
    """Every row of a price file, in its order.

    Raises: InvalidInputError: names the file, the 1-based row and the field.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            "price_file_unreadable", field="file", value=path.name, detail=str(error)
        ) from error
    rows = content.get("price", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInputError("price_file_unreadable", field="price", value=path.name, detail="")
    prices = [_Row(path.name, number, row).price() for number, row in enumerate(rows, start=1)]
    _refuse_repeats(path.name, prices)
    return prices


def price_for(
    prices: Sequence[Price], subject: str, unit: PriceUnit, resolution: str | None, on: date
) -> Price | None:
    """The newest price valid on a day; None when nobody has named one.

    A row without resolution holds for any; of one day's rows the exact resolution wins,
    then an own figure over a published over a claimed one, and the one entered last.
    """
    fitting = [
        price
        for price in prices
        if (price.subject, price.unit) == (subject, unit)
        and price.resolution in (None, resolution)
        and price.as_of <= on
    ]
    return max(fitting, key=_precedence, default=None)


def price_of_condition(prices: Sequence[Price], condition: Condition, on: date) -> Price | None:
    """What a condition is costed with: the machine's hour, or the model's second or clip.

    A routed condition has no price of its own: its runs cost what their member costs.
    """
    if condition.backend is BackendKind.ROUTED:
        return None
    if condition.location is Location.LOCAL:
        return price_for(prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, on)
    if condition.width_px is None or condition.height_px is None:
        return None
    resolution = resolution_of(condition.width_px, condition.height_px)
    units = (PriceUnit.VIDEO_SECOND, PriceUnit.VIDEO)
    found = [price_for(prices, condition.model, unit, resolution, on) for unit in units]
    return max((one for one in found if one is not None), key=_precedence, default=None)


def resolution_of(width_px: int, height_px: int) -> str:
    """The word price lists use: the short side, portrait or landscape."""
    short_side_px = min(width_px, height_px)
    return "4k" if short_side_px == 2160 else f"{short_side_px}p"


def _precedence(price: Price) -> tuple[date, bool, int, str]:
    return price.as_of, price.resolution is not None, _KINDS.index(price.kind), price.price_id


def _refuse_repeats(file: str, prices: Sequence[Price]) -> None:
    seen: set[str] = set()
    for number, price in enumerate(prices, start=1):
        if price.price_id in seen:
            raise InvalidInputError(
                "price_row_repeated", field="as_of", value=price.price_id, file=file, row=number
            )
        seen.add(price.price_id)


class _Row:
    """One TOML row on its way to a Price."""

    def __init__(self, file: str, number: int, row: Mapping[str, Any]) -> None:
        self._file = file
        self._number = number
        self._row = row

    def price(self) -> Price:
        for field in sorted(set(self._row) - _FIELDS):
            raise self._invalid(field)
        subject, kind = self._text("subject"), self._text("kind")
        unit, as_of = self._unit(), self._day()
        resolution = self._text("resolution") if "resolution" in self._row else None
        if kind not in _KINDS:
            raise self._invalid("kind")
        return Price(
            price_id="/".join([subject, unit, resolution or "any", as_of.isoformat(), kind]),
            subject=subject,
            unit=unit,
            amount_usd=self._amount(),
            as_of=as_of,
            source=self._text("source"),
            kind=kind,
            resolution=resolution,
        )

    def _text(self, field: str) -> str:
        value = self._value(field)
        if not isinstance(value, str) or not value.strip():
            raise self._invalid(field)
        return value.strip()

    def _unit(self) -> PriceUnit:
        try:
            return PriceUnit(self._text("unit"))
        except ValueError as error:
            raise self._invalid("unit") from error

    def _day(self) -> date:
        value = self._value("as_of")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self._invalid("as_of")
        return value

    def _amount(self) -> Decimal:
        value = self._value("amount_usd")
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise self._invalid("amount_usd")
        try:
            amount = Decimal(value)
        except InvalidOperation as error:
            raise self._invalid("amount_usd") from error
        if not amount.is_finite() or amount < 0:
            raise self._invalid("amount_usd")
        return amount

    def _value(self, field: str) -> Any:
        if field not in self._row:
            raise InvalidInputError(
                "price_row_incomplete", field=field, file=self._file, row=self._number
            )
        return self._row[field]

    def _invalid(self, field: str) -> InvalidInputError:
        return InvalidInputError(
            "price_row_invalid",
            field=field,
            value=self._row[field],
            file=self._file,
            row=self._number,
        )
