"""Starts the sandbox as its own program, the way users do."""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

Graph = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    comfy: httpx.Client
    google: httpx.Client
    process: subprocess.Popen[str]
    first_line: dict[str, Any]

    @property
    def socket_url(self) -> str:
        return str(self.comfy.base_url).replace("http", "ws").rstrip("/") + "/ws"

    def script(self, *faults: dict[str, Any]) -> None:
        self.comfy.post("/_sandbox/faults", json=list(faults)).raise_for_status()

    def submit(self, graph: Graph, **extra: Any) -> str:
        prompt_id = str(uuid.uuid4())
        answer = self.comfy.post("/prompt", json={"prompt": graph, "prompt_id": prompt_id, **extra})
        answer.raise_for_status()
        return prompt_id

    def history(self, prompt_id: str, timeout_s: float = 20.0) -> dict[str, Any]:
        """The history entry, once it is there."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            entries: dict[str, dict[str, Any]] = self.comfy.get(f"/history/{prompt_id}").json()
            if entries:
                return entries[prompt_id]
            time.sleep(0.01)
        raise TimeoutError(f"no history of {prompt_id}")

    def logged(self, external_id: str) -> dict[str, Any]:
        submits: list[dict[str, Any]] = self.comfy.get("/_sandbox/log").json()["submits"]
        return next(submit for submit in submits if submit["id"] == external_id)


@contextmanager
def running_sandbox(*arguments: str) -> Iterator[RunningSandbox]:
    command = [sys.executable, "-m", "videogen.sandbox", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first_line = json.loads(process.stdout.readline())
        with (
            httpx.Client(base_url=first_line["comfy_url"], timeout=20) as comfy,
            httpx.Client(base_url=first_line["google_url"], timeout=20) as google,
        ):
            yield RunningSandbox(comfy=comfy, google=google, process=process, first_line=first_line)
    finally:
        process.terminate()
        process.wait(10)


def check_graph(colour: int = 255, prefix: str = "probe/core", **size: int) -> Graph:
    image = {"width": 128, "height": 96, "batch_size": 16, "color": colour, **size}
    save = {"video": ["2", 0], "filename_prefix": prefix, "format": "mp4", "codec": "h264"}
    return {
        "1": {"class_type": "EmptyImage", "inputs": image},
        "2": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 8.0}},
        "3": {"class_type": "SaveVideo", "inputs": save},
    }


def wan_graph(prompt: str = "a red panda", seed: int = 1, model: str = "1_3B_fp16") -> Graph:
    """A small WAN text-to-video workflow of the wrapper: 96x64, 17 frames, 16 fps."""
    file = f"Wan2_1-T2V-{model}.safetensors"
    return {
        "11": {
            "class_type": "LoadWanVideoT5TextEncoder",
            "inputs": {"model_name": "umt5-xxl-enc-bf16.safetensors", "precision": "bf16"},
        },
        "16": {
            "class_type": "WanVideoTextEncode",
            "inputs": {"t5": ["11", 0], "positive_prompt": prompt, "negative_prompt": "blurred"},
        },
        "38": {
            "class_type": "WanVideoVAELoader",
            "inputs": {"model_name": "Wan2_1_VAE_bf16.safetensors", "precision": "bf16"},
        },
        "22": {
            "class_type": "WanVideoModelLoader",
            "inputs": {
                "model": file,
                "base_precision": "fp16",
                "quantization": "disabled",
                "load_device": "offload_device",
            },
        },
        "37": {
            "class_type": "WanVideoEmptyEmbeds",
            "inputs": {"width": 96, "height": 64, "num_frames": 17},
        },
        "27": {
            "class_type": "WanVideoSampler",
            "inputs": {
                "model": ["22", 0],
                "image_embeds": ["37", 0],
                "text_embeds": ["16", 0],
                "steps": 6,
                "cfg": 6.0,
                "shift": 8.0,
                "seed": seed,
                "force_offload": True,
                "scheduler": "unipc",
                "riflex_freq_index": 0,
            },
        },
        "28": {
            "class_type": "WanVideoDecode",
            "inputs": {
                "vae": ["38", 0],
                "samples": ["27", 0],
                "enable_vae_tiling": False,
                "tile_x": 272,
                "tile_y": 272,
                "tile_stride_x": 144,
                "tile_stride_y": 128,
            },
        },
        "30": {
            "class_type": "VHS_VideoCombine",
            "inputs": {
                "images": ["28", 0],
                "frame_rate": 16,
                "loop_count": 0,
                "filename_prefix": "videogen/wan",
                "format": "video/h264-mp4",
                "pingpong": False,
                "save_output": True,
            },
        },
    }
