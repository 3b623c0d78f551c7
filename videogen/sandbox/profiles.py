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
    foreign_mib: int  # of the idle card's memory: what other programs than the server hold
    idle_power_w: float
    load_power_w: float
    idle_temperature_c: float
    load_temperature_c: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The size of one job: what its time grows with."""

    width_px: int
    height_px: int
    frames: int
    steps: int
    swapped_blocks: int = 0  # transformer blocks kept in the computer's memory
    window_frames: int | None = None  # AnimateDiff holds one context window at a time

    @property
    def pixel_frames(self) -> int:
        return self.width_px * self.height_px * self.frames

    @property
    def held_pixel_frames(self) -> int:
        """Pixels of the frames that are on the card at one time."""
        frames = self.frames if self.window_frames is None else self.window_frames
        return self.width_px * self.height_px * min(self.frames, frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphTraits:
    """What tells one condition's workflow from another's."""

    classes: frozenset[str]
    model_files: tuple[str, ...]
    loras: tuple[str, ...]
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one condition is played: seconds, memory, failures, looks; figures from profiles.toml."""

    name: str
    kind: Literal["comfy", "vertex", "interactions", "replicate"]
    look: Look
    source: str
    seconds: float | None = None
    seconds_per_pixel_frame_step: float | None = None
    cold_start_s: float = 0.0
    peak_mib: int = 0
    jitter_mib_share: float = 0.0
    load_share: float = 0.06
    activation_share: float = 0.0  # the part of the peak that grows with pixels and frames
    block_mib: float = 0.0  # what one more swapped block takes off the peak
    resident_mib: int = 0  # what stays on the card after a run, above the idle card
    reference: Work | None = None
    nodes: frozenset[str] = frozenset()  # all of them
    node_prefixes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    least_frames: int = 0
    least_frame_px: int = 0  # width times height
    models: tuple[str, ...] = ()
    failures: Mapping[str, float] = field(default_factory=dict)
    usd_per_s: Mapping[str, Decimal] = field(default_factory=dict)
    usd_per_clip: Mapping[str, Decimal] = field(default_factory=dict)  # by resolution, as above
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
        growth = work.held_pixel_frames / self.reference.held_pixel_frames - 1
        kept_blocks = self.reference.swapped_blocks - work.swapped_blocks
        return self.peak_mib * (1 + self.activation_share * growth) + self.block_mib * kept_blocks

    def has_room(self, work: Work) -> bool:
        """A job that was made smaller than the reference does not meet the profile's bad luck."""
        return self.reference is not None and self.planned_peak_mib(work) < 0.995 * self.peak_mib


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

    def for_graph(self, traits: GraphTraits) -> Profile:
        """The first profile that a workflow fits; `default` if none."""
        if not traits.model_files and not any("Sampler" in name for name in traits.classes):
            return self.profiles["server_check"]
        for profile in self.profiles.values():
            if profile.kind == "comfy" and _fits(profile, traits):
                return profile
        return self.profiles["default"]

    def for_model(self, model: str) -> Profile | None:
        """The cloud profile of a model id, None if no vendor has such a model."""
        return next((p for p in self.profiles.values() if model in p.models), None)


def _fits(profile: Profile, traits: GraphTraits) -> bool:
    """Every rule that the profile states holds; a profile without rules fits nothing."""
    if not (profile.node_prefixes or profile.files):
        return False
    work = traits.work
    return (
        profile.nodes <= traits.classes
        and _named(profile.files, traits.model_files)
        and _named(profile.loras, traits.loras)
        and (not profile.node_prefixes or _prefixed(profile.node_prefixes, traits.classes))
        and work.frames >= profile.least_frames
        and work.width_px * work.height_px >= profile.least_frame_px
    )


def _named(parts: tuple[str, ...], files: tuple[str, ...]) -> bool:
    return not parts or any(part in file.lower() for part in parts for file in files)


def _prefixed(prefixes: tuple[str, ...], classes: frozenset[str]) -> bool:
    return any(name.startswith(prefixes) for name in classes)


def _profile(name: str, table: dict[str, Any]) -> Profile:
    reference = table.pop("reference", None)
    for key in ("node_prefixes", "files", "loras", "models", "durations_s", "resolutions"):
        if key in table:
            table[key] = tuple(table[key])
    if "nodes" in table:
        table["nodes"] = frozenset(table["nodes"])
    per_s, per_clip = (
        {key: Decimal(price) for key, price in table.pop(unit, {}).items()}
        for unit in ("usd_per_s", "usd_per_clip")
    )
    work = None if reference is None else Work(**reference)
    return Profile(name=name, usd_per_s=per_s, usd_per_clip=per_clip, reference=work, **table)


def load_profiles(path: Path = _PROFILES_FILE) -> ProfileBook:
    with path.open("rb") as file:
        tables = cast("dict[str, dict[str, Any]]", tomllib.load(file))
    profiles = {name: _profile(name, dict(table)) for name, table in tables["profiles"].items()}
    return ProfileBook(device=Device(**tables["device"]), profiles=profiles)
