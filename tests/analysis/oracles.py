"""The published figures that our statistics are held to; see oracle/README.md."""

import json
from pathlib import Path
from typing import Any

Raw = list[list[float | None]]


def oracle(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name("oracle") / f"{name}.json"
    parsed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return parsed
