"""Options and requests for the router's tests; every field but the name has a harmless value."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from videogen.domain.condition import Location, Purpose
from videogen.routing import RouteOption, RouteRequest, active_rules, load_rules

ROOT = Path(__file__).resolve().parents[2]
RULES = load_rules(ROOT / "data" / "routing" / "brief-1.toml")  # no version is ever edited
ACTIVE = active_rules(ROOT / "data")


def option(name: str, **changes: Any) -> RouteOption:
    is_cloud = name.startswith(("veo", "gemini"))
    fields: dict[str, Any] = {
        "purposes": frozenset({Purpose.T2V}),
        "height_px": 720 if is_cloud else 480,
        "duration_s": 8.0 if is_cloud else 5.0,
        "location": Location.CLOUD if is_cloud else Location.LOCAL,
        "cost_usd": Decimal("0.80") if is_cloud else Decimal("0.26"),
        "wall_time_s": 360.0 if is_cloud else 1920.0,
        "quality": 4.8 if is_cloud else 3.0,
        "is_available": True,
    }
    return RouteOption(name=name, **(fields | changes))


def asking(**fields: Any) -> RouteRequest:
    return RouteRequest(**fields)


HOUSE = (
    option("animatediff", height_px=512, duration_s=2.0),
    option("wan-1.3b", cost_usd=Decimal("0.04"), wall_time_s=261.4, quality=4.0),
    option("wan-14b-720p", height_px=720, cost_usd=Decimal("0.94"), quality=None),
    option("veo-3.1", cost_usd=Decimal("3.20")),
    option("veo-3.1-fast"),
)
