"""Google's side: long-running operations that end after their played time."""

import asyncio
import base64
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from videogen.sandbox.clip_request import ClipRequest, Motion
from videogen.sandbox.faults import GOOGLE_RUN_KINDS, Fault, Subject
from videogen.sandbox.profiles import Profile
from videogen.sandbox.renderer import render_clip
from videogen.sandbox.submit_log import Outcome
from videogen.sandbox.vertex_request import VertexError, VideoRequest, read_request
from videogen.sandbox.world import World

_FPS = 24
_METADATA_TYPE = "type.googleapis.com/google.cloud.aiplatform.v1beta1.GenericOperationMetadata"
_ANSWER_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
_FILTERED = (
    "Veo could not generate videos because the input prompt contains words that violate "
    "Vertex AI's usage guidelines. Support codes: 58061214"
)


@dataclass(slots=True, kw_only=True, eq=False)
class Operation:
    name: str
    profile: Profile
    request: VideoRequest
    faults: Mapping[str, Fault]
    entry: int  # in the submit log
    began_at: datetime
    played_s: float  # real seconds; the metadata's clock does not count our drawing
    answer: dict[str, Any] | None = None  # None while it runs


class VertexEngine:
    """Operations run side by side; a cloud has more than one machine."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._operations: dict[str, Operation] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render-cloud")

    def profile(self, model: str) -> Profile:
        """Raises: VertexError: 404, Google has no such model."""
        profile = self.world.profiles.for_model(model)
        if profile is None:
            raise VertexError(404, f"Publisher Model `publishers/google/models/{model}` not found.")
        return profile

    def subject(self, model: str, body: dict[str, Any]) -> Subject:
        request = read_request(self.profile(model), body)
        return Subject(profile=self.profile(model).name, prompt=request.prompt, model=model)

    def start(self, parent: str, model: str, body: dict[str, Any]) -> str:
        """Accept a job; returns the operation's name. `parent` is the model's resource name."""
        profile = self.profile(model)
        request = read_request(profile, body)
        draw = self.world.draw(profile=profile, prompt=request.prompt, job_seed=request.seed)
        subject = Subject(profile=profile.name, prompt=request.prompt, model=model)
        name = f"{parent}/operations/{uuid.uuid4()}"
        played_s = self.world.clock.real_s((profile.seconds or 0.0) * draw.time_factor)
        operation = Operation(
            name=name,
            profile=profile,
            request=request,
            faults=self.world.run_faults(GOOGLE_RUN_KINDS, subject, draw),
            began_at=datetime.now(UTC),
            played_s=played_s,
            entry=self.world.log.add(
                external_id=name,
                kind="vertex",
                profile=profile.name,
                model=model,
                prompt=request.prompt,
                seed=request.seed,
                outcome="running",
            ),
        )
        self._operations[name] = operation
        task = asyncio.create_task(self._play(operation))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return name

    def fetch(self, name: str) -> dict[str, Any]:
        """Raises: VertexError: 404, no such operation."""
        operation = self._operations.get(name)
        if operation is None:
            raise VertexError(404, f"Operation {name} not found.")
        if operation.answer is None:
            return {"name": name, "metadata": _metadata(operation)}
        return {"name": name, "metadata": _metadata(operation), "done": True, **operation.answer}

    def poll_subject(self, name: str) -> Subject | None:
        operation = self._operations.get(name)
        if operation is None:
            return None
        return Subject(profile=operation.profile.name, prompt=operation.request.prompt, model=name)

    async def _play(self, operation: Operation) -> None:
        if "never_done" in operation.faults:
            return
        loop = asyncio.get_running_loop()
        makes_video = not {"op_error", "rai_filtered"} & operation.faults.keys()
        videos = (
            loop.run_in_executor(self._threads, self._videos, operation) if makes_video else None
        )
        await asyncio.sleep(operation.played_s)
        if videos is not None:
            content = await videos
            operation.answer = {"response": {"@type": _ANSWER_TYPE, "videos": content}}
            self._note(operation, "succeeded", self._price(operation))
            return
        outcome: Outcome = "filtered" if "rai_filtered" in operation.faults else "failed"
        operation.answer = _bad_ending(operation)
        self._note(operation, outcome, Decimal(0))  # Google bills neither errors nor filtered clips

    def _note(self, operation: Operation, outcome: Outcome, billed_usd: Decimal) -> None:
        self.world.log.note(operation.entry, outcome, billed_usd)

    def _price(self, operation: Operation) -> Decimal:
        request = operation.request
        rate = operation.profile.usd_per_s[request.resolution]
        return rate * request.duration_s * request.n_samples

    def _videos(self, operation: Operation) -> list[dict[str, str]]:
        """Runs in a thread: the finished clips as Google sends them, base64 inside JSON."""
        videos = []
        for index in range(operation.request.n_samples):
            content = self._content(operation, index)
            encoded = base64.b64encode(content).decode("ascii")
            videos.append({"bytesBase64Encoded": encoded, "mimeType": "video/mp4"})
        return videos

    def _content(self, operation: Operation, index: int) -> bytes:
        if "json_video" in operation.faults:
            return b'{"error": {"code": 500, "message": "sandbox"}}'
        if "bad_video" in operation.faults:
            return b"\x00\x00\x00\x20ftypisom not a video at all " * 64
        path = self.world.folder / "rendering" / f"cloud_{operation.entry}_{index}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        render_clip(_clip(operation, index), path)
        content = path.read_bytes()
        path.unlink()
        return content

    def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)


def _metadata(operation: Operation) -> dict[str, Any]:
    """AI Platform's GenericOperationMetadata: when it began, and when it last changed."""
    played = timedelta(seconds=operation.played_s if operation.answer is not None else 0.0)
    times = {
        "createTime": operation.began_at.isoformat().replace("+00:00", "Z"),
        "updateTime": (operation.began_at + played).isoformat().replace("+00:00", "Z"),
    }
    return {"@type": _METADATA_TYPE, "genericMetadata": times}


def _clip(operation: Operation, index: int) -> ClipRequest:
    request = operation.request
    motion: Motion = "normal"
    if "frozen_video" in operation.faults:
        motion = "frozen"
    if "black_video" in operation.faults:
        motion = "black"
    return ClipRequest(
        width_px=request.width_px,
        height_px=request.height_px,
        frames=request.duration_s * _FPS,
        fps=Fraction(_FPS),
        prompt=request.prompt,
        seed=request.seed + index,
        look=operation.profile.look,
        motion=motion,
        audio=request.has_audio,
    )


def _bad_ending(operation: Operation) -> dict[str, Any]:
    if "rai_filtered" in operation.faults:
        return {
            "response": {
                "@type": _ANSWER_TYPE,
                "raiMediaFilteredCount": operation.request.n_samples,
                "raiMediaFilteredReasons": [_FILTERED],
            }
        }
    params = operation.faults["op_error"].params
    code = int(params.get("code", 13))
    message = params.get("message", "Internal error encountered while generating the video.")
    return {"error": {"code": code, "message": str(message)}}
