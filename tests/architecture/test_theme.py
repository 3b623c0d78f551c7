"""The theme, as the browser's side of Streamlit takes it."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_browser_takes_every_heading_weight() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

    weights = config["theme"]["headingFontWeights"]

    assert len(weights) == 6
    assert all(weight % 50 == 0 and 100 <= weight <= 900 for weight in weights)
