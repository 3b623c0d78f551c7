"""What a cost rests on beside measurements: said by a person, shown beside the result."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from videogen.errors import InvalidInputError


class MachineBasis(StrEnum):
    """Where a local GPU hour's price comes from."""

    CLAIMED = "claimed"  # the brief's implied rate, until the operator says his own
    OWNED = "owned"
    RENTED = "rented"


QUERY_NAMES: Mapping[str, str] = {
    "n_videos_month": "n",
    "n_gpus": "gpus",
    "machine": "machine",
    "purchase_usd": "buy",
    "amortisation_months": "months",
    "utilisation": "use",
    "rent_usd_hour": "rent",
    "electricity_usd_kwh": "kwh",
    "power_w": "watts",
    "fixed_usd_month": "fixed",
}
MONEY = ("purchase_usd", "rent_usd_hour", "electricity_usd_kwh", "fixed_usd_month")
# Both ends may be reached. The upper ones only keep slips of the finger out.
RANGES: Mapping[str, tuple[Decimal, Decimal]] = {
    "n_videos_month": (Decimal(1), Decimal(1_000_000)),
    "n_gpus": (Decimal(0), Decimal(1_000)),
    "purchase_usd": (Decimal(1), Decimal(10_000_000)),
    "amortisation_months": (Decimal(1), Decimal(120)),
    "utilisation": (Decimal("0.01"), Decimal(1)),
    "rent_usd_hour": (Decimal("0.001"), Decimal(10_000)),
    "electricity_usd_kwh": (Decimal("0.0001"), Decimal(100)),
    "power_w": (Decimal(1), Decimal(100_000)),
    "fixed_usd_month": (Decimal(0), Decimal(10_000_000)),
}
MAX_CHARACTERS = 60
_COUNTS = ("n_videos_month", "n_gpus", "amortisation_months")
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,9})?"
_PLAIN = re.compile(_NUMBER)
# The "$" of this product's own pages is the US one, so it may be written back.
_AMOUNT = re.compile(
    rf"(?P<before>US\$|\$|[^\W\d]+|[^\w\s.,+-])?\s*(?P<number>{_NUMBER})\s*(?P<after>[^\d\s.,].*)?"
)
_US_DOLLARS = ("USD", "US$", "$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Money in US dollars; None: nobody has said.

    Raises: InvalidInputError: names the field, the value and the fix.
    """

    n_videos_month: int = 1_000
    n_gpus: int = 1
    machine: MachineBasis = MachineBasis.CLAIMED
    purchase_usd: Decimal | None = None
    amortisation_months: int = 36
    utilisation: Decimal = Decimal(1)  # planned share of the hours that a machine works
    rent_usd_hour: Decimal | None = None
    electricity_usd_kwh: Decimal | None = None
    power_w: Decimal | None = None  # None: as measured, else unknown
    fixed_usd_month: Decimal = Decimal(0)  # of the own machines, whatever they make

    def __post_init__(self) -> None:
        for name in RANGES:
            value = getattr(self, name)
            if value is not None:
                _check_range(name, value)
        needed = _NEEDED.get(self.machine)
        if needed is not None and getattr(self, needed) is None:
            raise InvalidInputError("assumption_missing", field=needed)

    def as_query(self) -> dict[str, str]:
        """Only what differs from the defaults: what a shareable link carries."""
        usual = Assumptions()
        return {
            QUERY_NAMES[name]: self.text_of(name)
            for name in QUERY_NAMES
            if getattr(self, name) != getattr(usual, name)
        }

    def as_full_query(self) -> dict[str, str]:
        """What differs and what does not: for keeping, as defaults may change."""
        told = {short: self.text_of(name) for name, short in QUERY_NAMES.items()}
        return {short: text for short, text in told.items() if text}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Assumptions":
        """What a link or a form says; what it leaves out or empty stays as usual.

        Raises: InvalidInputError: names the field, the value and the fix.
        """
        read: dict[str, Any] = {}
        for name, short in QUERY_NAMES.items():
            text = _cut(str(query.get(short, "")).strip())
            if text:
                read[name] = _read(name, text)
        return cls(**read)

    def text_of(self, name: str) -> str:
        """As a person would type it; empty where nobody has said."""
        value = getattr(self, name)
        if value is None:
            return ""
        if isinstance(value, MachineBasis):
            return value.value
        if isinstance(value, int):
            return str(value)
        written = f"{value.normalize():f}"
        return f"{written} USD" if name in MONEY else written


def _cut(text: str) -> str:
    """No figure is so long; what is refused is shown."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


_NEEDED = {MachineBasis.OWNED: "purchase_usd", MachineBasis.RENTED: "rent_usd_hour"}


def read_usd(text: str, *, field: str) -> Decimal:
    """Such as "0.50 USD". Raises: InvalidInputError: no currency, another one, or no amount."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise InvalidInputError("money_unreadable", field=field, value=text)
    named = [part.strip() for part in (found["before"], found["after"]) if part]
    if not named:
        raise InvalidInputError("money_without_currency", field=field, value=text)
    if len(named) > 1 or named[0].upper() not in _US_DOLLARS:
        raise InvalidInputError(
            "money_other_currency", field=field, value=text, currency=" ".join(named)
        )
    return _decimal(found["number"])


def _read(name: str, text: str) -> Any:
    if name == "machine":
        return _basis(text)
    if name in MONEY:
        return read_usd(text, field=name)
    is_share = name == "utilisation" and text.endswith("%")
    written = text.removesuffix("%").strip() if is_share else text
    if _PLAIN.fullmatch(written) is None:
        raise InvalidInputError("assumption_no_number", field=name, value=text)
    value = _decimal(written) / 100 if is_share else _decimal(written)
    if name not in _COUNTS:
        return value
    if value != value.to_integral_value():
        raise InvalidInputError("assumption_no_whole_number", field=name, value=text)
    return int(value)


def _basis(text: str) -> MachineBasis:
    try:
        return MachineBasis(text)
    except ValueError as error:
        choices = ", ".join(MachineBasis)
        raise InvalidInputError(
            "assumption_choice", field="machine", value=text, choices=choices
        ) from error


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", ""))


def _check_range(name: str, value: Decimal | int) -> None:
    low, high = RANGES[name]
    amount = Decimal(value)
    if not amount.is_finite() or not low <= amount <= high:
        raise InvalidInputError(
            "assumption_out_of_range",
            field=name,
            value=value,
            low=_shown(low),
            high=f"{_shown(high)} USD" if name in MONEY else _shown(high),
        )


def _shown(limit: Decimal) -> str:
    return f"{limit:,f}"
