"""A workflow that somebody brought: its graph and what may be set in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkflow:
    """Never changed once stored: what was measured with it must stay what was measured."""

    name: str
    manifest: Mapping[str, Any]  # as the TOML beside a shipped graph has it
    graph: Mapping[str, Any]  # ComfyUI's API format
    added_at: datetime  # UTC
    added_by: str
