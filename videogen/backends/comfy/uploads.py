"""Input files to a server: sent under names of our own, called by the names that it gave."""

import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from videogen.backends.comfy.wire import BRISK, AnswerUnseenError, ComfyWire, retry_after_s
from videogen.domain.generation import InputContent, InputPlace
from videogen.errors import BackendError, NotComfyError, QuotaError, RequestRefusedError

UPLOAD = "/upload/image"  # for every kind of file: the server looks into none of them
MIB = 1024 * 1024
TRIES = 2  # the same bytes under the same name are the same file to the server


class _Uploaded(NamedTuple):
    name: str
    subfolder: str
    size_bytes: int

    @property
    def graph_name(self) -> str:
        return f"{self.subfolder}/{self.name}" if self.subfolder else self.name


class Uploads:
    """What one server was given, by content; thread-safe."""

    def __init__(self, wire: ComfyWire) -> None:
        self._wire = wire
        self._lock = threading.Lock()
        self._known: dict[str, _Uploaded] = {}

    def filled(
        self,
        graph: Mapping[str, Any],
        places: Mapping[str, InputPlace],
        inputs: Mapping[str, InputContent],
        token: str,
    ) -> dict[str, Any]:
        """The graph with the name of each uploaded file in its place.

        Raises: RequestRefusedError: a file has no place or a place no file, or the server will
            not take it. BackendUnavailableError, SignInError, NotComfyError, QuotaError.
        """
        odd = sorted(places.keys() ^ inputs.keys())
        if odd:
            detail = f"the workflow and the run disagree on the inputs: {', '.join(odd)}"
            raise RequestRefusedError(self._wire.name, detail=detail)
        filled = dict(graph)
        for slot, place in places.items():
            node = filled[place.node]
            name = self._name_of(slot, inputs[slot], token)
            filled[place.node] = {**node, "inputs": {**node["inputs"], place.input: name}}
        return filled

    def _name_of(self, slot: str, content: InputContent, token: str) -> str:
        with self._lock:
            known = self._known.get(content.input_id)
        if known is not None and self._is_there(known):
            return known.graph_name
        uploaded = self._upload(slot, content, token)
        with self._lock:
            self._known[content.input_id] = uploaded
        return uploaded.graph_name

    def _is_there(self, file: _Uploaded) -> bool:
        """Whether the server still has all of it: folders are emptied, disks are changed."""
        query = {"filename": file.name, "subfolder": file.subfolder, "type": "input"}
        try:
            answer = self._wire.send("HEAD", "/view", timeout=BRISK, params=query)
        except BackendError:
            return False
        return answer.status_code == 200 and answer.headers.get("content-length") == str(
            file.size_bytes
        )

    def _upload(self, slot: str, content: InputContent, token: str) -> _Uploaded:
        try:
            payload = content.path.read_bytes()
        except OSError as error:
            detail = f"the file kept for {slot} cannot be read: {type(error).__name__}"
            raise RequestRefusedError(self._wire.name, detail=detail, field=slot) from error
        self._check_size(slot, len(payload))
        name = f"{content.input_id[:16]}{content.path.suffix}"
        answer = self._posted(name, payload, content.mime_type, token)
        if answer.status_code == 413:
            raise self._too_large(slot, len(payload), None)
        if answer.status_code == 429:
            wait_s = retry_after_s(answer)
            detail = f"POST {UPLOAD}: HTTP 429"
            raise QuotaError(self._wire.name, detail=detail, retry_after_s=wait_s)
        if answer.status_code == 400:
            detail = f"the server refused the file for {slot}: POST {UPLOAD}: HTTP 400"
            raise RequestRefusedError(self._wire.name, detail=detail, field=slot)
        if answer.status_code != 200:
            detail = f"POST {UPLOAD}: HTTP {answer.status_code}"
            raise NotComfyError(self._wire.name, detail=detail)
        return self._told(self._wire.json_object(answer), len(payload))

    def _posted(self, name: str, payload: bytes, mime_type: str, token: str) -> Any:
        unseen: AnswerUnseenError | None = None
        for _ in range(TRIES):
            try:
                return self._wire.send(
                    "POST",
                    UPLOAD,
                    files={"image": (name, payload, mime_type)},
                    form={"subfolder": token, "type": "input"},
                )
            except AnswerUnseenError as error:
                unseen = error
        raise AnswerUnseenError(
            self._wire.name, detail=f"POST {UPLOAD}: {unseen.detail if unseen else ''}"
        )

    def _told(self, answer: Mapping[str, Any], size_bytes: int) -> _Uploaded:
        """The name that the server gave, which is another where ours was taken."""
        name, subfolder = answer.get("name"), answer.get("subfolder", "")
        is_input = answer.get("type", "input") == "input"
        if not isinstance(name, str) or not name or not isinstance(subfolder, str) or not is_input:
            detail = f"POST {UPLOAD}: no name of an input in the answer"
            raise NotComfyError(self._wire.name, detail=detail)
        return _Uploaded(name=name, subfolder=subfolder, size_bytes=size_bytes)

    def _check_size(self, slot: str, size_bytes: int) -> None:
        """Older servers tell no limit; those refuse with 413."""
        features = self._wire.optional_json("/features") or {}
        limit_bytes = features.get("max_upload_size")
        if isinstance(limit_bytes, int) and 0 < limit_bytes < size_bytes:
            raise self._too_large(slot, size_bytes, limit_bytes)

    def _too_large(self, slot: str, size_bytes: int, limit_bytes: int | None) -> BackendError:
        most = "" if limit_bytes is None else f"; at most {limit_bytes / MIB:.4g} MiB"
        detail = f"the file for {slot} is too large for the server: {size_bytes / MIB:.4g} MiB"
        return RequestRefusedError(self._wire.name, detail=detail + most, field=slot)
