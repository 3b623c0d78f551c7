"""Vendors' machines: jobs that end after their played time, whichever protocol asked for them."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from videogen.sandbox.clip_request import ClipRequest, motion_under
from videogen.sandbox.faults import GOOGLE_RUN_KINDS, REPLICATE_RUN_KINDS, Fault, Subject
from videogen.sandbox.google_wire import GoogleError
from videogen.sandbox.profiles import Profile
from videogen.sandbox.renderer import render_clip
from videogen.sandbox.submit_log import Outcome
from videogen.sandbox.world import World

_FPS = 24
_SIZES = {
    "360p": (640, 360),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
}
_NO_CLIP = frozenset(
    {"op_error", "rai_filtered", "done_empty", "odd_status", "aborted", "canceled_there"}
)
_UNDRAWN = {
    "json_video": b'{"error": {"code": 500, "message": "sandbox"}}',
    "bad_video": b"\x00\x00\x00\x20ftypisom not a video at all " * 64,
    "empty_video": b"",
}
Protocol = Literal["vertex", "interactions", "replicate"]
_RUN_KINDS: Mapping[Protocol, tuple[str, ...]] = {
    "vertex": GOOGLE_RUN_KINDS,
    "interactions": GOOGLE_RUN_KINDS,
    "replicate": REPLICATE_RUN_KINDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRequest:
    prompt: str
    seed: int
    n_samples: int
    duration_s: float
    width_px: int
    height_px: int
    resolution: str
    has_audio: bool
    fps: int = _FPS
    pictures: tuple[bytes, ...] = ()  # what it begins with, and what it ends with

    @property
    def n_frames(self) -> int:
        return round(self.duration_s * self.fps)


@dataclass(slots=True, kw_only=True, eq=False)
class CloudJob:
    external_id: str
    model: str
    profile: Profile
    request: VideoRequest
    faults: Mapping[str, Fault]
    entry: int  # in the submit log
    began_at: datetime
    starting_s: float  # of the played seconds, before the model runs
    played_s: float  # real seconds; the answer's clock does not count our drawing
    outcome: Outcome = "running"
    clips: list[bytes] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def subject(self) -> Subject:
        return Subject(
            profile=self.profile.name, prompt=self.request.prompt, model=self.external_id
        )

    @property
    def changed_at(self) -> datetime:
        return self.began_at + timedelta(seconds=self.played_s if self.over.is_set() else 0.0)


class Cloud:
    """Jobs run side by side; a cloud has more than one machine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._jobs: dict[str, CloudJob] = {}
        self._loaded: set[str] = set()  # models that have paid their cold start
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render-cloud")

    def profile(self, protocol: Protocol, model: str) -> Profile:
        """Raises: GoogleError: 404, this protocol has no such model."""
        profile = self.world.profiles.for_model(model)
        if profile is None or profile.kind != protocol:
            raise GoogleError(404, f"Publisher Model `publishers/google/models/{model}` not found.")
        return profile

    def job(self, external_id: str) -> CloudJob | None:
        return self._jobs.get(external_id)

    def start(
        self, protocol: Protocol, external_id: str, model: str, request: VideoRequest
    ) -> CloudJob:
        profile = self.profile(protocol, model)
        draw = self.world.draw(profile=profile, prompt=request.prompt, job_seed=request.seed)
        subject = Subject(profile=profile.name, prompt=request.prompt, model=model)
        starting_s = 0.0 if model in self._loaded else profile.cold_start_s
        self._loaded.add(model)
        played_s = starting_s + (profile.seconds or 0.0) * draw.time_factor
        job = CloudJob(
            external_id=external_id,
            model=model,
            profile=profile,
            request=request,
            faults=self.world.run_faults(_RUN_KINDS[protocol], subject, draw),
            began_at=datetime.now(UTC),
            starting_s=self.world.clock.real_s(starting_s),
            played_s=self.world.clock.real_s(played_s),
            entry=self.world.log.add(
                external_id=external_id,
                kind=protocol,
                profile=profile.name,
                model=model,
                prompt=request.prompt,
                seed=request.seed,
                outcome="running",
            ),
        )
        self._jobs[external_id] = job
        task = asyncio.create_task(self._play(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def cancel(self, job: CloudJob) -> None:
        """Billed in full: nobody says what a stopped job costs, so the worst is played."""
        if not job.over.is_set():
            self._end(job, "cancelled", price(job))

    async def _play(self, job: CloudJob) -> None:
        if "never_done" in job.faults:
            return
        drawing = asyncio.create_task(self._drawn(job))
        await asyncio.sleep(job.played_s)
        clips = await drawing
        if job.over.is_set():  # cancelled meanwhile
            return
        if clips is not None:
            job.clips = clips
            self._end(job, "succeeded", price(job))
            return
        if "canceled_there" in job.faults:
            self._end(job, "cancelled", price(job))
            return
        outcome: Outcome = "filtered" if "rai_filtered" in job.faults else "failed"
        self._end(job, outcome, _bill_of_failure(job))

    def _end(self, job: CloudJob, outcome: Outcome, billed_usd: Decimal | None) -> None:
        job.outcome = outcome
        job.over.set()
        self.world.log.note(job.entry, outcome, billed_usd)

    async def _drawn(self, job: CloudJob) -> list[bytes] | None:
        """None for a job that makes no clip; what needs no drawing waits for no other's."""
        if _NO_CLIP & job.faults.keys():
            return None
        n_clips = job.request.n_samples
        if "partly_filtered" in job.faults:
            n_clips = max(1, n_clips - 1)
        undrawn = [content for kind, content in _UNDRAWN.items() if kind in job.faults]
        if undrawn:
            return undrawn[:1] * n_clips
        loop = asyncio.get_running_loop()
        return [
            await loop.run_in_executor(self._threads, self._content, job, index)
            for index in range(n_clips)
        ]

    def _content(self, job: CloudJob, index: int) -> bytes:
        """Runs in a thread."""
        path = self.world.folder / "rendering" / f"cloud_{job.entry}_{index}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        render_clip(_clip(job, index), path)
        content = path.read_bytes()
        path.unlink()
        return content[: len(content) // 2] if "cut_video" in job.faults else content

    def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _bill_of_failure(job: CloudJob) -> Decimal | None:
    """Google bills neither errors nor filtered clips; Replicate says it of aborted ones only."""
    is_known = job.profile.kind != "replicate" or "aborted" in job.faults
    return Decimal(0) if is_known else None


def price(job: CloudJob) -> Decimal | None:
    """None where no price of the resolution is known."""
    resolution, n_samples = job.request.resolution, job.request.n_samples
    per_clip = job.profile.usd_per_clip.get(resolution)
    if per_clip is not None:
        return per_clip * n_samples
    rate = job.profile.usd_per_s.get(resolution)
    return None if rate is None else rate * Decimal(str(job.request.duration_s)) * n_samples


def check_shape(
    profile: Profile, *, duration_s: int, resolution: str, aspect_ratio: str
) -> tuple[int, int]:
    """Width and height. Raises: GoogleError: 400, the model does not do that."""
    if resolution not in profile.resolutions:
        allowed = ", ".join(profile.resolutions)
        raise GoogleError(400, f"Unsupported resolution {resolution}. Supported: {allowed}.")
    if duration_s not in profile.durations_s:
        allowed = ", ".join(str(each) for each in profile.durations_s)
        raise GoogleError(
            400, f"Unsupported output video duration {duration_s} seconds, supported: {allowed}."
        )
    width_px, height_px = _SIZES[resolution]
    if aspect_ratio == "16:9":
        return width_px, height_px
    if aspect_ratio == "9:16":
        return height_px, width_px
    raise GoogleError(400, f"Unsupported aspect ratio {aspect_ratio}. Supported: 16:9, 9:16.")


def whole_number(value: Any, field_name: str) -> int:
    """Raises: GoogleError: 400, not a whole number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise GoogleError(400, f"Invalid value at '{field_name}': {value!r}.")
    return int(value)


def _clip(job: CloudJob, index: int) -> ClipRequest:
    request = job.request
    return ClipRequest(
        width_px=request.width_px,
        height_px=request.height_px,
        frames=request.n_frames,
        fps=Fraction(request.fps),
        prompt=request.prompt,
        seed=request.seed + index,
        look=job.profile.look,
        motion=motion_under(job.faults),
        audio=request.has_audio,
        pictures=request.pictures,
    )
