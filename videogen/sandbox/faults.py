"""Scripted faults: what goes wrong, for which jobs, how often. The README lists the kinds."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

COMFY_SUBMIT_KINDS = (
    "http_500",
    "drop_before_accept",
    "drop_after_accept",
    "slow_submit",
    "mint_own_id",
    "partial_200",
)
COMFY_RUN_KINDS = (
    "out_of_vram",
    "execution_error",
    "lose_job",
    "stall",
    "deaf_socket",
    "bad_video",
    "frozen_video",
    "black_video",
    "restart",
    "no_output",
    "restart_forgetting",
    "wedge",
    "slow_history",
    "disk_full",
    "truncated_file",
    "corrupt_file",
    "audio_twin",
    "output_key",
    "temp_output",
    "previews",
    "memory_leak",
    "update",
)
COMFY_VIEW_KINDS = ("slow_view", "truncate_view", "view_404", "view_no_length", "etag_change")
# Each with the routes it strikes unless its match names others; "" is every route.
COMFY_ROUTES: Mapping[str, str] = {
    "history_500": "/history",
    "queue_500": "/queue",
    "http_429": "/prompt",
    "silence": "",
}
COMFY_ROUTE_KINDS = tuple(COMFY_ROUTES)
COMFY_SWITCHES = ("newer_server", "no_cancel_route", "global_interrupt", "foreign_traffic")
GOOGLE_SUBMIT_KINDS = (
    "http_status",
    "drop_before_accept",
    "drop_after_accept",
    "empty_body",
    "html_200",
    "slow_answer",
)
GOOGLE_POLL_KINDS = ("poll_status", "poll_drop", "poll_empty", "poll_html")
GOOGLE_FILE_KINDS = ("file_status", "file_cut", "file_json", "file_empty", "file_redirect")
GOOGLE_RUN_KINDS = (
    "op_error",
    "rai_filtered",
    "partly_filtered",
    "done_empty",
    "odd_status",
    "never_done",
    "gcs_uri",
    "empty_video",
    "cut_video",
    "json_video",
    "bad_video",
    "frozen_video",
    "black_video",
)
REPLICATE_RUN_KINDS = (
    "op_error",
    "rai_filtered",
    "never_done",
    "aborted",
    "canceled_there",
    "odd_word",
    "list_output",
    "data_removed",
    "foreign_output",
    "empty_video",
    "cut_video",
    "json_video",
    "bad_video",
    "frozen_video",
    "black_video",
)
CHAOS_KIND = "random"
SWITCHES = ("no_failures", *COMFY_SWITCHES)
KINDS = frozenset(
    COMFY_SUBMIT_KINDS
    + COMFY_RUN_KINDS
    + COMFY_VIEW_KINDS
    + COMFY_ROUTE_KINDS
    + GOOGLE_SUBMIT_KINDS
    + GOOGLE_POLL_KINDS
    + GOOGLE_FILE_KINDS
    + GOOGLE_RUN_KINDS
    + REPLICATE_RUN_KINDS
    + SWITCHES
    + (CHAOS_KIND,)
)
# What GET /_sandbox/faults adds, and what may come back in a POST.
_COUNTS = frozenset({"seen", "played", "drawn"})
_MATCH_KEYS = frozenset({"profile", "condition", "nth", "prompt_contains", "model", "route"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a fault may be matched against."""

    profile: str = ""
    prompt: str = ""
    model: str = ""
    route: str = ""  # the path asked for, without /api, where a request is the subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    kind: str
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = None  # None: always
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault kind {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        unknown = set(self.match) - _MATCH_KEYS
        if unknown:
            raise ValueError(f"unknown match keys {sorted(unknown)}; known: {sorted(_MATCH_KEYS)}")
        if self.times is not None and self.times < 0:
            raise ValueError(f"times must be 0 or more, not {self.times}")

    def suits(self, subject: Subject) -> bool:
        """Everything but `nth`, which needs a count."""
        wanted = self.match
        name = wanted.get("profile", wanted.get("condition"))
        return (
            (name is None or name == subject.profile)
            and str(wanted.get("prompt_contains", "")) in subject.prompt
            and str(wanted.get("model", "")) in subject.model
            and subject.route.startswith(self.routes)
        )

    @property
    def routes(self) -> tuple[str, ...]:
        named = self.match.get("route", COMFY_ROUTES.get(self.kind, ""))
        return (named,) if isinstance(named, str) else tuple(named)

    def number(self, name: str, default: float) -> float:
        return float(self.params.get(name, default))


def parse_faults(rows: object) -> list[Fault]:
    """Raises: ValueError: not a list of faults, or an unknown kind or key."""
    if not isinstance(rows, list):
        raise ValueError("faults are a list")  # noqa: TRY004  # bad input, not a bug
    return [_fault(row) for row in rows]


def _fault(row: object) -> Fault:
    if not isinstance(row, dict) or "kind" not in row:
        raise ValueError(f"a fault is an object with a kind, not {row!r}")
    known = {"kind", "match", "times", "params"}
    params = {key: value for key, value in row.items() if key not in known | _COUNTS}
    return Fault(
        kind=str(row["kind"]),
        match=cast("dict[str, Any]", row.get("match") or {}),
        times=row.get("times"),
        params=params | cast("dict[str, Any]", row.get("params") or {}),
    )


def load_faults(path: Path) -> list[Fault]:
    """Faults of a JSON list, or of `[[faults]]` tables in TOML."""
    if path.suffix == ".toml":
        with path.open("rb") as file:
            return parse_faults(tomllib.load(file).get("faults", []))
    return parse_faults(json.loads(path.read_text(encoding="utf-8")))
