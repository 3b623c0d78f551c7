import hashlib
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from videogen.sandbox.clip_request import Look

_PROFILES_FILE = Path(__file__).with_name("profiles.toml")
_JITTER_SHARE = 0.03  # ours: spread of repeated runs on one card


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The graphics card that the sandbox pretends to have."""

    name: str
    memory_total_mib: int
    baseline_mib: int
    idle_power_w: float
    load_power_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The size of one job: what its time grows with."""

    width_px: int
    height_px: int
    frames: int
    steps: int

    @property
    def pixel_frames(self) -> int:
        return self.width_px * self.height_px * self.frames


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one condition is played: seconds, memory, failures, looks; figures from profiles.toml."""

    name: str
    kind: Literal["comfy", "vertex"]
    look: Look
    source: str
    seconds: float | None = None
    seconds_per_pixel_frame_step: float | None = None
    cold_start_s: float = 0.0
    peak_mib: int = 0
    jitter_mib_share: float = 0.0
    load_share: float = 0.06
    activation_share: float = 0.0  # the part of the peak that grows with pixels and frames
    reference: Work | None = None
    nodes: frozenset[str] = frozenset()
    node_prefixes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    failures: Mapping[str, float] = field(default_factory=dict)
    usd_per_s: Mapping[str, Decimal] = field(default_factory=dict)
    durations_s: tuple[int, ...] = ()
    resolutions: tuple[str, ...] = ()
    audio: bool = False

    def played_s(self, work: Work) -> float:
        """Simulated seconds of a warm run of this size, before jitter."""
        if self.seconds is None:
            per_unit = self.seconds_per_pixel_frame_step or 0.0
            return max(1.0, per_unit * work.pixel_frames * work.steps)
        return self.seconds * self.size_share(work)

    def size_share(self, work: Work) -> float:
        """This job's pixels, frames and steps against the reference; a tenth is fixed cost."""
        if self.reference is None:
            return 1.0
        steps = work.steps / self.reference.steps
        return 0.1 + 0.9 * steps * work.pixel_frames / self.reference.pixel_frames

    def planned_peak_mib(self, work: Work) -> float:
        """Peak memory of a run of this size, before jitter; may be more than the card has."""
        if self.reference is None:
            return float(self.peak_mib)
        growth = work.pixel_frames / self.reference.pixel_frames - 1
        return self.peak_mib * (1 + self.activation_share * growth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The seeded luck of one job: the same campaign and seed draw the same again."""

    time_factor: float
    memory_factor: float
    failure: str | None  # a fault kind
    failure_at: float  # share of the run at which it strikes

    @classmethod
    def of(cls, *, sandbox_seed: int, prompt: str, job_seed: int, profile: Profile) -> "Draw":
        facts = f"{sandbox_seed}\n{profile.name}\n{job_seed}\n{prompt}".encode()
        luck = random.Random(int.from_bytes(hashlib.sha256(facts).digest()))  # noqa: S311  # not secret
        time_factor = min(1.12, max(0.88, luck.gauss(1.0, _JITTER_SHARE)))
        memory_factor = 1.0 + luck.gauss(0.0, profile.jitter_mib_share)
        dice, at = luck.random(), luck.uniform(0.15, 0.9)
        return cls(
            time_factor=time_factor,
            memory_factor=memory_factor,
            failure=_struck(dice, profile.failures),
            failure_at=at,
        )


def _struck(dice: float, failures: Mapping[str, float]) -> str | None:
    for kind, rate in failures.items():
        if dice < rate:
            return kind
        dice -= rate
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileBook:
    device: Device
    profiles: Mapping[str, Profile]

    def for_graph(self, classes: frozenset[str], model_files: tuple[str, ...]) -> Profile:
        """The profile whose nodes or model files a workflow uses; `default` if none."""
        if not model_files and not any(name.endswith(("Sampler", "KSampler")) for name in classes):
            return self.profiles["server_check"]
        for profile in self.profiles.values():
            if profile.kind == "comfy" and _matches(profile, classes, model_files):
                return profile
        return self.profiles["default"]

    def for_model(self, model: str) -> Profile | None:
        """The cloud profile of a model id, None if Google has no such model."""
        return next((p for p in self.profiles.values() if model in p.models), None)


def _matches(profile: Profile, classes: frozenset[str], model_files: tuple[str, ...]) -> bool:
    prefixed = any(name.startswith(profile.node_prefixes) for name in classes)
    named = any(part in file.lower() for part in profile.files for file in model_files)
    return (bool(profile.node_prefixes) and prefixed) or named


def _profile(name: str, table: dict[str, Any]) -> Profile:
    reference = table.pop("reference", None)
    for key in ("node_prefixes", "files", "models", "durations_s", "resolutions"):
        if key in table:
            table[key] = tuple(table[key])
    if "nodes" in table:
        table["nodes"] = frozenset(table["nodes"])
    prices = {key: Decimal(price) for key, price in table.pop("usd_per_s", {}).items()}
    work = None if reference is None else Work(**reference)
    return Profile(name=name, usd_per_s=prices, reference=work, **table)


def load_profiles(path: Path = _PROFILES_FILE) -> ProfileBook:
    with path.open("rb") as file:
        tables = cast("dict[str, dict[str, Any]]", tomllib.load(file))
    profiles = {name: _profile(name, dict(table)) for name, table in tables["profiles"].items()}
    return ProfileBook(device=Device(**tables["device"]), profiles=profiles)
