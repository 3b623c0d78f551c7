"""Small files to upload, and filled workflows that name them."""

import io
import struct
import wave
import zlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.clips.drawing import draw_clip
from tests.sandbox.running import Graph, RunningSandbox
from videogen.catalogue import Manifest, load_manifests
from videogen.domain.input_file import InputKind

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = load_manifests(ROOT / "workflows")
TINY = {"width_px": 256, "height_px": 256, "n_frames": 17}


def png(left: int, right: int, side_px: int = 64) -> bytes:
    """Grey, its left half of one brightness and its right half of another, 0 to 255."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 0, 0, 0, 0)
    row = b"\x00" + bytes([left]) * (side_px // 2) + bytes([right]) * (side_px // 2)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * side_px))
        + chunk(b"IEND", b"")
    )


def wav(duration_s: float) -> bytes:
    """A loud square tone of 100 Hz."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        half = struct.pack("<h", 20_000) * 80 + struct.pack("<h", -20_000) * 80
        file.writeframes(half * round(duration_s * 100))
    return written.getvalue()


VOICE = wav(0.6)


def camera(folder: Path, n_frames: int) -> bytes:
    return draw_clip(folder / f"{n_frames}.mp4", n_frames=n_frames).read_bytes()


def usual(folder: Path) -> dict[InputKind, tuple[str, bytes]]:
    """A file of each kind, by the name it is uploaded under."""
    return {
        InputKind.IMAGE: ("start.png", png(40, 220)),
        InputKind.AUDIO: ("voice.wav", VOICE),
        InputKind.VIDEO: ("camera.mp4", camera(folder, 81)),
    }


def upload(sandbox: RunningSandbox, name: str, content: bytes) -> str:
    """The name that a loader takes."""
    answer = sandbox.comfy.post(
        "/upload/image", files={"image": (name, content)}, data={"subfolder": "ours"}
    )
    answer.raise_for_status()
    told = answer.json()
    return f"{told['subfolder']}/{told['name']}"


def filled(
    manifest: Manifest,
    names: Mapping[InputKind, str],
    *,
    inputs: Collection[str] | None = None,
    seed: int = 1,
    **changes: Any,
) -> Graph:
    """The workflow's graph at a tiny size, each input naming the uploaded file of its kind."""
    own = manifest.default_condition()
    sizes = TINY if manifest.name != "server_check" else {}
    workflow = manifest.fill(
        replace(own, **{**sizes, **changes}),
        prompt_text="a red panda",
        negative_prompt=None,
        seed=seed,
        inputs=inputs,
    )
    graph: Graph = {node_id: dict(node) for node_id, node in workflow.graph.items()}
    kinds = {slot.name: slot.kind for slot in manifest.inputs}
    for name, place in workflow.input_places.items():
        graph[place.node]["inputs"][place.input] = names[kinds[name]]
    return graph
