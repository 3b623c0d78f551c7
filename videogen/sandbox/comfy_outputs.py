"""The output nodes of a graph: which file each writes and what it reports."""

import contextlib
import json
import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from videogen.sandbox.clip_request import ClipRequest, motion_under
from videogen.sandbox.comfy_job import ComfyJob, NodeFailedError
from videogen.sandbox.encoding import copy_without_sound
from videogen.sandbox.given_picture import picture_type
from videogen.sandbox.renderer import render_clip
from videogen.sandbox.uploads import read_with_uploads, uploads_of

VIDEO_CLASSES = frozenset({"SaveVideo", "VHS_VideoCombine"})
_IMAGE_CLASSES = frozenset({"SaveImage", "PreviewImage"})
_MAX_IMAGES = 16  # a preview of a long clip would fill the folder
_DISK_FULL = "[Errno 28] No space left on device\n"
_GARBAGE = b"\x00\x00\x00\x20ftypisom not a video at all " * 64


def clip_request(job: ComfyJob, output_id: str) -> ClipRequest:
    """Without pictures and voices: `with_uploads` adds them where a clip is drawn."""
    reading = read_with_uploads(job.graph, output_id, job.input_folder)
    return ClipRequest(
        width_px=reading.work.width_px,
        height_px=reading.work.height_px,
        frames=reading.work.frames,
        fps=reading.fps,
        prompt=reading.prompt,
        seed=reading.seed,
        look=job.profile.look,
        colour=reading.colour,
        motion=motion_under(job.faults),
        audio=job.has_audio,
    )


def with_uploads(request: ClipRequest, job: ComfyJob, output_id: str) -> ClipRequest:
    """What was uploaded is to be seen and heard in the clip."""
    uploads = uploads_of(job.graph, output_id, job.input_folder)
    starts = () if uploads.start is None else (uploads.start,)
    return replace(
        request,
        pictures=_drawable(starts),
        subjects=_drawable(uploads.subjects),
        voice=uploads.voice,
    )


def _drawable(paths: Iterable[Path]) -> tuple[bytes, ...]:
    """A format that the sandbox does not draw is only checked, not shown."""
    contents = [path.read_bytes() for path in paths]
    return tuple(content for content in contents if picture_type(content) is not None)


def render_output(job: ComfyJob, output_id: str, path: Path) -> None:
    """Runs in a thread: draw what the output node will save, or garbage if the fault says so."""
    if "bad_video" in job.faults:
        path.write_bytes(_GARBAGE)
        return
    comment = json.dumps({"prompt": json.dumps(job.graph)})
    render_clip(with_uploads(clip_request(job, output_id), job, output_id), path, comment)
    if job.has_audio:
        copy_without_sound(path, _silent_twin(path))
    _damage(job, path)


def _silent_twin(path: Path) -> Path:
    return path.with_suffix(".silent.mp4")


def _damage(job: ComfyJob, path: Path) -> None:
    """The faults of a file that is what it says, but not whole."""
    content = path.read_bytes()
    if "truncated_file" in job.faults:
        kept = job.faults["truncated_file"].number("kept", 0.5)
        path.write_bytes(content[: int(len(content) * kept)])
    if "corrupt_file" in job.faults:
        third = len(content) // 3
        path.write_bytes(content[:third] + b"\xa5" * third + content[2 * third :])


