"""Which of a prompt's files is our clip."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

KEPT_CLIPS = 64
VIDEO_EXTENSIONS = (".mp4", ".webm", ".mkv", ".mov", ".avi", ".webp", ".gif", ".apng")


class OutputFile(NamedTuple):
    filename: str
    subfolder: str
    type: str

    def parameters(self) -> dict[str, str]:
        """The query of /view; never built from `fullpath`, which is the server's own disk."""
        return {"filename": self.filename, "subfolder": self.subfolder, "type": self.type}


class ClipMemory:
    """Where the clips of the last prompts lie; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, OutputFile] = OrderedDict()

    def keep(self, prompt_id: str, file: OutputFile) -> None:
        with self._lock:
            self._files[prompt_id] = file
            while len(self._files) > KEPT_CLIPS:
                self._files.popitem(last=False)

    def get(self, prompt_id: str) -> OutputFile | None:
        with self._lock:
            return self._files.get(prompt_id)


def clip_file(outputs: Mapping[str, Any], save_node: str | None) -> OutputFile | None:
    """The clip among a history entry's outputs; None when there is none.

    SaveVideo reports under `images`, VHS_VideoCombine under `gifs`, others elsewhere, so every
    list is walked. Temporary files are previews.
    """
    if save_node is None:
        candidates = [file for node in outputs for file in _files(outputs[node])]
    else:
        candidates = list(_files(outputs.get(save_node)))
    kept = [file for file in candidates if file.type != "temp" and _is_video(file)]
    # VideoHelperSuite leaves a silent twin beside "x-audio.mp4": the one with sound is meant.
    with_sound = [file for file in kept if "-audio." in file.filename]
    return next(iter(with_sound or kept), None)


def _files(node_output: object) -> Iterator[OutputFile]:
    if not isinstance(node_output, dict):
        return
    for entries in node_output.values():
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("filename"), str):
                yield OutputFile(
                    entry["filename"],
                    str(entry.get("subfolder") or ""),
                    str(entry.get("type") or "output"),
                )


def _is_video(file: OutputFile) -> bool:
    return file.filename.lower().endswith(VIDEO_EXTENSIONS)
