"""Answers recorded from a real ComfyUI, trimmed; each file names its source."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("recorded")


def recording(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


def history_entry(name: str) -> dict[str, Any]:
    entry: dict[str, Any] = recording("history")["entries"][name]
    return entry