def _png(width_px: int, height_px: int, colour: int) -> bytes:
    """A plain PNG in one colour: enough for a still that nobody rates."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    row = b"\x00" + colour.to_bytes(3) * width_px
    pixels = zlib.compress(row * height_px, 1)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


class OutputFolder:
    """output/, temp/ and input/ of the played server."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("output", "temp", "input", "rendering"):
            (root / name).mkdir(parents=True, exist_ok=True)
        (root / "input" / "example.png").write_bytes(_png(64, 64, 0x808080))
        self._owners: dict[Path, ComfyJob] = {}

    def rendering_path(self, job: ComfyJob, output_id: str) -> Path:
        return self.root / "rendering" / f"{job.entry}_{output_id}.mp4"

    def owner(self, path: Path) -> ComfyJob | None:
        return self._owners.get(path)

    def replace_clip(self, path: Path) -> None:
        """Another clip under the same name, as a second writer leaves it."""
        job = self._owners[path]
        other = path.with_suffix(".other")
        request = replace(clip_request(job, job.outputs[0]), look="soft", seed=job.reading.seed + 1)
        render_clip(request, other)
        other.replace(path)

    def discard_renders(self, job: ComfyJob, output_id: str) -> None:
        path = self.rendering_path(job, output_id)
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            _silent_twin(path).unlink(missing_ok=True)

    def empty_temp(self) -> None:
        for path in (self.root / "temp").rglob("*"):
            if path.is_file():
                path.unlink(missing_ok=True)

    def _target(self, kind: str, prefix: str) -> tuple[Path, str]:
        """Folder and file stem of a prefix; raises as the real node does if it escapes."""
        base = (self.root / kind).resolve()
        path = (base / prefix).resolve()
        if not path.is_relative_to(base) or path == base:
            raise NodeFailedError(
                "Exception", "Saving image outside the output folder is not allowed.\n"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.parent, path.name

    def _next_counter(self, folder: Path, stem: str) -> int:
        pattern = re.compile(re.escape(stem) + r"_(\d{5})")
        taken = [int(m[1]) for file in folder.iterdir() if (m := pattern.match(file.name))]
        return max(taken, default=0) + 1

    def _entry(self, path: Path, kind: str, job: ComfyJob) -> dict[str, Any]:
        base = (self.root / kind).resolve()
        subfolder = path.parent.relative_to(base).as_posix()
        self._owners[path] = job
        return {
            "filename": path.name,
            "subfolder": "" if subfolder == "." else subfolder,
            "type": kind,
        }

    def save(self, job: ComfyJob, output_id: str) -> dict[str, Any]:
        """Write the node's file and return its `output` as the socket and the history show it."""
        if "disk_full" in job.faults:
            raise NodeFailedError("OSError", _DISK_FULL)
        output = self._save(job, output_id)
        if "output_key" in job.faults:
            key = str(job.faults["output_key"].params.get("key", "videos"))
            return {key: next(iter(output.values()))}
        return output

    def _save(self, job: ComfyJob, output_id: str) -> dict[str, Any]:
        class_type = job.graph[output_id]["class_type"]
        if class_type in _IMAGE_CLASSES:
            return self._save_images(job, output_id, class_type)
        if class_type == "SaveVideo":
            return self._save_video(job, output_id)
        if class_type == "VHS_VideoCombine" and self._format(job, output_id) == "video/h264-mp4":
            return self._save_combined(job, output_id)
        raise NodeFailedError(
            "NotImplementedError", f"The sandbox does not play {class_type} here.\n"
        )

    def _format(self, job: ComfyJob, output_id: str) -> str:
        return str(job.graph[output_id]["inputs"].get("format"))

    def _inputs(self, job: ComfyJob, output_id: str) -> dict[str, Any]:
        inputs: dict[str, Any] = job.graph[output_id]["inputs"]
        return inputs

    def _save_images(self, job: ComfyJob, output_id: str, class_type: str) -> dict[str, Any]:
        is_preview = class_type == "PreviewImage"
        kind = "temp" if is_preview else "output"
        prefix = (
            "ComfyUI_temp_sandb"
            if is_preview
            else str(self._inputs(job, output_id)["filename_prefix"])
        )
        folder, stem = self._target(kind, prefix)
        first = self._next_counter(folder, stem)
        work, colour = job.reading.work, job.reading.colour
        entries = []
        for index in range(min(work.frames, _MAX_IMAGES)):
            path = folder / f"{stem}_{first + index:05}_.png"
            path.write_bytes(_png(work.width_px, work.height_px, colour))
            entries.append(self._entry(path, kind, job))
        return {"images": entries}

    def _save_video(self, job: ComfyJob, output_id: str) -> dict[str, Any]:
        kind = "temp" if "temp_output" in job.faults else "output"
        folder, stem = self._target(kind, str(self._inputs(job, output_id)["filename_prefix"]))
        path = folder / f"{stem}_{self._next_counter(folder, stem):05}_.mp4"
        self.rendering_path(job, output_id).replace(path)
        return {"images": [self._entry(path, kind, job)], "animated": [True]}

    def _save_combined(self, job: ComfyJob, output_id: str) -> dict[str, Any]:
        inputs = self._inputs(job, output_id)
        is_temp = "temp_output" in job.faults or not inputs.get("save_output", True)
        kind = "temp" if is_temp else "output"
        folder, stem = self._target(kind, str(inputs["filename_prefix"]))
        name = f"{stem}_{self._next_counter(folder, stem):05}"
        workflow = folder / f"{name}.png"
        workflow.write_bytes(_png(job.reading.work.width_px, job.reading.work.height_px, 0x404040))
        path = folder / f"{name}{'-audio' if job.has_audio else ''}.mp4"
        rendered = self.rendering_path(job, output_id)
        rendered.replace(path)
        listed = []
        if _silent_twin(rendered).exists():  # lies beside it; the real node does not list it
            twin = folder / f"{name}.mp4"
            _silent_twin(rendered).replace(twin)
            listed = [self._entry(twin, kind, job)] if _lists_twin(job) else []
        entry = self._entry(path, kind, job)
        entry |= {
            "format": "video/h264-mp4",
            "frame_rate": float(job.reading.fps),
            "workflow": workflow.name,
            # The real server tells its absolute path here; nobody may build a URL from it.
            "fullpath": str(PurePosixPath("/comfyui", kind, entry["subfolder"], path.name)),
        }
        return {"gifs": [*listed, entry]}


def _lists_twin(job: ComfyJob) -> bool:
    fault = job.faults.get("audio_twin")
    return fault is not None and bool(fault.params.get("lists_both"))
